"""Questions of every kind, written in forms."""

from __future__ import annotations

import html as entities
import re

import pytest

from tests.catalogue.writing import QUIZ, add_quiz, write
from trainhub.catalogue import services
from trainhub.catalogue.models import QuizEdition
from trainhub.catalogue.rules.quiz_text import QuizItem, parse_quiz
from trainhub.db import db
from trainhub.people.models import Role

LIST = "/quizzes/calls/en/questions"
HEAD = {
    "stem": "What **now**?",
    "key": "now",
    "points": "2",
    "feedback": "Because.",
    "tags": "a, b",
}
FORMS = {
    "single": {"options-0-text": "Yes", "options-1-text": "No", "options-1-correct": "y"},
    "multiple": {
        "options-0-text": "Yes",
        "options-0-correct": "y",
        "options-0-feedback": "Right so.",
        "options-5-text": "No",
    },
    "true_false": {"answer": "false"},
    "short_answer": {"answers": "RF-20\r\nRF 20\r\n\r\n", "match": "code"},
    "numeric": {"answer": "80.50", "tolerance": "", "unit": "s"},
    "ordering": {"steps": "one\r\ntwo\r\nthree"},
    "matching": {
        "pairs-0-left": "a",
        "pairs-0-right": "1",
        "pairs-1-left": "b",
        "pairs-1-right": "2",
        "extra": "3",
    },
    "cloze": {
        "stem": "Say {{word}} and {{act}}.",
        "gaps-0-name": "word",
        "gaps-0-answers": "2026-11-23",
        "gaps-0-match": "date",
        "gaps-1-name": "act",
        "gaps-1-choices": "help\r\nwait",
        "gaps-1-answers": "help",
    },
    "long_answer": {
        "rubric-0-text": "Takes up the feeling",
        "rubric-0-points": "1",
        "rubric-2-text": "Promises no date",
        "rubric-2-points": "1",
        "rubric-2-key": "no-date",
        "rubric-2-fatal": "y",
        "model_answer": "I am sorry.",
        "limit": "600",
        "level": "advanced",
        "enemies": "late-parcel，angry",
    },
}


@pytest.fixture
def bob(make):
    return make.person("bob", Role.TRAINER)


@pytest.fixture
def browser(client, bob):
    add_quiz(bob)
    return client(bob)


def items() -> list[QuizItem]:
    db.session.rollback()
    edition = db.session.query(QuizEdition).one()
    return list(parse_quiz(services.current_source(edition)).items)


def fields_of(browser, path: str) -> dict[str, str]:
    """What the page's form holds, as a browser would send it back."""
    page = browser.page(path)
    html = browser.get(path).text
    form = html[
        html.index('id="question-form"') : html.index("</form>", html.index('id="question-form"'))
    ]
    sent = {}
    for one in page.all("input"):
        name = one.get("name", "")
        if f'name="{name}"' not in form or name in {"csrf_token", "do"}:
            continue
        if one.get("type") in {"checkbox", "radio"} and "checked" not in one:
            continue
        sent[name] = one.get("value", "")
    for name, text in re.findall(
        r'<textarea[^>]*name="([^"]+)"[^>]*>\r?\n?(.*?)</textarea>', form, re.S
    ):
        sent[name] = entities.unescape(text)
    for name, choices in re.findall(r'<select[^>]*name="([^"]+)"[^>]*>(.*?)</select>', form, re.S):
        chosen = re.findall(r'<option[^>]*selected[^>]*value="([^"]*)"', choices)
        sent[name] = chosen[0] if chosen else ""
    return sent


@pytest.mark.parametrize("kind", FORMS)
def test_a_question_is_written_and_comes_back_the_same(browser, kind: str) -> None:
    browser.post(f"{LIST}/new/{kind}", HEAD | FORMS[kind])
    made = items()[-1]
    assert (made.key, made.kind, made.points, made.tags) == ("now", kind, 2, ("a", "b"))

    sent = fields_of(browser, f"{LIST}/now/edit")
    browser.post(f"{LIST}/now/edit", sent | {"feedback": "Changed."})

    changed = items()[-1]
    assert changed.feedback == "Changed."
    for name in ("content", "stem", "points", "level", "enemies"):
        assert getattr(changed, name) == getattr(made, name)


