"""A class for its planner: its page, making one by hand, its people, fixing, calling off."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import ngettext

from trainhub import clock, permissions
from trainhub.db import db, transaction
from trainhub.delivery.forms.classes import NewClassForm
from trainhub.delivery.models import Booking, Campaign, TrainingRequest, TrainingSession
from trainhub.delivery.queries.classes.candidates import (
    list_candidates,
    list_chosen,
    list_teams_there,
)
from trainhub.delivery.queries.classes.class_page import get_booking, list_history, list_seats
from trainhub.delivery.queries.classes.lines import lines_during
from trainhub.delivery.queries.classes.week import list_open_campaigns, list_trainers_of
from trainhub.delivery.queries.course_titles import titles_of
from trainhub.delivery.queries.scope import get_class
from trainhub.delivery.queries.seats.fit import list_misfits, seats_of_viewer
from trainhub.delivery.rules.classes.class_plan import read_plan
from trainhub.delivery.rules.classes.conflicts import ClassConflicts, Conflict
from trainhub.delivery.rules.classes.lines import LinesDuring
from trainhub.delivery.rules.states import WERE_MEANT
from trainhub.delivery.rules.teaching.debts import CAUSE_WORDS
from trainhub.delivery.services.classes import classes
from trainhub.delivery.services.seats import booking as services
from trainhub.delivery.services.seats.putting_in import put_in
from trainhub.delivery.views.blueprint import bp
from trainhub.delivery.views.classes.class_choices import chosen_id, list_courses, list_rooms
from trainhub.errors import DomainError
from trainhub.people.models import Person, Team
from trainhub.rota.queries.scope import sees_all
from trainhub.web.access import current_person, requires
from trainhub.web.locale import current_language
from trainhub.web.text import translated, typed_text

CLASS_PATH = "/classes/<int:training_session_id>"
MOST_AT_ONCE = 200
USUAL_SEATS = 20  # of a class, where its room has as many


def class_address(session_id: int, **values: Any) -> str:
    """The page of a class."""
    return url_for("delivery.show_class", training_session_id=session_id, **values)


@bp.get(CLASS_PATH)
@requires("delivery.view_week")
def show_class(training_session_id: int) -> ResponseReturnValue:
    """A class: where and when, who sits there, who waits, and what has happened to it."""
    viewer, now, language = current_person(), clock.now(), current_language()
    session = get_class(training_session_id, viewer)
    plans = permissions.allows("delivery.plan", viewer)
    is_open = plans and session.state == "scheduled" and session.starts_at > now
    teams = list_teams_there(session) if is_open else []
    asked_for = db.session.get(TrainingRequest, session.request_id or 0) if plans else None
    team_id = chosen_id("team", [team.id for team in teams]) or _team_of(asked_for, teams)
    seats = list_seats(session, viewer)
    return render_template(
        "delivery/classes/show_class.html",
        session=session,
        title=titles_of([session.course_id], language)[session.course_id],
        seats=[one for one in seats if one.state in WERE_MEANT],
        joins=_sees_address(session, seats, viewer),
        misfits=_misfits(session, viewer, now),
        waiting=[one for one in seats if one.state == "waiting"],
        gone=[one for one in seats if one.state in ("declined", "moved", "cancelled")],
        history=list_history(session) if plans else [],
        lines=_lines(session, viewer),
        asked_for=asked_for,
        teams=teams,
        team_id=team_id,
        candidates=list_candidates(session, team_id, language=language) if team_id else [],
        causes=[(cause.value, translated(CAUSE_WORDS[cause])) for cause in classes.CAUSES],
        is_open=is_open,
        now=now,
    )


def _sees_address(session: TrainingSession, seats: Sequence[Booking], viewer: Person) -> bool:
    """Whether the viewer is told where an online class is joined: whoever answers for it, and the
    supervisors of somebody with a seat."""
    if sees_all(viewer) or session.trainer_id == viewer.id:
        return True
    return any(one.state in WERE_MEANT for one in seats)


def _team_of(asked_for: TrainingRequest | None, teams: Sequence[Team]) -> int | None:
    """The team a request is for, whose people the page then offers at once."""
    wanted = asked_for.team_id if asked_for is not None else None
    return wanted if wanted in [team.id for team in teams] else None


def _lines(session: TrainingSession, viewer: Person) -> LinesDuring | None:
    """What the class leaves of the lines, while it is to come or under way."""
    if session.state in ("completed", "cancelled"):
        return None
    return lines_during([session], viewer)[session.id]


def _misfits(session: TrainingSession, viewer: Person, now: datetime) -> dict[int, Conflict]:
    """What the rota has against people in the viewer's sight, while the class is to come."""
    found = list_misfits(TrainingSession.id == session.id, now=now, of=seats_of_viewer(viewer))
    return {one.person_id: one.conflict for one in found}


