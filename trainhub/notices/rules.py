"""What is said when, and how often a failed sending is tried again."""

from __future__ import annotations

from datetime import date, timedelta
from enum import StrEnum

MOST_TRIES = 8
DUE_DAYS = (7, 3, 1)
EXAM_REMINDER = timedelta(hours=24)  # before a sitting opens
_LONGEST_WAIT = timedelta(hours=6)


class Kind(StrEnum):
    """What a notice is about; each has its text in both languages."""

    INVITE = "invite"
    RESET = "reset"
    ASSIGNED = "assigned"
    DUE = "due"
    OVERDUE = "overdue"
    EXAM_CALLED = "exam_called"
    EXAM_SOON = "exam_soon"
    EXAM_CANCELLED = "exam_cancelled"
    EXAM_RESULT = "exam_result"
    TYPING_ASSIGNED = "typing_assigned"
    TYPING_DUE = "typing_due"
    TYPING_OVERDUE = "typing_overdue"
    TYPING_RETEST = "typing_retest"
    CLASS_BOOKED = "class_booked"
    CLASS_MOVED = "class_moved"
    CLASS_CANCELLED = "class_cancelled"
    CLASS_SOON = "class_soon"
    SWAP_ASKED = "swap_asked"
    SEAT_FREE = "seat_free"
    REQUEST_STEP = "request_step"
    SEAT_OFFERED = "seat_offered"
    SURVEY_OPEN = "survey_open"


EXAM_KINDS = (Kind.EXAM_CALLED, Kind.EXAM_SOON, Kind.EXAM_CANCELLED, Kind.EXAM_RESULT)
CLASS_REMINDER = timedelta(hours=24)  # before a class begins
CLASS_KINDS = (
    Kind.CLASS_BOOKED,
    Kind.CLASS_MOVED,
    Kind.CLASS_CANCELLED,
    Kind.CLASS_SOON,
    Kind.SWAP_ASKED,
    Kind.SEAT_FREE,
)
AFTER_CLASS_KINDS = (Kind.SEAT_OFFERED, Kind.SURVEY_OPEN)
TYPING_KINDS = (Kind.TYPING_ASSIGNED, Kind.TYPING_DUE, Kind.TYPING_OVERDUE, Kind.TYPING_RETEST)


def due_key(enrolment_id: int, due_on: date, days_left: int) -> str:
    """The key of a reminder: a new due date is a new thing to remind of."""
    return f"{enrolment_id}:{due_on.isoformat()}:{days_left}"


def wait_before_try(tries: int) -> timedelta:
    """How long to wait after `tries` failed sendings: 1, 2, 4 … minutes, at most 6 hours."""
    return min(timedelta(minutes=2 ** max(0, tries - 1)), _LONGEST_WAIT)
