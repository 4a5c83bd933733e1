"""What nobody gets from the pages of learning."""

from __future__ import annotations

import re
from collections import Counter

import pytest
from sqlalchemy import func, select

from tests.learning import content
from tests.learning.content import ALL_KINDS, CANARY, COURSE, form_for, right, wrong
from tests.learning.test_reader_views import LESSON, START, send
from trainhub.audit.models import AuditEntry
from trainhub.catalogue.queries.items import as_quiz_item
from trainhub.catalogue.rules.item_views import learner_view
from trainhub.db import db, transaction
from trainhub.learning.models import Assignment, CheckpointResponse, Enrolment
from trainhub.learning.queries.progress import find_enrolment, get_enrolment
from trainhub.ledger.models import LearningRecord
from trainhub.people.models import Role

pytestmark = pytest.mark.usefixtures("library")
OPEN_PAGES = (
    "/", "/learning", START, f"{START}/lessons/greeting", f"{START}/lessons/farewell",
    f"{START}/print", f"/courses/{COURSE}", "/courses",
)  # fmt: skip


def test_nothing_of_the_key_leaves_before_an_answer(begin, client, make) -> None:
    alice = make.person("alice")
    begin(alice)
    browser = client(alice)
    for path in OPEN_PAGES:
        answer = browser.client.get(path)
        assert CANARY not in answer.text, path
        assert "73219" not in answer.text, path
        assert not any(CANARY in str(value) for value in answer.headers.values()), path


def test_an_answer_tells_nothing_about_the_other_questions(begin, client, make) -> None:
    alice = make.person("alice")
    begin(alice)
    body = send(client(alice), form_for("truth", False) | {"q3-key": "key-1"})
    told = set(re.findall(rf"{CANARY}-\w+", str(body)))
    assert told == {f"{CANARY}-truth"}
    page = client(alice).get(LESSON).text
    assert set(re.findall(rf"{CANARY}-\w+", page)) == {f"{CANARY}-truth"}


def test_a_refused_answer_tells_nothing(begin, client, make) -> None:
    alice = make.person("alice")
    begin(alice)
    browser = client(alice)
    for form in (
        {"only": "q1", "q1": "000000000000", "q1-key": "key-1"},
        {"only": "q1", "q1-key": "key-1"},
        {"only": "q99", "q99": "x"},
        {"only": "q5", "q5": "x" * 100, "q5-key": "key-5"},
        {"only": "q3", "q3": "maybe", "q3-key": "key-3"},
    ):
        body = send(browser, form, status=422)
        assert set(body) == {"error"}
        assert {"code", "message"} <= set(body["error"])
        assert CANARY not in str(body)
    assert db.session.scalar(select(func.count()).select_from(CheckpointResponse)) == 0


def test_the_order_of_options_does_not_tell_which_is_right() -> None:
    item = as_quiz_item(content.item_row("one"))
    correct = content.right("one")
    first = Counter(learner_view(item, seed)["options"][0]["id"] == correct for seed in range(400))
    chi_square = sum((first[one] - 200) ** 2 / 200 for one in (True, False))
    assert chi_square < 6.63  # p > 0.01 with one degree of freedom


def test_nobody_answers_reads_or_finishes_for_somebody_else(begin, client, make) -> None:
    alice, mallory = make.person("alice"), make.person("mallory")
    begin(alice)
    browser = client(mallory)
    extra = {"person_id": str(alice.id), "enrolment_id": "1", "user": "alice"}
    browser.post(f"{LESSON}/answers", form_for("one", right("one")) | extra, status=404)
    browser.post(f"{LESSON}/done", extra, status=404)
    browser.post(f"{LESSON}/place", extra | {"scroll": "1000"}, status=404)
    browser.post(f"{LESSON}/note", extra | {"text": "mine now"}, status=404)
    browser.post(f"{START}/version", extra | {"language": "zh"}, status=404)
    browser.post(f"{START}/leave", extra, status=404)
    browser.get(f"{START}/completed", status=404)
    assert find_enrolment(mallory.id, COURSE) is None
    assert get_enrolment(alice.id, COURSE).lessons_done == 0


