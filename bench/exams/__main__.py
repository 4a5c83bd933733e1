"""python -m bench.exams storm --agents 500 --engine sqlite

A fresh instance in a temporary folder, the real server with its worker and two processes, N
agents by asyncio in this process. Prints a table and writes bench/results/exams-ENGINE.json.
Ends with status 1 if an answer was lost, an attempt did not end once, or somebody saw an error.
"""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
from pathlib import Path
from typing import Any

from bench.exams.storm import run

RESULTS = Path(__file__).parents[1] / "results"


def show(report: dict[str, Any]) -> None:
    """The figures as a table."""
    print(f"\n{'endpoint':40} {'count':>7} {'p50':>8} {'p95':>8} {'p99':>8}  ms")
    for what, one in sorted(report["endpoints"].items()):
        print(f"{what:40} {one['count']:7} {one['p50']:8} {one['p95']:8} {one['p99']:8}")
    if "saving" in report:
        saving = report["saving"]
        bare, own = saving["bare"], saving["trainhub"]
        print(
            f"\nsaving alone: {own['rate']:.0f}/s (p95 {own['p95']:.1f} ms), bare durable upsert"
            f" {bare['rate']:.0f}/s (p95 {bare['p95']:.1f} ms): {saving['ratio']:.0%}"
        )
    print(f"all had ended {report['results_after_s']} s after the last wall")
    for name in ("verdict", "errors", "repeats", "generator", "server", "memory_mb"):
        print(f"{name}: {report[name]}")
    print(f"load average {report['load_before']:.1f} before, {report['load_after']:.1f} after")


def failed(report: dict[str, Any]) -> bool:
    """Whether anything happened that may not."""
    verdict = report["verdict"]
    wrong = verdict["lost"] or verdict["attempts_twice"] or verdict["not_ended_once"]
    return bool(wrong or report["errors"])


def main() -> int:
    """Read the command, blow, tell."""
    parser = argparse.ArgumentParser(prog="python -m bench.exams", description=__doc__)
    storm = parser.add_subparsers(required=True).add_parser("storm")
    storm.add_argument("--agents", type=int, default=500)
    storm.add_argument("--engine", choices=("sqlite", "postgresql"), default="sqlite")
    storm.add_argument("--think", choices=("fast", "slow"), default="fast", help="2-5 or 30-90 s")
    storm.add_argument("--scale", type=float, default=1.0, help="of the thinking time")
    storm.add_argument("--sign-in-s", type=float, default=60.0, help="sign-ins spread over")
    storm.add_argument("--bell-within", type=float, default=2.0, help="starts spread over, s")
    storm.add_argument("--closes", type=float, default=0.05, help="connections dropped after use")
    storm.add_argument("--rounds", type=int, default=3, help="of the ratio; 0 leaves it out")
    storm.add_argument("--seconds", type=float, default=5.0, help="length of a round of the ratio")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        report = run(Path(folder), options)
    RESULTS.mkdir(exist_ok=True)
    file = RESULTS / f"exams-{options.engine}-{options.think}-{options.agents}.json"
    file.write_text(json.dumps(report, indent=1))
    show(report)
    return 1 if failed(report) else 0


if __name__ == "__main__":
    sys.exit(main())
