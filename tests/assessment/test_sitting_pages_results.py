"""What candidates see of a result, and that nothing of a key comes out before its time."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest

from tests.assessment.marked import UNSAFE, letter_sitting, mark_next, sit
from tests.assessment.papers import add_exam, add_item, add_sitting, attempt_of
from tests.assessment.test_sitting_pages import begin
from tests.checking import CheckingClient
from tests.factories import Make
from trainhub import clock
from trainhub.assessment import services
from trainhub.assessment.models import BankItemVersion, Sitting
from trainhub.assessment.queries.regrading import get_decision, plan_regrade
from trainhub.assessment.rules.regrading import How
from trainhub.assessment.rules.saving import Save
from trainhub.assessment.rules.settings import Blueprint, ExamSettings, Part, When
from trainhub.assessment.services.regrading import apply_regrade, decide_regrade
from trainhub.assessment.services.releasing import release_attempt
from trainhub.catalogue.rules.item_views import choice_id
from trainhub.catalogue.rules.quiz_text import QuizItem
from trainhub.db import db, transaction
from trainhub.people.models import Person, Role

KEY, WHY = "CANARYKEY", "CANARYWHY"
KINDS: dict[str, tuple[str, dict[str, Any]]] = {
    "which": (
        "single",
        {
            "options": [
                {"text": "Greet", "correct": True, "feedback": f"{WHY} right"},
                {"text": "Sell", "correct": False, "feedback": f"{WHY} wrong"},
            ]
        },
    ),
    "name": ("short_answer", {"answers": [KEY]}),
    "gap": ("cloze", {"gaps": {"days": {"answers": [f"{KEY} gap"]}}}),
    "number": ("numeric", {"answer": "73219", "tolerance": "0", "unit": "s"}),
}


@pytest.fixture
def alice(app: object) -> Person:
    return Make.person("alice")


def hold(*people: Person, **release: When) -> Sitting:
    """A sitting of four questions whose keys and explanations are canaries."""
    policy = {part: release.get(part.value, When.BY_HAND) for part in Part}
    settings = ExamSettings(
        languages=("en",), blueprint=Blueprint(items=tuple(KINDS)), shuffle_items=False,
        release=policy,
    )  # fmt: skip
    with transaction():
        for key, (kind, content) in KINDS.items():
            stem = "Within {{days}} days." if kind == "cloze" else f"About {key}?"
            add_item(key, kind=kind, stem=stem, content=content, feedback=f"{WHY} {key}")
        return add_sitting(add_exam(settings=settings), *people)


def sell() -> str:
    """The wrong option."""
    content = KINDS["which"][1]
    item = QuizItem(key="which", kind="single", stem="", content=content)  # type: ignore[arg-type]
    return choice_id(item, "Sell")


def hand_in(browser: CheckingClient, person: Person, sitting: Sitting, now: datetime) -> str:
    """Answer wrongly, hand in; the address of the result."""
    begin(browser, sitting)
    attempt_id = attempt_of(person).id
    answers = {1: sell(), 2: "Nova", 3: {"1": "7"}, 4: "5"}
    with transaction():
        saves = [Save(no, value, 3, f"key-{no}", "a") for no, value in answers.items()]
        services.save_responses(attempt_id, person.id, saves, now=now)
    browser.post(f"/attempts/{attempt_id}/submit")
    return f"/attempts/{attempt_id}/result"


def test_nothing_of_a_key_leaves_before_its_release(
    alice: Person, client: Any, now: datetime
) -> None:
    browser, sitting = client(alice), hold(alice)
    seen = [browser.get(f"/my-exams/{sitting.id}")]
    first = begin(browser, sitting)
    seen += [browser.get(first), browser.get(f"/attempts/{attempt_of(alice).id}/review")]
    result = hand_in(browser, alice, sitting, now)
    seen += [browser.get(result), browser.get("/my-exams"), browser.get("/")]
    for answer in seen:
        whole = answer.text + str(answer.headers)
        assert "CANARY" not in whole, answer.request.path
        assert "73219" not in whole, answer.request.path


def test_before_the_release_the_graded_versions_are_named(
    alice: Person, client: Any, now: datetime
) -> None:
    browser, sitting = client(alice), hold(alice)
    page = browser.page(hand_in(browser, alice, sitting, now))
    assert "Your result is not out yet." in page.text
    assert "when your trainer releases it" in page.text
    assert "1 12:00:00 3" in page.text
    assert "About name?" not in page.text
    assert "0%" not in page.text


@pytest.mark.parametrize(
    ("out", "there", "not_there"),
    [
        (("score",), ("Not passed", "0%"), ("About name?", KEY, WHY)),
        (
            ("score", "right_wrong"),
            ("About name?", "Nova", "Sell", "Not right", "version 3", "saved 12:00:00"),
            (KEY, WHY, "73219"),
        ),
        (("score", "right_wrong", "key"), (KEY, "73219", "this is right"), (WHY,)),
        (("score", "right_wrong", "key", "explanation"), (KEY, f"{WHY} name", f"{WHY} wrong"), ()),
    ],
    ids=["score", "right-wrong", "key", "explanation"],
)
def test_each_part_comes_out_when_it_is_due(
    alice: Person, client: Any, now: datetime, out: Any, there: Any, not_there: Any
) -> None:
    browser = client(alice)
    sitting = hold(alice, **dict.fromkeys(out, When.AT_ONCE))
    text = browser.page(hand_in(browser, alice, sitting, now)).text
    for words in there:
        assert words in text, words
    for words in not_there:
        assert words not in text, words


def test_what_comes_after_the_last_sitting_says_when(
    alice: Person, client: Any, now: datetime
) -> None:
    browser = client(alice)
    sitting = hold(alice, score=When.AT_ONCE, right_wrong=When.AFTER_CLOSE)
    result = hand_in(browser, alice, sitting, now)
    assert "after the last sitting has closed (Nov 23 14:00)" in browser.page(result).text
    with clock.frozen(now + timedelta(hours=3)):
        browser.sign_in(alice)
        assert "About name?" in browser.page(result).text


def test_a_result_hidden_again_is_not_called_released(
    alice: Person, client: Any, make: type[Make], now: datetime
) -> None:
    trainer = make.person("tess", Role.TRAINER)
    browser, tess = client(alice), client(trainer)
    sitting = hold(alice, score=When.AFTER_CLOSE)
    hand_in(browser, alice, sitting, now)
    after = now + timedelta(hours=3)
    with transaction():
        assert release_attempt(attempt_of(alice).id, now=after)
    with clock.frozen(after):
        browser.sign_in(alice)
        assert "not passed" in browser.page("/my-exams").text
        tess.sign_in(trainer)
        text = tess.page("/exam-results").text
        assert "released" in text and "not released" not in text
        with transaction():
            add_sitting(sitting.version, alice, opens_at=after, name="Late shift")
        text = browser.page("/my-exams").text
        assert "Marked, not released yet" in text and "Result released" not in text
        assert "Marked, not released yet" in browser.page(f"/my-exams/{sitting.id}").text
        assert "not released" in tess.page("/exam-results").text
        page = tess.page(f"/sittings/{sitting.id}/results").text
        assert "1 marked and not out, 0 out" in page


def correct(alice: Person, how: str, now: datetime, to: BankItemVersion | None = None) -> None:
    """Mark the second question of the newest attempt again."""
    tess, attempt = Make.person("tess"), attempt_of(alice)
    with transaction():
        decision = get_decision(attempt.items[1].version_id, How(how), to.id if to else None)
        seen = plan_regrade(decision).fingerprint
        reason = "Nova is right as well"
        made = decide_regrade(decision, seen=seen, reason=reason, actor=tess, now=now)
        apply_regrade(made.id, attempt.id, now=now)


@pytest.mark.parametrize(
    ("how", "words"),
    [("full_marks", "full marks for everybody"), ("left_out", "it does not count")],
)
def test_a_corrected_mark_shows_both(
    alice: Person, client: Any, now: datetime, how: str, words: str
) -> None:
    browser = client(alice)
    sitting = hold(alice, **{part.value: When.AT_ONCE for part in Part})
    result = hand_in(browser, alice, sitting, now)
    correct(alice, how, now)
    text = browser.page(result).text
    assert words in text
    for path in ("/my-exams", f"/my-exams/{sitting.id}"):
        assert "corrected" in browser.page(path).text, path
    if how == "full_marks":
        assert "was 0%, now 25%" in text
    assert "Because (question 2): Nova is right as well" in text


def test_a_corrected_key_is_the_one_that_is_shown(
    alice: Person, client: Any, now: datetime
) -> None:
    browser = client(alice)
    sitting = hold(alice, **{part.value: When.AT_ONCE for part in Part})
    result = hand_in(browser, alice, sitting, now)
    old = db.session.get_one(BankItemVersion, attempt_of(alice).items[1].version_id)
    with transaction():
        new = BankItemVersion(
            item_id=old.item_id, language="en", number=2, kind=old.kind, points=1, stem=old.stem,
            content=dict(old.content) | {"answers": ["Nova"]}, pictures={}, feedback="",
            content_hash="f" * 64, created_at=now,
        )  # fmt: skip
        db.session.add(new)
    correct(alice, "by_version", now, new)
    text = browser.page(result).text
    assert "was 0%, now 25%" in text
    assert "marked again by a corrected key" in text
    assert f"{KEY} " not in text.replace(f"{KEY} gap", "")


def test_a_voided_attempt_says_so(alice: Person, client: Any, now: datetime) -> None:
    browser = client(alice)
    sitting = hold(alice, score=When.AT_ONCE)
    result = hand_in(browser, alice, sitting, now)
    tess = Make.person("tess")
    with transaction():
        services.void_attempt(attempt_of(alice).id, reason="Fire alarm", actor=tess, now=now)
    page = browser.page(result)
    assert "This attempt does not count" in page.text
    assert "Not passed" not in page.text
    assert "1 attempt left" in browser.page("/my-exams").text


def test_results_stand_in_ones_own_list(alice: Person, client: Any, now: datetime) -> None:
    browser = client(alice)
    sitting = hold(alice, score=When.AT_ONCE)
    hand_in(browser, alice, sitting, now)
    assert "0%, not passed" in browser.page("/my-exams").text
    later = client(alice, language="zh").page("/my-exams").text
    assert "未通过" in later


@pytest.mark.parametrize("out", [True, False])
def test_a_long_answer_is_explained_with_its_rubric_once_that_is_out(
    alice: Person, client: Any, make: type[Make], now: datetime, out: bool
) -> None:
    markers = [make.person(name, Role.TRAINER) for name in ("tess", "tom")]
    policy = dict.fromkeys(Part, When.AT_ONCE) | ({} if out else {Part.EXPLANATION: When.BY_HAND})
    sitting = letter_sitting(alice, markers=2, release=policy)
    attempt_id = sit(sitting, alice, now, fact=True, letter="Dear Ms Li")
    browser = client(alice)
    path = f"/attempts/{attempt_id}/result"
    mark_next(sitting, markers[0], UNSAFE, now, comment="Names the card number")
    assert "Names the card" not in browser.page(path).text, "not settled yet"
    mark_next(sitting, markers[1], UNSAFE | {"solution": "5.5"}, now)
    text = browser.page(path).text
    told = (
        "Offers a way out 6 / 6 5.5 / 6",
        "“Keeps data private” must be met. It was not, so the whole answer earns no points.",
        "Model answer CANARYMODEL Good morning",
        "Names the card number",
    )
    for words in told:
        assert (words in text) is out, words
    assert "Tess" not in text and "Tom" not in text
