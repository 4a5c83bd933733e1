"""Sites, and which site and queue each team belongs to."""

from __future__ import annotations

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import ngettext

from trainhub import clock
from trainhub.db import transaction
from trainhub.errors import DomainError, InputErrors
from trainhub.rota.forms.places import SiteForm, zone_names
from trainhub.rota.models import Site
from trainhub.rota.queries.places import get_site, list_places, list_queues_in_use, list_sites
from trainhub.rota.services import places as services
from trainhub.rota.views.blueprint import bp
from trainhub.web.access import current_person, requires
from trainhub.web.converters import row_id
from trainhub.web.text import translated


@bp.route("/rota/places", methods=["GET", "POST"])
@requires("rota.write")
def show_places() -> ResponseReturnValue:
    """The sites, and every team's place."""
    errors: list[str] = []
    if request.method == "POST":
        try:
            with transaction():
                changed = services.place_teams(_wanted(), actor=current_person(), now=clock.now())
        except InputErrors as refused:
            errors = [error.text(translated) for error in refused.errors]
        else:
            words = _("Nothing was different.")
            if changed:
                words = ngettext(
                    "%(num)d team has a new place.", "%(num)d teams have a new place.", changed
                )
            flash(words, "success")
            return redirect(url_for("rota.show_places"))
    page = render_template(
        "rota/show_places.html",
        sites=list_sites(),
        places=list_places(),
        queues=list_queues_in_use(),
        errors=errors,
    )
    return page, 422 if errors else 200


def _wanted() -> dict[int, tuple[int, int] | None]:
    """The places the form names; a team with one half of a place only has a wrong one (0)."""
    wanted: dict[int, tuple[int, int] | None] = {}
    for row in list_places():
        team_id = row.team.id
        site = request.form.get(f"site-{team_id}", type=row_id)
        queue = request.form.get(f"queue-{team_id}", type=row_id)
        if f"site-{team_id}" in request.form:
            wanted[team_id] = (site or 0, queue or 0) if site or queue else None
    return wanted


@bp.route("/rota/sites/new", methods=["GET", "POST"])
@requires("rota.write")
def add_site() -> ResponseReturnValue:
    """A new site."""
    return _write_site(SiteForm(), None)


@bp.route("/rota/sites/<int:site_id>", methods=["GET", "POST"])
@requires("rota.write")
def edit_site(site_id: int) -> ResponseReturnValue:
    """Rename a site, or put it on another clock."""
    site = get_site(site_id)
    form = SiteForm(data={"name": site.name, "time_zone": site.time_zone})
    return _write_site(form, site)


def _write_site(form: SiteForm, site: Site | None) -> ResponseReturnValue:
    status = 200
    if form.is_submitted() and not form.validate():
        status = 422
    elif form.is_submitted():
        name, zone = form.name.data or "", form.time_zone.data or ""
        try:
            with transaction():
                if site is None:
                    services.add_site(name, zone, actor=current_person(), now=clock.now())
                else:
                    services.change_site(
                        get_site(site.id), name, zone, actor=current_person(), now=clock.now()
                    )
        except DomainError as refused:
            form.take_error(refused)
            status = refused.status
        else:
            flash(_("The site is saved."), "success")
            return redirect(url_for("rota.show_places"))
    page = render_template("rota/edit_site.html", form=form, site=site, zones=zone_names())
    return page, status
