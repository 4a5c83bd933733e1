"""Erasing somebody: what goes, what stays, what stands in the way, and doing it again."""

from __future__ import annotations

import json
from datetime import timedelta
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import delete, func, select

from tests.catalogue.texts import course_text, quiz_text, source, take
from tests.certification.awarding import awarded
from tests.conftest import NOON
from tests.factories import Make
from tests.privacy.lives import CANARY, administrator, live, note, type_a_run
from trainhub import clock
from trainhub.audit.models import AuditEntry
from trainhub.audit.queries import find_broken_entry, list_entries
from trainhub.catalogue.queries import find_course
from trainhub.certification.models import Award
from trainhub.cli.ops import after_restore
from trainhub.db import db, transaction
from trainhub.errors import Conflict, DomainError, InputErrors
from trainhub.learning.models import LessonNote
from trainhub.ledger.models import LearningRecord
from trainhub.notices.models import Notice
from trainhub.ops.audit_heads import check_heads, heads_file
from trainhub.people.models import Person, Role, SignIn, SignInMisses
from trainhub.people.rules import PersonEntry
from trainhub.people.services import change_person, enable_person
from trainhub.privacy import jobs, journal
from trainhub.privacy.models import Erasure, LegalHold
from trainhub.privacy.services import end_hold, erase_person, set_hold
from trainhub.typing_tests.models import TypingChunk, TypingRun


def count(model: type, **values: object) -> int:
    return db.session.scalar(select(func.count()).select_from(model).filter_by(**values)) or 0


def erase(person: Person, actor: Person | None, reason: str = "Asked for it") -> Erasure:
    with transaction():
        return erase_person(person, reason=reason, actor=actor, now=NOON)


def everything() -> str:
    """All rows of all tables but the audit trail, as text."""
    db.session.rollback()
    return "\n".join(
        repr(row)
        for table in db.metadata.sorted_tables
        if table.name not in {"audit_entry"}
        for row in db.session.execute(select(table)).all()
    )


def test_names_go_and_evidence_stays_under_a_pseudonym(app: Flask) -> None:
    lili, root = live(), administrator()
    person_id = lili.id
    take([source("quizzes/opening.en.yaml", quiz_text()),
          source("courses/calls/opening.en.md", course_text())], now=clock.now())  # fmt: skip
    course = find_course("opening")
    assert course is not None
    note(lili, course.id)
    assert CANARY in everything()
    erasure = erase(lili, root)
    assert CANARY not in everything() and "lili-1" in everything()
    erased = db.session.get_one(Person, person_id)
    assert erased.name == erased.username == erasure.pseudonym
    assert (erased.email, erased.employee_no, erased.team_id, erased.password_hash) == (None,) * 4
    assert erased.disabled_at == erased.erased_at == NOON
    for gone in (SignIn, Notice, LessonNote):
        assert count(gone, person_id=person_id) == 0
    assert count(LearningRecord, person_id=person_id) == 1
    assert count(SignInMisses) == 1, "the misses of another account stay"
    assert erasure.counts["notice"] == 1


def test_the_audit_trail_stays_whole_and_says_who_erased(app: Flask) -> None:
    lili, root = live(), administrator()
    erasure = erase(lili, root, "Asked for it by letter")
    entry = list_entries(limit=1)[0]
    assert (entry.action, entry.object_key) == ("privacy.erased", erasure.pseudonym)
    assert entry.reason == "Asked for it by letter"
    assert count(AuditEntry, object_key="lili") >= 1, "names in the chain stay"
    assert find_broken_entry() is None


def test_keystrokes_go_and_the_result_stays(app: Flask) -> None:
    lili, root = live(), administrator()
    run_id = type_a_run(lili)
    with transaction():
        run = db.session.get_one(TypingRun, run_id)
        run.state, run.ended_at, run.speed_tenths = "closed", NOON, 600
    erase(lili, root)
    assert count(TypingChunk, run_id=run_id) == 0
    run = db.session.get_one(TypingRun, run_id)
    assert run.timeline_gone_at == NOON and run.speed_tenths == 600


