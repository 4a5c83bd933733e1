"""Certificates and the road to them, attacked by people who are signed in."""

from __future__ import annotations

import sys
import zipfile
from collections.abc import Callable
from datetime import date, timedelta
from io import BytesIO
from types import SimpleNamespace

import pytest
from flask import Flask
from sqlalchemy import select

from tests.attacks.world import COHORT, World, moved, routes, state
from tests.certification.awarding import HOUR, NOW, award_of, awarded
from tests.certification.programmes import (
    complete,
    enrolled,
    published,
    read,
    requirement,
    texts,
    values,
)
from tests.checking import CheckingClient
from tests.factories import Make
from trainhub.certification.jobs.reviewing import review_enrolments
from trainhub.certification.models import (
    Award,
    AwardEvent,
    ObservedCase,
    Programme,
    ProgrammeEnrolment,
)
from trainhub.certification.queries.awards import list_renewable_ids
from trainhub.certification.services.competency_models import find_model, load_shipped_models
from trainhub.certification.services.programmes import change_programme, publish_programme
from trainhub.db import db, transaction
from trainhub.delivery.models import Booking
from trainhub.errors import InputErrors
from trainhub.people.models import Person, PersonRole, Role, Team
from trainhub.privacy.services import erase_person
from trainhub.web import chat

Client = Callable[..., CheckingClient]


@pytest.fixture
def red(app: Flask) -> Team:
    return Make.team("Red")


@pytest.fixture
def boss(red: Team) -> Person:
    return Make.person("boss", Role.SUPERVISOR, supervises=red)


def test_a_supervisor_reads_no_cohort_of_other_teams(app: Flask, world: World) -> None:
    assert COHORT not in world.browser("supervisor").get("/awards").text
    assert COHORT in world.browser("administrator").get("/awards").text


@pytest.mark.parametrize("day", ["0001-01-01", "2016-01-01", "2028-01-01", "9999-12-31"])
def test_nobody_starts_outside_of_what_anybody_means(
    red: Team, boss: Person, client: Client, day: str
) -> None:
    programme = published(values(requirement("opening", due_days=5)))
    agent = Make.person("agent", team=red)
    page = client(boss).post(
        f"/programmes/{programme.id}/enrol", {"person_ids": agent.id, "starts_on": day}, status=422
    )
    assert "within the last ten years" in page.text
    assert db.session.scalar(select(ProgrammeEnrolment.id)) is None


def test_a_cohort_of_the_last_day_of_all_times_breaks_no_preview(red: Team, client: Client) -> None:
    programme = published(values(requirement("opening", due_days=5)))
    agent = Make.person("agent", team=red)
    cohort = Make.cohort(members=(agent,), start_on=date(9999, 12, 31))
    browser = client(Make.person("tess", Role.TRAINER))
    path = f"/programmes/{programme.id}/preview?group=cohort:{cohort.id}"
    assert "within the last ten years" in browser.get(path, status=422).text


def test_taking_a_holder_in_again_does_not_keep_the_renewal_from_opening(
    red: Team, boss: Person, client: Client
) -> None:
    award = awarded(Make.person("holder", team=red))
    assert award.valid_until is not None
    client(boss).post(
        f"/programmes/{award.programme_id}/enrol",
        {"team_ids": red.id, "starts_on": "2026-11-23"},
        status=302,
    )
    assert _states() == ["awarded"]
    assert list_renewable_ids(award.valid_until - timedelta(days=30)) == [award.id]


def test_an_award_in_force_is_not_awarded_again(app: Flask, red: Team) -> None:
    award = awarded(Make.person("holder", team=red))
    browser = CheckingClient(app, Make.person("root", Role.ADMINISTRATOR))
    browser.post(f"/awards/{award.id}/again", status=409)
    assert _states() == ["awarded"]


def _states() -> list[str]:
    db.session.rollback()
    return list(db.session.scalars(select(ProgrammeEnrolment.state)))


