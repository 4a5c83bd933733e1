"""The reader and a course's pages, as a learner's browser without scripts gets them."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select

from tests.checking import Page
from tests.learning import content
from tests.learning.content import ALL_KINDS, CANARY, COURSE, form_for, right, wrong
from trainhub import clock
from trainhub.catalogue.models import Course
from trainhub.db import db, transaction
from trainhub.learning.models import CheckpointResponse, LessonNote
from trainhub.learning.queries.progress import find_enrolment, get_enrolment
from trainhub.people.models import Role

pytestmark = pytest.mark.usefixtures("library")
START = f"/learning/{COURSE}"
LESSON = f"{START}/lessons/greeting"


def answered(client, key, response, **extra):
    number = ALL_KINDS.index(key) + 1
    form = form_for(key, response) | {f"q{number}-key": f"key-of-{key}"} | extra
    return client.post(f"{LESSON}/answers", form)


def test_a_learner_starts_reads_answers_and_completes(client, make) -> None:
    browser = client(make.person("alice"))
    assert "Start in English" in browser.page(START).text
    answer = browser.post(f"{START}/start", {"language": "en"})
    assert answer.location.endswith("/continue")
    assert browser.get(answer.location, status=302).location.endswith("/lessons/greeting")
    page = browser.page(LESSON)
    assert page.h1 == "The greeting"
    assert "Lesson 1 of 3" in page.text
    for key in ALL_KINDS:
        answered(browser, key, right(key))
    page = browser.page(LESSON)
    assert "Passed with 100%" in page.text
    assert browser.post(f"{LESSON}/done").location.endswith("/lessons/middle")
    assert browser.post(f"{START}/lessons/middle/done").location.endswith("/lessons/farewell")
    browser.post(f"{START}/lessons/farewell/answers", {"q1": "true", "q1-key": "k-of-last"})
    assert browser.post(f"{START}/lessons/farewell/done").location.endswith("/completed")
    done = browser.page(f"{START}/completed")
    assert "100%" in done.text
    assert "Greet a customer" in done.text


@pytest.mark.parametrize("key", ALL_KINDS)
def test_every_kind_is_answered_by_a_plain_form_and_told_why(begin, client, make, key) -> None:
    alice = make.person("alice")
    begin(alice)
    browser = client(alice)
    answered(browser, key, wrong(key))
    page = browser.page(LESSON)
    assert "Saved 12:00:00" in page.text
    assert "Try again" in page.text
    assert CANARY in page.text  # the explanation is there now
    again = browser.page(f"{LESSON}?again=q{ALL_KINDS.index(key) + 1}")
    assert "Try again" not in again.text
    answered(browser, key, right(key), **{f"q{ALL_KINDS.index(key) + 1}-key": "second-try"})
    assert "try 2" in browser.page(LESSON).text
    rows = db.session.execute(select(CheckpointResponse.number, CheckpointResponse.is_right)).all()
    assert rows == [(1, False), (2, True)]


def test_every_field_is_there_before_answering(begin, client, make) -> None:
    alice = make.person("alice")
    begin(alice)
    page = client(alice).page(LESSON)
    names = {a.get("name", "").split("-")[0] for tag in ("input", "select") for a in page.all(tag)}
    assert {f"q{number}" for number in range(1, 9)} <= names


def test_several_answers_in_one_form_are_all_kept(begin, client, make) -> None:
    alice = make.person("alice")
    begin(alice)
    form = {"q1": right("one"), "q1-key": "key-1", "q3": "false", "q3-key": "key-3",
            "q4": " ", "q4-key": "key-4", "only": "q3"}  # fmt: skip
    answer = client(alice).post(f"{LESSON}/answers", form)
    assert answer.location.endswith("#item-q3")
    assert db.session.scalars(select(CheckpointResponse.item_key)).all() == ["one", "truth"]


def test_what_is_wrong_with_one_answer_is_said_and_the_others_kept(begin, client, make) -> None:
    alice = make.person("alice")
    begin(alice)
    steps = {f"q6-{step}": "1" for step in content.step_ids()}
    browser = client(alice)
    browser.post(f"{LESSON}/answers", steps | {"q6-key": "key-6", "q3": "true", "q3-key": "key-3"})
    page = browser.page(LESSON)
    assert "Question 6 was not saved: Give each step a place of its own." in page.text
    assert db.session.scalars(select(CheckpointResponse.item_key)).all() == ["truth"]


def test_the_script_gets_the_parts_that_have_changed(begin, client, make) -> None:
    alice = make.person("alice")
    begin(alice)
    browser = client(alice)
    body = send(browser, form_for("truth", False) | {"q3-key": "key-1"})
    assert (body["right"], body["saved"], body["completed"]) == (False, "12:00:00", False)
    assert 'id="item-q3"' in body["item"]
    assert "Not right" in body["item"]
    assert "1 of 8 answered" in body["checkpoints"]["opening"]
    assert CANARY not in body["lessons"] + body["ending"]
    same = send(browser, form_for("truth", False) | {"q3-key": "key-1"})
    assert same["item"] == body["item"]  # the same bytes for a repeated sending


def send(browser, form, *, status=200, lesson=LESSON):
    answer = browser.client.post(
        f"{lesson}/answers",
        data=form | {"csrf_token": browser.token()},
        headers={"Accept": "application/json"},
    )
    assert answer.status_code == status, answer.text[:400]
    return answer.get_json()


def test_a_note_and_the_place_are_kept(begin, client, make) -> None:
    alice = make.person("alice")
    begin(alice)
    browser = client(alice)
    browser.post(f"{LESSON}/place", {"scroll": "640", "active": "5"}, status=204)
    browser.post(f"{LESSON}/note", {"text": "ask Lin <b>"})
    page = browser.get(LESSON).text
    assert "ask Lin &lt;b&gt;" in page
    assert 'data-resume="640"' in page
    other_device = client(alice)
    assert other_device.get(f"{START}/continue", status=302).location == LESSON


def test_a_reader_changes_nothing_by_looking(begin, client, make) -> None:
    alice = make.person("alice")
    begin(alice)
    before = get_enrolment(alice.id, COURSE).last_active_at
    with clock.frozen(clock.now() + timedelta(hours=1)):
        client(alice).get(LESSON)
        client(alice).get(f"{START}/continue", status=302)
    assert get_enrolment(alice.id, COURSE).last_active_at == before


def test_going_on_leads_to_the_start_page_when_nothing_is_begun(client, make) -> None:
    browser = client(make.person("alice"))
    assert browser.get(f"{START}/continue", status=302).location == START
    assert browser.get(LESSON, status=302).location == START


def test_a_newer_version_is_offered_and_may_be_declined(begin, client, make, now) -> None:
    alice = make.person("alice")
    old = begin(alice).version_id
    content.publish_change(now)
    browser = client(alice)
    page = browser.page(START)
    assert "A newer version is out" in page.text
    assert "The middle – no longer there" in page.text
    assert "The farewell – changed" in page.text
    assert browser.page(f"{START}/lessons/middle").h1 == "The middle"
    assert find_enrolment(alice.id, COURSE).version_id == old
    browser.post(f"{START}/version", {"language": "en"})
    assert find_enrolment(alice.id, COURSE).version_id != old
    assert "A newer version" not in browser.page(START).text
    browser.get(f"{START}/lessons/middle", status=404)


def test_a_course_may_be_listed_left_and_taken_up_again(client, make) -> None:
    alice = make.person("alice")
    browser = client(alice)
    browser.post(f"{START}/enrol")
    assert "Opening a call" in browser.page("/learning").text
    browser.post(f"{START}/leave")
    assert "You have no courses yet" in browser.page("/learning").text
    browser.post(f"{START}/leave", status=404)
    browser.post(f"{START}/start", {"language": "zh"})
    assert browser.page(f"{START}/lessons/greeting").h1 == "问候"


def test_a_course_on_assignment_only_says_so(client, make) -> None:
    with transaction():
        content.edition().course.self_enrolment = False
    browser = client(make.person("alice"))
    assert "given on assignment only" in browser.page(START).text
    browser.post(f"{START}/start", {"language": "en"}, status=403)
    assert find_enrolment(1, COURSE) is None


def test_a_retired_course_can_be_finished_but_not_begun(begin, client, make, now) -> None:
    alice = make.person("alice")
    begin(alice)
    with transaction():
        db.session.scalars(select(Course)).one().retired_at = now
    assert client(alice).page(LESSON).h1 == "The greeting"
    assert "Go on where you left off" in client(alice).page(START).text
    browser = client(make.person("bob"))
    browser.get(START, status=404)
    browser.post(f"{START}/start", {"language": "en"}, status=403)


def test_the_next_course_of_the_series_is_offered_at_the_end(begin, client, make) -> None:
    content.import_second_course()
    alice = make.person("alice")
    browser = client(alice)
    browser.post("/learning/closing/start", {"language": "en"})
    assert browser.post("/learning/closing/lessons/goodbye/done").location.endswith("/completed")
    assert "Next in the series" not in browser.page("/learning/closing/completed").text
    begin(alice, "zh")
    browser.post(f"{START}/lessons/greeting/done")
    browser.post(f"{START}/lessons/farewell/answers", {"q1": "true", "q1-key": "k-of-last"})
    browser.post(f"{START}/lessons/farewell/done")
    assert "Next in the series" not in browser.page(f"{START}/completed").text  # all done


def test_a_trainer_sees_notes_and_solutions_and_leaves_no_trace(client, make) -> None:
    lin = make.person("lin", Role.TRAINER)
    browser = client(lin)
    assert browser.get(LESSON, status=302).location.endswith("?view=trainer")
    page = browser.page(f"{LESSON}?view=trainer&edition=en")
    assert f"{CANARY}-trainer" in page.text
    assert f"{CANARY}-single" in page.text
    assert "Solution" in page.text
    assert not page.all("form")[-1].get("data-checkpoint")
    browser.page(f"{START}/print?view=trainer")
    assert find_enrolment(lin.id, COURSE) is None


def test_a_course_prints_without_answers(begin, client, make) -> None:
    alice = make.person("alice")
    begin(alice)
    text = client(alice).get(f"{START}/print").text
    assert CANARY not in text
    assert "Thank them." in Page(text).text
    client(make.person("bob")).get(f"{START}/print", status=404)


def test_my_courses_stand_by_need(begin, client, make, now) -> None:
    content.import_second_course()
    alice = make.person("alice")
    begin(alice)
    browser = client(alice)
    browser.post("/learning/closing/enrol")
    with transaction():
        get_enrolment(alice.id, COURSE).due_on = (now - timedelta(days=3)).date()
    page = browser.page("/learning")
    assert page.text.index("Due and overdue") < page.text.index("Not started")
    assert "3 days overdue" in page.text
    home = browser.page("/")
    assert "1 course is overdue." in home.text
    assert "Go on with" in home.text


def test_notes_are_ones_own(begin, client, make) -> None:
    alice, bob = make.person("alice"), make.person("bob")
    begin(alice)
    begin(bob)
    client(alice).post(f"{LESSON}/note", {"text": "alice's secret"})
    assert "secret" not in client(bob).get(LESSON).text
    assert db.session.scalars(select(LessonNote.person_id)).all() == [alice.id]