def test_nobody_is_erased_without_a_reason_twice_or_by_themselves(app: Flask) -> None:
    lili, root = live(), administrator()
    with pytest.raises(InputErrors):
        erase(lili, root, "  ")
    with pytest.raises(DomainError, match="own account"):
        erase(root, root)
    with pytest.raises(DomainError, match="only administrator"):
        erase(root, lili)
    assert CANARY in everything()
    erase(lili, root)
    with pytest.raises(Conflict):
        erase(lili, root)


def test_a_legal_hold_stands_in_the_way_until_it_is_lifted(app: Flask) -> None:
    lili, root = live(), administrator()
    with transaction():
        set_hold(lili, reason="A court asks", actor=root, now=NOON)
    with pytest.raises(Conflict, match="legal hold"):
        erase(lili, root)
    assert CANARY in everything()
    with pytest.raises(Conflict), transaction():
        set_hold(lili, reason="Another", actor=root, now=NOON)
    with transaction():
        end_hold(lili, reason="The case is closed", actor=root, now=NOON)
    erase(lili, root)
    assert count(LegalHold) == 1


def test_nothing_brings_a_name_back(app: Flask) -> None:
    lili, root = live(), administrator()
    erase(lili, root)
    with pytest.raises(Conflict), transaction():
        enable_person(lili, actor=root, now=NOON)
    with pytest.raises(Conflict), transaction():
        entry = PersonEntry.written("lili", "Lili", None, None, None, None)
        change_person(lili, entry, actor=root, now=NOON)
    again = Make.person("lili")
    assert again.id != lili.id, "the user name is free again"


def test_an_erasure_is_repeated_after_a_restore(app: Flask, tmp_path: Path) -> None:
    lili, bob, root = live(), live("bob"), administrator()
    was = (lili.username, lili.name, lili.email)
    erasure = erase(lili, root)
    pseudonym = erasure.pseudonym
    assert journal.note_erasures(tmp_path) == 1
    assert journal.note_erasures(tmp_path) == 0
    assert CANARY not in (tmp_path / journal.FILE).read_text("utf-8")
    _put_back(lili, was)
    assert CANARY in everything()
    assert journal.repeat_erasures(tmp_path, NOON) == 1
    assert db.session.get_one(Person, lili.id).username == pseudonym
    assert db.session.get_one(Person, bob.id).username == "bob"
    assert journal.repeat_erasures(tmp_path, NOON) == 0


def test_a_hold_is_repeated_after_a_restore_until_it_was_lifted(app: Flask, tmp_path: Path) -> None:
    lili, root = live(), administrator()
    with transaction():
        set_hold(lili, reason="A court asks", actor=root, now=NOON)
    assert (journal.note_holds(tmp_path), journal.note_holds(tmp_path)) == (1, 0)
    assert journal.repeat_holds(tmp_path, NOON) == 0
    with transaction():  # a backup of before
        db.session.execute(delete(LegalHold))
    assert journal.repeat_holds(tmp_path, NOON + timedelta(days=1)) == 1
    with pytest.raises(Conflict, match="legal hold"):
        erase(lili, root)
    assert journal.note_holds(tmp_path) == 0, "it is the same hold"
    with transaction():
        end_hold(lili, reason="The case is closed", actor=root, now=NOON)
    assert journal.note_holds(tmp_path) == 1
    assert journal.repeat_holds(tmp_path, NOON) == 0
    assert "court" not in (tmp_path / journal.HOLDS_FILE).read_text("utf-8")


def _put_back(person: Person, was: tuple[str, str, str | None]) -> None:
    """What a backup of before holds."""
    guards = {"sqlite": "DROP TRIGGER erasure_no_delete", "postgresql":
              "ALTER TABLE erasure DISABLE TRIGGER ALL"}  # fmt: skip
    back = {"sqlite": "CREATE TRIGGER erasure_no_delete BEFORE DELETE ON erasure "
            "BEGIN SELECT RAISE(ABORT, 'erasure is append only'); END",
            "postgresql": "ALTER TABLE erasure ENABLE TRIGGER ALL"}  # fmt: skip
    dialect = db.engine.dialect.name
    with transaction():
        db.session.connection().exec_driver_sql(guards[dialect])
        db.session.connection().exec_driver_sql("DELETE FROM erasure")
        db.session.connection().exec_driver_sql(back[dialect])
        person.username, person.name, person.email = was
        person.erased_at = person.disabled_at = None