class Observed:
    """Somebody of whose work two ratings are asked for."""

    def __init__(self, red: Team) -> None:
        with transaction():
            load_shipped_models(NOW)
        settings = {"model": "complaint-handling", "raters": 2}
        programme = published(values(requirement("work", "observation", settings=settings)))
        self.agent = Make.person("agent", team=red)
        self.enrolment = enrolled(programme, self.agent)

    def ask(self, client: Client, boss: Person, address: str, status: int) -> CheckingClient:
        browser = client(boss)
        typed = {"model": "complaint-handling", "what": "a call", "held_on": "2026-11-23"}
        raters = {"first": boss.id, "second": 0}
        browser.post(
            f"/people/{self.agent.id}/observations/new{address}", typed | raters, status=status
        )
        return browser


def test_two_raters_are_two_people(red: Team, boss: Person, client: Client) -> None:
    place = Observed(red)
    address = f"?enrolment={place.enrolment.id}&requirement=work"
    place.ask(client, boss, address, status=422)
    assert db.session.scalar(select(ObservedCase.id)) is None


def test_work_that_one_has_rated_does_not_count_where_two_are_asked_for(
    red: Team, boss: Person, client: Client
) -> None:
    place = Observed(red)
    browser = place.ask(client, boss, "", status=302)  # asked for by no requirement
    _rate(browser)
    db.session.rollback()
    assert db.session.scalars(select(ObservedCase.state)).all() == ["settled"]
    review_enrolments(NOW + HOUR)
    assert db.session.scalar(select(Award.id)) is None


def test_nobody_writes_the_requirements_of_their_own_award(app: Flask) -> None:
    tess, other = Make.person("tess", Role.TRAINER), Make.person("other")
    programme = published(values(requirement("opening"), requirement("farewell")))
    for person in (tess, other):
        enrolled(programme, person)
        complete(person, "opening", at=NOW - HOUR)
    _publish_easier(programme, tess)
    review_enrolments(NOW + HOUR)
    assert award_of(other)
    assert db.session.scalars(select(Award.person_id)).all() == [other.id]


def _publish_easier(programme: Programme, by: Person) -> None:
    easier = read(values(requirement("opening")))
    with transaction():
        change_programme(programme, easier, revision=None, actor=by, now=NOW)
        publish_programme(programme, revision=None, those_under_way="move", actor=by, now=NOW)


@pytest.mark.parametrize("sign", ["\u202e", "\u2066", "\u202a"])
def test_titles_hold_nothing_that_turns_a_certificate_about(sign: str) -> None:
    with pytest.raises(InputErrors) as refused:
        read(values(requirement("opening"), titles=texts(f"Ready{sign}ton")))
    assert {one.field for one in refused.value.errors} == {"titles.zh", "titles.en"}


def test_a_copy_of_ones_data_names_nobody_else(red: Team, client: Client) -> None:
    boss = Make.person("chief", Role.SUPERVISOR, supervises=red, name="Canary Chief")
    agent = Make.person("agent", team=red, name="Canary Agent")
    with transaction():
        load_shipped_models(NOW)
    work = requirement("work", "observation", settings={"model": "complaint-handling"})
    programme = published(values(work, requirement("opening"), requirement("word", "sign_off")))
    enrolment = enrolled(programme, agent)
    browser, road = client(boss), f"/programme-enrolments/{enrolment.id}"
    _observe(browser, agent, boss)
    browser.post(
        f"{road}/requirements/opening/exception",
        {"kind": "waiver", "until_on": "2026-12-24", "reason": "knows it"}, status=302,
    )  # fmt: skip
    browser.post(f"{road}/sign-off/word", {"decision": "signed", "comment": ""}, status=302)
    assert award_of(agent)
    for person, other in ((agent, boss), (boss, agent)):
        copy = _copy_of(client(person))
        assert person.name in copy and other.name not in copy


def _observe(browser: CheckingClient, agent: Person, rater: Person) -> None:
    typed = {"model": "complaint-handling", "what": "a call", "held_on": "2026-11-23"}
    raters = {"first": rater.id, "second": "0"}
    browser.post(f"/people/{agent.id}/observations/new", typed | raters, status=302)
    _rate(browser)


def _rate(browser: CheckingClient) -> None:
    model = find_model("complaint-handling")
    assert model is not None
    keys = [one["key"] for area in model.content["areas"] for one in area["indicators"]]
    marks = {f"points-{key}": "5" for key in keys}
    browser.get("/ratings/1")
    browser.post("/ratings/1", marks | {"revision": "1", "act": "hand-in"}, status=302)