def test_a_foreign_course_and_a_missing_one_look_alike(client, make) -> None:
    browser = client(make.person("mallory"))
    missing = browser.post("/learning/nothing-here/lessons/greeting/done", status=404)
    foreign = browser.post(f"{LESSON}/done", status=404)

    def plain(answer):
        return re.sub(r"[0-9a-f]{16,}|nothing-here|opening", "", answer.text)

    assert re.sub(r'"[^"]{60,}"', "", plain(missing)) == re.sub(r'"[^"]{60,}"', "", plain(foreign))


def test_score_state_and_completion_in_the_form_are_ignored(begin, client, make) -> None:
    alice = make.person("alice")
    begin(alice)
    forged = {
        "score": "1000", "score_permille": "1000", "is_right": "1", "completed_at": "2020-01-01",
        "lessons_done": "3", "responded_at": "2020-01-01", "graded_by": "1", "number": "7",
    }  # fmt: skip
    browser = client(alice)
    body = send(browser, form_for("one", wrong("one")) | forged | {"q1-key": "key-1"})
    assert body["right"] is False
    browser.post(f"{LESSON}/done", forged)
    row = db.session.scalars(select(CheckpointResponse)).one()
    assert (row.score_permille, row.number, row.responded_at.year) == (0, 1, 2026)
    enrolment = get_enrolment(alice.id, COURSE)
    assert (enrolment.lessons_done, enrolment.completed_at) == (0, None)


def test_a_replay_is_one_answer_and_a_forged_replay_is_told(begin, client, make) -> None:
    alice = make.person("alice")
    begin(alice)
    browser = client(alice)
    form = form_for("truth", True) | {"q3-key": "the-same"}
    assert send(browser, form)["item"] == send(browser, form)["item"]
    other = send(browser, form_for("truth", False) | {"q3-key": "the-same"}, status=422)
    assert other["error"]["code"] == "idempotency_mismatch"
    assert db.session.scalar(select(func.count()).select_from(CheckpointResponse)) == 1


def test_a_question_of_another_lesson_is_refused(begin, client, make) -> None:
    alice = make.person("alice")
    begin(alice)
    body = send(client(alice), {"only": "q9", "q9": "true", "q9-key": "key-9"}, status=422)
    assert body["error"]["code"] == "item_not_in_lesson"


def test_guessing_is_slowed_down(begin, client, make) -> None:
    alice = make.person("alice")
    begin(alice)
    browser = client(alice)
    for number in range(20):
        send(browser, form_for("truth", False) | {"q3-key": f"key-{number}"})
    body = send(browser, form_for("truth", True) | {"q3-key": "one-more"}, status=429)
    assert body["error"]["code"] == "slow_down"


@pytest.mark.parametrize("hostile", ["1e9", "-5", "10" * 30, "NaN", "١٢", "", "0x10"])
def test_a_hostile_place_harms_nothing(begin, client, make, hostile) -> None:
    alice = make.person("alice")
    begin(alice)
    browser = client(alice)
    browser.post(f"{LESSON}/place", {"scroll": hostile, "active": hostile}, status=204)
    assert browser.page(LESSON).h1


def test_a_learner_gets_neither_notes_nor_solutions(begin, client, make) -> None:
    alice = make.person("alice")
    begin(alice)
    browser = client(alice)
    for path in (f"{LESSON}?view=trainer", f"{START}/print?view=trainer"):
        assert CANARY not in browser.get(path, status=403).text
    assert "access.refused" in db.session.scalars(select(AuditEntry.action)).all()


def test_looking_as_a_trainer_passes_nothing(client, make) -> None:
    lin = make.person("lin", Role.TRAINER)
    browser = client(lin)
    browser.get(f"{LESSON}?view=trainer")
    for key in ALL_KINDS:
        browser.post(f"{LESSON}/answers", form_for(key, right(key)), status=404)
    assert db.session.scalar(select(func.count()).select_from(LearningRecord)) == 0
    assert db.session.scalar(select(func.count()).select_from(Enrolment)) == 0


