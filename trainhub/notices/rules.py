"""What is said when, and how often a failed sending is tried again."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from enum import StrEnum

MOST_TRIES = 8
CLAIMED_FOR = timedelta(minutes=10)  # longer than a mail server may take over one message
MOST_FILES = 10  # more entries than these are for a calendar address, not for a mail
MOST_APART = 3  # more classes than these are told to a trainer in one message
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
    SEAT_LEFT = "seat_left"
    TEACHING_GIVEN = "teaching_given"
    TEACHING_MOVED = "teaching_moved"
    TEACHING_CANCELLED = "teaching_cancelled"
    TEACHING_SOON = "teaching_soon"
    CLASS_OWED = "class_owed"
    REQUEST_STEP = "request_step"
    SEAT_OFFERED = "seat_offered"
    SURVEY_OPEN = "survey_open"
    REQUIREMENT_DUE = "requirement_due"
    REQUIREMENT_DUE_TEAM = "requirement_due_team"
    AWARD_ENDING = "award_ending"
    AWARD_ENDING_TEAM = "award_ending_team"
    STANDING_REMINDED = "standing_reminded"
    REFRESH_ASKED = "refresh_asked"
    REFRESH_DUE = "refresh_due"
    REFRESH_DUE_TEAM = "refresh_due_team"
    AWARD_CHANGED = "award_changed"
    AWARD_CHANGED_TEAM = "award_changed_team"
    TEAM_WEEK = "team_week"
    TEAM_WEEK_CHAT = "team_week_chat"


EXAM_KINDS = (Kind.EXAM_CALLED, Kind.EXAM_SOON, Kind.EXAM_CANCELLED, Kind.EXAM_RESULT)
CLASS_REMINDER = timedelta(hours=24)  # before a class begins
SEAT_NEWS = (  # their keys are booking and event
    Kind.CLASS_BOOKED,
    Kind.CLASS_MOVED,
    Kind.CLASS_CANCELLED,
    Kind.SEAT_FREE,
    Kind.SEAT_LEFT,
)
CLASS_KINDS = (*SEAT_NEWS, Kind.CLASS_SOON, Kind.SWAP_ASKED)
TEACHING_NEWS = (  # their keys are class and event
    Kind.TEACHING_GIVEN,
    Kind.TEACHING_MOVED,
    Kind.TEACHING_CANCELLED,
)
TEACHING_KINDS = (*TEACHING_NEWS, Kind.TEACHING_SOON)
AFTER_CLASS_KINDS = (Kind.CLASS_OWED, Kind.SEAT_OFFERED, Kind.SURVEY_OPEN)
TOGETHER = (  # however many there are, one message of each
    Kind.REQUIREMENT_DUE,
    Kind.REQUIREMENT_DUE_TEAM,
    Kind.AWARD_ENDING,
    Kind.AWARD_ENDING_TEAM,
    Kind.REFRESH_DUE,
    Kind.REFRESH_DUE_TEAM,
    Kind.AWARD_CHANGED,
    Kind.AWARD_CHANGED_TEAM,
)
REFRESH_DAYS = (7, 1), (1,)  # before the last day for a refresh, and after it
CERTIFICATION_KINDS = (
    *TOGETHER,
    Kind.STANDING_REMINDED,
    Kind.REFRESH_ASKED,
    Kind.TEAM_WEEK,
    Kind.TEAM_WEEK_CHAT,
)
TYPING_KINDS = (Kind.TYPING_ASSIGNED, Kind.TYPING_DUE, Kind.TYPING_OVERDUE, Kind.TYPING_RETEST)


def due_key(enrolment_id: int, due_on: date, days_left: int) -> str:
    """The key of a reminder: a new due date is a new thing to remind of."""
    return f"{enrolment_id}:{due_on.isoformat()}:{days_left}"


def letters_of(waiting: Sequence[tuple[int, int, str]]) -> list[list[int]]:
    """Which of the waiting notices (number, person, kind) go out as one message, by number.

    Much news of one kind to a trainer is one message, and so are the reminders of one kind to
    anybody; everything else is a message each.
    """
    groups: dict[tuple[int, str], list[int]] = {}
    for notice_id, person_id, kind in waiting:
        if kind in TEACHING_NEWS or kind in TOGETHER:
            groups.setdefault((person_id, kind), []).append(notice_id)
    together = [
        ids
        for (_, kind), ids in groups.items()
        if len(ids) > (1 if kind in TOGETHER else MOST_APART)
    ]
    gathered = {one for ids in together for one in ids}
    return [[one] for one, _, _ in waiting if one not in gathered] + together


def wait_before_try(tries: int) -> timedelta:
    """How long to wait after `tries` failed sendings: 1, 2, 4 … minutes, at most 6 hours."""
    return min(timedelta(minutes=2 ** max(0, tries - 1)), _LONGEST_WAIT)
