"""The time a solution may take, looked at cheaply and often."""

from __future__ import annotations

import time
from collections.abc import Callable


class Timer:
    """Seconds since the start against a limit, and whether the caller has cancelled."""

    ASK_EVERY_S = 0.05

    def __init__(self, limit_s: float, is_cancelled: Callable[[], bool] | None = None) -> None:
        self.started = time.monotonic()
        self.limit_s = limit_s
        self.cancelled = False
        self._is_cancelled = is_cancelled
        self._asked = self.started

    @property
    def seconds(self) -> float:
        return time.monotonic() - self.started

    @property
    def left(self) -> float:
        return 0.0 if self.cancelled else max(0.0, self.limit_s - self.seconds)

    def is_over(self) -> bool:
        now = time.monotonic()
        if self._is_cancelled and now - self._asked >= self.ASK_EVERY_S:
            self._asked = now
            self.cancelled = self.cancelled or self._is_cancelled()
        return self.cancelled or now - self.started >= self.limit_s

    def part(self, seconds: float) -> Timer:
        """A timer that ends after so many seconds or with this one, whichever comes first."""
        inner = Timer(min(self.left, seconds), self.is_over)
        inner.cancelled = self.is_over()
        return inner
