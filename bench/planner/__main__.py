"""How fast and how well the planner plans: one table.

    python -m bench.planner                          small and medium, public cases if there are
    python -m bench.planner --sizes large,huge --workers 2
    python -m bench.planner --sizes medium --seeds 1,2,3 --time-limit 20 --replan
    python -m bench.planner --tries 3                measured against the best of longer tries
    python -m bench.planner --sizes "" --data FOLDER  the public cases alone

FOLDER (by default TRAINHUB_BENCH_DATA) holds cap71.txt … cap74.txt and comp01.ctt. The column
`of plain` is the cost as a share of what first come, first served costs, measured in the same
run; machines cancel out of it. `best_known` is the published answer, or the cheapest of `--tries`
plans of the same problem from other seeds in ten times the time. `soft` is what the timetable
would cost in the competition, which is not what the planner seeks, and `soft_known` the cheapest
published. Ends with status 1 if a plan breaks a rule or a public case misses its published answer.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
from pathlib import Path
from typing import Any

from bench.planner.instances import SIZES
from bench.planner.measured import Case, measure

LIMITS = {"small": 10.0, "medium": 20.0, "large": 60.0, "huge": 300.0}
PUBLIC_LIMIT = 30.0
COLUMNS = (
    "case agents needed placed classes first_s seconds cost bound gap best_known over_best "
    "of_plain moved_share soft soft_known peak_mb status"
).split()
PUBLIC = ("cap71.txt", "cap72.txt", "cap73.txt", "cap74.txt", "comp01.ctt")


def main() -> None:
    """Measure what the command line asks for."""
    asked = _arguments()
    rows = []
    print(" ".join(f"{name:>11}" for name in COLUMNS), flush=True)
    for case in _cases(asked):
        answer = measure(case)
        for row in answer["rows"]:
            row["peak_mb"], row["seed"] = answer["peak_mb"], case.seed
            if row.get("plain"):
                row["of_plain"] = round(row["cost"] / row["plain"], 4)
            rows.append(row)
            print(" ".join(f"{_shown(row.get(name)):>11}" for name in COLUMNS), flush=True)
    if asked.json:
        Path(asked.json).write_text(json.dumps(rows, indent=1), "utf-8")
    faults = [fault for row in rows for fault in _faults(row)]
    for fault in faults:
        print(fault, file=sys.stderr)
    sys.exit(1 if faults else 0)


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="python -m bench.planner",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--sizes", default="small,medium", help="of " + ", ".join(SIZES))
    parser.add_argument("--seeds", default="1", help="1,2,3")
    parser.add_argument("--time-limit", type=float, help="seconds, instead of each size's own")
    parser.add_argument("--workers", type=int, default=os.cpu_count() or 1)
    parser.add_argument("--no-solver", action="store_true", help="without OR-Tools")
    parser.add_argument("--no-plain", action="store_true", help="do not measure first come")
    parser.add_argument("--replan", action="store_true", help="plan again after changed shifts")
    parser.add_argument("--tries", type=int, default=0, help="so many for the best known")
    parser.add_argument("--data", default=os.environ.get("TRAINHUB_BENCH_DATA"))
    parser.add_argument("--json", help="write the rows there too")
    return parser.parse_args()


def _cases(asked: argparse.Namespace) -> list[Case]:
    solver = not asked.no_solver
    cases = [
        Case(
            size,
            int(seed),
            asked.time_limit or LIMITS[size],
            asked.workers,
            solver,
            plain=not asked.no_plain,
            replan=asked.replan,
            tries=asked.tries,
        )
        for size in asked.sizes.split(",")
        if size
        for seed in asked.seeds.split(",")
    ]
    if not asked.data:
        return cases
    return cases + [
        Case(
            Path(name).stem,
            1,
            asked.time_limit or PUBLIC_LIMIT,
            asked.workers,
            solver,
            file=str(Path(asked.data) / name),
        )
        for name in PUBLIC
        if (Path(asked.data) / name).exists()
    ]


def _shown(value: Any) -> str:
    if value is None:
        return ""
    return f"{value:.10g}" if isinstance(value, float) else str(value)


def _faults(row: dict[str, Any]) -> list[str]:
    found = [f"{row['case']}: {text}" for text in row["violations"]]
    if row["case"].startswith("cap") and row.get("over_best", 0) > 1e-6:
        found.append(f"{row['case']}: the published answer is {row['over_best']:.4%} cheaper")
    if row["case"].startswith("comp") and row["placed"] < row["needed"]:
        found.append(f"{row['case']}: no feasible timetable was found")
    return found


if __name__ == "__main__":
    main()
