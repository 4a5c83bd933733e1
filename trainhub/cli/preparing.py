"""What `trainhub serve --prepare` does before it serves, and what it says then."""

from __future__ import annotations

from collections.abc import Callable
from importlib import import_module
from importlib.util import find_spec

from trainhub import clock
from trainhub.config import Settings
from trainhub.db import db, transaction
from trainhub.errors import InputErrors
from trainhub.ops import schema
from trainhub.ops.backup import make_backup
from trainhub.ops.content import load_shipped_content
from trainhub.ops.queries import count_demonstration_accounts, count_people


def prepare(settings: Settings, say: Callable[[str], None]) -> None:
    """Upgrade the database, load changed content, and on the first start the demonstration."""
    applied = upgrade(settings)
    if applied:
        say(f"database brought to revision {applied[-1]}")
    try:
        with transaction():
            report = load_shipped_content(clock.now())
    except InputErrors as error:
        say("courses/ and quizzes/ were not loaded; trainhub content import says more:")
        for one in error.errors[:5]:
            say(f"  {one.file}: {one.text()}")
    else:
        if report is not None:
            say(f"content loaded: {sum(report.counts().values())} files")
    if not count_people() and find_spec("trainhub.demo"):
        _fill_demonstration(say)


def upgrade(settings: Settings) -> list[str]:
    """Apply pending revisions, a backup first; returns them."""
    db.session.remove()
    return schema.upgrade(db.engine, before=lambda: make_backup(settings, clock.now()))


def _fill_demonstration(say: Callable[[str], None]) -> None:
    say("making the demonstration centre")
    # Imported here because only the very first start needs it.
    import_module("trainhub.demo").fill(now=clock.now())


def welcome(host: str, port: int) -> list[str]:
    """What to tell the person who has started the server."""
    shown = f"[{host}]" if ":" in host else host
    lines = [f"TrainHub is at http://{shown}:{port}   (stop it with Ctrl+C)"]
    if count_demonstration_accounts():
        lines.append("Demonstration accounts can sign in; see README.md.")
    return lines
