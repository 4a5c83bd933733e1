"""Two processes of the tick, killed at any moment: reminders and awards come once, none is lost.

`TRAINHUB_KILLS` says how many processes to kill (6 unless given); `bench/reliability/ticks.py`
does the same with as many as one likes.
"""

from __future__ import annotations

import os
from collections import Counter

import pytest

from bench.reliability.reminded import Told
from bench.reliability.ticks import compared, run

KILLS = int(os.environ.get("TRAINHUB_KILLS", "6"))
pytestmark = pytest.mark.skipif(not hasattr(os, "fork"), reason="needs fork")


@pytest.mark.parametrize("engine", ["sqlite", "postgresql"])
@pytest.mark.parametrize("kind", ["reminders", "awards"])
def test_nothing_is_lost_and_nothing_comes_twice_without_a_kill(kind: str, engine: str) -> None:
    outcome = run(kind, engine, people=4, kills=KILLS, seed=3)
    assert outcome.faults == []
    assert outcome.done >= 4 and outcome.killed > 0


def test_the_harness_sees_what_is_lost_and_what_was_not_due() -> None:
    due, other = ("alice", "requirement_due", "1"), ("bob", "requirement_due", "2")
    calm, stormy = Told(Counter({due: 1})), Told(Counter({other: 1}), killed=1)
    assert compared(calm, stormy, 1) == [f"lost: {due}", f"not due: {other}"]
    assert compared(Told(), Told(), 1) == [
        "nothing was to be told: this proves nothing",
        "nobody was killed: this proves nothing",
    ]
