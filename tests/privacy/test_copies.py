"""A copy of one's own data."""

from __future__ import annotations

import csv
import json
import zipfile
from collections.abc import Callable
from datetime import datetime, timedelta
from io import BytesIO, StringIO

from flask import Flask

from tests.assessment.papers import add_exam, add_item, add_sitting
from tests.checking import CheckingClient
from tests.conftest import NOON
from tests.factories import Make
from tests.privacy.lives import administrator, live, type_a_run
from trainhub import clock
from trainhub.assessment.models import Attempt, AttemptItem
from trainhub.assessment.services import start_attempt
from trainhub.audit.queries import list_entries
from trainhub.db import db, transaction
from trainhub.people.models import Person, Role


def take(browser: CheckingClient, path: str = "/my-data") -> zipfile.ZipFile:
    page = browser.page("/profile")
    answer = browser.client.post(path, data={"csrf_token": page.csrf_token})
    assert answer.status_code == 200 and answer.mimetype == "application/zip"
    assert answer.headers["Cache-Control"] == "no-store"
    return zipfile.ZipFile(BytesIO(answer.data))


def rows_of(copy: zipfile.ZipFile, table: str) -> list[dict[str, object]]:
    found: list[dict[str, object]] = json.loads(copy.read(f"json/{table}.json"))["rows"]
    return found


def test_the_page_says_what_is_kept_and_why(make, client) -> None:
    lili = live()
    page = client(lili).page("/my-data").text
    assert "To know who learns, and to let them sign in." in page
    assert "180 days" in page and "Where nothing is kept" in page
    assert "了解学习者" not in page
    assert "确认学习者身份" in client(lili, language="zh").page("/my-data").text


def test_a_copy_holds_ones_rows_in_words_and_nobody_elses(
    app: Flask, make: type[Make], client: Callable[..., CheckingClient]
) -> None:
    lili, bob = live(), live("bob")
    root = administrator()
    with transaction():
        lili.start_on = datetime(2026, 11, 2).date()
    copy = take(client(lili))
    assert copy.testzip() is None
    [account] = rows_of(copy, "person")
    assert account["Name"] == lili.name and account["Start date"] == "2026-11-02"
    assert account["Team"] == "Team of lili"
    [record] = rows_of(copy, "learning_record")
    assert record["Happened"] == "2026-11-22T13:00:00+09:00"
    [line] = list(
        csv.DictReader(StringIO(copy.read("csv/learning_record.csv").decode("utf-8-sig")))
    )
    assert line["Happened"] == record["Happened"] and line["Result"] == '{"mark": 90}'
    whole = "".join(copy.read(name).decode() for name in copy.namelist())
    assert bob.username not in whole and root.name not in whole
    assert "password" not in json.dumps(rows_of(copy, "person")).replace("Password changed", "")
    contents = copy.read("contents.txt").decode()
    assert "Asia/Tokyo" in contents and "Not handed out: token_hash" in contents
    assert list_entries(limit=1)[0].action == "privacy.copied"


def test_who_acted_is_oneself_or_somebody_else(app, make, client) -> None:
    lili, root = live(), administrator()
    with transaction():
        from trainhub.typing_tests.models import TypingAllowance, TypingTest

        test = TypingTest(key="t", titles={}, settings={}, created_at=NOON)
        db.session.add(test)
        db.session.flush()
        for giver in (root, lili):
            db.session.add(
                TypingAllowance(person_id=lili.id, test_id=test.id, extra_s=5, extra_attempts=0,
                                is_exempt=False, reason="", granted_at=NOON,
                                granted_by_id=giver.id)
            )  # fmt: skip
    rows = rows_of(take(client(lili)), "typing_allowance")
    assert [row["Granted by"] for row in rows] == ["somebody else", "the person themselves"]


def test_marks_are_told_only_once_they_are_released(app, make, client) -> None:
    lili = live()
    with transaction():
        for number in range(1, 6):
            add_item(f"exam-{number}", kind="short_answer",
                     content={"answers": ["x"], "strict": False})  # fmt: skip
        sitting = add_sitting(add_exam(), lili)
    with transaction():
        attempt_id = start_attempt(sitting.id, lili, "en", now=clock.now()).id
    with transaction():
        attempt = db.session.get_one(Attempt, attempt_id)
        attempt.mark_millionths, attempt.is_passed = 900_000, True
        first = db.session.query(AttemptItem).filter_by(attempt_id=attempt_id, no=1).one()
        first.response, first.is_right, first.mark_millionths = "an answer", True, 1_000_000
    sealed = take(client(lili))
    [row] = rows_of(sealed, "attempt")
    assert row["Passed"] is None and row["Mark, millionths"] is None
    item = rows_of(sealed, "attempt_item")[0]
    assert item["Answer"] == "an answer" and item["Right"] is None
    with transaction():
        db.session.get_one(Attempt, attempt_id).released_at = clock.now()
    opened = take(client(lili))
    assert rows_of(opened, "attempt")[0]["Passed"] is True
    assert rows_of(opened, "attempt_item")[0]["Right"] is True


def test_a_copy_is_in_the_readers_language(make, client) -> None:
    lili = live()
    copy = take(client(lili, language="zh"))
    [account] = rows_of(copy, "person")
    assert account["姓名"] == lili.name
    assert (
        "本人" in copy.read("contents.txt").decode() or "保存" in copy.read("contents.txt").decode()
    )


def test_keystrokes_are_ones_own_data(make, client) -> None:
    lili = live()
    type_a_run(lili)
    assert "700" in str(rows_of(take(client(lili)), "typing_chunk")[0]["Events"])


def test_a_copy_asks_for_the_password_again(make, client) -> None:
    browser = client(live())
    token = browser.page("/my-data").csrf_token
    with clock.frozen(NOON + timedelta(minutes=16)):
        answer = browser.client.post("/my-data", data={"csrf_token": token})
    assert answer.status_code == 302 and "/confirm" in answer.location


def test_administrators_make_one_for_somebody_and_others_do_not(make, client) -> None:
    lili, root = live(), administrator()
    copy = take(client(root), f"/people/{lili.id}/data")
    assert rows_of(copy, "person")[0]["User name"] == "lili"
    entry = list_entries(limit=1)[0]
    assert (entry.actor_name, entry.object_key) == ("Root", "lili")
    auditor: Person = make.person("audrey", Role.AUDITOR)
    client(auditor).get(f"/people/{lili.id}/data", status=403)
