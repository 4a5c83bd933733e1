"""What the audit trail costs at a million entries: its page, its filters, its files, its check.

    python bench/audit_trail.py [--entries 1000000] [--engine sqlite|postgresql|both]
                                 [--keep FOLDER]

A fresh database is filled with a chain that holds (twelve acts, each half as frequent as the one
before, 2,000 people; --keep leaves it for the next run), then the page is read with each filter,
the trail is taken away as CSV and XLSX, and the chain is checked as every night, while somebody
else writes: their longest wait is told. PostgreSQL is a server of its own, or TRAINHUB_TEST_PG.

Times are by the clock, of a page the best of several reads, for the machine may have other work;
beside it the processor time of this process. Memory is what the process grew by at most. Ends
with status 1 if a page takes more than 100 ms.
"""

from __future__ import annotations

import argparse
import os
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from flask import Flask
from sqlalchemy import insert, select, text

sys.path.insert(0, str(Path(__file__).parents[1]))
from tests.checking import CheckingClient
from tests.engines import new_postgresql_database, postgresql_server
from tests.factories import Make
from trainhub import create_app
from trainhub.assembly import load_models
from trainhub.audit.models import AuditEntry
from trainhub.audit.queries import find_broken_entry, find_last_number
from trainhub.audit.rules import GENESIS, chained_hash
from trainhub.audit.services import append_entry
from trainhub.config import load_settings
from trainhub.db import db, transaction
from trainhub.people.models import Person, Role

AT_ONCE, READS, MOST_MS = 10_000, 7, 100
BEGAN = datetime(2024, 1, 1, tzinfo=UTC)
# Each act is half as frequent as the one before, down to those that happened a few times.
ACTS = (
    ("road.read", "enrolment"), ("exam.response_seen", "attempt"), ("person.changed", "person"),
    ("award.granted", "award"), ("class.booked", "class"), ("team.renamed", "team"),
    ("person.disabled", "person"), ("award.revoked", "award"), ("audit.exported", "audit_trail"),
    ("programme.published", "programme"), ("exam.published", "exam"), ("team.added", "team"),
)  # fmt: skip
SINCE = "from=2024-12-01&until=2024-12-02"
PAGES = (
    ("newest", ""),
    ("page 10,000", "?before={half}"),
    ("frequent act", "?act=person.changed"),
    ("rare act", "?act=team.added"),
    ("act of long ago", "?act=privacy.held"),
    ("frequent thing", "?thing=person"),
    ("rare thing", "?thing=programme"),
    ("one thing", "?thing=person&key=agent77"),
    ("two days", f"?{SINCE}"),
    ("two days, rare act", f"?{SINCE}&act=team.added"),
    ("who", "?who=Agent+77"),
    ("nobody's words", "?words=nowhere"),
    ("which one", "?key=agent77"),
)


