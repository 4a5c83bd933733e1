"""Which typing runs are accepted, flagged and refused, and how long the verification takes.

    python bench/typing_verification.py [--honest 2000] [--each 40]

It makes timelines from seeds (`tests/typing_tests/timelines.py`): plain honest ones, honest ones
that look odd, forged ones of every kind, and copies of honest ones. It prints the verdicts of
each kind with the commonest reasons, then the processor time for a run of 3,000 events. It ends
with status 1 if an honest run was refused, more than 2 per cent of the plain ones were flagged,
a forged one was accepted, or the time is over 50 ms.
"""

from __future__ import annotations

import argparse
import sys
from collections import Counter
from collections.abc import Iterable
from itertools import combinations
from pathlib import Path
from time import process_time

sys.path.append(str(Path(__file__).parent.parent))
from tests.typing_tests.honest import Run, english, pinyin, plain_network, send, typed_text
from tests.typing_tests.timelines import FORGED, ODD, PLAIN, REPLAYED, replayed, seeded
from trainhub.typing_tests.rules.rhythm import Rhythm
from trainhub.typing_tests.rules.run_file import read_runs, verify_runs
from trainhub.typing_tests.rules.states import Verdict
from trainhub.typing_tests.rules.verification import Finding, verify

EVENTS = 3_000
MOST_MS = 50.0
MOST_FLAGGED = 0.02


class Table:
    """Verdicts of each kind, printed as they come, and what they add up to."""

    def __init__(self) -> None:
        self.sums: dict[str, Counter[str]] = {}

    def row(self, group: str, kind: str, findings: Iterable[Finding]) -> None:
        findings = list(findings)
        verdicts = Counter(finding.verdict.value for finding in findings)
        reasons = Counter(code for finding in findings for code in finding.reasons)
        self.sums.setdefault(group, Counter()).update(verdicts)
        told = ", ".join(f"{code} {count}" for code, count in reasons.most_common(3))
        figures = "".join(f"{verdicts[verdict.value]:8}" for verdict in Verdict)
        print(f"{group:9}{kind:26}{figures}   {told}", flush=True)

    def total(self) -> None:
        print()
        for group, verdicts in self.sums.items():
            figures = "".join(f"{verdicts[verdict.value]:8}" for verdict in Verdict)
            print(f"{group:9}{'together':26}{figures}")


def judge(run: Run) -> Finding:
    ((_, finding),) = verify_runs(read_runs([run]))
    return finding


def false_replays(findings: list[Finding]) -> int:
    """Pairs of honest runs that are taken for each other, among the first 600."""
    rhythms = [Rhythm.unpack(finding.rhythm) for finding in findings[:600]]
    return sum(one.repeats(other) for one, other in combinations(rhythms, 2))


def long_run(kind: str) -> Run:
    """A run of exactly 3,000 events."""
    run = english(seeded("long", 1), 100) if kind == "en" else pinyin(seeded("long", 1), 120)
    passage = run["text"]
    while len(run["events"]) < EVENTS:
        last = run["events"][-1][0]
        run["events"] += [[last + event[0], *event[1:]] for event in run["events"]]
        passage += passage
    run["events"] = run["events"][:EVENTS]
    run |= {"text": passage, "final_text": typed_text(run["events"])}
    send(run, plain_network(seeded("long", 2)), run["server_start_ms"])
    return run


def time_ms(kind: str) -> tuple[float, float]:
    """Least and median processor time to read and judge 3,000 events."""
    run = long_run(kind)
    known = [Rhythm.unpack(judge(english(seeded("known", n))).rhythm) for n in range(50)]
    times = []
    for _ in range(21):
        begun = process_time()
        (filed,) = read_runs([run])
        verify(filed.evidence, others=known)
        times.append(1_000 * (process_time() - begun))
    return min(times), sorted(times)[10]


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--honest", type=int, default=2_000, help="plain honest runs")
    parser.add_argument("--each", type=int, default=40, help="runs of each other kind")
    options = parser.parse_args()
    table, plain = Table(), []
    print(f"{'':35}" + "".join(f"{verdict.value:>8}" for verdict in Verdict))
    for kind, make in PLAIN.items():
        found = [judge(make(seeded(kind, n))) for n in range(-(-options.honest // len(PLAIN)))]
        plain += found
        table.row("plain", kind, found)
    for group, kinds in (("odd", ODD), ("forged", FORGED)):
        for kind, make in kinds.items():
            table.row(group, kind, (judge(make(seeded(kind, n))) for n in range(options.each)))
    for kind in REPLAYED:
        pairs = (read_runs(list(replayed(seeded(kind, n), kind))) for n in range(options.each))
        table.row("replayed", kind, (list(verify_runs(pair))[1][1] for pair in pairs))
    table.total()
    print(f"honest runs taken for each other: {false_replays(plain)}")
    slowest = 0.0
    for kind in ("en", "zh"):
        least, middle = time_ms(kind)
        slowest = max(slowest, middle)
        print(f"{EVENTS} events, {kind}, 50 rhythms known: {least:.1f} ms, median {middle:.1f} ms")
    sums = table.sums
    is_good = (
        sums["plain"]["refuse"] + sums["odd"]["refuse"] == 0
        and sums["plain"]["flag"] <= MOST_FLAGGED * sum(sums["plain"].values())
        and sums["forged"]["accept"] + sums["replayed"]["accept"] == 0
        and slowest < MOST_MS
    )
    print("all as it should be" if is_good else "NOT as it should be")
    return 0 if is_good else 1


if __name__ == "__main__":
    sys.exit(main())
