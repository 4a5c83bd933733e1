"""Scoring a run from what is stored of it: figures and verdict, by the rules alone."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from trainhub.typing_tests.models import TypingRun
from trainhub.typing_tests.queries.runs import rules_of
from trainhub.typing_tests.queries.timelines import (
    earlier_parts,
    earlier_speeds,
    lengths_of,
    own_rhythms,
    timeline_of,
)
from trainhub.typing_tests.rules.ending import is_finished, is_used
from trainhub.typing_tests.rules.receiving import since_start_ms
from trainhub.typing_tests.rules.rhythm import parts_of
from trainhub.typing_tests.rules.settings import Mode
from trainhub.typing_tests.rules.states import EndedBy
from trainhub.typing_tests.rules.verification import Claim, Evidence, Finding, verify

LARGEST_CLAIM = 100_000.0


@dataclass(frozen=True)
class Told:
    """What the browser believes at the end: the text it shows, the figures it showed."""

    final_text: str | None = None
    claim: Mapping[str, Any] = field(default_factory=dict)

    def as_claim(self) -> Claim | None:
        """The figures as the verification takes them; what is no number is none."""
        speeds = [_number(self.claim.get(name)) for name in ("cpm", "wpm")]
        speed = next((one for one in speeds if one is not None), None)
        accuracy = _number(self.claim.get("accuracy"))
        return None if speed is None and accuracy is None else Claim(speed, accuracy)

    def noted(self) -> dict[str, float]:
        """The claimed figures as they are kept in the history."""
        found = {name: _number(self.claim.get(name)) for name in ("cpm", "wpm", "accuracy")}
        return {name: value for name, value in found.items() if value is not None}


def _number(value: object) -> float | None:
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    return float(value) if 0 <= value <= LARGEST_CLAIM else None


@dataclass(frozen=True)
class Score:
    """A finding, and what it rests on: the run's chunks before `next_chunk`, ended at `ended_at`
    by its typist or not. `is_used` is whether anything was typed at all; `parts` are where in the
    rhythm each passage lies that was reached."""

    finding: Finding
    is_used: bool
    parts: tuple[tuple[int, int], ...]
    next_chunk: int
    by: EndedBy
    ended_at: datetime

    def fits(self, run: TypingRun) -> bool:
        """Whether it is the score of this run as it ended."""
        return (self.next_chunk, self.by, self.ended_at) == (
            run.next_chunk,
            run.ended_by,
            run.ended_at,
        )


def score_run(run: TypingRun, told: Told, *, by: EndedBy, ended_at: datetime) -> Score:
    """Verify and measure a run as it stands. Reads only."""
    rules, timeline = rules_of(run), timeline_of(run.id)
    ended_ms = since_start_ms(run.started_at, ended_at)
    evidence = Evidence(
        events=timeline.events,
        passage=run.text,
        language=rules.language,
        kind=rules.kind,
        tests_width=rules.tests_width,
        final_text=told.final_text,
        arrivals=timeline.chunks,
        allowed_ms=rules.allowed_s * 1000 if rules.mode is Mode.TIMED else None,
        finished=is_finished(rules, timeline.events, by, ended_ms),
        claim=told.as_claim(),
        history=earlier_speeds(run),
    )
    parts = parts_of(timeline.events, lengths_of(run))
    finding = verify(evidence, own_history=own_rhythms(run), parts=earlier_parts(run, parts))
    used = is_used(timeline.events)
    return Score(finding, used, tuple(parts), run.next_chunk, by, ended_at)
