"""A process that solves some parts: parts come in on its standard input, reports go out.

Started by `workers` as `python -m trainhub.planner.solving.worker`; it writes pickles and
nothing else.
"""

from __future__ import annotations

import os
import pickle
import sys

from trainhub.planner.solving.clockwork import Timer
from trainhub.planner.solving.part import PartSolver, Report, run_parts
from trainhub.planner.solving.split import Part

REPORT_EVERY_S = 2.0


def work() -> None:
    """Solve what the parent sent and report until the time is up."""
    parent = os.getppid()
    # The parent is this very program; nobody else writes to the pipe.
    parts, limit_s, seed, use_solver = pickle.load(sys.stdin.buffer)  # noqa: S301
    # A parent that was killed could not end this process.
    timer = Timer(limit_s, lambda: os.getppid() != parent)

    def tell(report: Report) -> None:
        pickle.dump(report, sys.stdout.buffer)
        sys.stdout.buffer.flush()

    numbered: list[tuple[int, Part]] = parts
    solvers = [
        PartSolver(number, part, seed, use_solver=use_solver, workers=1)
        for number, part in numbered
    ]
    run_parts(solvers, timer, tell, REPORT_EVERY_S)


if __name__ == "__main__":
    work()