@pytest.mark.parametrize("act", ["start", "enrol", "leave", "version", "lessons/greeting/done",
                                 "lessons/greeting/place", "lessons/greeting/note",
                                 "lessons/greeting/answers"])  # fmt: skip
def test_no_change_by_get_and_none_without_a_token(begin, client, make, act) -> None:
    alice = make.person("alice")
    begin(alice)
    browser = client(alice)
    assert browser.client.get(f"{START}/{act}").status_code in {404, 405}
    assert browser.client.post(f"{START}/{act}", data={"language": "zh"}).status_code == 403
    overridden = {"X-HTTP-Method-Override": "POST"}
    assert browser.client.get(f"{START}/{act}", headers=overridden).status_code in {404, 405}


@pytest.fixture
def two_teams(make, begin):
    """gao answers for the red team; blue people carry canary names."""
    red, blue = make.team("Red"), make.team("Blue")
    gao = make.person("gao", Role.SUPERVISOR, supervises=red)
    alice = make.person("alice", team=red)
    bob = make.person("canarybob", team=blue)
    begin(alice)
    begin(bob)
    return gao, red, blue, alice, bob


SCOPED = (
    "/", "/team-progress", "/assignments", "/assignments/new", "/assignments/new?person_ids=4",
    f"/courses/{COURSE}/learners", f"/courses/{COURSE}/learners?q=canary&sort=name",
    f"/courses/{COURSE}/learners?team=2", f"/courses/{COURSE}/learners/csv",
    f"/courses/{COURSE}/questions", f"/courses/{COURSE}",
)  # fmt: skip


@pytest.mark.parametrize("path", SCOPED)
def test_a_supervisor_meets_nobody_of_another_team(client, two_teams, path) -> None:
    gao = two_teams[0]
    answer = client(gao).client.get(path)
    assert answer.status_code == 200, path
    assert "canarybob" not in answer.text.lower()
    assert "Blue" not in answer.text


def test_counts_and_shares_are_of_ones_own_people(client, two_teams) -> None:
    gao, *_rest, bob = two_teams
    for number in range(6):
        send(client(bob), form_for("truth", False) | {"q3-key": f"key-{number}"})
    page = client(gao).page(f"/courses/{COURSE}/learners")
    assert "1 learner" in page.text
    assert "too few answers" in client(gao).page(f"/courses/{COURSE}/questions").text
    assert "0%" not in client(gao).page(f"/courses/{COURSE}/questions").text


def test_a_person_of_another_team_is_not_found(client, two_teams) -> None:
    gao, _red, blue, alice, bob = two_teams
    browser = client(gao)
    assert "Alice" in browser.page(f"/people/{alice.id}/learning").text
    foreign = browser.get(f"/people/{bob.id}/learning", status=404)
    missing = browser.get("/people/99999/learning", status=404)
    assert "anarybob" not in foreign.text
    assert len(foreign.text) - len(missing.text) in range(-20, 20)
    browser.get(f"/team-progress?team={blue.id}", status=404)
    client(alice).get(f"/people/{bob.id}/learning", status=404)
    assert client(alice).page(f"/people/{alice.id}/learning")


def test_a_supervisor_assigns_to_ones_own_people_only(client, two_teams, make) -> None:
    gao, red, blue, _alice, bob = two_teams
    cohort = make.cohort(members=(bob,))
    browser = client(gao)
    course = str(content.edition().course_id)
    for target in ({"team_ids": blue.id}, {"person_ids": bob.id}, {"cohort_ids": cohort.id},
                   {"team_ids": red.id, "person_ids": bob.id}):  # fmt: skip
        form = {"course_ids": course} | {name: str(key) for name, key in target.items()}
        browser.post("/assignments/new", form, status=422)
    assert db.session.scalar(select(func.count()).select_from(Assignment)) == 0
    browser.post("/assignments/new", {"course_ids": course, "team_ids": str(red.id)})
    assert db.session.scalars(select(Assignment.team_id)).all() == [red.id]


