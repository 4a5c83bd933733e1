"""The tables of typing tests."""

from trainhub.typing_tests.models.passages import (
    TypingPassage,
    TypingPassageVersion,
    TypingPhrase,
)
from trainhub.typing_tests.models.runs import (
    TypingChunk,
    TypingReview,
    TypingRun,
    TypingRunEvent,
    TypingRunPart,
)
from trainhub.typing_tests.models.tests import (
    TypingAllowance,
    TypingAssignment,
    TypingSitting,
    TypingTest,
)

__all__ = [
    "TypingAllowance",
    "TypingAssignment",
    "TypingChunk",
    "TypingPassage",
    "TypingPassageVersion",
    "TypingPhrase",
    "TypingReview",
    "TypingRun",
    "TypingRunEvent",
    "TypingRunPart",
    "TypingSitting",
    "TypingTest",
]
