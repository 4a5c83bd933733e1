"""Kill -9 during autosave, again and again: what was acknowledged is stored.

    python bench/reliability/kills.py [--engine sqlite|postgresql|both] [--kills 200]
                                      [--kind exams|typing|both] [--candidates 6] [--seed 1]
                                      [--no-control] [--write FILE]

Starts `trainhub serve` (two web processes and the worker) on a fresh instance, lets candidates
sit exams or take typing tests over the JSON interface, and kills at random moments: a web process,
the whole server, on PostgreSQL also the database server with all its processes. Candidates repeat
what was not acknowledged. At the end every acknowledged save must be stored, every attempt handed
in once, every run of a typing test scored once from the keys that were typed.

Then the same against a server that acknowledges before it stores (`early.py`): the harness must
report lost answers there, else it proves nothing, and fails.

Prints a table; status 1 where anything is not as it must be. `--write FILE` keeps the figures
(beside the others: bench/results/kills.json).
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import random
import sqlite3
import sys
import tempfile
import time
from collections import Counter
from dataclasses import asdict, dataclass
from itertools import product
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[2]
sys.path.insert(0, str(ROOT))
from bench.reliability.candidates import Candidate, Client  # noqa: E402 -- now importable
from bench.reliability.centre import prepare  # noqa: E402
from bench.reliability.servers import Postgresql, TrainHub  # noqa: E402
from bench.reliability.typists import Typist  # noqa: E402
from bench.reliability.verdict import Verdict, judge, today  # noqa: E402

ORDER = {
    "sqlite": ("web process", "web process", "whole server"),
    "postgresql": ("web process", "database server", "web process", "whole server"),
}
KINDS: dict[str, type[Candidate] | type[Typist]] = {"exams": Candidate, "typing": Typist}
CONTROL_KILLS = 4
SAVES_BETWEEN = 10  # acknowledged from one kill to the next, so that each meets saves under way
PAUSE_S = (0.0, 0.6)  # then so long
PATIENCE_S = 60


@dataclass
class Outcome:
    """One run: how it was done, and what came of it."""

    kind: str
    engine: str
    server: str
    kills: int
    killed: dict[str, int]
    seconds: float
    slowest_restart_s: float
    longest_wait_s: float
    silent: int
    answers: dict[str, int]
    verdict: Verdict

    @property
    def bound(self) -> float:
        """Upper bound of losses per kill, 95 per cent sure, if none was seen (rule of three)."""
        return 3 / self.kills


def run(
    kind: str, engine: str, kills: int, candidates: int, seed: int, *, early: bool = False
) -> Outcome:
    """One run in a temporary folder."""
    with tempfile.TemporaryDirectory(prefix="trainhub-kills-") as name:
        folder = Path(name)
        folder.chmod(0o755)  # PostgreSQL runs as a user of its own where we are root
        database = Postgresql(folder / "postgresql") if engine == "postgresql" else None
        try:
            return _run_in(folder, database, kind, engine, kills, candidates, seed, early)
        finally:
            if database is not None:
                database.stop()


def _run_in(
    folder: Path,
    database: Postgresql | None,
    kind: str,
    engine: str,
    kills: int,
    count: int,
    seed: int,
    early: bool,
) -> Outcome:
    url = database.url if database else ""
    taken_id, entrants = prepare(folder / "instance", url, count, kind)
    server = TrainHub(folder, url, early=early)
    began = time.monotonic()
    server.start()
    candidates: list[Client] = []
    try:
        for number, entrant in enumerate(entrants, start=seed):
            candidates.append(KINDS[kind](server.port, entrant, taken_id, number))
        for each in candidates:
            each.start()
        killed, slowest = _kill_in_turn(
            server, database, candidates, engine, kills, random.Random(seed)
        )
        for each in candidates:
            each.ended.set()
        for each in candidates:
            each.join(60)
    finally:
        server.kill_all()
    answers: dict[str, int] = {}
    for each in candidates:
        for status, times in each.answers.items():
            answers[str(status)] = answers.get(str(status), 0) + times
    return Outcome(
        kind,
        engine,
        "acknowledges early" if early else "trainhub serve",
        kills,
        killed,
        time.monotonic() - began,
        slowest,
        max(each.longest_s for each in candidates),
        sum(each.silent for each in candidates),
        answers,
        judge(folder / "instance", url, candidates),
    )


def _kill_in_turn(
    server: TrainHub,
    database: Postgresql | None,
    candidates: list[Client],
    engine: str,
    kills: int,
    dice: random.Random,
) -> tuple[dict[str, int], float]:
    """Kill one thing after another; how often each, and the slowest start in seconds."""
    killed, slowest = dict.fromkeys(ORDER[engine], 0), 0.0
    for number in range(kills):
        what = ORDER[engine][number % len(ORDER[engine])]
        _wait_for_saves(candidates)
        time.sleep(dice.uniform(*PAUSE_S))
        if what == "web process":
            server.kill_web_process()
        elif what == "database server" and database is not None:
            database.kill_all()
        else:
            server.kill_all()
            slowest = max(slowest, server.start())
        killed[what] += 1
        if number % 20 == 19:
            print(f"{engine}: {number + 1} kills", file=sys.stderr, flush=True)
    time.sleep(1)  # the last one must be lived through, too
    return killed, slowest


def _wait_for_saves(candidates: list[Client]) -> None:
    enough = sum(each.saves for each in candidates) + SAVES_BETWEEN
    give_up_at = time.monotonic() + PATIENCE_S
    while sum(each.saves for each in candidates) < enough:
        if time.monotonic() > give_up_at:
            faults = [fault for each in candidates for fault in each.wrong]
            raise SystemExit(f"nothing was saved in {PATIENCE_S} s: {faults[:5]}")
        time.sleep(0.01)


def machine() -> dict[str, Any]:
    """What the figures were measured on."""
    return {
        "date": today(),
        "cores": os.cpu_count(),
        "load": [round(each, 1) for each in os.getloadavg()],
        "python": platform.python_version(),
        "sqlite": sqlite3.sqlite_version,
    }


def table(outcomes: list[Outcome]) -> str:
    """The table of the documentation, in Markdown."""
    lines = [
        "| of | database | server | kills | attempts | handed in | saves acknowledged | lost"
        " | other faults | no answer, repeated | slowest restart | longest wait for a save |",
        "|---|---|---|---:|---:|---:|---:|---:|---:|---:|---:|---:|",
    ]
    for one in outcomes:
        kinds = ", ".join(f"{times} × {what}" for what, times in one.killed.items())
        lines.append(
            f"| {one.kind} | {one.engine} | {one.server} | {one.kills} ({kinds})"
            f" | {one.verdict.attempts} | {one.verdict.handed_in} | {one.verdict.acknowledged}"
            f" | {len(one.verdict.lost)}"
            f" | {len(one.verdict.faults)} | {one.silent} | {one.slowest_restart_s:.1f} s"
            f" | {one.longest_wait_s:.1f} s |"
        )
    return "\n".join(lines)


def complaints(outcomes: list[Outcome]) -> list[str]:
    """Why the run as a whole has failed; nothing if it has not."""
    found = []
    for one in outcomes:
        if one.server == "acknowledges early":
            if not one.verdict.lost:
                found.append(f"{one.engine}: the control lost nothing: this proves nothing")
        else:
            found += [f"{one.engine}: lost: {each}" for each in one.verdict.lost]
            found += [f"{one.engine}: {each}" for each in one.verdict.faults]
            if not one.verdict.acknowledged:
                found.append(f"{one.engine}: nothing was saved: this proves nothing")
    return found


def main() -> int:
    """Run as asked; 0 if all is well."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n\n")[0])
    parser.add_argument("--engine", choices=("sqlite", "postgresql", "both"), default="both")
    parser.add_argument("--kind", choices=("exams", "typing", "both"), default="exams")
    parser.add_argument("--kills", type=int, default=200)
    parser.add_argument("--candidates", type=int, default=6)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--no-control", action="store_true")
    parser.add_argument("--write", type=Path, help="where the figures go, as JSON")
    options = parser.parse_args()
    engines = tuple(ORDER) if options.engine == "both" else (options.engine,)
    at_first, outcomes = machine(), []
    kinds = tuple(KINDS) if options.kind == "both" else (options.kind,)
    who = (options.candidates, options.seed)
    for kind, engine in product(kinds, engines):
        outcomes.append(run(kind, engine, options.kills, *who))
        if not options.no_control:
            kills = min(CONTROL_KILLS, options.kills)
            outcomes.append(run(kind, engine, kills, *who, early=True))
    print(table(outcomes))
    figures = {"machine": at_first, "runs": [asdict(one) for one in outcomes]}
    if options.write:
        options.write.write_text(json.dumps(figures, indent=1, default=str) + "\n", "utf-8")
    found = complaints(outcomes)
    for each, times in Counter(found).most_common(30):
        print(f"{times} × {each}")
    return 1 if found else 0


if __name__ == "__main__":
    raise SystemExit(main())
