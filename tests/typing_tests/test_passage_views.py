"""The trainer's pages of passages and phrases."""

from __future__ import annotations

import io
from collections.abc import Callable
from datetime import datetime
from html import unescape

import pytest
from flask import Flask
from sqlalchemy import func, select

from tests.checking import CheckingClient, Page
from tests.factories import Make
from trainhub.db import db, transaction
from trainhub.people.models import Role
from trainhub.tables import write_xlsx
from trainhub.typing_tests.models import TypingPassage, TypingPhrase
from trainhub.typing_tests.queries.passages import PassageCriteria, list_passages
from trainhub.typing_tests.services.shipped import load_shipped_passages

TEXT = "We answer within a day, and we close the matter in three."
ZH = "我们在一天之内答复，三天之内解决，请您放心。" * 3


@pytest.fixture
def trainer(app: Flask, make: type[Make], client: Callable[..., CheckingClient]) -> CheckingClient:
    return client(make.person("alice", Role.TRAINER))


def sent(**values: object) -> dict[str, object]:
    fields = {"title": "Promises", "language": "en", "kind": "prose", "text": TEXT, "do": "save"}
    return fields | values


def count(model: type) -> int:
    return db.session.scalar(select(func.count()).select_from(model)) or 0


def first_id() -> int:
    return list_passages(PassageCriteria())[0].passage.id


@pytest.mark.parametrize("role", [Role.AGENT, Role.SUPERVISOR, Role.PLANNER])
def test_only_those_who_teach_get_in(
    app: Flask, make: type[Make], client: Callable[..., CheckingClient], role: Role
) -> None:
    browser = client(make.person("bob", role))
    for path in ("", "/new", "/compose", "/1", "/1/edit"):
        browser.get(f"/typing-passages{path}", status=403)
    browser.get("/typing-phrases", status=403)
    browser.get("/typing-phrases/import", status=403)
    browser.post("/typing-passages/1/retire", status=403)
    browser.post("/typing-phrases/1/retire", status=403)
    browser.post("/typing-phrases/import/confirm", status=403)


@pytest.mark.parametrize("language", ["en", "zh"])
def test_every_page_of_the_shipped_passages_holds(
    app: Flask,
    make: type[Make],
    client: Callable[..., CheckingClient],
    now: datetime,
    language: str,
) -> None:
    browser = client(make.person("alice", Role.TRAINER), language=language)
    browser.get("/typing-passages")
    browser.get("/typing-phrases")
    browser.get("/typing-passages/compose")
    with transaction():
        load_shipped_passages(now)
    for path in (
        "/typing-passages",
        "/typing-passages?language=zh&kind=mixed&difficulty=hard&origin=shipped&state=all&q=单",
        "/typing-passages?q=nothing-like-it",
        f"/typing-passages/{first_id()}",
        f"/typing-passages/{first_id()}/edit",
        "/typing-passages/new",
        "/typing-passages/compose",
        "/typing-passages/compose?group=zh%3A退款&count=5&seed=3",
        "/typing-phrases",
        "/typing-phrases?language=en&group=Refund&state=all&words=card&page=9",
        "/typing-phrases/import",
    ):
        page = browser.page(path)
        assert page.h1


def test_strange_addresses_are_answered(trainer: CheckingClient) -> None:
    trainer.get("/typing-passages?state=%00&language=xx&difficulty=%F0%9F%98%80")
    trainer.get("/typing-passages/compose?group=xx%3Ay&count=5&seed=3", status=422)
    trainer.get("/typing-passages/compose?group=zh&count=-1&seed=a", status=422)
    trainer.get("/typing-phrases?page=0&language=fr")
    trainer.get("/typing-passages/999", status=404)


def test_a_text_is_looked_at_and_then_saved(trainer: CheckingClient) -> None:
    page = trainer.post("/typing-passages/new", sent(do="look", text=f"“{TEXT}”"), status=200).text
    assert "Nothing is saved yet" in page
    assert "2 curly quotation marks" in page
    assert count(TypingPassage) == 0
    answer = trainer.post("/typing-passages/new", sent())
    assert answer.location == f"/typing-passages/{first_id()}"
    assert TEXT in trainer.page(answer.location).text


@pytest.mark.parametrize("do", ["look", "save"])
def test_a_sign_that_cannot_be_typed_is_named_and_the_text_stays(
    trainer: CheckingClient, do: str
) -> None:
    answer = trainer.post("/typing-passages/new", sent(do=do, text=TEXT + "\u200b!"), status=422)
    page = Page(answer.text)
    assert f"character {len(TEXT) + 1}: U+200B ZERO WIDTH SPACE cannot be seen" in page.text
    assert TEXT in page.text
    assert count(TypingPassage) == 0


def test_the_fault_is_named_in_chinese(
    app: Flask, make: type[Make], client: Callable[..., CheckingClient]
) -> None:
    browser = client(make.person("alice", Role.TRAINER), language="zh")
    answer = browser.post(
        "/typing-passages/new", sent(language="zh", text=ZH + "\u200b😀"), status=422
    )
    text = Page(answer.text).text
    assert f"第 1 行第 {len(ZH) + 1} 个字符：U+200B ZERO WIDTH SPACE 不可见，请删除。" in text
    assert "是表情符号" in text


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030"])
def test_a_file_is_read_in_its_encoding(trainer: CheckingClient, encoding: str) -> None:
    data = (io.BytesIO(ZH.replace("，", "，\r\n").encode(encoding)), "promise.txt")
    form = sent(title="承诺", language="zh", text="", file=data)
    trainer.post("/typing-passages/new", form, content_type="multipart/form-data")
    (row,) = list_passages(PassageCriteria())
    assert row.version.text == ZH.replace("，", "，\n")


