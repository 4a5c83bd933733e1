"""Who came to a class: the states, the late rule, and what may be put right afterwards."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from trainhub.delivery.rules.teaching.classroom import counts_as_held
from trainhub.delivery.rules.teaching.debts import Cause, Fate
from trainhub.errors import N_

OPENS_BEFORE = timedelta(minutes=15)
LATE_AFTER = timedelta(minutes=5)  # whoever comes later than this is late
LAST_ARRIVAL = 0.5  # of the class taught: from then on the code lets nobody in
TRAINER_MAY_CORRECT = timedelta(days=7)
PLANNER_MAY_CORRECT = timedelta(days=60)


class AttendanceState(StrEnum):
    """How somebody's place in a class was used."""

    PRESENT = "present"
    LATE = "late"
    EXCUSED_OPERATIONS = "excused_operations"
    EXCUSED_PERSONAL = "excused_personal"
    ABSENT = "absent"


STATE_WORDS = {
    AttendanceState.PRESENT: N_("Present"),
    AttendanceState.LATE: N_("Came late"),
    AttendanceState.EXCUSED_OPERATIONS: N_("Excused: operations"),
    AttendanceState.EXCUSED_PERSONAL: N_("Excused: personal"),
    AttendanceState.ABSENT: N_("Absent"),
}
CAME = (AttendanceState.PRESENT, AttendanceState.LATE)
CAUSES = {
    AttendanceState.EXCUSED_OPERATIONS: Cause.OPERATIONS,
    AttendanceState.EXCUSED_PERSONAL: Cause.PERSONAL,
    AttendanceState.ABSENT: Cause.ABSENT,
}


class MarkRefusal(StrEnum):
    """Why a mark cannot be given; the value is the error's code."""

    NOT_OPEN = "attendance_not_open"
    NOT_BOOKED = "not_booked"
    WINDOW_OVER = "correction_window_over"
    REASON_NEEDED = "reason_needed"
    TOO_LATE = "came_too_late"
    KEPT = "attendance_kept"
    OWN = "own_attendance"


REFUSAL_WORDS = {
    MarkRefusal.NOT_OPEN: N_("Attendance opens 15 minutes before the class begins."),
    MarkRefusal.NOT_BOOKED: N_("This person holds no seat in this class."),
    MarkRefusal.WINDOW_OVER: N_(
        "This attendance can no longer be changed here. Trainers have 7 days, planners 60."
    ),
    MarkRefusal.OWN: N_("Somebody else has to note your own attendance."),
    MarkRefusal.KEPT: N_("The class is over: choose what the attendance was instead."),
    MarkRefusal.REASON_NEEDED: N_("The class is over: say why its attendance is changed."),
    MarkRefusal.TOO_LATE: N_(
        "More than half of the class is over. Ask the trainer to put you on the roster."
    ),
}


def state_on_arrival(arrived_at: datetime, begins_at: datetime) -> AttendanceState:
    """Present, or late for whoever comes more than `LATE_AFTER` after the class began.

    `begins_at` is when it really began, or is to begin if that is later: nobody is late for a
    class that waits for its trainer.
    """
    is_late = arrived_at > begins_at + LATE_AFTER
    return AttendanceState.LATE if is_late else AttendanceState.PRESENT


def may_arrive(taught_s: int, planned_s: int) -> bool:
    """Whether the code still lets somebody in."""
    return taught_s <= planned_s * LAST_ARRIVAL


def is_open(starts_at: datetime, now: datetime) -> bool:
    """Whether attendance may be marked at all yet."""
    return now >= starts_at - OPENS_BEFORE


def refusal_to_correct(
    ended_at: datetime, now: datetime, *, by_planner: bool, reason: str
) -> MarkRefusal | None:
    """Why an attendance cannot be changed after the class has ended, or None."""
    window = PLANNER_MAY_CORRECT if by_planner else TRAINER_MAY_CORRECT
    if now > ended_at + window:
        return MarkRefusal.WINDOW_OVER
    if not reason.strip():
        return MarkRefusal.REASON_NEEDED
    return None


@dataclass(frozen=True)
class Held:
    """A class that is over: seconds planned and taught, whether it counts as held, and if not
    why it was broken off.
    """

    planned_s: int
    taught_s: int
    is_held: bool
    cause: Cause = Cause.OPERATIONS

    @property
    def is_whole(self) -> bool:
        """Whether next to nothing of it was left out."""
        return counts_as_held(self.taught_s, self.planned_s, is_broken_off=True)


def fate_of(state: AttendanceState, minutes: int, held: Held) -> Fate:
    """What the debt account makes of an attendance with so many minutes in the class.

    Who came to a class that counts as held has attended it, with the minutes that were taught:
    what its trainer left out is lost, though nobody is owed it. Of a class that was broken off
    everybody who came has had the minutes they were there; the rest is lost and owed.
    """
    planned = held.planned_s // 60
    if state not in CAME:
        return Fate(planned, 0, is_attended=False, cause=CAUSES[state])
    if held.is_held and held.is_whole:
        return Fate(planned, planned, is_attended=True)
    if held.is_held:
        taught = min(planned, held.taught_s // 60)
        return Fate(planned, taught, is_attended=True, cause=Cause.TRAINER)
    return Fate(planned, min(minutes, planned), is_attended=False, cause=held.cause)
