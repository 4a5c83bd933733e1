"""The one place that reads the time of day. Only edges (views, jobs, commands) call it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime, tzinfo

_frozen_at: datetime | None = None


def now() -> datetime:
    """The current instant in UTC."""
    return _frozen_at or datetime.now(UTC)


def today(zone: tzinfo) -> date:
    """The current date on a calendar in `zone`."""
    return now().astimezone(zone).date()


@contextmanager
def frozen(at: datetime) -> Iterator[None]:
    """Stand still at `at` (an aware instant): for tests and for the demonstration centre."""
    global _frozen_at  # noqa: PLW0603 -- the clock is a process-wide thing by nature
    if at.tzinfo is None:
        raise ValueError("a frozen clock needs an aware instant")
    before, _frozen_at = _frozen_at, at.astimezone(UTC)
    try:
        yield
    finally:
        _frozen_at = before
