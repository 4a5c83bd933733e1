"""Changing typing tests: runs, their timelines, what is decided about them. Nothing commits."""

from trainhub.typing_tests.services.closing import (
    close_if_over,
    close_run,
    finish_run,
    score_again,
    score_ahead,
)
from trainhub.typing_tests.services.receiving import (
    ChunkDiffers,
    ChunkRefused,
    Receipt,
    receive_chunk,
)
from trainhub.typing_tests.services.retention import delete_timeline
from trainhub.typing_tests.services.reviewing import (
    NotToReview,
    OwnRun,
    ReasonMissing,
    review_run,
)
from trainhub.typing_tests.services.starting import (
    RunUnderWay,
    StartedRun,
    StartRefused,
    renew_token,
    start_run,
)
from trainhub.typing_tests.services.voiding import NotToVoid, void_run

__all__ = [
    "ChunkDiffers",
    "ChunkRefused",
    "NotToReview",
    "NotToVoid",
    "OwnRun",
    "ReasonMissing",
    "Receipt",
    "RunUnderWay",
    "StartRefused",
    "StartedRun",
    "close_if_over",
    "close_run",
    "delete_timeline",
    "finish_run",
    "receive_chunk",
    "renew_token",
    "review_run",
    "score_again",
    "score_ahead",
    "start_run",
    "void_run",
]