@bp.route("/classes/new", methods=["GET", "POST"])
@requires("delivery.plan")
def add_class() -> ResponseReturnValue:
    """Make a class by hand; people are put in on its page."""
    form, now, rooms = NewClassForm(), clock.now(), list_rooms()
    if request.method == "GET":
        asked = {name: request.args.get(name, "") for name in ("on", "course_id", "starts")}
        form = NewClassForm(
            data={"starts": "09:00", "duration_min": "60", "min_seats": "1"}
            | {"seats": str(min([USUAL_SEATS, *(room.seats for room in rooms[:1])]))}
            | {name: value for name, value in asked.items() if value}
        )
    form.offer(rooms, list_trainers_of())
    form.offer_courses(list_courses(current_language()), list_open_campaigns())
    conflicts: tuple[object, ...] = ()
    if form.validate_on_submit():
        try:
            plan = read_plan(form.typed())
            with transaction():
                session = classes.create_class(
                    _number(form.course_id.data), plan, now=now, actor=current_person(),
                    language=current_language(),
                    campaign=db.session.get(Campaign, _number(form.campaign_id.data)),
                )  # fmt: skip
                made = session.id
        except ClassConflicts as refused:
            conflicts = refused.conflicts
        except DomainError as refused:
            form.take_error(refused)
        else:
            flash(_("The class is created. Add people, then publish it."), "success")
            return redirect(class_address(made))
    page = render_template("delivery/classes/edit_class.html", form=form, conflicts=conflicts)
    return page, 422 if form.errors or conflicts else 200


def _number(text: str | None) -> int:
    text = text or ""
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 10 else 0


@bp.post(f"{CLASS_PATH}/people")
@requires("delivery.plan")
def add_to_class(training_session_id: int) -> ResponseReturnValue:
    """Put people into a class; each is asked for alone, and who may not is named."""
    actor, now = current_person(), clock.now()
    session = get_class(training_session_id, actor)
    asked = [_number(one) for one in request.form.getlist("person_id")[:MOST_AT_ONCE]]
    people = list_chosen(asked)
    with transaction():
        refused = put_in(
            session.id, people, now=now, by_id=actor.id, language=current_language()
        )  # fmt: skip
    put = len(people) - len(refused)
    if put:
        flash(ngettext("%(num)d person has a seat.", "%(num)d people have seats.", put), "success")
    for person, error in refused:
        flash(f"{person.name}: {error.text(translated)}", "danger")
    if not people:
        flash(_("Tick somebody first."), "info")
    team = _number(request.form.get("team")) or None
    return redirect(class_address(training_session_id, team=team))


@bp.post(f"{CLASS_PATH}/bookings/<int:booking_id>/cancel")
@requires("delivery.plan")
def cancel_booking(training_session_id: int, booking_id: int) -> ResponseReturnValue:
    """Take somebody out of a class, or out of the line."""
    actor, now = current_person(), clock.now()
    with transaction():
        row = get_booking(booking_id, training_session_id)
        if row.state == "waiting":
            services.leave_waiting_list(row, now=now, by_id=actor.id)
        else:
            services.cancel(
                row, cause=_cause(), reason=typed_text("reason", 300), now=now, by_id=actor.id
            )
    flash(_("%(name)s no longer has a seat in this class.", name=row.person.name), "success")
    return redirect(class_address(training_session_id))


def _cause() -> str:
    asked = request.form.get("cause", "")
    known = [cause.value for cause in classes.CAUSES]
    return asked if asked in known else "planner"


@bp.post(f"{CLASS_PATH}/bookings/<int:booking_id>/pin")
@requires("delivery.plan")
def pin_booking(training_session_id: int, booking_id: int) -> ResponseReturnValue:
    """Fix somebody in their class, or let them go again."""
    with transaction():
        row = get_booking(booking_id, training_session_id)
        classes.pin_seat(
            row, request.form.get("pinned") == "yes", now=clock.now(), actor=current_person()
        )
    return redirect(class_address(training_session_id))


@bp.post(f"{CLASS_PATH}/pin")
@requires("delivery.plan")
def pin_class(training_session_id: int) -> ResponseReturnValue:
    """Fix a class where it is, or let plans move it again."""
    is_pinned = request.form.get("pinned") == "yes"
    with transaction():
        classes.pin_class(training_session_id, is_pinned, now=clock.now(), actor=current_person())
    flash(_("No plan moves this class now.") if is_pinned else _("Plans may move this class."),
          "success")  # fmt: skip
    return redirect(class_address(training_session_id))


@bp.post(f"{CLASS_PATH}/cancel")
@requires("delivery.plan")
def cancel_class(training_session_id: int) -> ResponseReturnValue:
    """Call a class off, with the cause and the reason."""
    try:
        with transaction():
            classes.cancel_class(
                training_session_id, cause=_cause(), reason=typed_text("reason", 300),
                now=clock.now(), actor=current_person(),
            )  # fmt: skip
    except services.ReasonNeeded as refused:
        flash(refused.text(translated), "danger")
    else:
        flash(_("The class is called off. Everybody in it is told."), "success")
    return redirect(class_address(training_session_id))
