"""A centre with one exam of every kind of question, and a server that can be killed."""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any

from flask import Flask

from tests.assessment.papers import add_exam, add_item, add_sitting
from tests.e2e.browsing import wait_for_answer
from tests.factories import Make
from tests.ports import free_port
from trainhub import clock, create_app
from trainhub.assembly import load_models
from trainhub.assessment.models import Attempt, AttemptEvent, AttemptItem, AttemptSighting
from trainhub.assessment.rules.settings import Blueprint, ExamSettings, Layout, Part, When
from trainhub.config import load_settings
from trainhub.db import db, transaction
from trainhub.demo import DEMO_PASSWORD
from trainhub.people.hashing import hash_password
from trainhub.people.models import Person, SignIn

TEXTS = {
    "en": ("What comes first in a call?", "The greeting", "The price", "The weather"),
    "zh": ("通话一开始先做什么？", "问候客户", "报出价格", "谈论天气"),
}
KINDS = ("single", "multiple", "true-false", "short", "number", "order", "match", "gap", "long")


def contents(language: str) -> dict[str, tuple[str, str, dict[str, Any]]]:
    """One question of each kind: its kind, stem and content."""
    stem, right, wrong, other = TEXTS[language]
    options = [
        {"text": right, "correct": True},
        {"text": wrong, "correct": False},
        {"text": other, "correct": False},
    ]
    both = [options[0], options[1] | {"correct": True}, options[2]]
    zh = language == "zh"
    return {
        "single": ("single", stem, {"options": options}),
        "multiple": ("multiple", "哪两项正确？" if zh else "Which two?", {"options": both}),
        "true-false": ("true_false", "报价要含税。" if zh else "Quote with tax.", {"answer": True}),
        "short": ("short_answer", "写出产品名。" if zh else "Name it.", {"answers": ["Nova"]}),
        "number": (
            "numeric", "等待多少秒？" if zh else "How many seconds?",
            {"answer": "80", "tolerance": "0", "unit": "秒" if zh else "s"},
        ),
        "order": (
            "ordering", "排列步骤。" if zh else "Put them in order.",
            {"steps": ["问候", "核实", "处理"] if zh else ["Greet", "Verify", "Solve"]},
        ),
        "match": (
            "matching", "配对。" if zh else "Match them.",
            {
                "pairs": [
                    {"left": "A 线" if zh else "Line A", "right": "账单" if zh else "Bills"},
                    {"left": "B 线" if zh else "Line B", "right": "物流" if zh else "Parcels"},
                ],
                "extra": ["其他" if zh else "Others"],
            },
        ),
        "gap": (
            "cloze", "请在 {{days}} 天内回复。" if zh else "Answer within {{days}} days.",
            {"gaps": {"days": {"answers": ["3"]}}},
        ),
        "long": (
            "long_answer", "写一段回复。" if zh else "Write a reply.",
            {"limit": 2000, "rubric": [{"key": "polite", "text": "Polite", "points": 1}]},
        ),
    }  # fmt: skip


