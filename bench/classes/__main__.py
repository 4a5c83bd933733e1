"""How long agreeing to a plan and publishing it hold the database: one table.

    python -m bench.classes                      5,000 people, SQLite
    python -m bench.classes --people 500
    python -m bench.classes --engine postgresql  a server of its own, or TRAINHUB_TEST_PG

A fresh instance in a temporary folder. The worker's messages are read first and written in
portions: their row is the whole of it, others write in between. Other work on the machine
lengthens `held s`, not `cpu s`. Ends with status 1 if a step takes more
processor time than its limit, which is meant for 5,000 people.
"""

from __future__ import annotations

import argparse
import cProfile
import os
import pstats
import sys
import tempfile
from contextlib import ExitStack
from pathlib import Path
from typing import Any

from bench.classes.centre import build
from bench.classes.steps import Cost, Steps
from tests.engines import new_postgresql_database, postgresql_server
from trainhub import create_app
from trainhub.assembly import load_models
from trainhub.config import load_settings
from trainhub.db import db

LIMITS = {
    "first agree": 6.0, "again, same plan": 1.5, "again, few changes": 1.5, "publish": 6.0,
    "published, changes": 1.5,
}  # fmt: skip


def main() -> int:
    """Read the command, measure, tell."""
    parser = argparse.ArgumentParser(
        prog="python -m bench.classes", description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )  # fmt: skip
    parser.add_argument("--people", type=int, default=5000)
    parser.add_argument("--engine", choices=("sqlite", "postgresql"), default="sqlite")
    parser.add_argument("--profile", action="store_true", help="where the time goes")
    asked = parser.parse_args()
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        url = ""
        if asked.engine == "postgresql":
            url = new_postgresql_database(stack.enter_context(postgresql_server()))
        costs = _measured(folder, url, asked)
    print(f"\n{'':22}{'held s':>9}{'cpu s':>9}{'statements':>12}   load {os.getloadavg()[0]:.1f}")
    for one in costs:
        print(f"{one.name:22}{one.held_s:9.2f}{one.cpu_s:9.2f}{one.statements:12}")
    slow = [one.name for one in costs if one.cpu_s > LIMITS.get(one.name, one.cpu_s)]
    for name in slow:
        print(f"{name}: longer than {LIMITS[name]} s", file=sys.stderr)
    return 1 if slow else 0


def _measured(folder: Path, url: str, asked: Any) -> list[Cost]:
    settings = load_settings({}, instance=folder, database_url=url, secret_key="s" * 40)
    app = create_app(settings)
    load_models()
    with app.app_context():
        db.create_all()
        steps = Steps(build(asked.people))
        profile = cProfile.Profile()
        if asked.profile:
            profile.enable()
        steps.all(lambda text: print(text, flush=True))
        profile.disable()
        if asked.profile:
            pstats.Stats(profile).sort_stats("cumtime").print_stats(45)
        db.session.remove()
        db.engine.dispose()
    return steps.costs


if __name__ == "__main__":
    sys.exit(main())
