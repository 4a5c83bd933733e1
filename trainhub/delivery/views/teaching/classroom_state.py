"""Where a class stands at this moment: for its pages, and for the scripts that keep them so."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from trainhub.delivery.models import TrainingSession
from trainhub.delivery.queries.teaching.classroom import (
    Seat,
    class_clock,
    get_class,
    list_roster,
    timetable_of,
)
from trainhub.delivery.rules.teaching.attendance import (
    CAME,
    PLANNER_MAY_CORRECT,
    TRAINER_MAY_CORRECT,
    AttendanceState,
    is_open,
)
from trainhub.delivery.rules.teaching.check_in import code_at, seconds_left, step_of
from trainhub.delivery.rules.teaching.classroom import (
    HELD,
    ClassClock,
    State,
    Step,
    counts_as_held,
    lesson_at,
    refusal_to_step,
)
from trainhub.errors import NotFound
from trainhub.learning.views.lesson_page import LessonPage
from trainhub.people.models import Role
from trainhub.people.views.signed_in import note_refusal
from trainhub.web.access import current_person
from trainhub.web.settings import current_settings

OPEN_STATES = (State.SCHEDULED, *HELD)


def own_class(session_id: int, path: str) -> TrainingSession:
    """The class, if the signed-in person teaches it or plans; else it does not exist, and the
    attempt is written down.
    """
    try:
        return get_class(session_id, current_person())
    except NotFound:
        note_refusal(current_person(), "delivery.teach", path)
        raise


def is_planner() -> bool:
    """Whether the signed-in person corrects attendance as a planner."""
    return bool(current_person().has_role(Role.PLANNER, Role.ADMINISTRATOR))


def may_mark(session: TrainingSession, now: datetime) -> bool:
    """Whether marks can be given, or put right, at `now` by the signed-in person."""
    if session.state == State.COMPLETED:
        window = PLANNER_MAY_CORRECT if is_planner() else TRAINER_MAY_CORRECT
        return session.ended_at is not None and now <= session.ended_at + window
    return session.state in OPEN_STATES and is_open(session.starts_at, now)


@dataclass(frozen=True)
class ClassState:
    """A class at an instant. `code` is empty while nobody can check in by it."""

    session: TrainingSession
    now: datetime
    clock: ClassClock
    code: str

    @property
    def is_open(self) -> bool:
        """Whether the class is still to be held, or being held."""
        return self.session.state in OPEN_STATES

    @property
    def is_being_held(self) -> bool:
        """Whether it has begun and not ended."""
        return self.session.state in HELD

    @property
    def until(self) -> datetime:
        """The instant up to which minutes are counted: the end, once there is one."""
        return self.session.ended_at or self.now

    @property
    def taught_s(self) -> int:
        """Seconds taught so far."""
        return self.clock.taught_s(self.until)

    @property
    def remaining_s(self) -> int:
        """Seconds left to teach."""
        return self.clock.remaining_s(self.until)

    @property
    def is_whole(self) -> bool:
        """Whether so much has been taught that next to nothing is left out."""
        return counts_as_held(self.taught_s, self.clock.planned_s, is_broken_off=True)

    @property
    def code_left_s(self) -> int:
        """Seconds until the next code."""
        return seconds_left(self.now)

    def may(self, step: Step) -> bool:
        """Whether a step can be taken now."""
        return (
            refusal_to_step(
                State(self.session.state), step, timetable_of(self.session),
                is_published=self.session.published_at is not None, now=self.now,
            )
            is None
        )  # fmt: skip

    def lesson_by_plan(self, page: LessonPage | None) -> tuple[int, int]:
        """The lesson the plan is at (from 0) and the seconds left of it."""
        minutes = [head.plan.minutes for head in page.heads] if page is not None else []
        return lesson_at(minutes, self.taught_s, self.clock.planned_s)


def state_of(session: TrainingSession, now: datetime) -> ClassState:
    """The class as it stands at `now`."""
    code, nonce = "", session.check_in_nonce
    if nonce and session.state in OPEN_STATES:
        code = code_at(current_settings().secret_key, session.id, nonce, step_of(now))
    return ClassState(session, now, class_clock(session), code)


@dataclass(frozen=True)
class Counts:
    """How many are booked, came, and have no mark yet."""

    booked: int
    came: int
    unmarked: int


def counts_of(seats: list[Seat]) -> Counts:
    """The roster in numbers."""
    states: list[AttendanceState | None] = [seat.state for seat in seats]
    return Counts(len(seats), sum(one in CAME for one in states), states.count(None))


def clock_json(state: ClassState, seats: list[Seat]) -> dict[str, Any]:
    """What the scripts of the class's pages ask for every few seconds; milliseconds none."""
    counts = counts_of(seats)
    return {
        "state": state.session.state,
        "is_running": state.clock.is_running and state.session.ended_at is None,
        "taught_s": state.taught_s,
        "remaining_s": state.remaining_s,
        "code": state.code,
        "code_left_s": state.code_left_s,
        "booked": counts.booked,
        "came": counts.came,
    }


def roster_of(session: TrainingSession) -> list[Seat]:
    """The class's roster."""
    return list_roster(session.id)
