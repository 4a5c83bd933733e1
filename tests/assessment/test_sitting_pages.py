"""The candidate's pages, without scripts: before the start, the paper, the hand-in."""

from __future__ import annotations

import re
from datetime import datetime, timedelta
from typing import Any

import pytest

from tests.assessment.papers import SHOWN_AT_ONCE, add_exam, add_item, add_sitting, attempt_of
from tests.checking import CheckingClient, Page
from tests.factories import Make
from trainhub import clock, pipeline
from trainhub.assessment import services
from trainhub.assessment.models import (
    AttemptItem,
    BankItem,
    BankItemEdition,
    BankItemVersion,
    BankPicture,
    KeptResponse,
    Sitting,
)
from trainhub.assessment.queries.attempts import paper_of
from trainhub.assessment.rules.saving import Save
from trainhub.assessment.rules.settings import Blueprint, ExamSettings, Layout
from trainhub.assessment.rules.states import State
from trainhub.catalogue.rules.item_views import learner_view
from trainhub.db import db, transaction
from trainhub.people.models import Person
from trainhub.web.rates import forget_rates

ITEMS = ("which", "name", "letter")
OPTIONS = [{"text": "Greet", "correct": True}, {"text": "Sell", "correct": False}]


@pytest.fixture
def alice(app: object) -> Person:
    return Make.person("alice")


def hold(*people: Person, window: dict[str, Any] | None = None, **rules: Any) -> Sitting:
    """A sitting of three questions: a choice, a word, a letter."""
    settings = {
        "languages": ("en",), "blueprint": Blueprint(items=ITEMS), "shuffle_items": False,
        "release": SHOWN_AT_ONCE,
    } | rules  # fmt: skip
    with transaction():
        add_item("which", kind="single", stem="What comes first?", content={"options": OPTIONS})
        add_item("name", kind="short_answer", stem="Name it.", content={"answers": ["Nova"]})
        rubric = {"rubric": [{"key": "polite", "text": "Polite", "points": 1}], "limit": 500}
        add_item("letter", kind="long_answer", stem="Write to her.", content=rubric)
        return add_sitting(add_exam(settings=ExamSettings(**settings)), *people, **(window or {}))


def begin(browser: CheckingClient, sitting: Sitting, **form: str) -> str:
    """Start, and the address of the first question."""
    where = browser.post(f"/my-exams/{sitting.id}/start", {"language": "en"} | form).location
    return str(browser.get(where, status=302).location).split("#")[0]


def fields(page: Page, no: int) -> dict[str, str]:
    """The hidden fields of a question's form."""
    names = {f"q{no}-{each}" for each in ("key", "seq", "was")}
    return {a["name"]: a["value"] for a in page.all("input") if a.get("name") in names}


def answer(browser: CheckingClient, path: str, no: int, value: str, do: str = "next", **more: Any):
    """Fill in a question on its page and press a button."""
    form = fields(browser.page(path), no) | {f"q{no}": value, "do": do}
    return browser.post(path, form, **more)


def option(page: Page, text: str, html: str) -> str:
    """The value of an option by its text."""
    found = re.search(rf'value="(\w+)"[^>]*>\s*<span[^>]*>{text}', html)
    assert found, text
    return found[1]


def saved(person: Person) -> list[Any]:
    """The answers in force."""
    query = db.select(AttemptItem).filter_by(attempt_id=attempt_of(person).id)
    rows = db.session.scalars(query.order_by("no").execution_options(populate_existing=True))
    return [row.response for row in rows]


def test_an_exam_is_sat_by_plain_forms(alice: Person, client: Any) -> None:
    sitting, browser = hold(alice), client(alice)
    first = begin(browser, sitting)
    html = browser.get(first).text
    greet = option(Page(html), "Greet", html)
    second = answer(browser, first, 1, greet).location.split("#")[0]
    assert second.endswith("/questions/2")
    third = answer(browser, second, 2, "Nova").location.split("#")[0]
    review = answer(browser, third, 3, "Dear Ms Li,\r\nthank you.").location
    assert review.endswith("/review")
    assert "Every question has an answer." in browser.page(review).text
    result = browser.post(f"/attempts/{attempt_of(alice).id}/submit").location
    assert "Handed in" in browser.page(result).text
    assert saved(alice)[:2] == [greet, "Nova"]
    assert attempt_of(alice).state == State.AWAITING_MARKING


