"""Changing who learns what, and how far they are."""

from trainhub.learning.services.answering import (
    IdempotencyMismatch,
    ItemNotInLesson,
    NoAnswer,
    answer_item,
)
from trainhub.learning.services.assigning import (
    DueDateInThePast,
    DueDateTooFar,
    NobodyToAssign,
    Targets,
    TooMuchAtOnce,
    assign,
    count_completed,
    open_assignment_ids,
    withdraw_assignment,
)
from trainhub.learning.services.completing import review_completion
from trainhub.learning.services.enrolling import (
    NotVoluntary,
    SelfEnrolmentClosed,
    apply_assignment,
    enrol,
    leave,
)
from trainhub.learning.services.reading import (
    NoteTooLong,
    finish_lesson,
    get_lesson,
    note_place,
    save_note,
)
from trainhub.learning.services.repeating import NoLongerGiven, take_again
from trainhub.learning.services.starting import NotPublished, move_to_version, start_course

__all__ = [
    "DueDateInThePast",
    "DueDateTooFar",
    "IdempotencyMismatch",
    "ItemNotInLesson",
    "NoAnswer",
    "NoLongerGiven",
    "NobodyToAssign",
    "NotPublished",
    "NotVoluntary",
    "NoteTooLong",
    "SelfEnrolmentClosed",
    "Targets",
    "TooMuchAtOnce",
    "answer_item",
    "apply_assignment",
    "assign",
    "count_completed",
    "enrol",
    "finish_lesson",
    "get_lesson",
    "leave",
    "move_to_version",
    "note_place",
    "open_assignment_ids",
    "review_completion",
    "save_note",
    "start_course",
    "take_again",
    "withdraw_assignment",
]