@pytest.mark.parametrize("kind", FORMS)
def test_there_is_a_form_for_every_kind(browser, kind: str) -> None:
    assert "Question" in browser.page(f"{LIST}/new/{kind}").text


@pytest.mark.parametrize("kind", FORMS)
def test_an_empty_form_is_refused_with_what_is_missing(browser, kind: str) -> None:
    page = browser.post(f"{LIST}/new/{kind}", {"key": "kept-key"}, status=422)

    assert "kept-key" in page.text
    assert len(items()) == 1


@pytest.mark.parametrize("kind", FORMS)
def test_a_question_is_seen_and_tried_before_it_is_saved(browser, kind: str) -> None:
    for act in ("preview", "try"):
        page = browser.post(f"{LIST}/new/{kind}", HEAD | FORMS[kind] | {"do": act}, status=200)
        assert "Check the answer" in page.text
        told = "A person marks" if kind == "long_answer" else "Not right"
        assert (told in page.text) == (act == "try")
    assert len(items()) == 1


def test_a_script_gets_the_preview_alone(browser) -> None:
    data = HEAD | FORMS["single"] | {"do": "preview", "csrf_token": browser.token()}
    answer = browser.client.post(f"{LIST}/new/single", data=data, headers={"X-Part": "preview"})

    assert answer.status_code == 200
    assert "<html" not in answer.text
    assert "<strong>now</strong>" in answer.text


def test_a_row_more_keeps_what_was_typed(browser) -> None:
    data = HEAD | FORMS["single"] | {"do": "row"}

    page = browser.post(f"{LIST}/new/single", data, status=200)

    assert 'name="options-2-text"' in page.text
    assert ">Yes</textarea>" in page.text.replace("\r\n", "")
    assert len(items()) == 1


def test_an_error_is_named_at_its_row(browser) -> None:
    data = HEAD | {
        "options-0-text": "Same",
        "options-1-text": "",
        "options-2-text": "Other",
        "options-2-feedback": "x" * 6000,
        "options-0-correct": "y",
    }
    page = browser.post(f"{LIST}/new/single", data, status=422)

    assert "Option 3" in page.text


def test_a_wording_that_cannot_be_compared_so_is_refused_in_words(browser) -> None:
    for match, answers, words in (
        ("date", "2026-02-30", "no date that exists"),
        ("amount", "about fifty", "is no amount"),
        ("words", "。。", "nothing left to compare"),
        ("sound", "hello", "must be one of"),
    ):
        data = HEAD | {"answers": answers, "match": match}
        page = browser.post(f"{LIST}/new/short_answer", data, status=422)
        assert words in page.text


def test_points_that_are_none_are_refused(browser) -> None:
    for points in ("0", "-1", "21", "1e3", "９", "9" * 400, "x"):
        data = HEAD | {"answer": "true", "points": points}
        browser.post(f"{LIST}/new/true_false", data, status=422)


HOSTILE = [
    {"key": "a\x00b"},
    {"stem": "a\x00b"},
    {"stem": "x" * 20_000},
    {"tags": ",".join("abcdefghijklmnopqrstuvwxyz")},
    {"objective": "Not A Key"},
    {"gaps-0-name": "%(x)s %d", "gaps-0-answers": "%s"},
    {"gaps-0-name": "word", "gaps-2-name": "word", "gaps-2-answers": "x"},
    {"gaps-999999999999-name": "far", "gaps-999999999999-answers": "away"},
]


def test_hostile_fields_are_refused_in_words(browser) -> None:
    for data in HOSTILE:
        browser.post(f"{LIST}/new/cloze", HEAD | FORMS["cloze"] | data, status=422)


def test_two_people_may_change_different_questions(client, browser, make) -> None:
    browser.post(f"{LIST}/new/true_false", HEAD | FORMS["true_false"])
    mine = fields_of(browser, f"{LIST}/now/edit")
    theirs = fields_of(browser, f"{LIST}/greeting/edit")

    browser.post(f"{LIST}/greeting/edit", theirs | {"stem": "Their words"})
    browser.post(f"{LIST}/now/edit", mine | {"stem": "My words"})

    assert [item.stem for item in items()] == ["Their words", "My words"]


