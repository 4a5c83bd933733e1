"""Reading what we wrote gives the same questions, whatever stands in them."""

from __future__ import annotations

from hypothesis import HealthCheck, given, settings

from tests.assessment.exchange.questions import several
from trainhub.assessment.rules.bank import BankQuestion
from trainhub.assessment.rules.exchange import read_questions, write_questions

QUICK = settings(
    max_examples=60,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)


def back(questions: list[BankQuestion], form: str) -> list[BankQuestion]:
    """The questions after a journey; the reader is told another language and no topic."""
    return list(read_questions(write_questions(questions, form), form, language="en").questions)


@QUICK
@given(several())
def test_gift_comes_back_the_same(questions: list[BankQuestion]) -> None:
    assert back(questions, "gift") == questions


@QUICK
@given(several())
def test_moodle_xml_comes_back_the_same(questions: list[BankQuestion]) -> None:
    assert back(questions, "moodle-xml") == questions


@QUICK
@given(several(pictures=False))
def test_csv_comes_back_the_same(questions: list[BankQuestion]) -> None:
    assert back(questions, "csv") == questions


@QUICK
@given(several(pictures=False))
def test_a_workbook_comes_back_the_same(questions: list[BankQuestion]) -> None:
    assert back(questions, "xlsx") == questions
