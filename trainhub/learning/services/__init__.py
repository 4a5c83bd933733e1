"""Changing who learns what, and how far they are."""

from trainhub.learning.services.enrolling import (
    DueDateInThePast,
    NobodyToAssign,
    SelfEnrolmentClosed,
    Targets,
    apply_assignment,
    assign,
    enrol,
    open_assignment_ids,
    withdraw_assignment,
)
from trainhub.learning.services.progress import (
    NotPublished,
    answer_item,
    finish_lesson,
    move_to_version,
    note_place,
    open_lesson,
    review_completion,
    save_note,
    start_course,
)

__all__ = [
    "DueDateInThePast",
    "NobodyToAssign",
    "NotPublished",
    "SelfEnrolmentClosed",
    "Targets",
    "answer_item",
    "apply_assignment",
    "assign",
    "enrol",
    "finish_lesson",
    "move_to_version",
    "note_place",
    "open_assignment_ids",
    "open_lesson",
    "review_completion",
    "save_note",
    "start_course",
    "withdraw_assignment",
]