def test_a_question_changed_meanwhile_shows_both(browser) -> None:
    sent = fields_of(browser, f"{LIST}/greeting/edit")
    browser.post(f"{LIST}/greeting/edit", sent | {"stem": "Their words"})

    page = browser.post(f"{LIST}/greeting/edit", sent | {"stem": "My words"}, status=409)

    assert "Their words" in page.text
    assert "My words" in page.text
    assert items()[0].stem == "Their words"


def test_questions_are_moved_and_deleted(browser) -> None:
    browser.post(f"{LIST}/new/true_false", HEAD | FORMS["true_false"])
    browser.post(f"{LIST}/now/move", {"to": "up"})
    assert [item.key for item in items()] == ["now", "greeting"]
    browser.post(f"{LIST}/now/move", {"to": "sideways"})
    browser.post(f"{LIST}/now/delete", {})
    assert [item.key for item in items()] == ["greeting"]

    browser.post(f"{LIST}/greeting/delete", {})
    assert [item.key for item in items()] == ["greeting"]
    assert "at least one question" in browser.page(LIST).text


def test_the_head_of_a_quiz_is_changed(browser) -> None:
    browser.post(LIST, {"title": "New: title", "pass_mark": "65"})
    assert "New: title" in browser.page(LIST).text
    browser.post(LIST, {"title": "New", "pass_mark": "650"}, status=422)


def test_questions_with_errors_lead_to_their_text(browser, bob) -> None:
    edition = db.session.query(QuizEdition).one()
    write(edition, "quiz: [", bob)

    for path in (LIST, "/quizzes/calls/en/try", f"{LIST}/new/single", f"{LIST}/greeting/edit"):
        assert browser.get(path, status=302).location.endswith("/quizzes/calls/en/edit")
    assert "cannot be read" in browser.page("/quizzes/calls/en/edit").text


def test_a_whole_quiz_is_tried(browser) -> None:
    browser.post(f"{LIST}/new/numeric", HEAD | FORMS["numeric"])

    page = browser.post("/quizzes/calls/en/try", {"try-now": "８０.5 s"}, status=200)

    assert "67%" in page.text
    assert "Not right" in page.text


def test_a_long_answer_is_shown_with_its_rubric_and_does_not_count(browser) -> None:
    browser.post(f"{LIST}/new/long_answer", HEAD | FORMS["long_answer"])
    made = items()[-1]
    assert [one["key"] for one in made.content["rubric"]] == ["criterion-1", "no-date"]
    assert (made.level, made.enemies) == ("advanced", ("late-parcel", "angry"))
    assert "Advanced" in browser.page(LIST).text
    assert "late-parcel, angry" in browser.page(LIST).text
    before = browser.page("/quizzes/calls/en/try").text
    assert "Promises no date" not in before

    page = browser.post("/quizzes/calls/en/try", {"try-now": "Dear\r\n<b>you"}, status=200)

    assert "Dear" in page.text
    assert "Promises no date (1 point) – must be met" in page.text
    assert "I am sorry." in page.text
    assert "1 question is marked by a person" in page.text
    assert "0%" in page.text


def test_a_rubric_is_refused_at_its_row(browser) -> None:
    wrong = {"rubric-2-points": "21"}
    page = browser.post(f"{LIST}/new/long_answer", HEAD | FORMS["long_answer"] | wrong, status=422)
    assert "Criterion 2" in page.text
    assert len(items()) == 1


def test_answers_of_another_question_count_as_none(browser) -> None:
    browser.post("/quizzes/calls/en/try", {"try-greeting": "foreign"}, status=200)


def test_a_quiz_is_begun_and_its_text_written(browser) -> None:
    answer = browser.post(
        "/writing-desk/quizzes/new", {"title": "Other", "key": "other", "language": "zh"}
    )
    assert answer.location.endswith("/quizzes/other/zh/questions")
    page = browser.post(
        "/writing-desk/quizzes/new", {"title": "Kept", "key": "other", "language": "zh"}, status=422
    )
    assert "Kept" in page.text
    seen = {
        "seen": services.draft_token(db.session.query(QuizEdition).filter_by(language="en").one())
    }
    browser.post("/quizzes/calls/en/edit", seen | {"source": QUIZ + "  # mine\n"})
    assert "# mine" in browser.get("/quizzes/calls/en/edit").text
