"""The tick: what happens because time has passed, stage by stage, subject by subject.

A stage takes the hour as an argument and works through its own transactions. It is run by
the worker's scheduler, by ``trainhub tick``, or by a test that names the hour. A failing
stage is logged and does not stop the next one.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime

from trainhub.db import db

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Stage:
    """One thing the tick does. `run(now)` returns how many cases it has dealt with.

    An urgent one is also run every few seconds; it costs next to nothing when nothing is due.
    """

    name: str
    order: int
    run: Callable[[datetime], int]
    is_urgent: bool = False


_stages: dict[str, Stage] = {}


def register_stage(stage: Stage) -> None:
    """Put a stage into the tick (called by `assembly` for each subject's `jobs.STAGES`)."""
    _stages[stage.name] = stage


def tick(now: datetime) -> dict[str, int | None]:
    """Run every stage in order; the cases each has dealt with, None where it failed."""
    return _run(_stages.values(), now)


def run_urgent(now: datetime) -> dict[str, int | None]:
    """Run the urgent stages alone, as `tick` does."""
    return _run([stage for stage in _stages.values() if stage.is_urgent], now)


def _run(stages: Iterable[Stage], now: datetime) -> dict[str, int | None]:
    outcome: dict[str, int | None] = {}
    for stage in sorted(stages, key=lambda one: one.order):
        try:
            outcome[stage.name] = stage.run(now)
        except Exception:  # a broken stage must not stop the others; it is logged in full
            log.exception("stage %s failed", stage.name)
            db.session.rollback()
            outcome[stage.name] = None
    return outcome
