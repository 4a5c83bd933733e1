"""Before and at publishing: a look at real people, and what happens to those under way."""

from __future__ import annotations

from datetime import date

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from wtforms.fields.choices import SelectChoice

from trainhub import clock
from trainhub.certification.forms.programmes import PublishForm
from trainhub.certification.models import Programme, ProgrammeVersion
from trainhub.certification.queries.previews import MOST_PEOPLE, consequences, preview
from trainhub.certification.queries.programmes import get_programme, get_programme_row
from trainhub.certification.queries.refreshes import list_awards_before
from trainhub.certification.rules.awards.refreshing import DAYS
from trainhub.certification.services import programmes as services
from trainhub.certification.services.enrolling import check_start
from trainhub.certification.services.refreshing import ask_refresh
from trainhub.certification.views.awards.refreshing import asked_words, asking_of, exam_choices
from trainhub.certification.views.blueprint import bp
from trainhub.certification.views.programmes.pages import WRITES, changes_since_published
from trainhub.certification.views.programmes.shown import unknown_titles
from trainhub.certification.views.programmes.storing import PATH, content_of, take_refusal
from trainhub.db import transaction
from trainhub.errors import N_, DomainError, InputError, InputErrors, NotFound
from trainhub.people.models import Person
from trainhub.people.queries.groups import (
    get_cohort,
    get_team,
    list_cohorts,
    list_people_of_cohorts,
    list_teams,
)
from trainhub.people.queries.people import list_people_of_teams
from trainhub.web.access import current_person, requires
from trainhub.web.converters import row_id
from trainhub.web.locale import current_zone
from trainhub.web.settings import current_settings
from trainhub.web.text import asked_text, translated


@bp.get(f"{PATH}/preview")
@requires(WRITES)
def preview_programme(programme_id: int) -> ResponseReturnValue:
    """Who of a cohort or team would be certified today by what is being written."""
    programme = get_programme(programme_id)
    content, now = content_of(programme), clock.now()
    chosen = asked_text("group", 40)
    values: dict[str, object] = {}
    if chosen:
        people, starts_on, name = _group(chosen)
        today = now.astimezone(current_zone()).date()
        starts_on = starts_on or today
        check_start(starts_on, today)
        rows = preview(
            programme_id, content, people, starts_on=starts_on, now=now,
            centre_zone=current_settings().zone,
        )  # fmt: skip
        values = {"rows": rows, "name": name, "starts_on": starts_on, "total": len(people)}
        values["certified"] = sum(row.is_certified for row in rows)
    return render_template(
        "certification/programmes/preview_programme.html",
        programme=programme,
        content=content,
        chosen=chosen,
        cohorts=list_cohorts(),
        teams=list_teams(),
        faults=faults_of(programme),
        most=MOST_PEOPLE,
        **values,
    )


def _group(chosen: str) -> tuple[list[Person], date | None, str]:
    kind, _colon, number = chosen.partition(":")
    try:
        group_id = row_id(number)
    except ValueError:
        raise NotFound() from None
    if kind == "cohort":
        cohort = get_cohort(group_id)
        return list_people_of_cohorts([group_id]), cohort.start_on, cohort.name
    if kind == "team":
        return list_people_of_teams([group_id]), None, get_team(group_id).name
    raise NotFound()


_EMPTY = {
    "stages": N_("There is no stage yet: add one."),
    "requirements": N_("Nothing is asked for yet: add a requirement."),
    "needs": N_("Stage %(number)s asks for nothing yet: add a requirement to it, or remove it."),
}


def faults_of(programme: Programme) -> list[str]:
    """Why what is being written cannot be published, in words."""
    try:
        services.check_programme(programme)
    except InputErrors as refused:
        return [_fault(one) for one in refused.errors]
    return []


def _fault(error: InputError) -> str:
    """What is still empty is said by the words of the page, not by the names of a file."""
    place, _dot, last = str(error.params.get("field", "")).rpartition(".")
    if error.code != "field_count" or error.params.get("length") or last not in _EMPTY:
        return error.text(translated)
    return translated(_EMPTY[last]) % {"number": place.rpartition(".")[2]}


@bp.route(f"{PATH}/publish", methods=["GET", "POST"])
@requires(WRITES)
def publish_programme(programme_id: int) -> ResponseReturnValue:
    """What would change for whom; then a new version."""
    row = get_programme_row(programme_id)
    programme = row.programme
    form = PublishForm(
        data={"revision": str(programme.revision), "those_under_way": "stay", "refresh": ""}
    )
    form.refresh.choices = [
        SelectChoice("", _("No")),
        *exam_choices(),
    ]
    status = 200
    if form.validate_on_submit():
        try:
            with transaction():
                version = services.publish_programme(
                    programme,
                    revision=form.seen_revision(),
                    those_under_way=form.those_under_way.data,
                    refresh=form.refresh.data,
                    note=form.note.data or "",
                    actor=current_person(),
                    now=clock.now(),
                )
                asked = _ask(version, form)
        except DomainError as refused:
            status = take_refusal(form, refused, programme_id)
        else:
            flash(_("Version %(number)s is published.", number=version.number), "success")
            if asked:
                flash(asked_words(asked), "success")
            return redirect(url_for("certification.show_programme", programme_id=programme_id))
    content, faults = content_of(programme), faults_of(programme)
    page = render_template(
        "certification/programmes/publish_programme.html",
        row=row,
        programme=programme,
        form=form,
        faults=faults,
        unknown=unknown_titles(content),
        changes=changes_since_published(programme.titles, content, programme_id),
        effect=None
        if faults or not row.under_way
        else consequences(
            programme_id, content, now=clock.now(), centre_zone=current_settings().zone
        ),
        most=MOST_PEOPLE,
    )
    return page, 422 if form.errors and status == 200 else status


def _ask(version: ProgrammeVersion, form: PublishForm) -> int:
    """Ask the holders by earlier versions for a refresh, where that was chosen; how many."""
    holders = list_awards_before(version) if form.refresh.data else []
    if holders:
        asking = asking_of(form.refresh.data, form.refresh_days.data or DAYS, form.note.data or "")
        ask_refresh(version, holders, asking, actor=current_person(), now=clock.now())
    return len(holders)