def test_another_account_with_the_same_number_is_not_erased(app: Flask, tmp_path: Path) -> None:
    lili = live()
    line = {"person_id": lili.id, "account_since": "2020-01-01T00:00:00+00:00",
            "pseudonym": "erased-00000000"}  # fmt: skip
    (tmp_path / journal.FILE).write_text(json.dumps(line) + "\nnonsense\n", "utf-8")
    assert journal.repeat_erasures(tmp_path, NOON) == 0


def test_the_pages_hold_erase_and_lead_to_the_pseudonym(app, make, client) -> None:
    lili, root = live(), administrator()
    browser = client(root)
    here = f"/people/{lili.id}"
    assert f"{here}/data" in str(browser.page(here).all("a"))
    browser.post(f"{here}/data/hold", {"reason": "A court asks"})
    assert "A court asks" in browser.page(f"{here}/data").text
    assert "Nothing about this person" in browser.page(f"{here}/erase").text
    browser.post(f"{here}/data/release", {"reason": "Closed"})
    page = browser.page(f"{here}/erase").text
    assert "What is deleted" in page and "Awards rest on it" in page
    refused = browser.post(f"{here}/erase", {"reason": "x", "username": "bob"}, status=422)
    assert "This is not the person" in refused.text
    browser.post(f"{here}/erase", {"reason": "Asked for it", "username": "lili"})
    shown = browser.page(f"{here}/data").text
    assert "erased-" in shown and CANARY not in shown and "Asked for it" in shown
    assert "Enable the account" not in browser.page(here).text
    file = app.config["SETTINGS"].instance / journal.FILE
    assert file.exists()
    file.unlink()


@pytest.mark.parametrize("role", [Role.SUPERVISOR, Role.AUDITOR])
def test_only_administrators_erase(make, client, role) -> None:
    lili = live()
    browser = client(make.person("sup", role))
    for path in ("data", "erase"):
        browser.get(f"/people/{lili.id}/{path}", status=403)


def test_the_night_erases_whom_it_is_time_to(app: Flask, tmp_path: Path) -> None:
    lili, bob, held, root = live(), live("bob"), live("held"), administrator()
    with transaction():
        for person, days in ((lili, 1096), (held, 1096), (bob, 1094)):
            person.disabled_at = NOON - timedelta(days=days)
        set_hold(held, reason="A court asks", actor=root, now=NOON)
    assert jobs.forget_what_is_over(NOON, tmp_path)["person"] == 1
    assert db.session.get_one(Person, lili.id).erased_at == NOON
    assert db.session.get_one(Person, bob.id).erased_at is None
    assert db.session.get_one(Person, held.id).erased_at is None
    assert len(journal.read_lines(tmp_path / journal.FILE)) == 1


def test_a_certificate_shows_the_pseudonym_and_still_holds(app: Flask, client) -> None:
    lili, root = live(), administrator()
    award = awarded(lili)
    assert award.holder_name == lili.name
    code, award_id = award.code, award.id
    erasure = erase(lili, root)
    kept = db.session.get_one(Award, award_id)
    assert (kept.holder_name, kept.state) == (erasure.pseudonym, "active")
    assert CANARY not in client().page(f"/verify/{code}").text


def test_a_restore_signs_where_the_trail_ends_and_erases_again(app: Flask) -> None:
    lili, root = live(), administrator()
    settings = app.config["SETTINGS"]
    files = (settings.instance / journal.FILE, heads_file(settings))
    for file in files:
        file.unlink(missing_ok=True)
    was = (lili.username, lili.name, lili.email)
    erase(lili, root)
    journal.note_erasures(settings.instance)
    _put_back(lili, was)
    assert after_restore(settings) == 1
    assert CANARY not in everything()
    assert [head.event for head in check_heads(settings)] == ["restored"]
    for file in files:
        file.unlink()
