"""What a supervisor arranges for one certain person: a course to take, a seat in a class."""

from __future__ import annotations

from datetime import datetime

from flask import flash, redirect, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from trainhub import clock, permissions
from trainhub.catalogue.models import Course
from trainhub.certification.forms.acting import AssignForm
from trainhub.certification.models import ProgrammeEnrolment
from trainhub.certification.queries.class_seats import (
    find_course,
    find_own_class,
    get_class_to_come,
    is_owed,
    list_seat_choices,
)
from trainhub.certification.queries.scope import get_enrolment_to_act_on
from trainhub.certification.services.reviewing import review_enrolment
from trainhub.certification.services.summaries import requirement_of
from trainhub.certification.views.blueprint import bp
from trainhub.certification.views.matrix.asked import back_address
from trainhub.certification.views.refusing import on_record
from trainhub.certification.views.standing.roads import PATH, road_of
from trainhub.db import end_read, transaction
from trainhub.delivery.services.seats.booking import book
from trainhub.errors import DomainError, NotFound
from trainhub.learning.queries.assignments import list_assignable_courses
from trainhub.learning.queries.progress import find_enrolment
from trainhub.learning.services import Targets, assign
from trainhub.learning.views.shown import this_day
from trainhub.web.access import current_person, requires
from trainhub.web.converters import row_id
from trainhub.web.locale import current_language
from trainhub.web.settings import current_settings
from trainhub.web.text import translated

ACT = "certification.act"


def _course_of(enrolment: ProgrammeEnrolment, key: str, kind: str) -> Course:
    """The course that a requirement of somebody under way asks for. Raises `NotFound`."""
    requirement = requirement_of(enrolment, key, kind)
    course = find_course(str(requirement.settings["course"]))
    if course is None or enrolment.state != "active":
        raise NotFound()
    return course


@bp.route(f"{PATH}/assign/<slug:requirement_key>", methods=["GET", "POST"])
@requires(ACT)
@on_record(ACT)
def assign_course(enrolment_id: int, requirement_key: str) -> ResponseReturnValue:
    """Ask one person to take the course of a requirement by a day, once more if they have."""
    enrolment = get_enrolment_to_act_on(enrolment_id, current_person())
    course = _course_of(enrolment, requirement_key, "course")
    if course.id not in {one.id for one in list_assignable_courses()}:
        raise NotFound()
    line = next(
        one
        for one in road_of(enrolment).looked.standing.lines
        if one.requirement.key == requirement_key
    )
    form, today = AssignForm(), this_day()
    completed_at = _completed_at(enrolment.person_id, course.key)
    if request.method == "GET" and line.due_on is not None:
        form.due_on.data = max(line.due_on, today)
    if form.validate_on_submit():
        try:
            with transaction():
                one = get_enrolment_to_act_on(enrolment_id, current_person())
                assign(
                    [course], [], Targets([one.person]), due_on=form.due_on.data, today=today,
                    actor=current_person(), now=clock.now(), note=form.note.data or "",
                    again=completed_at is not None,
                )  # fmt: skip
        except NotFound:
            raise
        except DomainError as refused:
            form.take_error(refused)
        else:
            flash(_("The course is assigned to %(name)s.", name=enrolment.person.name), "success")
            return redirect(back_address(enrolment_id))
    page = render_template(
        "certification/matrix/assign_course.html",
        form=form, enrolment=enrolment, line=line, today=today, back=back_address(enrolment_id),
        completed_at=completed_at,
    )  # fmt: skip
    return page, 422 if form.errors else 200


def _completed_at(person_id: int, course_key: str) -> datetime | None:
    known = find_enrolment(person_id, course_key)
    return known.completed_at if known is not None else None


@bp.route(f"{PATH}/class/<slug:requirement_key>", methods=["GET", "POST"])
@requires(ACT)
@on_record(ACT)
def book_class(enrolment_id: int, requirement_key: str) -> ResponseReturnValue:
    """Give one person a seat in a class of a requirement, or a make-up for one they missed."""
    refused = ""
    if request.method == "POST":
        try:
            _book(enrolment_id, requirement_key)
        except NotFound:
            raise
        except DomainError as error:
            end_read()
            refused = error.text(translated)
        else:
            return redirect(back_address(enrolment_id))
    viewer, now, language = current_person(), clock.now(), current_language()
    enrolment = get_enrolment_to_act_on(enrolment_id, viewer)
    course = _course_of(enrolment, requirement_key, "class")
    own = find_own_class(enrolment.person_id, course.id, now=now)
    choices = list_seat_choices(enrolment.person_id, course.id, now=now, language=language)
    page = render_template(
        "certification/matrix/book_class.html",
        enrolment=enrolment,
        requirement=requirement_of(enrolment, requirement_key, "class"),
        course=course,
        own=own,
        choices=[] if own else choices,
        is_owed=is_owed(enrolment.person_id, course.id),
        refused=refused,
        plans=permissions.allows("delivery.plan", viewer),
        back=back_address(enrolment_id),
    )
    return page, 409 if refused else 200


def _book(enrolment_id: int, requirement_key: str) -> None:
    """Give the seat and look at the standing at once: what is arranged is no risk any more."""
    viewer, now = current_person(), clock.now()
    with transaction():
        enrolment = get_enrolment_to_act_on(enrolment_id, viewer)
        course = _course_of(enrolment, requirement_key, "class")
        session_id = request.form.get("session", default=0, type=row_id)
        session = get_class_to_come(session_id, course.id, now=now)
        book(
            session.id, enrolment.person, now=now, by_id=viewer.id, language=current_language(),
            is_make_up=is_owed(enrolment.person_id, course.id),
        )  # fmt: skip
        review_enrolment(enrolment_id, now=now, centre_zone=current_settings().zone)
        name = enrolment.person.name
    flash(_("%(name)s has a seat and is told.", name=name), "success")