def test_everything_is_said_before_the_start(alice: Person, client: Any, now: datetime) -> None:
    sitting = hold(alice, may_go_back=False, item_limit_s=90, window={"hours": 0.5})
    text = client(alice).page(f"/my-exams/{sitting.id}").text
    for words in (
        "today 12:00–12:30", "45 minutes", "80% of the points", "until 12:30:00: 30 minutes",
        "less than the full time", "without going back", "1 minute 30 seconds",
        "recorded when you leave the page", "which answers were right: at once",
    ):  # fmt: skip
        assert words in text, words


def test_the_home_page_puts_the_open_exam_first(alice: Person, client: Any, now: datetime) -> None:
    sitting = hold(alice)
    home = client(alice).page("/")
    assert "today 12:00–14:00 · 45 minutes" in home.text
    assert f"/my-exams/{sitting.id}" in [a.get("href") for a in home.all("a")]
    assert "today 12:00" not in client(Make.person("bob")).page("/").text


def test_starting_twice_is_one_attempt(alice: Person, client: Any) -> None:
    sitting = hold(alice)
    assert begin(client(alice), sitting) == begin(client(alice), sitting)
    assert "You have begun already" in client(alice).page(f"/my-exams/{sitting.id}").text


@pytest.mark.parametrize(
    ("hours", "words"),
    [(-1, "You can begin from Nov 23, 2026 12:00 on"), (3, "It closed at Nov 23, 2026 14:00")],
)
def test_a_closed_door_says_when(
    alice: Person, client: Any, now: datetime, hours: int, words: str
) -> None:
    sitting, browser = hold(alice), client(alice)
    with clock.frozen(now + timedelta(hours=hours)):
        browser.sign_in(alice)
        assert words in browser.page(f"/my-exams/{sitting.id}").text
        browser.post(f"/my-exams/{sitting.id}/start", {"language": "en"}, status=403)


def test_a_wrong_code_costs_no_attempt(alice: Person, client: Any) -> None:
    sitting, browser = hold(alice, window={"access_code": "nova 7"}), client(alice)
    refused = browser.post(
        f"/my-exams/{sitting.id}/start", {"language": "en", "access_code": 'm<"1'}, status=403
    )
    page = Page(refused.text)
    assert "The access code is not right." in page.text
    assert "nova" not in refused.text
    typed = [field["value"] for field in page.all("input") if field.get("name") == "access_code"]
    assert typed == ['m<"1'], "what was typed stands there to be corrected"
    assert begin(browser, sitting, access_code="NOVA7").endswith("/questions/1")


def test_guessing_codes_is_slowed_down(alice: Person, client: Any) -> None:
    forget_rates()
    sitting, browser = hold(alice, window={"access_code": "nova 7"}), client(alice)
    start, form = f"/my-exams/{sitting.id}/start", {"language": "en", "access_code": "guess"}
    for _ in range(10):
        browser.post(start, form, status=403)
    assert "Too many tries" in browser.post(start, form, status=429).text
    forget_rates()
    assert begin(browser, sitting, access_code="nova7").endswith("/questions/1")


def test_the_author_s_instructions_are_shown_safely(alice: Person, client: Any) -> None:
    words = "**Phones away.** <script>alert(1)</script>"
    sitting = hold(alice, instructions={"en": words})
    html = client(alice).get(f"/my-exams/{sitting.id}").text
    assert "<strong>Phones away.</strong>" in html
    assert "<script>alert" not in html


def test_another_network_is_refused_in_plain_words(alice: Person, client: Any) -> None:
    sitting = hold(alice, window={"networks": ["10.7.0.0/16"]})
    text = client(alice).page(f"/my-exams/{sitting.id}").text
    assert "This computer has the address 127.0.0.1" in text
    client(alice).post(f"/my-exams/{sitting.id}/start", {"language": "en"}, status=403)


def test_a_pause_and_the_last_attempt_are_explained(
    alice: Person, client: Any, now: datetime
) -> None:
    sitting, browser = hold(alice, attempts=2, pause_s=1800), client(alice)
    begin(browser, sitting)
    browser.post(f"/attempts/{attempt_of(alice).id}/submit")
    start = f"/my-exams/{sitting.id}"
    assert "can begin from Nov 23, 2026 12:30 on" in browser.page(start).text
    with clock.frozen(now + timedelta(minutes=31)):
        browser.sign_in(alice)
        begin(browser, sitting)
        browser.post(f"/attempts/{attempt_of(alice).id}/submit")
        assert "You have used all your attempts" in browser.page(start).text