def main() -> int:
    """Read the command, measure, tell."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n\n")[0])
    parser.add_argument("--entries", type=int, default=1_000_000)
    parser.add_argument("--engine", choices=("sqlite", "postgresql", "both"), default="both")
    parser.add_argument("--keep", type=Path, help="a folder for the filled SQLite database")
    asked = parser.parse_args()
    engines = ("sqlite", "postgresql") if asked.engine == "both" else (asked.engine,)
    slow = [page for engine in engines for page in _of(engine, asked.entries, asked.keep)]
    print(f"load {os.getloadavg()[0]:.1f}; over {MOST_MS} ms: {', '.join(slow) or 'none'}")
    return 1 if slow else 0


def _of(engine: str, entries: int, keep: Path | None) -> list[str]:
    """Measure one engine; the pages that take too long."""
    with ExitStack() as stack:
        made = stack.enter_context(tempfile.TemporaryDirectory(prefix="trainhub-audit-"))
        folder = keep if keep and engine == "sqlite" else Path(made)
        url = ""
        if engine == "postgresql":
            url = new_postgresql_database(stack.enter_context(postgresql_server()))
        settings = load_settings({}, instance=folder, database_url=url, secret_key="s" * 40)
        app = create_app(settings)
        load_models()
        with app.app_context():
            db.create_all()
            began = time.perf_counter()
            if not find_last_number():
                _fill(entries)
            print(f"{engine}: {entries} entries made in {time.perf_counter() - began:.0f} s")
            slow = _measure(app, entries)
            db.session.remove()
            db.engine.dispose()
    return [f"{engine}: {page}" for page in slow]


def _fill(entries: int) -> None:
    portion: list[dict[str, Any]] = []
    for row in _rows(entries):
        portion.append(row)
        if len(portion) == AT_ONCE or row["number"] == entries:
            with transaction():
                db.session.execute(insert(AuditEntry), portion)
            portion = []
    if db.engine.dialect.name == "postgresql":
        with transaction():
            db.session.execute(text("ANALYZE audit_entry"))


def _rows(entries: int) -> Iterator[dict[str, Any]]:
    previous = GENESIS
    for number in range(1, entries + 1):
        place = (number & -number).bit_length() - 1  # 0 every other time, 1 every fourth, ...
        action, thing = ACTS[min(place, len(ACTS) - 1)]
        if number <= 500:
            action, thing = "privacy.held", "person"
        who = number * 7919 % 2000
        row: dict[str, Any] = {
            "number": number, "actor_id": 1000 + who, "actor_name": f"Agent {who}",
            "action": action, "object_type": thing, "object_key": f"agent{number * 31 % 5000}",
            "changes": {"name": [f"Old {number}", f"New {number}"]},
            "reason": "Asked for by letter" if number % 50 == 0 else "", "request_id": "",
        }  # fmt: skip
        at = BEGAN + timedelta(seconds=60 * number)
        hashed = chained_hash(previous, at, row)
        yield row | {"at": at, "previous_hash": previous, "hash": hashed}
        previous = hashed


def _measure(app: Flask, entries: int) -> list[str]:
    root = db.session.scalar(select(Person).where(Person.username == "root"))
    browser = CheckingClient(app, root or Make.person("root", Role.ADMINISTRATOR))
    slow = []
    for page, query in PAGES:
        path = "/audit-trail" + query.format(half=entries // 2)
        ms, cpu_ms = _best_ms(lambda path=path: _read(browser, path))  # type: ignore[misc]
        slow += [page] if ms > MOST_MS else []
        print(f"  {page:22}{ms:9.1f} ms, processor {cpu_ms:.1f}", flush=True)
    for kind in ("csv", "xlsx"):
        if kind == "csv" or entries < 1_000_000:
            _tell(f"taken away, {kind}", app, lambda kind=kind: _take(browser, kind))  # type: ignore[misc]
    _tell("taken away, one act", app, lambda: _take(browser, "xlsx", "?act=person.disabled"))
    _tell("chain checked", app, _check)
    return slow


def _read(browser: CheckingClient, path: str) -> None:
    assert browser.client.get(path).status_code == 200, path


def _take(browser: CheckingClient, kind: str, query: str = "") -> str:
    answer = browser.client.get(f"/audit-trail/{kind}{query}")
    assert answer.status_code == 200, (kind, answer.status_code)
    size = sum(len(piece) for piece in answer.iter_encoded())
    answer.close()
    return f"{size / 1e6:.0f} MB"


def _check() -> str:
    assert find_broken_entry() is None
    return "whole"


def _best_ms(act: Callable[[], object]) -> tuple[float, float]:
    """By the clock and by the processor, the best of several."""
    act()
    taken = []
    for _ in range(READS):
        began, cpu = time.perf_counter(), time.process_time()
        act()
        taken.append((1000 * (time.perf_counter() - began), 1000 * (time.process_time() - cpu)))
    return min(one for one, _ in taken), min(cpu for _, cpu in taken)


def _tell(what: str, app: Flask, act: Callable[[], str]) -> None:
    """Do something long while others write; how long it took, what it needed, who waited."""
    before, began = _resident_mb(), time.perf_counter()
    with Onlooker(app) as other:
        said = act()
        took = time.perf_counter() - began
    waited = f"{other.written} wrote meanwhile, longest wait {other.longest_s:.2f} s"
    memory = other.most_mb - before
    print(f"  {what:22}{took:9.1f} s, {said}, + {memory:.0f} MB; {waited}", flush=True)


class Onlooker(threading.Thread):
    """Writes an entry every tenth of a second and watches what the process needs."""

    def __init__(self, app: Flask) -> None:
        super().__init__(daemon=True)
        self.app, self.over = app, threading.Event()
        self.written, self.longest_s, self.most_mb = 0, 0.0, _resident_mb()

    def run(self) -> None:
        """Until it is over."""
        while not self.over.wait(0.1):
            with self.app.app_context():
                began = time.perf_counter()
                with transaction():
                    append_entry("team.added", actor=None, object_type="team", object_key="x",
                                 now=datetime.now(UTC))  # fmt: skip
                self.written += 1
                self.longest_s = max(self.longest_s, time.perf_counter() - began)
            self.most_mb = max(self.most_mb, _resident_mb())

    def __enter__(self) -> Onlooker:
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.over.set()
        self.join()


def _resident_mb() -> float:
    pages = int(Path("/proc/self/statm").read_text("utf-8").split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE") / 1e6


if __name__ == "__main__":
    raise SystemExit(main())
