"""`trainhub plan`: planning problems solved and plans checked in files, without a database."""

from __future__ import annotations

import json
import math
import os
import signal
import sys
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import FrameType
from typing import TYPE_CHECKING, Any, NoReturn

import click

from trainhub.cli.report import finish, json_option, refuse
from trainhub.errors import InputError
from trainhub.planner.problem import BadProblem, Problem, read_problem
from trainhub.planner.problem.plan import Plan, read_plan

if TYPE_CHECKING:
    from trainhub.planner.judging.relaxations import Relaxation
    from trainhub.planner.solving.solve import Progress

MOST_BYTES = 256 * 1024 * 1024
_PROGRESS_EVERY_S = 1.0
_FAULT = "%(fault)s"
_NO_JSON = "This is no JSON text in UTF-8: %(reason)s"
_TOO_BIG = "The file is larger than %(most)s MB."
_NO_FOLDER = "The plan cannot be written there: %(reason)s"

_file = click.Path(exists=True, dir_okay=False, path_type=Path)


class _Seconds(click.FloatRange):
    """A range that `nan`, which is neither below nor above, does not slip through."""

    def convert(
        self, value: Any, param: click.Parameter | None, ctx: click.Context | None
    ) -> float:
        seconds = float(super().convert(value, param, ctx))
        if math.isnan(seconds):
            self.fail("nan is no number of seconds.", param, ctx)
        return seconds


_seconds = _Seconds(min=0.1, max=86_400)


@click.group()
def plan() -> None:
    """Solve planning problems and check plans, in files (docs/planner.md).

    Example: trainhub plan solve problem.json --out plan.json --time-limit 20
    """


@plan.command("solve")
@click.argument("problem_file", metavar="PROBLEM", type=_file)
@click.option("--out", type=click.Path(dir_okay=False, path_type=Path), required=True,
              help="Where the plan is written.")  # fmt: skip
@click.option("--time-limit", type=_seconds, default=60.0, show_default=True,
              help="Seconds; the best plan found by then is written.")  # fmt: skip
@click.option("--seed", type=click.IntRange(0, 2**31 - 1), default=None,
              help="Instead of the seed in the problem.")  # fmt: skip
@click.option("--workers", type=click.IntRange(1, 64), default=os.cpu_count() or 1,
              show_default="one per core", help="Processes at work.")  # fmt: skip
@click.option("--no-solver", is_flag=True, help="Plan without OR-Tools.")
@json_option
def solve_command(
    problem_file: Path,
    out: Path,
    time_limit: float,
    seed: int | None,
    workers: int,
    no_solver: bool,
    as_json: bool,
) -> None:
    """Plan PROBLEM and write the plan; progress goes to the standard error output.

    Ctrl-C ends it early: the best plan so far is written with the status "interrupted". The exit
    status is 0 if a plan was written, also one that leaves people without a seat; 1 if the
    problem cannot be read or the plan not be written.

    Example: trainhub plan solve problem.json --out plan.json --time-limit 20 --json
    """
    from trainhub.planner.solving.solve import solve

    problem = read_problem_file(problem_file, as_json)
    if not out.parent.is_dir():
        _unwritable(out, as_json, f"{out.parent} is no folder")
    with _until_interrupted() as interrupted:
        found = solve(
            problem,
            time_limit_s=time_limit,
            seed=seed,
            workers=workers,
            on_progress=_Reporter(),
            is_cancelled=lambda: bool(interrupted),
            use_solver=False if no_solver else None,
        )
    _write(found, out, as_json)
    summary = _summary(found)
    finish(as_json, [*_lines(found), f"written: {out}"], plan=str(out), **summary)


@plan.command("check")
@click.argument("problem_file", metavar="PROBLEM", type=_file)
@click.argument("plan_file", metavar="PLAN", type=_file)
@json_option
def check_command(problem_file: Path, plan_file: Path, as_json: bool) -> None:
    """Check PLAN against every hard rule of PROBLEM, its costs, and those it leaves out.

    Pins that have somebody teach and sit at once are told as well; they are not the plan's fault.
    The exit status is 0 for a right plan; 1 if a rule is broken (each is listed with its place)
    or a file cannot be read.

    Example: trainhub plan check problem.json plan.json
    """
    from trainhub.planner.judging.check import check
    from trainhub.planner.judging.teaching import pinned_in_two_places

    problem, found = _read_both(problem_file, plan_file, as_json)
    violations, pinned = check(problem, found), pinned_in_two_places(problem)
    if as_json:
        listed = [
            {"rule": one.rule, "place": one.place, "detail": one.detail} for one in violations
        ]
        twice = [{"agent": one.agent, "taught": one.taught, "sat": one.sat} for one in pinned]
        answer = {
            "ok": not violations,
            "violations": listed,
            "pinned_in_two_places": twice,
            **_summary(found),
        }
        click.echo(json.dumps(answer, ensure_ascii=False, indent=1))
    else:
        for one in violations:
            click.echo(f"{one.rule} {one.place}: {one.detail}")
        for both in pinned:
            click.echo(
                f"pinned so: agent {both.agent} sits in class {both.sat} while teaching class"
                f" {both.taught}"
            )
        click.echo(f"{len(violations)} violation(s)" if violations else "every rule is kept")
    sys.exit(1 if violations else 0)


