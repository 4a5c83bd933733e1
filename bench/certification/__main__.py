"""What the matrix costs at 20,000 people × 20 requirements: one table.

    python -m bench.certification
    python -m bench.certification --people 2000 --requirements 10
    python -m bench.certification --engine postgresql   a server of its own, or TRAINHUB_TEST_PG

A fresh instance in a temporary folder is filled in bulk, first with a team of twenty, then with
everybody, then with a history: for each person an enrolment that is over with its standings and
twenty records in the ledger. After each step the same pages are read, and a bare page of the
same framework in between, so that `of bare` is a ratio of the same minute. `cpu ms` is the
processor time of one page, the median of several, `kB` what it weighs before it is packed. With
5,000 people in it, the files to take away are made once each: how long, how large, and how much
more memory the process had at most. Ends with status 1 if the history makes a page of the matrix
dearer by more than half, or if its statements change.
"""

from __future__ import annotations

import argparse
import os
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from flask import Flask

from bench.certification.centre import Crowd
from bench.certification.files import take_files
from tests.certification.counting import count_queries
from tests.checking import CheckingClient
from tests.engines import new_postgresql_database, postgresql_server
from trainhub import create_app
from trainhub.assembly import load_models
from trainhub.config import load_settings
from trainhub.db import db
from trainhub.web.access import public

READS = 7
DEARER = 1.5
PAGES = (
    ("matrix, first page", "/certification"),
    ("matrix, page 50", "/certification?page=50"),
    ("matrix, late ones", "/certification?state=late"),
    ("matrix, by a name", "/certification?q=Agent+11"),
    ("matrix, one requirement", "/certification?requirement=course-3"),
    ("teams", "/certification/teams"),
    ("cohorts", "/certification/cohorts"),
    ("home, administrator", "/"),
)


@dataclass(frozen=True)
class Cost:
    """One page after one step."""

    step: str
    page: str
    cpu_ms: float
    statements: int
    of_bare: float
    kilobytes: float


def main() -> int:
    """Read the command, measure, tell."""
    parser = argparse.ArgumentParser(
        prog="python -m bench.certification", description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )  # fmt: skip
    parser.add_argument("--people", type=int, default=20_000)
    parser.add_argument("--requirements", type=int, default=20)
    parser.add_argument("--engine", choices=("sqlite", "postgresql"), default="sqlite")
    asked = parser.parse_args()
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        url = ""
        if asked.engine == "postgresql":
            url = new_postgresql_database(stack.enter_context(postgresql_server()))
        costs = _measured(folder, url, asked)
    print(f"\n{'':14}{'':26}{'cpu ms':>9}{'statements':>12}{'of bare':>9}{'kB':>7}")
    for one in costs:
        print(
            f"{one.step:14}{one.page:26}{one.cpu_ms:9.1f}{one.statements:12}{one.of_bare:9.1f}"
            f"{one.kilobytes:7.0f}"
        )
    print(f"load {os.getloadavg()[0]:.1f}")
    return _verdict(costs)


def _verdict(costs: list[Cost]) -> int:
    by_step = {(one.step, one.page): one for one in costs}
    status = 0
    for page, _path in PAGES:
        before, after = by_step["everybody", page], by_step["with history", page]
        ratio = after.cpu_ms / before.cpu_ms
        is_dear = page.startswith("matrix") and ratio > DEARER
        changed = before.statements != after.statements
        if is_dear or changed:
            status = 1
        print(f"{page:26} history costs × {ratio:.2f}{'  TOO MUCH' if is_dear or changed else ''}")
    return status


def _measured(folder: Path, url: str, asked: Any) -> list[Cost]:
    settings = load_settings({}, instance=folder, database_url=url, secret_key="s" * 40)
    app = create_app(settings)
    app.add_url_rule("/bare", "bare", public(lambda: "bare"))
    load_models()
    costs: list[Cost] = []
    with app.app_context():
        db.create_all()
        crowd = Crowd(asked.requirements)
        for step, act in (
            ("twenty", lambda: crowd.grow(20)),
            ("5,000", lambda: crowd.grow(min(5_000, asked.people))),
            ("everybody", lambda: crowd.grow(asked.people)),
            ("with history", crowd.add_history),
        ):
            began = time.perf_counter()
            act()
            print(f"{step}: made in {time.perf_counter() - began:.0f} s", flush=True)
            costs += _read(app, crowd, step)
            if step == "5,000":
                for file in take_files(CheckingClient(app, crowd.administrator)):
                    print(file.told(), flush=True)
        db.session.remove()
        db.engine.dispose()
    return costs


def _read(app: Flask, crowd: Crowd, step: str) -> list[Cost]:
    browser = CheckingClient(app, crowd.administrator)
    assert browser.client.get("/bare").text == "bare"
    found = []
    for page, path in PAGES:

        def look(path: str = path) -> int:
            answer = browser.client.get(path)
            assert answer.status_code == 200, (path, answer.status_code)
            return len(answer.get_data())

        weight = look() / 1000
        statements = count_queries(look)
        bare = _cpu_ms(lambda: browser.client.get("/bare"), 50)
        cpu = _cpu_ms(look, READS)
        found.append(Cost(step, page, cpu, statements, cpu / bare, weight))
    return found


def _cpu_ms(act: Callable[[], object], times: int) -> float:
    taken = []
    for _ in range(times):
        began = time.process_time()
        act()
        taken.append(1000 * (time.process_time() - began))
    return statistics.median(taken)


if __name__ == "__main__":
    sys.exit(main())
