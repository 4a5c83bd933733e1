"""When a run may begin, what is typed in it, and when it ends."""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from trainhub.typing_tests.rules.settings import (
    GRACE_S,
    START_WITHIN_S,
    Counting,
    TestSettings,
)


class StartRefusal(StrEnum):
    """Why a scored run may not begin. The value is the error code of the interface."""

    RETIRED = "typing_test_retired"
    NOT_ASSIGNED = "not_assigned"
    ROOM_CODE = "room_code_wrong"
    OWN_ROOM = "own_room"
    ROOM_CODE_NEEDED = "room_code_needed"
    NO_ATTEMPTS_LEFT = "no_attempts_left"
    PAUSE = "pause_between_attempts"
    NO_PASSAGE = "no_passage"


@dataclass(frozen=True)
class Tries:
    """How often somebody has taken a typing test.

    `used` counts every run but the unused and the voided ones; `granted` are further attempts
    from allowances; `last_ended_at` is the end of the latest one that is counted.
    """

    used: int = 0
    granted: int = 0
    last_ended_at: datetime | None = None


def attempts_left(settings: TestSettings, tries: Tries) -> int | None:
    """How many runs are left, 0 at the least; None where any number may be taken."""
    if not settings.attempts:
        return None
    return max(0, settings.attempts + tries.granted - tries.used)


def next_start(settings: TestSettings, tries: Tries) -> datetime | None:
    """From when on the next run may begin; None where there is nothing to wait for."""
    if tries.last_ended_at is None or not settings.pause_minutes:
        return None
    return tries.last_ended_at + timedelta(minutes=settings.pause_minutes)


def refusal_to_start(
    settings: TestSettings,
    tries: Tries,
    *,
    is_retired: bool,
    is_assigned: bool,
    is_code_right: bool | None,
    now: datetime,
) -> StartRefusal | None:
    """Why the test may not be taken now, or None.

    `is_code_right` is None where no room code was given. Whoever knows the code of an open room
    is in the sitting, assigned or not: the supervisor decides who sits in the room.
    """
    if is_retired:
        return StartRefusal.RETIRED
    if is_code_right is False:
        return StartRefusal.ROOM_CODE
    if not is_assigned and is_code_right is None:
        return StartRefusal.NOT_ASSIGNED
    if settings.counting is Counting.MEDIAN_OF_THREE_SUPERVISED and is_code_right is None:
        return StartRefusal.ROOM_CODE_NEEDED
    if attempts_left(settings, tries) == 0:
        return StartRefusal.NO_ATTEMPTS_LEFT
    begins = next_start(settings, tries)
    if begins is not None and now < begins:
        return StartRefusal.PAUSE
    return None


def wall_of(started_at: datetime, allowed_s: int) -> datetime:
    """When a run ends whatever its browser does: time to begin, time to type, time to send."""
    return started_at + timedelta(seconds=START_WITHIN_S + allowed_s + GRACE_S)


@dataclass(frozen=True)
class Choice:
    """A passage that may be typed, and the keys it takes (`PassageFacts.keystrokes`). `seen_at` is
    when this person last had it before them."""

    version_id: int
    language: str
    kind: str
    tests_width: bool
    text: str
    keystrokes: int
    seen_at: datetime | None = None


def in_turn(choices: Sequence[Choice], seed: str) -> list[Choice]:
    """Unseen ones first, in an order that only the seed knows; then the longest not seen."""
    shuffled = sorted(choices, key=lambda one: one.version_id)
    random.Random(seed).shuffle(shuffled)
    unseen = [one for one in shuffled if one.seen_at is None]
    seen = [(one.seen_at, at, one) for at, one in enumerate(shuffled) if one.seen_at is not None]
    return unseen + [one for _seen_at, _at, one in sorted(seen, key=lambda each: each[:2])]


def of_one_sort(turn: Sequence[Choice]) -> list[Choice]:
    """The first passage, and the others of its language and kind that judge width as it does."""

    def sort(one: Choice) -> tuple[str, str, bool]:
        return one.language, one.kind, one.tests_width

    return [one for one in turn if sort(one) == sort(turn[0])]


def is_in(text: str, choice: Choice) -> bool:
    """Whether the passage is in the text of a run, on lines of its own."""
    return f"\n{choice.text}\n" in f"\n{text}\n"


def place_in(text: str, choice: Choice) -> int:
    """Where the passage stands in the text of a run; behind it if it is not there."""
    place = f"\n{text}\n".find(f"\n{choice.text}\n")
    return place if place >= 0 else len(text)


def begun(lengths: Sequence[int], typed: int) -> int:
    """How many of the passages, in order, somebody has begun who typed that many characters:
    the first at the least, as it was before them. Between two there is a line end."""
    count, end = 1, 0
    for number, length in enumerate(lengths, start=1):
        if typed <= end and number > 1:
            break
        count, end = number, end + length + 1
    return count
