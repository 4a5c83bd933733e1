"""Importing and exporting questions in the browser."""

from __future__ import annotations

import io
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import func, select

from tests.assessment.exchange.questions import picture
from tests.checking import CheckingClient
from tests.factories import Make
from trainhub.assessment.models import BankItem, PendingItemImport
from trainhub.assessment.queries.bank import get_item
from trainhub.assessment.rules.bank import BankQuestion
from trainhub.assessment.rules.exchange import read_questions, write_questions
from trainhub.catalogue.rules.quiz_text import make_item
from trainhub.db import db
from trainhub.people.models import Role

GIFT = "// [id:refund-days] [topic:refunds]\nHow many days?{=Three ~Seven}\n\n// [id:b]\nTrue?{T}\n"
PAGE = "/question-bank/import"


@pytest.fixture
def trainer(app: Flask, make: type[Make], client: Any) -> CheckingClient:
    browser: CheckingClient = client(make.person("alice", Role.TRAINER))
    return browser


def send(browser: CheckingClient, data: bytes | str, name: str = "q.gift", **fields: str) -> str:
    status = int(fields.pop("status", "200"))
    body = data.encode() if isinstance(data, str) else data
    form = {"file": (io.BytesIO(body), name), "format": "", "language": "en", "topic": ""}
    form |= {"encoding": "", "status": fields.pop("as_status", "")} | fields
    answer = browser.post(PAGE, form, content_type="multipart/form-data", status=status)
    return str(answer.text)


def confirm(browser: CheckingClient) -> str:
    return str(browser.post(f"{PAGE}/confirm", {}, status=200, follow_redirects=True).text)


def count() -> int:
    return db.session.scalar(select(func.count()).select_from(BankItem)) or 0


def test_a_file_is_looked_at_before_anything_is_stored(trainer: CheckingClient) -> None:
    page = send(trainer, GIFT)
    assert "How many days?" in page and "refund-days" in page and "Store all of it" in page
    assert count() == 0
    assert "2 questions new" in confirm(trainer)
    assert get_item("refund-days").topic == "refunds"


def test_the_second_time_nothing_changes_and_the_page_says_so(trainer: CheckingClient) -> None:
    send(trainer, GIFT)
    confirm(trainer)
    page = send(trainer, GIFT.replace("True?", "Really?"))
    assert "changed" in page and "as it is" in page
    confirm(trainer)
    assert get_item("b").editions[0].version.stem == "Really?"


def test_errors_are_named_with_their_line_and_nothing_waits(trainer: CheckingClient) -> None:
    page = send(trainer, GIFT + "\nNo answer{=a\n~\n}", status="422")
    assert "Nothing was stored" in page and ">8<" in page
    assert "no longer here" in confirm(trainer)
    assert count() == 0


def test_the_wrong_format_is_said_and_the_right_one_offered(trainer: CheckingClient) -> None:
    page = send(trainer, GIFT, format="moodle-xml", status="422")
    assert "looks like gift" in page
    assert "cannot be told" in send(trainer, b"\0\1\2", "x.bin", status="422")


def test_topic_and_status_of_the_form_are_taken(trainer: CheckingClient) -> None:
    send(trainer, "Q{T}", topic="opening", as_status="live")
    confirm(trainer)
    item = db.session.scalars(select(BankItem)).one()
    assert (item.topic, item.status) == ("opening", "live")
    assert "single hyphens" in send(trainer, "Q{T}", topic="Two Words", status="422")


def test_a_table_names_row_and_column(trainer: CheckingClient) -> None:
    table = "题型,题干,选项A,选项B,正确答案\n单选题,Q,a,b,Z\n"
    page = send(trainer, table, "q.csv", status="422")
    assert "正确答案" in page and ">2<" in page


def with_picture() -> bytes:
    item = make_item(
        key="k", kind="true_false", stem="![Plan](media/a.png)", content={"answer": True}
    )
    question = BankQuestion(item, "en", pictures={"a.png": picture()})
    return write_questions([question], "moodle-xml")


def test_a_picture_is_seen_before_it_is_stored(trainer: CheckingClient) -> None:
    page = send(trainer, with_picture(), "q.xml")
    assert 'src="data:image/png;base64,' in page and 'alt="Plan"' in page
    confirm(trainer)
    assert list(get_item("k").editions[0].version.pictures) == ["a.png"]


def test_a_file_waits_for_its_owner_alone(
    app: Flask, trainer: CheckingClient, make: type[Make], client: Any
) -> None:
    send(trainer, GIFT)
    other = client(make.person("bob", Role.TRAINER))
    assert "no longer here" in confirm(other)
    assert count() == 0
    send(trainer, GIFT)
    assert db.session.scalar(select(func.count()).select_from(PendingItemImport)) == 1


def test_a_question_cannot_smuggle_markup_into_the_page(trainer: CheckingClient) -> None:
    stem = "[html]<p>A<script>alert(1)</script><img src\\=x onerror\\=y alt\\=pic></p>"
    page = send(trainer, stem + "{=[markdown]<b onclick\\='x'>b</b> ~c}")
    assert "alert(1)" not in page and "onerror" not in page and "<b onclick" not in page


@pytest.mark.parametrize("form", ["gift", "moodle-xml", "csv", "xlsx"])
def test_questions_go_out_as_they_came(trainer: CheckingClient, form: str) -> None:
    send(trainer, GIFT)
    confirm(trainer)
    assert "2 questions fit" in trainer.get("/question-bank/export").text
    sent = {"format": form, "language": ""}
    answer = trainer.post("/question-bank/export?topic=refunds", sent, status=200)
    assert "attachment" in answer.headers["Content-Disposition"]
    (found,) = read_questions(answer.data, form, language="zh").questions
    assert (found.item.key, found.language) == ("refund-days", "en")


def test_an_empty_choice_offers_no_download(trainer: CheckingClient) -> None:
    page = trainer.get("/question-bank/export?topic=none").text
    assert "0 questions fit" in page and "Download" not in page


def test_an_empty_file_is_called_empty(trainer: CheckingClient) -> None:
    for name in ("q.gift", "q.txt", "q"):
        text = send(trainer, "\n ", name=name, status="422")
        assert "The file is empty." in text and "cannot be told" not in text
