"""Seeded timelines of honest people and of cheats, as runs of `trainhub typing verify`.

`honest` has the makers of plain and of odd ones, `forged` those of cheats and of replays.
"""

from __future__ import annotations

import random

from tests.typing_tests.forged import FORGED, REPLAYED, replayed
from tests.typing_tests.honest import PLAIN, Run
from tests.typing_tests.odd import ODD

__all__ = ["FORGED", "ODD", "PLAIN", "REPLAYED", "plain_runs", "replayed", "seeded"]


def seeded(kind: str, number: int) -> random.Random:
    """The same for the same kind and number, on every machine."""
    return random.Random(f"{kind} {number}")


def plain_runs(count: int) -> list[Run]:
    """So many honest runs, of all kinds in turn."""
    kinds = list(PLAIN)
    return [PLAIN[kinds[n % len(kinds)]](seeded(kinds[n % len(kinds)], n)) for n in range(count)]
