"""Training requests as the people concerned meet them."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from tests.catalogue.texts import SERIES, course_text, quiz_text, source, take
from tests.checking import CheckingClient
from tests.conftest import NOON
from tests.delivery.asking import (
    TODAY,
    accept,
    approve,
    ask,
    certify,
    find_course,
    propose,
    wish,
)
from tests.factories import Make
from tests.notices.test_jobs import letters, mailbox
from trainhub import clock, pipeline
from trainhub.audit.queries import find_broken_entry
from trainhub.db import db, transaction
from trainhub.delivery.models import (
    Campaign,
    Room,
    TrainingRequest,
    TrainingRequestEvent,
    TrainingSession,
)
from trainhub.delivery.queries.requests import find_requests, get_request
from trainhub.delivery.rules.requests import Act, NotNow, WordsMissing
from trainhub.delivery.services import requests as services
from trainhub.errors import DomainError, NotFound
from trainhub.notices.models import Notice
from trainhub.people.models import Person, Role, Team
from trainhub.rota.models import Site

__all__ = ["mailbox"]
Browse = Callable[..., CheckingClient]


class Cast:
    """Two teams with their supervisors, a planner, an administrator, two trainers, a course."""

    def __init__(self) -> None:
        self.red, self.blue = Make.team("Red"), Make.team("Blue")
        self.sue = Make.person("sue", Role.SUPERVISOR, supervises=self.red)
        self.bea = Make.person("bea", Role.SUPERVISOR, supervises=self.blue)
        self.pia = Make.person("pia", Role.PLANNER)
        self.root = Make.person("root", Role.ADMINISTRATOR)
        self.tess = Make.person("tess", Role.TRAINER)
        self.tom = Make.person("tom", Role.TRAINER)
        take(
            [
                source("courses/calls/_series.yaml", SERIES),
                source("quizzes/opening.en.yaml", quiz_text(key="opening")),
                source("courses/calls/opening.en.md", course_text(quiz="opening")),
            ],
            now=clock.now(),
        )
        certify(self.tess, find_course())

    def approved(self) -> TrainingRequest:
        """A request with a trainer who has said yes."""
        made = ask(self.sue, self.red)
        approve(made, self.pia, find_course())
        propose(made, self.pia, self.tess)
        accept(made, self.tess)
        return made


@pytest.fixture
def cast(app: Flask) -> Cast:
    return Cast()


def steps_of(made: TrainingRequest) -> list[str]:
    query = select(TrainingRequestEvent).filter_by(request_id=made.id)
    return [one.kind for one in db.session.scalars(query.order_by(TrainingRequestEvent.id))]


def told(now_: Any = None) -> list[tuple[str, str]]:
    """Who has been told of which step, in order."""
    pipeline.tick(now_ or clock.now())
    rows = db.session.execute(
        select(Notice, Person).join(Person).where(Notice.kind == "request_step").order_by(Notice.id)
    )
    kinds = {}
    for one in db.session.scalars(select(TrainingRequestEvent)):
        kinds[one.id] = one.kind
    return [(person.username, kinds[notice.values["event_id"]]) for notice, person in rows]


def add_class(made: TrainingRequest, trainer: Person, **values: Any) -> TrainingSession:
    """A published class of a request, tomorrow at nine."""
    with transaction():
        site = db.session.scalars(select(Site)).one()
        room = Room(site_id=site.id, name=f"Room {made.id}", seats=20)
        db.session.add(room)
        db.session.flush()
        given: dict[str, Any] = {
            "request_id": made.id,
            "course_id": find_course().id,
            "site_id": site.id,
            "room_id": room.id,
            "trainer_id": trainer.id,
            "on": TODAY + timedelta(days=1),
            "starts_min": 540,
            "ends_min": 600,
            "starts_at": NOON + timedelta(hours=21),
            "ends_at": NOON + timedelta(hours=22),
            "seats": 20,
            "published_at": NOON,
        }
        one = TrainingSession(**(given | values))
        db.session.add(one)
    return one


def set_state(one: TrainingSession, state: str) -> None:
    with transaction():
        db.session.get_one(TrainingSession, one.id).state = state


def test_a_request_goes_its_whole_way_and_everybody_hears_of_it(cast: Cast) -> None:
    made = cast.approved()
    held = add_class(made, cast.tess)
    pipeline.tick(clock.now())
    assert get_request(made.id, cast.sue).state == "planned"
    set_state(held, "completed")
    pipeline.tick(clock.now())
    assert get_request(made.id, cast.sue).state == "delivered"
    with transaction():
        one = get_request(made.id, cast.sue)
        services.evaluate(
            one, figure_after="44 %", note="They ask first", revision=one.revision,
            actor=cast.sue, now=clock.now(),
        )  # fmt: skip
    with transaction():
        one = get_request(made.id, cast.pia)
        services.close(one, revision=one.revision, actor=cast.pia, now=clock.now())
    assert steps_of(made) == [
        "write", "submit", "take_up", "approve", "propose", "accept", "plan", "deliver",
        "evaluate", "close",
    ]  # fmt: skip
    heard = told()
    assert [step for who, step in heard if who == "sue"] == [
        "take_up", "approve", "propose", "accept", "plan", "deliver", "close",
    ]  # fmt: skip
    assert {who for who, step in heard if step == "submit"} == {"pia", "root"}
    assert [step for who, step in heard if who == "tess"] == ["propose", "plan", "evaluate"]
    assert not [step for who, step in heard if who in {"bea", "tom"}]
    assert find_broken_entry() is None


def test_each_is_told_once_whatever_the_tick(cast: Cast) -> None:
    ask(cast.sue, cast.red)
    assert len(told()) == len(told()) == 2


def test_a_campaigns_classes_carry_its_request(cast: Cast) -> None:
    made = cast.approved()
    with transaction():
        campaign = Campaign(
            key="c", name="C", request_id=made.id, starts_on=TODAY, due_on=TODAY, ends_on=TODAY,
            settings={}, created_at=clock.now(),
        )  # fmt: skip
        db.session.add(campaign)
    one = add_class(made, cast.tess, request_id=None, campaign_id=campaign.id, published_at=None)
    pipeline.tick(clock.now())
    assert get_request(made.id, cast.sue).state == "approved"
    with transaction():
        db.session.get_one(TrainingSession, one.id).published_at = clock.now()
    pipeline.tick(clock.now())
    assert get_request(made.id, cast.sue).state == "planned"


def test_a_request_whose_classes_are_all_cancelled_is_to_be_planned_anew(cast: Cast) -> None:
    made = cast.approved()
    one = add_class(made, cast.tess)
    pipeline.tick(clock.now())
    set_state(one, "cancelled")
    pipeline.tick(clock.now())
    assert get_request(made.id, cast.sue).state == "approved"
    assert steps_of(made)[-2:] == ["plan", "unplan"]


def test_a_request_nobody_evaluates_ends_by_itself(cast: Cast) -> None:
    made = cast.approved()
    set_state(add_class(made, cast.tess), "completed")
    pipeline.tick(clock.now())
    pipeline.tick(clock.now())
    later = clock.now() + timedelta(days=29)
    pipeline.tick(later)
    assert get_request(made.id, cast.sue).state == "delivered"
    pipeline.tick(later + timedelta(days=1))
    assert get_request(made.id, cast.sue).state == "evaluated"
    pipeline.tick(later + timedelta(days=8))
    closed = get_request(made.id, cast.sue)
    assert (closed.state, closed.ended_at) == ("closed", later + timedelta(days=8))


def test_a_no_says_why_and_ends_it(cast: Cast) -> None:
    made = ask(cast.sue, cast.red)
    with pytest.raises(WordsMissing), transaction():
        services.answer(
            made, Act.REJECT, revision=made.revision, note=" ", course=None, actor=cast.pia,
            now=clock.now(),
        )  # fmt: skip
    assert get_request(made.id, cast.sue).state == "submitted", "nothing half taken"


def test_nobody_answers_their_own_request(cast: Cast) -> None:
    made = ask(cast.pia, cast.red)
    with pytest.raises(NotNow), transaction():
        services.take_up(made, revision=made.revision, actor=cast.pia, now=clock.now())
    approve(made, cast.root, find_course())
    assert get_request(made.id, cast.pia).state == "approved"


def test_two_reviewers_answer_and_the_second_is_told(cast: Cast) -> None:
    made = ask(cast.sue, cast.red)
    seen = made.revision
    approve(made, cast.pia, find_course())
    with pytest.raises(DomainError) as caught, transaction():
        services.answer(
            get_request(made.id, cast.root), Act.REJECT, revision=seen, note="no", course=None,
            actor=cast.root, now=clock.now(),
        )  # fmt: skip
    assert caught.value.code == "request_moved"
    assert get_request(made.id, cast.sue).state == "approved"


def test_only_certified_trainers_with_time_are_asked(cast: Cast) -> None:
    made = ask(cast.sue, cast.red)
    approve(made, cast.pia, find_course())
    for trainer in (cast.tom, cast.bea):
        with pytest.raises(services.NoSuchTrainer):
            propose(made, cast.pia, trainer)
    certify(cast.tom, find_course(), minutes_per_week=0)
    with pytest.raises(services.NoSuchTrainer):
        propose(made, cast.pia, cast.tom)
    propose(made, cast.pia, cast.tess)


def test_a_trainer_who_says_no_makes_room_for_another(cast: Cast) -> None:
    made = ask(cast.sue, cast.red)
    approve(made, cast.pia, find_course())
    propose(made, cast.pia, cast.tess)
    with transaction():
        services.answer_proposal(
            made, accepts=False, revision=made.revision, note="On leave", actor=cast.tess,
            now=clock.now(),
        )  # fmt: skip
    certify(cast.tom, find_course())
    propose(made, cast.pia, cast.tom)
    with pytest.raises(NotNow):
        accept(made, cast.tess)
    accept(made, cast.tom)


def sees(viewer: Person) -> int:
    return sum(len(find_requests(viewer, shelf).rows) for shelf in ("open", "ended"))


def test_requests_are_seen_by_those_concerned_alone(cast: Cast) -> None:
    made = ask(cast.sue, cast.red)
    with transaction():
        services.write_request(wish(cast.red), actor=cast.sue, now=clock.now())
    assert (sees(cast.sue), sees(cast.pia), sees(cast.bea), sees(cast.tess)) == (2, 1, 0, 0)
    with pytest.raises(NotFound):
        get_request(made.id, cast.bea)
    approve(made, cast.pia, find_course())
    propose(made, cast.pia, cast.tess)
    assert sees(cast.tess) == 1
    lead = Make.person("lee", Role.SUPERVISOR, supervises=cast.red)
    assert sees(lead) == 1, "what was asked for one's own team"


FORM = {
    "topic": "Opening a sale",
    "heads": "12",
    "wished_from": "2026-11-24",
    "wished_until": "2026-12-10",
    "course_id": "",
    "figure": "Conversion",
    "submit": "1",
}


def ask_in_browser(browser: CheckingClient, team: Team, **changes: str) -> Any:
    return browser.post("/training-requests/new", {**FORM, "team_id": str(team.id), **changes})


def test_a_supervisor_asks_in_the_browser_and_follows_it(cast: Cast, client: Browse) -> None:
    sue, pia = client(cast.sue), client(cast.pia)
    page = sue.page("/training-requests/new")
    assert "Blue" not in page.text, "only one's own teams"
    place = ask_in_browser(sue, cast.red).location
    assert "Waiting for review" in sue.page(place).text
    assert "Opening a sale" in pia.page("/").text, "it waits on the reviewer's home page"
    course = {"course_id": str(find_course().id)}
    revision = {"revision": "2"}
    pia.post(f"{place}/answer", {**revision, **course, "decision": "approve", "note": "Yes"})
    shown = pia.page(place).text
    assert "Tess" in shown and "10 h free" not in shown.replace("20 h free", "")
    pia.post(f"{place}/propose-trainer", {"revision": "4", "trainer_id": str(cast.tess.id)})
    tess = client(cast.tess)
    assert "You are asked to teach this" in tess.page(place).text
    tess.post(f"{place}/answer-proposal", {"revision": "5", "decision": "accept"})
    text = sue.page(place).text
    for words in ("Review begun", "Approved", "Tess asked to teach it", "Trainer said yes"):
        assert words in text
    assert "申请流程" in client(cast.sue, language="zh").page(place).text


def test_a_draft_is_changed_until_it_is_sent_in(cast: Cast, client: Browse) -> None:
    sue = client(cast.sue)
    kept = {**FORM, "team_id": str(cast.red.id), "keep": "1"}
    del kept["submit"]
    place = sue.post("/training-requests/new", kept).location
    client(cast.pia).get(place, status=404)
    edited = {**kept, "topic": "Closing a sale", "revision": "1"}
    sue.post(f"{place}/edit", edited)
    stale = sue.post(f"{place}/edit", edited, status=422)
    assert "changed since you opened it" in stale.text
    text = sue.page(place).text
    assert text.count("Written as a draft") == 1 and "Draft changed" in text
    sue.post(f"{place}/submit", {"revision": "2"})
    assert "Closing a sale" in client(cast.pia).page(place).text
    sue.post(f"{place}/edit", {**edited, "revision": "3"})
    sue.post(f"{place}/withdraw", {"revision": "3", "note": ""})
    assert "Withdrawn" in sue.page(place).text


def test_what_the_reviewer_asks_stands_at_the_top_until_it_is_answered(
    cast: Cast, client: Browse
) -> None:
    made = ask(cast.sue, cast.red)
    place = f"/training-requests/{made.id}"
    answer = {"revision": str(made.revision), "decision": "ask-back", "note": "Which shift?"}
    client(cast.pia).post(f"{place}/answer", answer)
    sue = client(cast.sue)
    text = sue.page(place).text
    assert "The reviewer has sent it back with a question" in text
    assert text.index("Which shift?") < text.index("What is asked for")
    sue.post(f"{place}/submit", {"revision": str(get_request(made.id, cast.sue).revision)})
    assert "sent it back with a question" not in sue.page(place).text


def test_a_trainer_who_said_no_is_not_named_any_more(cast: Cast, client: Browse) -> None:
    made = ask(cast.sue, cast.red)
    certify(cast.tess, find_course())
    approve(made, cast.pia, find_course())
    propose(made, cast.pia, cast.tess)
    place = f"/training-requests/{made.id}"
    no = {"revision": str(made.revision), "decision": "decline", "note": "On leave"}
    client(cast.tess).post(f"{place}/answer-proposal", no)
    page = client(cast.sue).page(place).text
    assert "Trainer said no" in page and "Trainer –" in page


def test_wrong_input_is_named_and_kept(cast: Cast, client: Browse) -> None:
    browser = client(cast.sue)
    wrong = {**FORM, "team_id": str(cast.blue.id), "heads": "lots", "wished_from": ""}
    text = browser.post("/training-requests/new", wrong, status=422).text
    for words in ("Choose a team you answer for", "How many people? A number", "Give a date"):
        assert words in text
    assert "Conversion" in text
    assert db.session.scalar(select(TrainingRequest.id)) is None


def test_a_refused_step_keeps_what_was_typed(cast: Cast, client: Browse) -> None:
    made = ask(cast.sue, cast.red)
    answer = {"revision": str(made.revision), "decision": "approve", "note": "Gladly, soon"}
    text = client(cast.pia).post(f"/training-requests/{made.id}/answer", answer, status=422).text
    assert "Choose the course of the library" in text and "Gladly, soon" in text
    assert get_request(made.id, cast.sue).state == "submitted"
    nonsense = {"revision": "x", "decision": "burn"}
    client(cast.pia).post(f"/training-requests/{made.id}/answer", nonsense, status=409)


def test_another_teams_request_is_not_there(cast: Cast, client: Browse) -> None:
    made = ask(cast.sue, cast.red)
    browser = client(cast.bea)
    for step in ("", "/edit"):
        browser.get(f"/training-requests/{made.id}{step}", status=404)
    for step in ("submit", "withdraw", "evaluate", "answer-proposal"):
        browser.post(f"/training-requests/{made.id}/{step}", {"revision": "2"}, status=404)
    assert get_request(made.id, cast.sue).state == "submitted"


def test_messages_come_in_the_readers_language(cast: Cast, mailbox: Path) -> None:
    with transaction():
        db.session.get_one(Person, cast.pia.id).locale = "zh"
    ask(cast.sue, cast.red)
    pipeline.tick(clock.now())
    subjects = {letter["To"]: letter["Subject"] for letter in letters(mailbox)}
    assert subjects["pia@example.org"] == "待审核的培训申请：Opening a sale"
    assert subjects["root@example.org"] == "Training request to review: Opening a sale"


def add_room(make_seats: int = 12) -> Room:
    """A room of the only site."""
    with transaction():
        site = db.session.scalars(select(Site)).one()
        room = Room(site_id=site.id, name="Room 7", seats=make_seats)
        db.session.add(room)
    return room


def test_the_planner_makes_a_campaign_of_it(cast: Cast, client: Browse) -> None:
    made = cast.approved()
    address, seen = f"/training-requests/{made.id}/campaign", {"revision": str(made.revision)}
    place = client(cast.pia).post(address, seen).location
    campaign = db.session.scalars(select(Campaign)).one()
    assert place == f"/campaigns/{campaign.id}"
    assert (campaign.request_id, campaign.name) == (made.id, "Opening a sale")
    assert [one.course_id for one in campaign.courses] == [find_course().id]
    assert [one.team_id for one in campaign.targets] == [cast.red.id]
    assert (campaign.starts_on, campaign.ends_on) == (made.wished_from, made.wished_until)
    text = client(cast.sue).page(f"/training-requests/{made.id}").text
    assert "Campaign made, classes are being planned" in text
    again = client(cast.pia).post(address, seen, status=409).text
    assert "changed since you opened it" in again


def test_the_planner_makes_one_class_of_it(cast: Cast, client: Browse) -> None:
    made = cast.approved()
    room, address = add_room(), f"/training-requests/{made.id}/class"
    typed = {"revision": str(made.revision), "on": "2026-11-25", "starts": "9", "seats": "12",
             "room_id": str(room.id)}  # fmt: skip
    assert "Give a time" in client(cast.pia).post(address, typed | {"starts": ""}, status=422).text
    crowded = client(cast.pia).post(address, typed | {"starts": "09:00", "seats": "13"}, status=422)
    assert "Room 7" in crowded.text
    assert db.session.scalars(select(TrainingSession)).all() == []
    client(cast.pia).post(address, typed | {"starts": "09:00"})
    one = db.session.scalars(select(TrainingSession)).one()
    assert (one.request_id, one.trainer_id, one.starts_min) == (made.id, cast.tess.id, 540)
    text = client(cast.pia).get(f"/classes/{one.id}").text
    assert f'href="/training-requests/{made.id}"' in text and made.topic in text


def test_only_a_planner_makes_classes_of_requests(cast: Cast, client: Browse) -> None:
    made = cast.approved()
    client(cast.sue).post(f"/training-requests/{made.id}/campaign", {"revision": "5"}, status=403)
