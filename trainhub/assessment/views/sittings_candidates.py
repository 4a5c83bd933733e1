"""The candidates of a sitting, and what is granted to one of them."""

from __future__ import annotations

from flask import flash, redirect, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import ngettext

from trainhub import clock
from trainhub.assessment.forms.sittings import GrantForm, InviteForm, instant, local_time
from trainhub.assessment.models import Candidate
from trainhub.assessment.queries import sittings as queries
from trainhub.assessment.rules.settings import settings_from
from trainhub.assessment.services import grant_attempt, grant_extra_time, grant_window
from trainhub.assessment.services import sittings as services
from trainhub.assessment.services.overriding import OverrideRefused
from trainhub.assessment.views.blueprint import bp
from trainhub.assessment.views.sittings import sitting_address
from trainhub.assessment.views.sittings_invited import chosen, offer_people
from trainhub.db import transaction
from trainhub.errors import DomainError
from trainhub.web.access import current_person, requires
from trainhub.web.settings import current_settings
from trainhub.web.text import translated

SITTING_PATH = "/sittings/<int:sitting_id>"
CANDIDATE_PATH = f"{SITTING_PATH}/candidates/<int:candidate_id>"


@bp.get(SITTING_PATH)
@requires("assessment.view_results")
def show_sitting(sitting_id: int) -> ResponseReturnValue:
    """A sitting and its candidates in the reader's sight."""
    viewer, now = current_person(), clock.now()
    sitting = queries.get_sitting(sitting_id, viewer)
    return render_template(
        "assessment/show_sitting.html",
        sitting=sitting,
        settings=settings_from(sitting.version.settings),
        phase=queries.phase_of(sitting, now),
        rows=queries.list_candidates(sitting, viewer),
        targets=queries.list_targets(sitting_id),
        now=now,
    )


@bp.route(f"{SITTING_PATH}/candidates/add", methods=["GET", "POST"])
@requires("assessment.hold_sittings")
def add_candidates(sitting_id: int) -> ResponseReturnValue:
    """Put people, teams or cohorts on the list."""
    viewer = current_person()
    sitting = queries.get_sitting(sitting_id, viewer)
    form = InviteForm()
    more = offer_people(form)
    if request.method == "POST" and "find" not in request.form and form.validate():
        try:
            with transaction():
                sitting = queries.get_sitting(sitting_id, viewer)
                count = services.add_candidates(
                    sitting, chosen(form), actor=viewer, now=clock.now()
                )
        except DomainError as refused:
            form.take_error(refused)
        else:
            words = ngettext("%(num)d candidate added.", "%(num)d candidates added.", count)
            flash(words, "success")
            return redirect(sitting_address(sitting_id))
    page = render_template("assessment/add_candidates.html", sitting=sitting, form=form, more=more)
    return page, 422 if form.errors else 200


@bp.post(f"{CANDIDATE_PATH}/remove")
@requires("assessment.hold_sittings")
def remove_candidate(sitting_id: int, candidate_id: int) -> ResponseReturnValue:
    """Take somebody off the list."""
    viewer = current_person()
    try:
        with transaction():
            candidate = queries.get_candidate(sitting_id, candidate_id, viewer)
            services.remove_candidate(candidate, actor=viewer, now=clock.now())
    except DomainError as refused:
        flash(refused.text(translated), "error")
    else:
        flash(_("The candidate is off the list."), "success")
    return redirect(sitting_address(sitting_id))


@bp.route(CANDIDATE_PATH, methods=["GET", "POST"])
@requires("assessment.hold_sittings")
def show_candidate(sitting_id: int, candidate_id: int) -> ResponseReturnValue:
    """What one candidate has been granted, and granting more."""
    viewer, zone = current_person(), current_settings().zone
    candidate = queries.get_candidate(sitting_id, candidate_id, viewer)
    form = GrantForm()
    if request.method == "GET":
        form = GrantForm(data=_granted(candidate))
    if form.validate_on_submit():
        try:
            with transaction():
                _grant(queries.get_candidate(sitting_id, candidate_id, viewer), form)
        except DomainError as refused:
            form.take_error(refused)
        else:
            flash(_("Granted, and written down with your reason."), "success")
            return redirect(request.path)
    page = render_template(
        "assessment/show_candidate.html",
        candidate=candidate,
        sitting=candidate.sitting,
        settings=settings_from(candidate.sitting.version.settings),
        form=form,
        overrides=queries.list_overrides(candidate.id),
        zone=zone.key,
        back=sitting_address(sitting_id),
    )
    return page, 422 if form.errors else 200


def _granted(candidate: Candidate) -> dict[str, object]:
    zone = current_settings().zone
    return {
        "extra_min": str(candidate.extra_s // 60) if candidate.extra_s else "",
        "opens_at": local_time(candidate.opens_at, zone),
        "closes_at": local_time(candidate.closes_at, zone),
    }


def _grant(candidate: Candidate, form: GrantForm) -> None:
    zone, reason = current_settings().zone, form.reason.data or ""
    actor, now = current_person(), clock.now()
    match request.form.get("do"):
        case "attempt":
            grant_attempt(candidate, reason=reason, actor=actor, now=now)
        case "window":
            opens_at, closes_at = (
                instant(field.data, zone) for field in (form.opens_at, form.closes_at)
            )
            grant_window(candidate, opens_at, closes_at, reason=reason, actor=actor, now=now)
        case _:
            typed = (form.extra_min.data or "0").strip()
            if not (typed.isascii() and typed.isdigit() and len(typed) < 6):
                raise OverrideRefused(field="extra_min")
            grant_extra_time(candidate, int(typed) * 60, reason=reason, actor=actor, now=now)
