"""Taking people into a programme: single ones, teams, a cohort."""

from __future__ import annotations

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_babel import ngettext

from trainhub import clock
from trainhub.certification.forms.acting import EnrolForm
from trainhub.certification.models import Programme, ProgrammeEnrolment
from trainhub.certification.queries.choosing import (
    find_people,
    get_open_programme,
    list_cohorts_in_sight,
    list_members,
    list_open_programmes,
)
from trainhub.certification.rules.programmes.content import from_dict
from trainhub.certification.services.enrolling import enrol_many
from trainhub.certification.services.reviewing import review_enrolment
from trainhub.certification.views.blueprint import bp
from trainhub.certification.views.standing.acting import ACT
from trainhub.db import transaction
from trainhub.errors import N_, DomainError, InputError, InputErrors
from trainhub.people.models import Person
from trainhub.people.queries.groups import list_teams
from trainhub.web.access import current_person, requires
from trainhub.web.converters import row_id
from trainhub.web.locale import current_zone
from trainhub.web.navigation import NavigationEntry, register
from trainhub.web.settings import current_settings

_NOBODY = N_("Choose at least one person, team or cohort with somebody in it.")
REVIEWED_AT_ONCE = 40  # more are looked at by the next tick

register(
    NavigationEntry(
        "certification.choose_programme",
        _l("Take into a programme"),
        "person-plus",
        "team",
        ACT,
        65,
        ("certification.enrol_people",),
    )
)


@bp.get("/programmes/enrol")
@requires(ACT)
def choose_programme() -> ResponseReturnValue:
    """Into which programme somebody is taken."""
    return render_template(
        "certification/standing/choose_programme.html", programmes=list_open_programmes()
    )


@bp.route("/programmes/<int:programme_id>/enrol", methods=["GET", "POST"])
@requires(ACT)
def enrol_people(programme_id: int) -> ResponseReturnValue:
    """Take people in sight into a programme."""
    viewer, programme = current_person(), get_open_programme(programme_id)
    form = EnrolForm()
    if request.method == "GET":
        form.starts_on.data = clock.today(current_zone())
        for name in ("team_ids", "cohort_ids", "person_ids"):
            form[name].data = request.args.getlist(name, type=row_id)
    found = find_people(viewer, form.words.data or "", form.person_ids.data or [])
    form.offer(list_teams(viewer), list_cohorts_in_sight(viewer), found.people)
    if request.method == "POST" and "find" not in request.form and form.validate():
        try:
            made, were_in = _enrol(form, programme)
        except DomainError as error:
            form.take_error(error)
        else:
            _say(len(made), were_in)
            if len(made) == 1:
                return redirect(url_for("certification.show_road", enrolment_id=made[0].id))
            return redirect(url_for("certification.show_matrix", programme=programme_id))
    assert programme.published is not None  # an open one has a version in force
    content = from_dict(programme.published.content)
    page = render_template(
        "certification/standing/enrol_people.html",
        form=form,
        programme=programme,
        content=content,
        last_day=max((one.due_days or 0 for one in content.requirements), default=0),
        has_more=found.has_more,
    )
    return page, 422 if form.errors else 200


def _enrol(form: EnrolForm, programme: Programme) -> tuple[list[ProgrammeEnrolment], list[Person]]:
    """Load whom was chosen once more by the scope of the reader, and take them in."""
    viewer, now, zone = current_person(), clock.now(), current_settings().zone
    with transaction():
        chosen = find_people(viewer, "", form.person_ids.data or []).people
        members = list_members(viewer, form.team_ids.data or [], form.cohort_ids.data or [])
        people = list({one.id: one for one in (*chosen, *members)}.values())
        if not people:
            raise InputErrors([InputError("nobody", _NOBODY, field="person_ids")])
        cohorts = form.cohort_ids.data or []
        is_cohort = len(cohorts) == 1 and not chosen and not form.team_ids.data
        made, were_in = enrol_many(
            programme,
            people,
            starts_on=form.starts_on.data,
            actor=viewer,
            now=now,
            cohort_id=cohorts[0] if is_cohort else None,
        )
        for one in made[:REVIEWED_AT_ONCE]:
            review_enrolment(one.id, now=now, centre_zone=zone)
    return made, were_in


def _say(count: int, were_in: list[Person]) -> None:
    if count:
        words = ngettext("%(num)d person is taken in.", "%(num)d people are taken in.", count)
        flash(words, "success")
    if were_in:
        names = _(", ").join(one.name for one in were_in[:5])
        flash(_("In the programme already: %(names)s", names=names), "info")
