"""How many requests one caller may send."""

from __future__ import annotations

import pytest

from trainhub.errors import SlowDown
from trainhub.web.rates import Bucket, forget_rates, spend

BUCKET = Bucket(size=3, refill_per_s=2)


def test_a_bucket_empties_and_fills_again() -> None:
    forget_rates()
    for _ in range(3):
        spend(BUCKET, "alice", at=100.0)
    with pytest.raises(SlowDown) as refused:
        spend(BUCKET, "alice", at=100.1)
    assert refused.value.retry_after_s == 1
    spend(BUCKET, "bob", at=100.1)
    spend(BUCKET, "alice", at=100.6)
    for _ in range(3):
        spend(BUCKET, "alice", at=1000.0)
    with pytest.raises(SlowDown):
        spend(BUCKET, "alice", at=1000.0)