def test_who_is_no_candidate_finds_nothing(alice: Person, client: Any) -> None:
    sitting = hold(alice)
    begin(client(alice), sitting)
    bob, attempt = client(Make.person("bob")), attempt_of(alice).id
    for path in (f"/my-exams/{sitting.id}", f"/attempts/{attempt}", f"/attempts/{attempt}/result",
                 f"/attempts/{attempt}/questions/1", f"/attempts/{attempt}/review"):  # fmt: skip
        bob.get(path, status=404)
    bob.post(f"/my-exams/{sitting.id}/start", {"language": "en"}, status=404)
    bob.post(f"/attempts/{attempt}/submit", status=404)
    form = {"q2": "mine", "q2-key": "abcd", "q2-seq": "0", "q2-was": "null", "do": "next"}
    bob.post(f"/attempts/{attempt}/questions/2", form, status=404)
    assert saved(alice) == [None, None, None]


def test_a_form_sent_twice_has_one_effect(alice: Person, client: Any) -> None:
    browser = client(alice)
    first = begin(browser, hold(alice))
    second = first[:-1] + "2"
    form = fields(browser.page(second), 2) | {"q2": "Nova", "do": "next"}
    for _ in range(2):
        assert browser.post(second, form).location.split("#")[0].endswith("/questions/3")
    row = db.session.scalars(db.select(AttemptItem).filter_by(no=2)).one()
    assert (row.response, row.seq) == ("Nova", 1)


def test_an_older_tab_is_told_and_keeps_its_words(alice: Person, client: Any) -> None:
    browser = client(alice)
    path = begin(browser, hold(alice))[:-1] + "2"
    old = fields(browser.page(path), 2)
    answer(browser, path, 2, "newer")
    told = browser.post(path, old | {"q2": "older", "do": "next"}, status=200)
    page = Page(told.text)
    assert "A newer answer from another device is in force" in page.text
    assert "older" in page.text
    assert 'value="newer"' in told.text
    assert saved(alice)[1] == "newer"
    again = fields(page, 2) | {"q2": "newer", "do": "mine-2"}
    again["q2-mine"] = next(a["value"] for a in page.all("input") if a.get("name") == "q2-mine")
    browser.post(path, again)
    assert saved(alice)[1] == "older"


def test_flags_and_gaps_show_before_handing_in(alice: Person, client: Any) -> None:
    browser = client(alice)
    first = begin(browser, hold(alice))
    answer(browser, first[:-1] + "2", 2, "Nova", do="flag-2")
    text = browser.page(f"/attempts/{attempt_of(alice).id}/review").text
    assert "Not answered 2" in text
    assert "With a flag 1" in text


PAIRS = {"pairs": [{"left": "Hello", "right": "first"}, {"left": "Bye", "right": "last"}]}
GAPS = {"gaps": {"who": {"answers": ["Ms Li"]}, "when": {"answers": ["today"]}}}


@pytest.mark.parametrize(
    ("kind", "stem", "content"),
    [("matching", "Match.", PAIRS), ("cloze", "To {{who}} until {{when}}", GAPS)],
)
def test_a_half_filled_answer_is_not_called_complete(
    alice: Person, client: Any, now: datetime, kind: str, stem: str, content: dict[str, Any]
) -> None:
    with transaction():
        add_item("pairs", kind=kind, stem=stem, content=content)
        settings = ExamSettings(languages=("en",), blueprint=Blueprint(items=("pairs",)))
        sitting = add_sitting(add_exam(settings=settings), alice)
    browser = client(alice)
    first = begin(browser, sitting)
    attempt = attempt_of(alice)
    view = learner_view(paper_of(attempt.id)[0].item, attempt.items[0].option_seed)
    if kind == "matching":
        ids, values = [one["id"] for one in view["lefts"]], [one["id"] for one in view["rights"]]
    else:
        ids, values = [one["id"] for one in view["gaps"]], ["a", "b"]

    def save(seq: int, response: Any) -> None:
        with transaction():
            saves = [Save(1, response, seq, f"key-{seq}-x", "a")]
            services.save_responses(attempt.id, alice.id, saves, now=now)

    review = f"/attempts/{attempt.id}/review"
    save(1, {ids[0]: values[0]})
    text = browser.page(review).text
    assert "Answered 0 / 1" in text and "Partly answered 1" in text and "Not answered 0" in text
    shown = browser.get(review).text
    assert "data-all-answered hidden" in shown
    assert 'class="th-exam-number th-exam-number-partly"' in browser.get(first).text
    save(2, dict(zip(ids, values, strict=False)))
    assert "Answered 1 / 1" in browser.page(review).text
    assert "data-all-answered hidden" not in browser.get(review).text


