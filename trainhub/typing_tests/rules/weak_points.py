"""Which signs and pairs of signs a person types slowest, and which they get wrong."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

from trainhub.typing_tests.rules.folding import fold
from trainhub.typing_tests.rules.metrics import judge_entry
from trainhub.typing_tests.rules.pauses import PAUSE_MS
from trainhub.typing_tests.rules.replay import Replayed, replay
from trainhub.typing_tests.rules.wire import Event

LEAST_SEEN = 2  # once is chance
MOST_LISTED = 10


@dataclass(frozen=True, slots=True)
class WeakPoint:
    """A sign or a pair as the passage wants it: how often it was typed, how often wrong, and the
    mean time it took in milliseconds (None where it never came directly after another)."""

    text: str
    seen: int
    mistakes: int
    mean_ms: float | None

    @property
    def error_rate(self) -> float:
        """Mistakes among times seen, 0 to 1."""
        return self.mistakes / self.seen

    def as_dict(self) -> dict[str, Any]:
        """For pages and the API."""
        return {
            "text": self.text,
            "seen": self.seen,
            "mistakes": self.mistakes,
            "mean_ms": self.mean_ms,
        }


@dataclass(frozen=True)
class WeakPoints:
    """The slowest and the most mistaken signs and pairs, the weakest first."""

    slow_characters: list[WeakPoint] = field(default_factory=list)
    slow_pairs: list[WeakPoint] = field(default_factory=list)
    mistaken_characters: list[WeakPoint] = field(default_factory=list)
    mistaken_pairs: list[WeakPoint] = field(default_factory=list)

    def as_dict(self) -> dict[str, Any]:
        """For pages and the API."""
        return {
            name: [point.as_dict() for point in getattr(self, name)]
            for name in ("slow_characters", "slow_pairs", "mistaken_characters", "mistaken_pairs")
        }


@dataclass
class _Tally:
    seen: int = 0
    mistakes: int = 0
    times: list[float] = field(default_factory=list)


def weak_points(events: Sequence[Event], passage: str, *, tests_width: bool = False) -> WeakPoints:
    """The weak points of one run."""
    return weak_points_of([(events, passage, tests_width)])


def weak_points_of(runs: Iterable[tuple[Sequence[Event], str, bool]]) -> WeakPoints:
    """The weak points over several runs, each with its passage and whether that tests width."""
    signs: dict[str, _Tally] = {}
    pairs: dict[str, _Tally] = {}
    for events, passage, tests_width in runs:
        _tally(replay(events), fold(passage, tests_width=tests_width), tests_width, signs, pairs)
    return WeakPoints(
        slow_characters=_slowest(signs),
        slow_pairs=_slowest(pairs),
        mistaken_characters=_most_mistaken(signs),
        mistaken_pairs=_most_mistaken(pairs),
    )


def _tally(
    played: Replayed,
    wanted: str,
    tests_width: bool,
    signs: dict[str, _Tally],
    pairs: dict[str, _Tally],
) -> None:
    """Count each sign that came in. The time of a commit is shared among its signs; a pause is
    nobody's fault, and the time after a deletion belongs to the correction."""
    before_ms: float | None = None
    commits = {id(commit): judged for commit, judged in judge_entry(played, wanted, tests_width)}
    for change in played.changes:
        judged = commits.get(id(change))
        if judged is None:
            before_ms = None
            continue
        took = None
        if before_ms is not None and 0 <= change.t_ms - before_ms < PAUSE_MS * len(judged):
            took = (change.t_ms - before_ms) / len(judged)
        before_ms = change.t_ms
        for one in judged:
            if not one.wanted.strip():
                continue
            _add(signs, one.wanted, one.is_right, took)
            first = wanted[one.place - 1 : one.place] if one.place else ""
            if first.strip():
                _add(pairs, first + one.wanted, one.is_right, took)


def _add(tallies: dict[str, _Tally], text: str, is_right: bool, took: float | None) -> None:
    tally = tallies.setdefault(text, _Tally())
    tally.seen += 1
    tally.mistakes += not is_right
    if took is not None and is_right:
        tally.times.append(took)


def _points(tallies: dict[str, _Tally]) -> list[WeakPoint]:
    return [
        WeakPoint(
            text, tally.seen, tally.mistakes, sum(tally.times) / len(tally.times)
            if tally.times else None,
        )
        for text, tally in tallies.items()
    ]  # fmt: skip


def _slowest(tallies: dict[str, _Tally]) -> list[WeakPoint]:
    seen = [
        point
        for point in _points(tallies)
        if point.mean_ms is not None and len(tallies[point.text].times) >= LEAST_SEEN
    ]
    return sorted(seen, key=lambda point: (-(point.mean_ms or 0.0), point.text))[:MOST_LISTED]


def _most_mistaken(tallies: dict[str, _Tally]) -> list[WeakPoint]:
    wrong = [point for point in _points(tallies) if point.mistakes]
    return sorted(wrong, key=lambda point: (-point.mistakes, -point.error_rate, point.text))[
        :MOST_LISTED
    ]
