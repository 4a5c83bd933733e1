"""Changing exams: papers, attempts, marks. Nothing here commits."""

from trainhub.assessment.services.closing import (
    AttemptMoved,
    ReasonMissing,
    close_attempt,
    reopen_attempt,
    void_attempt,
)
from trainhub.assessment.services.marking import (
    finish_marking,
    mark_attempt,
    record_result,
    withdraw_result,
)
from trainhub.assessment.services.overriding import (
    OverrideRefused,
    grant_attempt,
    grant_extra_time,
    grant_window,
)
from trainhub.assessment.services.releasing import (
    list_due_releases,
    release_attempt,
    release_sitting,
)
from trainhub.assessment.services.saving import (
    AttemptClosed,
    QuestionNotInAttempt,
    Receipt,
    SaveKeyReused,
    flag_item,
    note_sighting,
    note_time,
    open_item,
    save_responses,
)
from trainhub.assessment.services.starting import (
    LanguageNotOffered,
    OpenElsewhere,
    StartRefused,
    start_attempt,
    start_preview,
)

__all__ = [
    "AttemptClosed",
    "AttemptMoved",
    "LanguageNotOffered",
    "OpenElsewhere",
    "OverrideRefused",
    "QuestionNotInAttempt",
    "ReasonMissing",
    "Receipt",
    "SaveKeyReused",
    "StartRefused",
    "close_attempt",
    "finish_marking",
    "flag_item",
    "grant_attempt",
    "grant_extra_time",
    "grant_window",
    "list_due_releases",
    "mark_attempt",
    "note_sighting",
    "note_time",
    "open_item",
    "record_result",
    "release_attempt",
    "release_sitting",
    "reopen_attempt",
    "save_responses",
    "start_attempt",
    "start_preview",
    "void_attempt",
    "withdraw_result",
]
