"""One case solved and measured, in a process of its own so that its memory is its own."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import threading
import time
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from bench.planner import competition, instances, public, replan
from bench.planner.plain import first_come
from trainhub.planner.judging.check import check
from trainhub.planner.judging.costs import objective
from trainhub.planner.judging.reading import Reading
from trainhub.planner.problem import Problem, read_problem
from trainhub.planner.problem.plan import Plan
from trainhub.planner.solving.solve import Progress, solve

SAMPLE_S = 0.2
# How much longer than the case itself a try for the best known plan may take.
TRY_TIMES = 10


@dataclass(slots=True)
class Case:
    """What is to be solved: the size of a made-up centre or a public file."""

    name: str
    seed: int
    time_limit_s: float
    workers: int
    use_solver: bool
    file: str | None = None
    plain: bool = False
    replan: bool = False
    tries: int = 0


def measure(case: Case) -> dict[str, Any]:
    """Solve the case in a new process; its row, with the peak of its memory in MB."""
    command = [sys.executable, "-m", "bench.planner.measured", json.dumps(asdict(case))]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        peak = _Peak(process.pid)
        peak.start()
        answer, _ = process.communicate()
    peak.join()
    if process.returncode:
        raise SystemExit(f"{case.name}: ended with status {process.returncode}")
    row: dict[str, Any] = json.loads(answer.splitlines()[-1])
    return row | {"peak_mb": peak.megabytes}


class _Peak(threading.Thread):
    """Watches a process and its children; each page is counted once however many share it."""

    def __init__(self, pid: int) -> None:
        super().__init__(daemon=True)
        self.pid, self.megabytes = pid, 0.0

    def run(self) -> None:
        while Path(f"/proc/{self.pid}").exists():
            sizes = [_size_kb(pid) for pid in (self.pid, *_descendants(self.pid))]
            if sizes[0] == 0:
                break  # ended, and not yet asked for its status
            self.megabytes = max(self.megabytes, round(sum(sizes) / 1024, 1))
            time.sleep(SAMPLE_S)


def _size_kb(pid: int) -> int:
    try:
        for line in Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines():
            if line.startswith("Pss:"):
                return int(line.split()[1])
    except OSError:
        pass
    return 0


def _descendants(pid: int) -> list[int]:
    found = []
    try:
        for task in Path(f"/proc/{pid}/task").iterdir():
            for child in (task / "children").read_text().split():
                found += [int(child), *_descendants(int(child))]
    except OSError:
        pass
    return found


class _Watch:
    """Notes when the first whole plan was there."""

    def __init__(self, needed: int) -> None:
        self.needed = needed
        self.started = time.monotonic()
        self.first_s: float | None = None

    def __call__(self, progress: Progress) -> None:
        if self.first_s is None and progress.placed and progress.needed >= self.needed:
            self.first_s = time.monotonic() - self.started


def _solved(problem: Problem, case: Case) -> tuple[Plan, dict[str, Any]]:
    watch = _Watch(len(Reading(problem).needed()))
    plan = solve(
        problem,
        time_limit_s=case.time_limit_s,
        seed=case.seed,
        workers=case.workers,
        on_progress=watch,
        use_solver=None if case.use_solver else False,
    )
    seconds = time.monotonic() - watch.started
    violations = check(problem, plan)
    return plan, {
        "case": case.name,
        "agents": problem.agent_count,
        "needed": watch.needed,
        "placed": plan.placed,
        "classes": len(plan.sessions),
        "first_s": round(watch.first_s if watch.first_s is not None else seconds, 2),
        "seconds": round(seconds, 2),
        "cost": plan.objective.total,
        "bound": plan.lower_bound,
        "gap": round(plan.gap, 4),
        "status": plan.status,
        "violations": [f"{one.rule} {one.place}: {one.detail}" for one in violations[:20]],
    }


def _tried(problem: Problem, case: Case) -> list[float]:
    """What plans of the same problem cost that other seeds find in far more time."""
    return [
        solve(
            problem,
            time_limit_s=TRY_TIMES * case.time_limit_s,
            seed=case.seed + number,
            workers=case.workers,
            use_solver=None if case.use_solver else False,
        ).objective.total
        for number in range(1, case.tries + 1)
    ]


def run(case: Case) -> list[dict[str, Any]]:
    """Solve the case here; one row, and another for planning again."""
    goal = None
    if case.file is None:
        raw = instances.make(case.name, case.seed)
    elif case.file.endswith(".ctt"):
        raw = public.timetable(Path(case.file))
    else:
        raw, goal = public.warehouses(Path(case.file))
    problem = read_problem(raw)
    plan, row = _solved(problem, case)
    if goal is not None:
        row["best_known"], row["over_best"] = goal, round(plan.objective.total / goal - 1, 6)
    elif case.tries:
        best = min(plan.objective.total, *_tried(problem, case))
        row["best_known"], row["over_best"] = best, round(plan.objective.total / best - 1, 6)
    if case.file and case.file.endswith(".ctt"):
        asked, _, _ = competition.read(Path(case.file))
        parts = competition.soft_cost(asked, public.lectures_of(plan))
        row["soft"], row["soft_parts"] = sum(parts.values()), parts
        row["soft_known"] = competition.BEST_KNOWN.get(case.name)
    if case.plain:
        started = time.monotonic()
        row["plain"] = objective(problem, first_come(problem)).total
        row["plain_s"] = round(time.monotonic() - started, 2)
    rows = [row]
    if case.replan:
        again = replan.changed(problem, plan, case.seed + 1)
        after, second = _solved(again, case)
        second["case"] = f"{case.name}, again"
        second["moved_share"] = round(replan.moved_share(problem, again, after), 4)
        rows.append(second)
    return rows


if __name__ == "__main__":
    os.nice(5)
    print(json.dumps({"rows": run(Case(**json.loads(sys.argv[1])))}))