@plan.command("relax")
@click.argument("problem_file", metavar="PROBLEM", type=_file)
@click.argument("plan_file", metavar="PLAN", type=_file)
@click.option("--time-limit", type=_seconds, default=30.0, show_default=True, help="Seconds.")
@json_option
def relax_command(problem_file: Path, plan_file: Path, time_limit: float, as_json: bool) -> None:
    """List what little could be given way so that more people get a seat, with its effect.

    Each is tried on the plan as it is, with everybody in it staying where they are. The exit
    status is 0, also if nothing helps; 1 if a file cannot be read or the plan breaks a rule.

    Example: trainhub plan relax problem.json plan.json --time-limit 10
    """
    from trainhub.planner.judging.check import check
    from trainhub.planner.judging.relaxations import relaxations

    problem, found = _read_both(problem_file, plan_file, as_json)
    broken = [one for one in check(problem, found) if one.rule not in {"OBJECTIVE", "UNPLACED"}]
    if broken:
        faults = [f"{one.rule} {one.place}: {one.detail}" for one in broken]
        refuse(as_json, [_fault(plan_file, fault) for fault in faults])
    offered = relaxations(problem, found, time_limit_s=time_limit)
    lines = [_relaxation_line(one) for one in offered] or ["nothing that was tried helps"]
    finish(as_json, lines, relaxations=[one.as_json() for one in offered])


def read_problem_file(file: Path, as_json: bool) -> Problem:
    """The problem in a file; leaves with status 1 and every fault named if it is none."""
    try:
        return read_problem(_parsed(file, as_json))
    except BadProblem as error:
        refuse(as_json, [_fault(file, fault) for fault in error.faults])


def _read_both(problem_file: Path, plan_file: Path, as_json: bool) -> tuple[Problem, Plan]:
    problem = read_problem_file(problem_file, as_json)
    try:
        return problem, read_plan(_parsed(plan_file, as_json))
    except BadProblem as error:
        refuse(as_json, [_fault(plan_file, fault) for fault in error.faults])


def _parsed(file: Path, as_json: bool) -> object:
    name = file.as_posix()
    if file.stat().st_size > MOST_BYTES:
        most = MOST_BYTES // 1_048_576
        refuse(as_json, [InputError("file_too_big", _TOO_BIG, {"most": most}, file=name)])
    line = None
    try:
        return json.loads(file.read_bytes().decode("utf-8-sig"))
    except json.JSONDecodeError as error:
        reason, line = error.msg, error.lineno
    except (OSError, UnicodeDecodeError, RecursionError, ValueError) as error:
        reason = str(error)
    refuse(as_json, [InputError("no_json", _NO_JSON, {"reason": reason}, file=name, line=line)])


def _fault(file: Path, fault: str) -> InputError:
    return InputError("bad_content", _FAULT, {"fault": fault}, file=file.as_posix())


def _unwritable(out: Path, as_json: bool, reason: str) -> NoReturn:
    error = InputError("not_written", _NO_FOLDER, {"reason": reason}, file=out.as_posix())
    refuse(as_json, [error])


def _write(found: Plan, out: Path, as_json: bool) -> None:
    """Write beside and put in its place, so that a plan that was there is never half replaced."""
    beside = out.with_name(f".{out.name}.{os.getpid()}")
    try:
        beside.write_text(json.dumps(found.as_json(), ensure_ascii=False, indent=1), "utf-8")
        beside.replace(out)
    except OSError as error:
        beside.unlink(missing_ok=True)
        _unwritable(out, as_json, error.strerror or str(error))


@contextmanager
def _until_interrupted() -> Iterator[list[int]]:
    """A list that is no longer empty once somebody has asked to end: by Ctrl-C or by SIGTERM."""
    asked: list[int] = []

    def note(number: int, _frame: FrameType | None) -> None:
        if asked:  # asked twice: they do not want to wait for the plan either
            raise KeyboardInterrupt
        asked.append(number)

    before = {number: signal.signal(number, note) for number in (signal.SIGINT, signal.SIGTERM)}
    try:
        yield asked
    finally:
        for number, former in before.items():
            signal.signal(number, former)


class _Reporter:
    """Progress, one line a second at most, and each new phase."""

    def __init__(self) -> None:
        self._at = 0.0
        self._phase = ""

    def __call__(self, progress: Progress) -> None:
        now = time.monotonic()
        if progress.phase == self._phase and now - self._at < _PROGRESS_EVERY_S:
            return
        self._at, self._phase = now, progress.phase
        click.echo(
            f"{progress.seconds:7.1f} s  {progress.phase:<10} {progress.placed} of "
            f"{progress.needed} seats, cost {progress.cost:.0f}, not under "
            f"{progress.lower_bound:.0f}",
            err=True,
        )


def _summary(found: Plan) -> dict[str, Any]:
    return {
        "status": found.status,
        "seconds": round(found.seconds, 3),
        "sessions": len(found.sessions),
        "placed": found.placed,
        "needed": found.placed + len(found.unplaced),
        "objective": found.as_json()["objective"],
        "lower_bound": found.lower_bound,
        "gap": round(found.gap, 6),
        "unplaced": dict(Counter(seat.code for seat in found.unplaced).most_common()),
    }


def _lines(found: Plan) -> list[str]:
    summary = _summary(found)
    parts = ", ".join(f"{name} {value:g}" for name, value in summary["objective"].items() if value)
    reasons = ", ".join(f"{code} {count}" for code, count in summary["unplaced"].items())
    return [
        f"{found.status} after {found.seconds:.1f} s: {summary['placed']} of {summary['needed']} "
        f"seats in {summary['sessions']} classes",
        f"cost: {parts or 'total 0'}; not under {found.lower_bound:g} (gap {found.gap:.1%})",
        *([f"without a seat: {reasons}"] if reasons else []),
    ]


def _relaxation_line(one: Relaxation) -> str:
    detail = ", ".join(f"{name} {value}" for name, value in one.detail.items())
    return f"{one.more} seat(s) more: {one.kind} ({detail})"
