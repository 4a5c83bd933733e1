"""How far a run under way is, roughly: cheap enough to be asked every few seconds for a room."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from trainhub.typing_tests.rules.ending import FIRST_KINDS
from trainhub.typing_tests.rules.metrics import WORD

LEAST_MS = 5_000.0  # over less, a speed says nothing


@dataclass(frozen=True)
class Progress:
    """Characters in the text so far, and the time since the first of them in ms. Right or wrong
    is not judged here: that is for the end of the run. `first_key_ms` is when the typist's clock
    began, in ms since the start of the run; None before the first key."""

    characters: int = 0
    since_first_ms: float = 0.0
    first_key_ms: float | None = None

    @property
    def cpm(self) -> float | None:
        """Characters a minute so far, right or wrong; None in the first seconds."""
        if self.since_first_ms < LEAST_MS:
            return None
        return self.characters * 60_000 / self.since_first_ms

    def speed(self, unit: str) -> float | None:
        """The same in `unit`: a word is five characters."""
        if self.cpm is None:
            return None
        return self.cpm / WORD if unit == "wpm" else self.cpm


def progress_of(events: Sequence[Sequence[object]]) -> Progress:
    """How far events as they were sent have come. Selections are not followed."""
    characters, first_ms, last_ms, first_key_ms = 0, None, 0.0, None
    for t_ms, kind, data in events:
        assert isinstance(t_ms, int | float)
        if first_key_ms is None and kind in FIRST_KINDS:
            first_key_ms = t_ms
        if kind in ("i", "ce"):
            characters += len(str(data))
        elif kind == "b":
            characters = max(0, characters - (data if isinstance(data, int) else 1))
        else:
            continue
        first_ms = t_ms if first_ms is None else first_ms
        last_ms = max(last_ms, t_ms)
    since_first_ms = last_ms - first_ms if first_ms is not None else 0.0
    return Progress(characters, since_first_ms, first_key_ms)
