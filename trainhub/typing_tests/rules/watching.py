"""How far a run under way is, roughly: cheap enough to be asked every few seconds for a room."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

LEAST_MS = 5_000.0  # over less, a speed says nothing


@dataclass(frozen=True)
class Progress:
    """Characters in the text so far, and the time since the first of them in ms. Right or wrong
    is not judged here: that is for the end of the run."""

    characters: int = 0
    since_first_ms: float = 0.0

    @property
    def cpm(self) -> float | None:
        """Characters a minute so far, right or wrong; None in the first seconds."""
        if self.since_first_ms < LEAST_MS:
            return None
        return self.characters * 60_000 / self.since_first_ms


def progress_of(events: Sequence[Sequence[object]]) -> Progress:
    """How far events as they were sent have come. Selections are not followed."""
    characters, first_ms, last_ms = 0, None, 0.0
    for t_ms, kind, data in events:
        if kind in ("i", "ce"):
            characters += len(str(data))
        elif kind == "b":
            characters = max(0, characters - (data if isinstance(data, int) else 1))
        else:
            continue
        assert isinstance(t_ms, int | float)
        first_ms = t_ms if first_ms is None else first_ms
        last_ms = max(last_ms, t_ms)
    return Progress(characters, last_ms - first_ms if first_ms is not None else 0.0)