def _copy_of(browser: CheckingClient) -> str:
    answer = browser.client.post("/my-data", data={"csrf_token": browser.token()})
    with zipfile.ZipFile(BytesIO(answer.data)) as copy:
        return "\n".join(copy.read(name).decode() for name in copy.namelist())


def test_an_erased_rater_is_named_in_nothing_but_the_award(
    red: Team, boss: Person, client: Client
) -> None:
    rater = Make.person("canary", Role.TRAINER, name="Canary Rater")
    with transaction():
        load_shipped_models(NOW)
    agent = Make.person("agent", team=red)
    work = requirement("work", "observation", settings={"model": "complaint-handling"})
    enrolled(published(values(work)), agent)
    typed = {"model": "complaint-handling", "what": "a call", "held_on": "2026-11-23"}
    path = f"/people/{agent.id}/observations/new"
    client(boss).post(path, typed | {"first": rater.id, "second": "0"}, status=302)
    _rate(client(rater))
    assert award_of(agent)
    with transaction():
        erase_person(rater, reason="asked for it", actor=None, now=NOW)
    named = [
        table.name
        for table in db.metadata.sorted_tables
        if any("Canary Rater" in repr(tuple(row)) for row in db.session.execute(select(table)))
    ]
    assert named == ["audit_entry", "award"]


def test_one_call_does_not_count_twice(red: Team, boss: Person, client: Client) -> None:
    with transaction():
        load_shipped_models(NOW)
    agent = Make.person("agent", team=red)
    path = f"/people/{agent.id}/observations/new"
    typed = {"model": "complaint-handling", "held_on": "2026-11-23", "first": boss.id, "second": 0}
    browser = client(boss)
    browser.post(path, typed | {"what": "Call 4711"}, status=302)
    page = browser.post(path, typed | {"what": " call 4711 "}, status=422)
    assert "called so already" in page.text
    browser.post("/observations/1/void", {"reason": "wrong rater"}, status=302)
    browser.post(path, typed | {"what": "Call 4711"}, status=302)


def test_nobody_notes_their_own_attendance(app: Flask, world: World) -> None:
    route = next(one for one in routes(app, "POST") if one.endpoint == "delivery.mark_attendance")
    booking = db.session.get(Booking, world.values["booking_id"])
    assert booking is not None
    person = booking.person
    with transaction():
        person.role_rows = [PersonRole(role=Role.PLANNER.value)]
    before = state("audit_entry", "sign_in")
    for asked in ("present", "unmarked"):
        answer = CheckingClient(app, person).post(route.path(world), {"state": asked}, status=422)
        assert "Somebody else has to note" in answer.text
    assert not moved(before, "audit_entry", "sign_in")


@pytest.mark.parametrize(
    "url", ["secret-token", "dingtalk:secret-token", "dingtalk://secret-token"]
)
def test_a_chat_that_is_not_known_does_not_tell_its_secret(
    url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Refusing:
        def add(self, _url: str) -> bool:
            return False

    monkeypatch.setitem(sys.modules, "apprise", SimpleNamespace(Apprise=Refusing))
    monkeypatch.setattr(chat, "has_chat", lambda: True)
    with pytest.raises(chat.ChatFailed) as failed:
        chat.post_to_chats(url, "title", "body")
    assert "secret" not in str(failed.value)


def test_a_reason_with_what_postgresql_refuses_is_kept_without_it(app: Flask, red: Team) -> None:
    award = awarded(Make.person("holder", team=red))
    browser = CheckingClient(app, Make.person("root", Role.ADMINISTRATOR))
    browser.post(f"/awards/{award.id}/question", {"reason": "odd\x00ly good"}, status=302)
    event = db.session.scalars(select(AwardEvent).order_by(AwardEvent.id.desc())).first()
    assert event is not None and event.reason == "oddly good"


def test_a_hold_and_an_erasure_of_somebody_in_a_team_work(app: Flask, red: Team) -> None:
    agent = Make.person("agent", team=red)
    browser = CheckingClient(app, Make.person("root", Role.ADMINISTRATOR))
    for act in ("hold", "release"):
        browser.post(f"/people/{agent.id}/data/{act}", {"reason": "a court asks"}, status=302)
    typed = {"reason": "asked for it", "username": "agent"}
    browser.post(f"/people/{agent.id}/erase", typed, status=302)
