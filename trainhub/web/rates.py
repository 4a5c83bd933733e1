"""How many requests one caller may send: a bucket of tokens that fills up again.

Counted by each process for itself and forgotten when it ends: it keeps a loop from taking the
machine, it guards no secret (`people.services.sign_ins` counts those, in the database).
"""

from __future__ import annotations

import threading
import time
from collections import OrderedDict
from dataclasses import dataclass

from trainhub.errors import SlowDown

MOST_CALLERS = 20_000


@dataclass(frozen=True)
class Bucket:
    """`size` requests at once, then `refill_per_s` each second."""

    size: int
    refill_per_s: float


_levels: OrderedDict[tuple[Bucket, str], tuple[float, float]] = OrderedDict()
_lock = threading.Lock()


def spend(bucket: Bucket, caller: str, at: float | None = None) -> None:
    """Take one token of the caller's bucket. Raises `SlowDown` if there is none.

    `at` is in seconds of the monotonic clock, read if not given.
    """
    at = time.monotonic() if at is None else at
    with _lock:
        level, since = _levels.pop((bucket, caller), (float(bucket.size), at))
        level = min(bucket.size, level + max(0.0, at - since) * bucket.refill_per_s)
        is_empty = level < 1
        _levels[bucket, caller] = (level if is_empty else level - 1, at)
        while len(_levels) > MOST_CALLERS:
            _levels.popitem(last=False)
    if is_empty:
        raise SlowDown(max(1, round((1 - level) / bucket.refill_per_s)))


def forget_rates() -> None:
    """Fill every bucket, for tests that share one process."""
    with _lock:
        _levels.clear()
