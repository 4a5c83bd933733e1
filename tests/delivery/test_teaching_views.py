"""The trainer's screen, the wall, the roster, and checking in: as people use them."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from tests.checking import CheckingClient
from tests.delivery.classrooms import NINE, Centre, at, booking_of
from trainhub import clock
from trainhub.db import db, transaction
from trainhub.delivery.models import TrainingSession
from trainhub.delivery.rules.teaching.check_in import STEP_S

Browser = Callable[..., CheckingClient]
START = at(NINE)


@pytest.fixture
def centre(app: Any) -> Centre:
    return Centre()


@pytest.fixture
def session(centre: Centre) -> TrainingSession:
    return centre.add_class()


def path(session: TrainingSession, rest: str) -> str:
    return f"/classes/{session.id}/{rest}"


def shown_code(browser: CheckingClient, session: TrainingSession) -> str:
    return str(browser.client.get(path(session, "clock")).get_json()["code"])


def test_a_trainer_holds_a_class_from_code_to_end(
    centre: Centre, session: TrainingSession, client: Browser
) -> None:
    trainer, agent = client(centre.trainer), client(centre.people[0])
    with clock.frozen(START - timedelta(minutes=10)):
        assert "Begin the class" in trainer.page(path(session, "teach")).text
        trainer.post(path(session, "check-in-code"))
        code = shown_code(trainer, session)
        assert code in trainer.get(path(session, "teach")).text
        agent.post("/check-in", {"code": code})
        assert "You are checked in." in agent.page("/check-in").text
    with clock.frozen(START):
        trainer.post(path(session, "steps/begin"))
    with clock.frozen(START + timedelta(minutes=20)):
        trainer.post(path(session, "steps/pause"))
        assert "Paused with 40:00 left" in trainer.page(path(session, "teach")).text
        trainer.post(path(session, "steps/resume"))
        second = booking_of(session, centre.people[1])
        trainer.post(path(session, f"roster/{second.id}"), {"state": "late", "back": "teach"})
    with clock.frozen(START + timedelta(minutes=60)):
        trainer.post(path(session, "steps/end"))
        text = trainer.page(path(session, "roster")).text
    assert "Present" in text and "Came late" in text and "Absent" in text
    db.session.refresh(session)
    assert session.state == "completed"


def test_the_screen_shows_notes_and_answers_the_wall_neither(
    centre: Centre, session: TrainingSession, client: Browser
) -> None:
    trainer = client(centre.trainer)
    with clock.frozen(START):
        trainer.post(path(session, "steps/begin"))
        screen, wall = (trainer.get(path(session, one)).text for one in ("teach", "beamer"))
    assert "canary-trainer" in screen and "canary-single" in screen
    assert "canary" not in wall
    assert "Say your" in wall
    assert all(person.name not in wall for person in centre.people)


def test_a_mark_given_by_mistake_is_taken_back(
    centre: Centre, session: TrainingSession, client: Browser
) -> None:
    trainer, seat = client(centre.trainer), booking_of(session, centre.people[0])
    address = path(session, f"roster/{seat.id}")
    with clock.frozen(START):
        trainer.post(path(session, "steps/begin"))
        assert "Remove the mark" not in trainer.page(path(session, "teach")).text
        trainer.post(address, {"state": "absent", "back": "teach"})
        screen = trainer.get(path(session, "teach")).text
        assert "Remove the mark" in screen and "Excused: operations" in screen
        trainer.post(address, {"state": "unmarked", "back": "teach"})
        trainer.post(address, {"state": "unmarked", "back": "teach"})  # twice is once
        text = trainer.page(path(session, "roster")).text
    assert "Absent → not marked" in text
    db.session.expire_all()
    assert booking_of(session, centre.people[0]).attendance is None
    with clock.frozen(START + timedelta(hours=1)):
        trainer.post(path(session, "steps/end"))
        refused = trainer.post(address, {"state": "unmarked"}, status=422).text
    assert "choose what the attendance was instead" in refused


def test_the_wall_says_where_the_code_is_typed_and_no_time_once_it_is_over(
    centre: Centre, session: TrainingSession, client: Browser
) -> None:
    trainer = client(centre.trainer)
    with clock.frozen(START):
        trainer.post(path(session, "check-in-code"))
        trainer.post(path(session, "steps/begin"))
        wall = trainer.page(path(session, "beamer")).text
        assert "/check-in" in wall and "Left" in wall
    with clock.frozen(START + timedelta(hours=1)):
        trainer.post(path(session, "steps/end"))
        wall = trainer.page(path(session, "beamer")).text
    assert "Left" not in wall and "Thank you" in wall


def test_a_planner_sees_the_class_without_notes(
    centre: Centre, session: TrainingSession, client: Browser
) -> None:
    text = client(centre.planner).get(path(session, "teach")).text
    assert "canary" not in text
    assert centre.people[0].name in text


@pytest.mark.parametrize("rest", ["teach", "beamer", "clock", "roster", "roster-rows"])
def test_another_trainers_class_does_not_exist(
    centre: Centre, session: TrainingSession, client: Browser, make: Any, rest: str
) -> None:
    from trainhub.people.models import Role

    other = client(make.person("other", Role.TRAINER))
    other.get(path(session, rest), status=404)


def test_an_old_code_and_a_strangers_are_refused(
    centre: Centre, session: TrainingSession, client: Browser, make: Any
) -> None:
    trainer, agent = client(centre.trainer), client(centre.people[0])
    with clock.frozen(START):
        trainer.post(path(session, "steps/begin"))
        code = shown_code(trainer, session)
        text = client(make.person("stranger")).post("/check-in", {"code": code}, status=422).text
        assert "You hold no seat" in text
    with clock.frozen(START + timedelta(seconds=2 * STEP_S)):
        text = agent.post("/check-in", {"code": code}, status=422).text
        assert "That is not the code" in text
        assert shown_code(trainer, session) != code


def test_guessing_is_slowed_down(centre: Centre, session: TrainingSession, client: Browser) -> None:
    agent = client(centre.people[0])
    with clock.frozen(START):
        client(centre.trainer).post(path(session, "steps/begin"))
        for _try in range(8):
            agent.post("/check-in", {"code": "0"}, status=422)
        agent.post("/check-in", {"code": "0"}, status=429)


def test_a_link_fills_the_code_in_and_checks_nobody_in(
    centre: Centre, session: TrainingSession, client: Browser
) -> None:
    trainer, agent = client(centre.trainer), client(centre.people[0])
    with clock.frozen(START):
        trainer.post(path(session, "steps/begin"))
        code = shown_code(trainer, session)
        page = agent.page(f"/check-in/{code}")
        assert [one["value"] for one in page.all("input") if one.get("name") == "code"] == [code]
        assert booking_of(session, centre.people[0]).attendance is None


def test_a_step_that_cannot_be_taken_is_told_on_the_screen(
    centre: Centre, session: TrainingSession, client: Browser
) -> None:
    trainer = client(centre.trainer)
    with clock.frozen(START - timedelta(minutes=45)):
        text = trainer.post(path(session, "steps/begin"), status=422).text
    assert "A class can be begun from 30 minutes before its time." in text


def test_a_correction_asks_for_a_reason_and_keeps_the_history(
    centre: Centre, session: TrainingSession, client: Browser
) -> None:
    trainer, away = client(centre.trainer), centre.people[2]
    with clock.frozen(START):
        trainer.post(path(session, "steps/begin"))
    with clock.frozen(START + timedelta(minutes=60)):
        trainer.post(path(session, "steps/end"))
        seat = path(session, f"roster/{booking_of(session, away).id}")
        text = trainer.post(seat, {"state": "present", "reason": ""}, status=422).text
        assert "say why its attendance is changed" in text
        trainer.post(seat, {"state": "present", "reason": "signed the paper list"})
        assert "signed the paper list" in trainer.page(path(session, "roster")).text


def test_the_list_of_classes_says_what_nobody_has_begun(
    centre: Centre, session: TrainingSession, client: Browser
) -> None:
    with clock.frozen(START + timedelta(hours=3)):
        text = client(centre.trainer).page("/teaching").text
        assert "Nobody has begun it" in text
        client(centre.trainer).post(path(session, "steps/record"))
    db.session.refresh(session)
    assert session.state == "completed"


def test_a_course_without_a_text_can_be_taught(
    centre: Centre, session: TrainingSession, client: Browser
) -> None:
    with transaction():
        for edition in session.course.editions:
            edition.published_version_id = None
    with clock.frozen(START):
        text = client(centre.trainer).page(path(session, "teach")).text
        client(centre.trainer).page(path(session, "beamer"))
    assert "Nothing of this course is published" in text


def test_the_pages_speak_chinese(centre: Centre, session: TrainingSession, client: Browser) -> None:
    with clock.frozen(START):
        trainer = client(centre.trainer, language="zh")
        for rest in ("teach", "beamer", "roster"):
            trainer.get(path(session, rest))
        trainer.get("/teaching")
        client(centre.people[0], language="zh").get("/check-in")


def test_who_ends_a_class_early_is_told_what_is_left(
    centre: Centre, session: TrainingSession, client: Browser
) -> None:
    trainer = client(centre.trainer)
    with clock.frozen(START):
        trainer.post(path(session, "steps/begin"))
    with clock.frozen(START + timedelta(minutes=5, seconds=22)):
        text = trainer.page(path(session, "teach")).text
        assert "54:38 of the class are left." in text
        assert "credited only the 5:22" in text
    with clock.frozen(START + timedelta(minutes=58)):
        assert "of the class are left" not in trainer.page(path(session, "teach")).text


def test_who_is_excused_is_not_told_that_they_checked_in(
    centre: Centre, session: TrainingSession, client: Browser
) -> None:
    trainer, agent = client(centre.trainer), client(centre.people[0])
    with clock.frozen(START):
        trainer.post(path(session, "steps/begin"))
        seat = booking_of(session, centre.people[0])
        trainer.post(path(session, f"roster/{seat.id}"), {"state": "excused_operations"})
        page = agent.page("/check-in")
        assert "You are checked in." not in page.text and "The code on the trainer" in page.text
        trainer.post(path(session, "steps/pause"))
        assert "Paused" in agent.page("/check-in").text
        trainer.post(path(session, "steps/resume"))
        agent.post("/check-in", {"code": shown_code(trainer, session)})
        assert "You are checked in." in agent.page("/check-in").text


def test_the_record_says_how_many_came_as_corrected_since(
    centre: Centre, session: TrainingSession, client: Browser
) -> None:
    trainer = client(centre.trainer)
    first, second = (booking_of(session, person) for person in centre.people[:2])
    with clock.frozen(START):
        trainer.post(path(session, "steps/begin"))
        trainer.post(path(session, f"roster/{first.id}"), {"state": "present"})
    with clock.frozen(START + timedelta(minutes=60)):
        trainer.post(path(session, "steps/end"))
        trainer.post(path(session, f"roster/{second.id}"), {"state": "present", "reason": "was in"})
        text = trainer.page(f"/delivery-records/{session.id}").text
    assert "of 3 booked; 2 as corrected since" in text
