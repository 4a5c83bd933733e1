"""What `trainhub serve --prepare` does before it serves, and what it says then."""

from __future__ import annotations

from collections.abc import Callable

from trainhub import clock
from trainhub.assessment.services.bank import take_over_catalogue
from trainhub.certification.services.competency_models import load_shipped_models
from trainhub.certification.services.programme_files import load_shipped_programmes
from trainhub.config import Settings
from trainhub.db import db, transaction
from trainhub.demo import DEMO_PASSWORD, build_centre
from trainhub.demo.names import INTRODUCED
from trainhub.errors import DomainError, InputErrors
from trainhub.ops import schema
from trainhub.ops.backup import make_backup
from trainhub.ops.content import load_shipped_content
from trainhub.ops.queries import count_people, list_open_demonstration_accounts
from trainhub.typing_tests.services.shipped import load_shipped_passages

DEMO_SIZE, DEMO_SEED = 120, 1
LANGUAGES = {"zh": "Chinese", "en": "English"}


def prepare(settings: Settings, say: Callable[[str], None]) -> None:
    """Upgrade the database, load changed content, and on the first start the demonstration."""
    applied = upgrade(settings)
    if applied:
        say(f"database brought to revision {applied[-1]}")
    try:
        with transaction():
            report = load_shipped_content(clock.now())
            take_over_catalogue(clock.now())
    except InputErrors as error:
        say("courses/ and quizzes/ were not loaded; `trainhub content import` says more:")
        for one in error.errors[:5]:
            say(f"  {one.file}: {one.text()}")
    else:
        if report is not None:
            say(f"content loaded: {sum(report.counts().values())} files")
    load_passages(say)
    if not count_people():  # before the programmes: the demonstration's are older than today
        _fill_demonstration(settings, say)
    load_competency_models(say)
    load_programmes(say)


def load_passages(say: Callable[[str], None]) -> None:
    """Load the passages that are shipped; a wrong file is said and keeps nobody from starting."""
    try:
        with transaction():
            loaded = load_shipped_passages(clock.now())
    except InputErrors as error:
        say("passages/ was not loaded; `trainhub typing passages lint passages` says more:")
        for one in error.errors[:5]:
            say(f"  {one.file}: {one.text()}")
    else:
        if loaded.touched:
            say(f"typing passages loaded: {loaded.touched} passages and phrases")


def load_competency_models(say: Callable[[str], None]) -> None:
    """Load the competency models that are shipped, unless people have changed them."""
    try:
        with transaction():
            count = load_shipped_models(clock.now())
    except InputErrors as error:
        say("competencies/ was not loaded:")
        for one in error.errors[:5]:
            say(f"  {one.file}: {one.text()}")
    else:
        if count:
            say(f"competency models loaded: {count}")


def load_programmes(say: Callable[[str], None]) -> None:
    """Load the programmes that are shipped; those that people have changed stay as they are."""
    try:
        with transaction():
            loaded = load_shipped_programmes(clock.now())
    except InputErrors as error:
        say("programmes/ was not loaded; `trainhub programmes import programmes` says more:")
        for one in error.errors[:5]:
            say(f"  {one.file}: {one.text()}")
    else:
        if loaded.new + loaded.changed:
            say(f"programmes loaded: {loaded.new} new, {loaded.changed} changed")


def upgrade(settings: Settings) -> list[str]:
    """Apply pending revisions, a backup first; returns them."""
    db.session.remove()
    return schema.upgrade(db.engine, before=lambda: make_backup(settings, clock.now()))


def _fill_demonstration(settings: Settings, say: Callable[[str], None]) -> None:
    say("making the demonstration centre")
    try:
        with transaction():
            build_centre(size=DEMO_SIZE, seed=DEMO_SEED, now=clock.now(), zone=settings.zone)
    except DomainError as error:
        say(f"no demonstration centre: {error.text()}")


def welcome(host: str, port: int) -> list[str]:
    """What to tell the person who has started the server."""
    shown = f"[{host}]" if ":" in host else host
    lines = [f"TrainHub is at http://{shown}:{port}   (stop it with Ctrl+C)"]
    known = list_open_demonstration_accounts([one.username for one in INTRODUCED])
    if known:
        lines.append(f"Demonstration accounts, all with the password: {DEMO_PASSWORD}")
        lines += [
            f"  {one.username:14} {', '.join(one.roles)}, {LANGUAGES[one.locale]}"
            for one in INTRODUCED
            if one.username in known
        ]
    return lines
