"""The night deletes what is past its time, no more, and puts on record how much."""

from __future__ import annotations

import json
import os
from datetime import timedelta
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import func, select

from tests.conftest import NOON
from tests.factories import Make
from tests.privacy.lives import administrator, live, type_a_run
from trainhub.audit.models import AuditEntry
from trainhub.audit.queries import find_broken_entry
from trainhub.db import db, transaction
from trainhub.notices.models import Notice
from trainhub.ops import nightly
from trainhub.people.models import AccessToken, PendingImport, Person, SignIn
from trainhub.privacy import jobs
from trainhub.privacy.rules import DECLARATIONS, Personal, periods
from trainhub.privacy.services import end_hold, forget_rows, set_hold
from trainhub.typing_tests.jobs import close_overdue_runs, delete_old_timelines
from trainhub.typing_tests.models import TypingChunk


def sign_in(person: Person, days_ago: int) -> None:
    at = NOON - timedelta(days=days_ago)
    with transaction():
        db.session.add(
            SignIn(person_id=person.id, token_hash=f"{person.id}-{days_ago}", started_at=at,
                   last_seen_at=at, password_at=at, ends_at=at)
        )  # fmt: skip


def ages_of_sign_ins(person: Person) -> list[int]:
    rows = db.session.scalars(select(SignIn.ends_at).where(SignIn.person_id == person.id))
    return sorted((NOON - at).days for at in rows)


def test_what_is_past_its_time_goes_and_nothing_else(app: Flask, tmp_path: Path) -> None:
    lili = Make.person("lili")
    for days in (0, 179, 180, 181, 1000):
        sign_in(lili, days)
    assert jobs.forget_what_is_over(NOON, tmp_path) == {"sign_in": 2}
    assert ages_of_sign_ins(lili) == [0, 179, 180]
    [entry] = db.session.scalars(select(AuditEntry).filter_by(action="privacy.forgotten"))
    assert (entry.object_key, entry.changes) == (
        "sign_in", {"rows": [2, 0], "period": [None, "security"]},
    )  # fmt: skip
    assert entry.actor_id is None and find_broken_entry() is None
    assert jobs.forget_what_is_over(NOON, tmp_path) == {}, "the second night finds nothing"


def test_a_token_that_never_ends_stays_and_a_revoked_one_goes(app: Flask, tmp_path: Path) -> None:
    lili, long_ago = Make.person("lili"), NOON - timedelta(days=400)
    with transaction():
        for label, revoked in (("in use", None), ("gone", long_ago)):
            db.session.add(AccessToken(person_id=lili.id, label=label, token_hash=label,
                                       created_at=long_ago, revoked_at=revoked))  # fmt: skip
    jobs.forget_what_is_over(NOON, tmp_path)
    assert db.session.scalars(select(AccessToken.label)).all() == ["in use"]


def test_uploads_go_after_a_week_and_messages_after_two_years(app: Flask, tmp_path: Path) -> None:
    lili, bob = Make.person("lili"), Make.person("bob")
    with transaction():
        for person, days in ((lili, 6), (bob, 8)):
            made = NOON - timedelta(days=days)
            db.session.add(PendingImport(person_id=person.id, file="a.csv", data=b"x",
                                         created_at=made))  # fmt: skip
            for key, age in (("new", 700), ("old", 731)):
                at = NOON - timedelta(days=age)
                db.session.add(Notice(person_id=person.id, kind="due", key=key, values={},
                                      created_at=at, send_after=at, sent_at=at))  # fmt: skip
    assert jobs.forget_what_is_over(NOON, tmp_path) == {"pending_import": 1, "notice": 2}
    assert db.session.scalar(select(PendingImport.person_id)) == lili.id


def test_a_legal_hold_keeps_what_is_about_somebody(app: Flask, tmp_path: Path) -> None:
    lili, bob, root = Make.person("lili"), Make.person("bob"), administrator()
    for person in (lili, bob):
        sign_in(person, 500)
    with transaction():
        set_hold(lili, reason="A court asks", actor=root, now=NOON)
    jobs.forget_what_is_over(NOON, tmp_path)
    assert ages_of_sign_ins(lili) == [500] and ages_of_sign_ins(bob) == []


def test_a_legal_hold_keeps_the_keystrokes_of_a_person(make: type[Make]) -> None:
    lili, bob, root = live(), live("bob"), administrator()
    runs = {person.username: type_a_run(person) for person in (lili, bob)}
    later = NOON + timedelta(days=400)
    close_overdue_runs(NOON + timedelta(days=1))
    with transaction():
        set_hold(lili, reason="A court asks", actor=root, now=NOON)
    delete_old_timelines(later)
    kept = set(db.session.scalars(select(TypingChunk.run_id)))
    assert runs["lili"] in kept and runs["bob"] not in kept
    with transaction():
        end_hold(lili, reason="The court has decided", actor=root, now=later)
    delete_old_timelines(later)
    assert runs["lili"] not in set(db.session.scalars(select(TypingChunk.run_id)))


def test_a_long_table_goes_in_pieces_each_on_record(app: Flask) -> None:
    lili = Make.person("lili")
    for days in range(300, 305):
        sign_in(lili, days)
    declared = DECLARATIONS["sign_in"]
    assert isinstance(declared, Personal)
    done = []
    for _ in range(4):
        with transaction():
            done.append(forget_rows(declared, now=NOON, most=2))
    assert done == [2, 2, 1, 0]
    query = select(func.count()).select_from(AuditEntry).filter_by(action="privacy.forgotten")
    assert db.session.scalar(query) == 3


def test_the_table_of_periods_decides(
    app: Flask, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    lili = Make.person("lili")
    sign_in(lili, 200)
    monkeypatch.setitem(periods.LENGTHS, periods.Period.SECURITY, periods.Length(365, "a year"))
    assert jobs.forget_what_is_over(NOON, tmp_path) == {}
    assert ages_of_sign_ins(lili) == [200]


def test_mail_written_to_files_goes_after_a_week(app: Flask, tmp_path: Path) -> None:
    (tmp_path / "mail").mkdir()
    for name, days in (("old", 8), ("new", 6)):
        file = tmp_path / "mail" / f"{name}.eml"
        file.write_text("Hello")
        at = (NOON - timedelta(days=days)).timestamp()
        os.utime(file, (at, at))
    assert jobs.forget_what_is_over(NOON, tmp_path) == {"mail files": 1}
    assert [file.name for file in (tmp_path / "mail").iterdir()] == ["new.eml"]


def test_it_is_a_job_of_the_night(app: Flask) -> None:
    sign_in(Make.person("lili"), 500)
    night = {job.name: job for job in nightly.jobs_of(app.config["SETTINGS"], lambda now: {})}
    assert json.loads(night["retention"].run(NOON)) == {"sign_in": 1}