def test_a_foreign_assignment_cannot_be_withdrawn(client, two_teams, make, now) -> None:
    gao, _red, blue, *_ = two_teams
    lin = make.person("lin", Role.TRAINER)
    client(lin).post(
        "/assignments/new", {"course_ids": content.edition().course_id, "team_ids": blue.id}
    )
    one = db.session.scalars(select(Assignment)).one().id
    client(gao).post(f"/assignments/{one}/withdraw", status=404)
    client(gao).post("/assignments/99999/withdraw", status=404)
    assert db.session.get(Assignment, one).withdrawn_at is None
    client(lin).post(f"/assignments/{one}/withdraw")
    db.session.expire_all()
    assert db.session.get(Assignment, one).withdrawn_at == now


ROLE_PAGES = {
    "/assignments": {Role.TRAINER, Role.SUPERVISOR, Role.ADMINISTRATOR},
    "/assignments/new": {Role.TRAINER, Role.SUPERVISOR, Role.ADMINISTRATOR},
    f"/courses/{COURSE}/learners": {Role.TRAINER, Role.SUPERVISOR, Role.ADMINISTRATOR},
    f"/courses/{COURSE}/questions": {Role.TRAINER, Role.SUPERVISOR, Role.ADMINISTRATOR},
    f"/courses/{COURSE}/learners/xlsx": {Role.TRAINER, Role.SUPERVISOR, Role.ADMINISTRATOR},
    "/team-progress": {Role.SUPERVISOR, Role.ADMINISTRATOR},
    "/learning": set(Role),
}


@pytest.mark.parametrize("role", list(Role))
def test_each_role_opens_exactly_its_pages(client, make, role) -> None:
    browser = client(make.person("somebody", role))
    for path, roles in ROLE_PAGES.items():
        browser.get(path, status=200 if role in roles else 403)


HOSTILE = ("%00", "%F0%9F%98%80", "%ED%A0%80", "9" * 30, "' OR 1=1 --", "../..", "%E2%80%AE")


@pytest.mark.parametrize("value", HOSTILE)
def test_hostile_words_in_an_address_harm_nothing(begin, client, make, value) -> None:
    lin = make.person("lin", Role.TRAINER)
    begin(make.person("alice"))
    browser = client(lin)
    for path in (
        f"{LESSON}?view=trainer&edition={value}",
        f"{START}/print?view=trainer&edition={value}",
        f"/courses/{COURSE}/learners?q={value}&team={value}&standing={value}&sort={value}",
        f"/courses/{COURSE}/learners?page={value}",
        f"/assignments?page={value}",
        f"/assignments/new?person_ids={value}&course_ids={value}",
    ):
        assert browser.client.get(path).status_code in {200, 404}, path
    form = {"words": value.replace("%00", "\0"), "find": "1", "person_ids": value}
    assert browser.client.post(
        "/assignments/new", data=form | {"csrf_token": browser.token()}
    ).status_code in {200, 422}


def test_names_that_are_formulas_leave_as_text(begin, client, make) -> None:
    evil = make.person("evil", name="=cmd|' /C calc'!A0")
    begin(evil)
    lin = make.person("lin", Role.TRAINER)
    text = client(lin).client.get(f"/courses/{COURSE}/learners/csv").data.decode("utf-8-sig")
    assert "'=cmd" in text
    assert not any(line.startswith("=") for line in text.splitlines())


def test_a_disabled_learner_is_out_at_once(begin, client, make, now) -> None:
    alice = make.person("alice")
    begin(alice)
    browser = client(alice)
    token = browser.token()
    with transaction():
        db.session.get(type(alice), alice.id).disabled_at = now
    answer = browser.client.post(
        f"{LESSON}/done", data={"csrf_token": token}, headers={"Accept": "application/json"}
    )
    assert answer.status_code == 401