def test_a_file_that_is_no_text_is_refused(trainer: CheckingClient) -> None:
    for data in (b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\xff\xfe", b"a" * 1024 * 1024 + b"b"):
        form = sent(file=(io.BytesIO(data), "x.txt"))
        trainer.post("/typing-passages/new", form, status=422, content_type="multipart/form-data")
    assert count(TypingPassage) == 0


def test_an_edit_is_shown_as_a_version(trainer: CheckingClient) -> None:
    trainer.post("/typing-passages/new", sent())
    place = f"/typing-passages/{first_id()}"
    seen = next(
        a["value"] for a in trainer.page(f"{place}/edit").all("input") if a.get("name") == "seen"
    )
    trainer.post(f"{place}/edit", sent(text=TEXT + " Always.", seen=seen, language="zh"))
    assert list_passages(PassageCriteria())[0].version.number == 2
    assert list_passages(PassageCriteria())[0].passage.language == "en"
    answer = trainer.post(f"{place}/edit", sent(text=TEXT + " Never.", seen=seen), status=409)
    assert "another version since" in answer.text
    assert "Never." in answer.text


def test_a_passage_goes_out_of_use_and_comes_back(trainer: CheckingClient) -> None:
    trainer.post("/typing-passages/new", sent())
    place = f"/typing-passages/{first_id()}"
    trainer.post(f"{place}/retire")
    assert "Out of use since" in trainer.page(place).text
    trainer.post(f"{place}/restore")
    assert "Out of use since" not in trainer.page(place).text


def test_a_passage_is_made_of_phrases(trainer: CheckingClient, now: datetime) -> None:
    with transaction():
        load_shipped_passages(now)
    address = "/typing-passages/compose?group=en%3ARefund&count=4&seed=7"
    page = trainer.page(address)
    fields = {a["name"]: a.get("value", "") for a in page.all("input") if a.get("type") == "hidden"}
    assert fields["text"].count("\n") == 3
    assert trainer.page(address).text == page.text
    looked = trainer.post("/typing-passages/new", fields, status=200)
    assert "This text can be typed" in looked.text
    assert "Refund, choice 7" in looked.text


def import_list(browser: CheckingClient, status: int = 200, **values: object) -> Page:
    fields: dict[str, object] = {"language": "en", "group": "", "lines": "", "encoding": ""}
    answer = browser.post(
        "/typing-phrases/import", fields | values, status=status, content_type="multipart/form-data"
    )
    return Page(answer.text)


def hidden(page: Page) -> dict[str, str]:
    named = {a["name"]: a.get("value", "") for a in page.all("input") if a.get("type") == "hidden"}
    return {name: unescape(named[name]) for name in ("language", "packed")}


def test_phrases_are_shown_before_they_are_stored(trainer: CheckingClient) -> None:
    page = import_list(trainer, lines="[Greeting]\nGood day.\nHow are you?")
    assert "Good day." in page.text
    assert count(TypingPhrase) == 0
    trainer.post("/typing-phrases/import/confirm", hidden(page))
    assert count(TypingPhrase) == 2
    assert "Greeting" in trainer.page("/typing-phrases?language=en").text


def test_phrases_come_from_workbooks_and_files_in_gb18030(trainer: CheckingClient) -> None:
    book = write_xlsx(["分组", "话术"], [["问候", "您好，请讲。"], ["", "再见。"]])
    page = import_list(trainer, language="zh", file=(io.BytesIO(book), "list.xlsx"))
    trainer.post("/typing-phrases/import/confirm", hidden(page))
    lines = "请您稍等。\n感谢您的耐心等待。".encode("gb18030")
    page = import_list(trainer, language="zh", file=(io.BytesIO(lines), "list.txt"))
    trainer.post("/typing-phrases/import/confirm", hidden(page))
    assert count(TypingPhrase) == 4


def test_faults_of_a_list_are_named_by_row(trainer: CheckingClient) -> None:
    table = "group,phrase\nA,Good day.\nA,x\nA,Good day.\nA,so\u200bso\n".encode()
    page = import_list(trainer, 422, file=(io.BytesIO(table), "list.csv"))
    assert "3 things are in the way" in page.text
    assert "This phrase is already here, in row 2." in page.text
    assert "Character 3, U+200B ZERO WIDTH SPACE" in page.text
    import_list(trainer, 422)
    import_list(trainer, 422, file=(io.BytesIO(b"PK\x03\x04rubbish"), "list.xlsx"))
    assert count(TypingPhrase) == 0


@pytest.mark.parametrize(
    "packed", ["", "[]", "{", "[[1,2]]", '[["", "x"]]', "[" * 9_000, '[["\\u0000","Good"]]', "null"]
)
def test_a_forged_list_stores_nothing(trainer: CheckingClient, packed: str) -> None:
    form = {"language": "en", "packed": packed}
    trainer.post("/typing-phrases/import/confirm", form, status=422)
    assert count(TypingPhrase) == 0


def test_a_phrase_goes_out_of_use_and_comes_back(trainer: CheckingClient) -> None:
    trainer.post("/typing-phrases/import/confirm", {"language": "en", "packed": '[["A","Good."]]'})
    number = db.session.scalars(select(TypingPhrase.id)).one()
    trainer.post(f"/typing-phrases/{number}/retire")
    assert "Good." not in trainer.page("/typing-phrases?language=en").text
    trainer.post(f"/typing-phrases/{number}/restore")
    assert "Good." in trainer.page("/typing-phrases?language=en").text
