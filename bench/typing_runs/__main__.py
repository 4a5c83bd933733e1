"""python -m bench.typing_runs storm --agents 500 --engine sqlite

A fresh instance in a temporary folder, the real server with its worker and two processes, N
typists by asyncio in this process. First sixteen of them measure what a request costs, and the
chunk endpoint beside a bare one; then all start within seconds, type a minute (`--scale` of it)
with a chunk every five seconds, and finish within seconds. Prints a table and writes
bench/results/typing-ENGINE-AGENTS.json. Ends with status 1 if a chunk was lost, a run did not
end once and scored, an honest typist was refused, or somebody saw an error.
"""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
from pathlib import Path
from typing import Any

from bench.typing_runs.storm import run

RESULTS = Path(__file__).parents[1] / "results"
MUST_BE_NONE = ("lost", "not_ended_once", "not_scored", "text_differs", "refused")


def show(report: dict[str, Any]) -> None:
    """The figures as a table."""
    print(f"\n{'endpoint':20} {'count':>7} {'p50':>8} {'p95':>8} {'p99':>8}  ms")
    for what, one in sorted(report["endpoints"].items()):
        print(f"{what:20} {one['count']:7} {one['p50']:8} {one['p95']:8} {one['p99']:8}")
    if "costs" in report:
        print(f"\nprocessor time by request: {report['costs']}")
    if "chunks_alone" in report:
        alone = report["chunks_alone"]
        bare, own = alone["bare"], alone["trainhub"]
        print(
            f"chunks alone ({alone['events_in_chunk']} events): {own['rate']:.0f}/s (p95"
            f" {own['p95']:.1f} ms), bare durable upsert {bare['rate']:.0f}/s"
            f" (p95 {bare['p95']:.1f} ms): {alone['ratio']:.0%}"
        )
    print(f"all had finished {report['all_finished_after_s']} s after the last wanted to")
    for name in (
        "verdict", "open_at_the_end", "errors", "repeats", "generator", "memory_mb",
        "server_cpu_s",
    ):  # fmt: skip
        print(f"{name}: {report[name]}")
    print(f"load average {report['load_before']:.1f} before, {report['load_after']:.1f} after")


def failed(report: dict[str, Any]) -> bool:
    """Whether anything happened that may not."""
    verdict = report["verdict"]
    wrong = any(verdict[name] for name in MUST_BE_NONE) or verdict["runs"] < report["agents"]
    return bool(wrong or report["errors"] or report["open_at_the_end"])


def main() -> int:
    """Read the command, blow, tell."""
    parser = argparse.ArgumentParser(prog="python -m bench.typing_runs", description=__doc__)
    storm = parser.add_subparsers(required=True).add_parser("storm")
    storm.add_argument("--agents", type=int, default=500)
    storm.add_argument("--engine", choices=("sqlite", "postgresql"), default="sqlite")
    storm.add_argument("--scale", type=float, default=1.0, help="of the minute they type")
    storm.add_argument("--sign-in-s", type=float, default=60.0, help="sign-ins spread over")
    storm.add_argument("--bell-within", type=float, default=5.0, help="starts spread over, s")
    storm.add_argument("--last-within", type=float, default=3.0, help="ends spread over, s")
    storm.add_argument("--closes", type=float, default=0.05, help="connections dropped after use")
    storm.add_argument("--cost-rounds", type=int, default=3, help="0 leaves the costs out")
    storm.add_argument("--rounds", type=int, default=3, help="of the ratio; 0 leaves it out")
    storm.add_argument("--seconds", type=float, default=5.0, help="length of a round of the ratio")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        report = run(Path(folder), options) | {"agents": options.agents}
    RESULTS.mkdir(exist_ok=True)
    file = RESULTS / f"typing-{options.engine}-{options.agents}.json"
    file.write_text(json.dumps(report, indent=1))
    show(report)
    return 1 if failed(report) else 0


if __name__ == "__main__":
    sys.exit(main())