class ExamCentre:
    """The centre's folder, its database, and its server process."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.port = free_port()
        self.address = f"http://127.0.0.1:{self.port}"
        self.server: subprocess.Popen[bytes] | None = None
        self.app: Flask = create_app(load_settings({}, instance=folder, default_locale="en"))
        self.environ = {k: v for k, v in os.environ.items() if not k.startswith("TRAINHUB_")}
        self.environ |= {"TRAINHUB_INSTANCE": str(folder)}

    def prepare(self) -> None:
        """The tables and the bank."""
        load_models()
        self._run("upgrade")
        with self.inside(), transaction():
            for language in TEXTS:
                for key, (kind, stem, content) in contents(language).items():
                    add_item(key, kind=kind, stem=stem, content=content, language=language)

    def _run(self, *arguments: str) -> None:
        command = [sys.executable, "-m", "trainhub", *arguments]
        subprocess.run(command, env=self.environ, check=True, capture_output=True, timeout=300)

    @contextmanager
    def inside(self) -> Iterator[None]:
        """The application's context, for reading and writing rows."""
        with self.app.app_context():
            yield
            db.session.remove()

    def start(self) -> None:
        """Run the server until it answers."""
        command = [sys.executable, "-m", "trainhub", "serve", "--port", str(self.port)]
        with (self.folder / "server.log").open("ab") as log:
            self.server = subprocess.Popen(
                command, env=self.environ, stdout=log, stderr=log, start_new_session=True
            )
        wait_for_answer(self.server, self.port, self.folder / "server.log")

    def kill(self, sign: int = signal.SIGKILL) -> None:
        """End every process of the server at once."""
        if self.server is None:
            return
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self.server.pid, sign)
        self.server.wait(60)
        self.server = None

    def hold(self, username: str, *items: str, **values: Any) -> int:
        """A sitting for one new person, open now; its id. `values` are of the exam's rules."""
        window = {name: values.pop(name) for name in ("hours", "access_code") if name in values}
        rules = {
            "languages": ("en", "zh"),
            "blueprint": Blueprint(items=items or ("single", "multiple", "short", "long")),
            "shuffle_items": False,
            "release": dict.fromkeys(Part, When.AT_ONCE),
        } | values
        with self.inside():
            person = Make.person(username, password_hash=hash_password(DEMO_PASSWORD))
            with transaction():
                exam = add_exam(f"exam-{username}", ExamSettings(**rules))
                opens_at = clock.now() - timedelta(minutes=5)
                return add_sitting(exam, person, opens_at=opens_at, **window).id

    def saved(self, attempt_id: int) -> dict[int, Any]:
        """The answers in force, by question."""
        with self.inside():
            rows = db.session.scalars(db.select(AttemptItem).filter_by(attempt_id=attempt_id))
            return {row.no: row.response for row in rows}

    def state_of(self, attempt_id: int) -> str:
        """The state of an attempt."""
        with self.inside():
            return db.session.get_one(Attempt, attempt_id).state

    def sightings_of(self, attempt_id: int) -> list[str]:
        """What the page has reported, in order."""
        with self.inside():
            query = db.select(AttemptSighting.kind).filter_by(attempt_id=attempt_id)
            return list(db.session.scalars(query.order_by(AttemptSighting.id)))

    def events_of(self, attempt_id: int) -> list[str]:
        """What happened to an attempt, in order."""
        with self.inside():
            query = db.select(AttemptEvent.kind).filter_by(attempt_id=attempt_id)
            return list(db.session.scalars(query.order_by(AttemptEvent.id)))

    def seq_of(self, attempt_id: int, no: int) -> int:
        """How many saves of a question counted."""
        with self.inside():
            return db.session.get_one(AttemptItem, (attempt_id, no)).seq

    def seconds_of(self, attempt_id: int) -> dict[int, float]:
        """How long questions were in view, as the page told, by question."""
        with self.inside():
            rows = db.session.scalars(db.select(AttemptItem).filter_by(attempt_id=attempt_id))
            return {row.no: row.active_ms / 1000 for row in rows}

    def leave(self, attempt_id: int, seconds: float) -> None:
        """Move an attempt's wall to so many seconds from now."""
        with self.inside(), transaction():
            attempt = db.session.get_one(Attempt, attempt_id)
            attempt.closes_at = clock.now() + timedelta(seconds=seconds)

    def end_sign_ins(self, username: str) -> None:
        """End every sign-in of a person, as time does."""
        with self.inside(), transaction():
            person = db.session.scalars(db.select(Person).filter_by(username=username)).one()
            for row in db.session.scalars(db.select(SignIn).filter_by(person_id=person.id)):
                row.ended_at = clock.now()


ALL, FORWARD = {"layout": Layout.ALL}, {"may_go_back": False}
