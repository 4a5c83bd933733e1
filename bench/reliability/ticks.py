"""Kill -9 of the tick: reminders go out and awards are granted once, and none is lost.

    python -m bench.reliability.ticks [--engine sqlite|postgresql|both] [--kills 60]
                                      [--kind reminders|awards|both] [--people 40] [--seed 1]

Two processes do the same stages at the same hour on one database and are killed at random
moments, then two others go on eleven minutes later, until nothing waits.

*reminders*: nine days over a week-end and a holiday, real SMTP to a server that pauses between
taking a message and saying so, where kills are to fall. Each reminder (person, kind, key) must be
delivered, and by one message only, unless the process was killed between the mail server's taking
it and the note of it: then it comes again under the same Message-ID. The same days are gone
through by one process that nobody kills: exactly the same reminders must have gone out. None may
be written down on a rest day, and each supervisor gets one digest a week.

*awards*: people who have met everything are reviewed. Each must hold one award, with one event,
and the audit chain must hold.

Prints a table; status 1 where anything is not as it must be.
"""

from __future__ import annotations

import argparse
import os
import tempfile
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path

from flask import Flask

from bench.reliability.awarded import prepare_awards, run_awards
from bench.reliability.reminded import Told, prepare_reminders, run_reminders
from tests.engines import new_postgresql_database, postgresql_server
from trainhub import create_app
from trainhub.assembly import load_models
from trainhub.config import load_settings
from trainhub.db import db

SECRET = "a secret of the reliability bench, long enough to sign with"


@dataclass
class Outcome:
    """One run. `faults` is empty if all is well."""

    kind: str
    engine: str
    killed: int
    done: int
    twice: int
    faults: list[str] = field(default_factory=list)


def run(kind: str, engine: str, people: int, kills: int, seed: int) -> Outcome:
    """One run on a fresh database."""
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="trainhub-ticks-")))
        url = ""
        if engine == "postgresql":
            url = new_postgresql_database(stack.enter_context(postgresql_server()))
        if kind == "awards":
            return _awards(folder, url, engine, people, kills, seed)
        return _reminders(folder, url, engine, people, kills, seed)


def _awards(folder: Path, url: str, engine: str, people: int, kills: int, seed: int) -> Outcome:
    app = _app(folder, url)
    with app.app_context():
        db.create_all()
        killed, done, faults = run_awards(app, prepare_awards(), people, kills, seed)
        _close()
    return Outcome("awards", engine, killed, done, 0, faults)


def _reminders(folder: Path, url: str, engine: str, people: int, kills: int, seed: int) -> Outcome:
    found = []
    for place, address, size, count in (("calm", "", 1, 0), ("killed", url, 2, kills)):
        app = _app(folder / place, address)
        with app.app_context():
            db.create_all()
            prepare_reminders(people)
            found.append(run_reminders(app, folder / place, size, count, seed))
            _close()
    calm, stormy = found
    faults = compared(calm, stormy, kills)
    return Outcome("reminders", engine, stormy.killed, len(stormy.told), stormy.twice, faults)


def compared(calm: Told, stormy: Told, kills: int) -> list[str]:
    """What is wrong with a run with kills, beside one without."""
    faults = stormy.faults + [f"calm: {one}" for one in calm.faults]
    faults += [f"lost: {one}" for one in sorted(calm.told.keys() - stormy.told.keys())]
    faults += [f"not due: {one}" for one in sorted(stormy.told.keys() - calm.told.keys())]
    if not calm.told:
        faults.append("nothing was to be told: this proves nothing")
    if kills and not stormy.killed:
        faults.append("nobody was killed: this proves nothing")
    return faults


def _app(folder: Path, url: str) -> Flask:
    settings = load_settings(
        {}, instance=folder, database_url=url, secret_key=SECRET, log_level="ERROR"
    )
    app = create_app(settings)
    load_models()
    return app


def _close() -> None:
    db.session.remove()
    db.engine.dispose()


def main() -> int:
    """Run as asked; 0 if all is well."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n\n")[0])
    parser.add_argument("--engine", choices=("sqlite", "postgresql", "both"), default="both")
    parser.add_argument("--kind", choices=("reminders", "awards", "both"), default="both")
    parser.add_argument("--kills", type=int, default=60)
    parser.add_argument("--people", type=int, default=40)
    parser.add_argument("--seed", type=int, default=1)
    asked = parser.parse_args()
    engines = ("sqlite", "postgresql") if asked.engine == "both" else (asked.engine,)
    kinds = ("reminders", "awards") if asked.kind == "both" else (asked.kind,)
    outcomes = [
        run(kind, engine, asked.people, asked.kills, asked.seed)
        for kind in kinds
        for engine in engines
    ]
    print("| of | database | killed | done | again after a kill | faults |")
    print("|---|---|---:|---:|---:|---:|")
    for one in outcomes:
        print(f"| {one.kind} | {one.engine} | {one.killed} | {one.done} | {one.twice}"
              f" | {len(one.faults)} |")  # fmt: skip
    print(f"load {os.getloadavg()[0]:.1f}")
    for one in outcomes:
        for fault in one.faults[:20]:
            print(f"{one.kind}, {one.engine}: {fault}")
    return 1 if any(one.faults for one in outcomes) else 0


if __name__ == "__main__":
    raise SystemExit(main())