def test_a_question_number_is_named_as_one(alice: Person, client: Any) -> None:
    browser = client(alice, language="zh")
    first = begin(browser, hold(alice))
    text = browser.page(first).text
    assert "第 1 题" in text and "题干" not in text
    assert "上一题" in text and "上一页" not in text
    assert "转到第 2 题" in browser.page(f"/attempts/{attempt_of(alice).id}/review").text


def test_without_going_back_what_lies_behind_is_closed(alice: Person, client: Any) -> None:
    browser = client(alice)
    first = begin(browser, hold(alice, may_go_back=False))
    old = fields(browser.page(first), 1)
    html = browser.get(first).text
    greet, sell = (option(Page(html), text, html) for text in ("Greet", "Sell"))
    assert "Name it." not in html
    second = answer(browser, first, 1, greet).location.split("#")[0]
    assert browser.get(first, status=302).location.endswith("/questions/2")
    browser.get(second.replace("questions/2", "questions/3"), status=302)
    browser.post(first, old | {"q1": sell, "q1-key": "another", "do": "next"})
    assert saved(alice)[0] == greet
    assert browser.get(f"/attempts/{attempt_of(alice).id}", status=302).location.endswith("/2")


def test_all_on_one_page_saves_what_was_touched(alice: Person, client: Any) -> None:
    browser = client(alice)
    path = begin(browser, hold(alice, layout=Layout.ALL))
    page = browser.page(path)
    form = fields(page, 1) | fields(page, 2) | fields(page, 3) | {"do": "save"}
    browser.post(path, form | {"q2": "Nova", "q3": ""})
    assert saved(alice) == [None, "Nova", None]


def test_after_the_wall_a_form_is_evidence(alice: Person, client: Any, now: datetime) -> None:
    browser = client(alice)
    path = begin(browser, hold(alice))[:-1] + "2"
    answer(browser, path, 2, "in time", do="save")
    form = fields(browser.page(path), 2) | {"q2": "too late", "do": "next"}
    with clock.frozen(now + timedelta(minutes=45, seconds=20)):
        browser.sign_in(alice)
        assert browser.post(path, form).location.endswith("/result")
        page = browser.page(f"/attempts/{attempt_of(alice).id}/result")
        assert "kept as evidence and is not marked" in page.text
        pipeline.tick(clock.now())
        text = browser.page(f"/attempts/{attempt_of(alice).id}/result").text
    assert "too late" in text
    assert "at the deadline" in text
    assert saved(alice)[1] == "in time"
    assert [kept.response for kept in db.session.scalars(db.select(KeptResponse))] == ["too late"]


def test_more_time_is_shown(alice: Person, client: Any, now: datetime) -> None:
    browser, sitting = client(alice), hold(alice)
    path = begin(browser, sitting)
    candidate = attempt_of(alice).candidate
    assert candidate is not None
    tess = Make.person("tess")
    with transaction():
        services.grant_extra_time(candidate, 600, reason="Reads slowly", actor=tess, now=now)
    text = browser.page(path).text
    assert "until 12:55:00" in text
    assert "with 10 minutes extra" in text


def test_a_picture_is_shown_to_who_has_it_on_the_paper(alice: Person, client: Any) -> None:
    bob, browser = client(Make.person("bob")), client(alice)
    sitting = hold(alice)
    with transaction():
        picture = BankPicture(
            sha256="a" * 64, media_type="image/png", width=1, height=1, data=b"PNG"
        )
        db.session.add(picture)
        db.session.flush()
        edition = db.session.scalars(
            db.select(BankItemEdition).join(BankItem).where(BankItem.key == "name")
        ).one()
        old = edition.version
        new = BankItemVersion(
            item_id=old.item_id, language="en", number=2, kind=old.kind, points=1,
            stem="Name ![it](media/it.png)", content=old.content, content_hash="e" * 64,
            pictures={"it.png": picture.id}, created_at=clock.now(),
        )  # fmt: skip
        db.session.add(new)
        db.session.flush()
        edition.version_id = new.id
        number = picture.id
    browser.get(f"/exam-pictures/{number}", status=404)
    path = begin(browser, sitting)[:-1] + "2"
    assert f'src="/exam-pictures/{number}"' in browser.get(path).text
    assert browser.get(f"/exam-pictures/{number}").data == b"PNG"
    bob.get(f"/exam-pictures/{number}", status=404)
    browser.get("/exam-pictures/4242", status=404)
