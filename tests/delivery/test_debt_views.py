"""The account's pages: who sees whose, what is offered, taken, waived, taken away."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select

from tests.checking import CheckingClient
from tests.delivery.classrooms import MONDAY, NINE, Centre, at, booking_of
from trainhub import clock
from trainhub.db import db, transaction
from trainhub.delivery.jobs.classes import offer_make_ups
from trainhub.delivery.models import MakeUp, TrainingSession
from trainhub.delivery.queries.teaching.classroom import lock_class
from trainhub.delivery.queries.teaching.debts import (
    Period,
    list_people_accounts,
    list_team_accounts,
)
from trainhub.delivery.rules.teaching.attendance import AttendanceState
from trainhub.delivery.rules.teaching.classroom import Step
from trainhub.delivery.services.teaching import attendance, teaching
from trainhub.delivery.services.teaching.ending import end_class
from trainhub.learning.models import Enrolment
from trainhub.people.models import Role
from trainhub.tables import read_lines

Browser = Callable[..., CheckingClient]
START, END = at(NINE), at(NINE + 60)
FRIDAY = MONDAY + timedelta(days=4)


@pytest.fixture
def centre(app: Any) -> Centre:
    return Centre()


def hold(centre: Centre, session: TrainingSession, *came: Any, excused: Any = ()) -> None:
    """The class runs its hour; who is not named is absent."""
    with transaction():
        row = lock_class(session.id)
        teaching.take_step(row, Step.BEGIN, now=session.starts_at, by_id=centre.trainer.id)
        for people, state in ((came, "present"), (excused, "excused_operations")):
            for person in people:
                attendance.mark(
                    row, booking_of(row, person), AttendanceState(state), actor=centre.trainer,
                    by_planner=False, now=session.starts_at,
                )  # fmt: skip
        end_class(row, Step.END, now=session.ends_at, by_id=centre.trainer.id)


def owed(person: Any) -> MakeUp:
    return db.session.scalars(select(MakeUp).where(MakeUp.person_id == person.id)).one()


@pytest.fixture
def held(centre: Centre) -> TrainingSession:
    """The first came, the second was excused by operations, the third stayed away."""
    session = centre.add_class()
    hold(centre, session, centre.people[0], excused=[centre.people[1]])
    return session


def test_the_account_adds_up_by_team_and_person(centre: Centre, held: TrainingSession) -> None:
    (team,) = list_team_accounts(centre.planner, Period())
    account = team.account
    assert (team.name, account.planned, account.delivered, account.cancelled) == (
        centre.team.name, 180, 60, 120,
    )  # fmt: skip
    assert account.by_cause == (("operations", 60), ("absent", 60))
    assert (team.open_min, account.open, team.waiting) == (120, 120, 2)
    people = list_people_accounts(centre.planner, centre.team.id, Period())
    assert sorted((one.name, one.open_min) for one in people) == sorted(
        zip((one.name for one in centre.people), (0, 60, 60), strict=True)
    )


def test_a_period_leaves_other_days_out(centre: Centre, held: TrainingSession) -> None:
    (team,) = list_team_accounts(centre.planner, Period(MONDAY + timedelta(days=1), None))
    assert (team.account.planned, team.open_min) == (0, 120)


def test_a_supervisor_sees_own_teams_alone(
    centre: Centre, held: TrainingSession, client: Browser, make: Any
) -> None:
    own, other = client(centre.chief), make.person("stranger", Role.SUPERVISOR)
    assert centre.team.name in own.page("/training-debt").text
    own.get(f"/training-debt/teams/{centre.team.id}")
    own.get(f"/training-debt/people/{centre.people[2].id}")
    assert centre.team.name not in client(other).page("/training-debt").text
    for path in (f"teams/{centre.team.id}", f"people/{centre.people[2].id}"):
        client(other).get(f"/training-debt/{path}", status=404)
    make_up = owed(centre.people[2])
    client(other).post(f"/make-ups/{make_up.id}/settle", {"reason": "no"}, status=404)


def test_the_next_safe_class_is_offered_and_taken(
    centre: Centre, held: TrainingSession, client: Browser
) -> None:
    away, friday = centre.people[2], FRIDAY
    centre.put_on_shift(friday, [away])
    later = centre.add_class(friday, people=[])
    assert offer_make_ups(END) == 1
    agent = client(away)
    with clock.frozen(END):
        assert "Take this seat" in agent.page("/my-training-debt").text
        assert "Owed to you" in agent.page("/").text
        agent.post(f"/make-ups/{owed(away).id}/take")
        assert "Booked:" in agent.page("/my-training-debt").text
    assert booking_of(later, away).is_make_up
    hold(centre, later, away)
    assert owed(away).settled_as == "attended"


def test_nothing_is_offered_on_a_day_off_or_in_a_full_class(
    centre: Centre, held: TrainingSession
) -> None:
    centre.add_class(FRIDAY, people=[])  # nobody owed has a shift that day
    assert offer_make_ups(END) == 0
    centre.put_on_shift(FRIDAY + timedelta(days=1))
    centre.add_class(FRIDAY + timedelta(days=1), people=[centre.people[0]], seats=1)
    assert offer_make_ups(END + timedelta(hours=2)) == 0


def test_an_offer_that_no_longer_holds_is_replaced(centre: Centre, held: TrainingSession) -> None:
    away, saturday = centre.people[2], FRIDAY + timedelta(days=1)
    centre.put_on_shift(FRIDAY, [away])
    centre.put_on_shift(saturday, [away])
    first, second = (centre.add_class(on, people=[]) for on in (FRIDAY, saturday))
    offer_make_ups(END)
    assert owed(away).offered_session_id == first.id
    with transaction():
        db.session.get_one(TrainingSession, first.id).state = "cancelled"
    offer_make_ups(END + timedelta(minutes=1))
    assert owed(away).offered_session_id == second.id


def test_an_offer_of_somebody_else_cannot_be_taken(
    centre: Centre, held: TrainingSession, client: Browser
) -> None:
    make_up = owed(centre.people[2])
    client(centre.people[0]).post(f"/make-ups/{make_up.id}/take", status=404)
    text = client(centre.people[2]).post(f"/make-ups/{make_up.id}/take", status=409).text
    assert "The next one will be offered." in text


def test_a_supervisor_waives_with_a_reason(
    centre: Centre, held: TrainingSession, client: Browser
) -> None:
    chief, make_up = client(centre.chief), owed(centre.people[2])
    path = f"/make-ups/{make_up.id}/settle"
    assert "Say why" in chief.post(path, {"as": "waived", "reason": " "}, status=422).text
    said = chief.post(path, {"as": "learned", "reason": "done at home"}, status=409).text
    assert "The course is not completed" in said and "done at home" in said
    assert owed(centre.people[2]).settled_at is None
    chief.post(path, {"as": "waived", "reason": "leaves the line"})
    text = chief.page(f"/training-debt/people/{centre.people[2].id}").text
    assert "Waived" in text and "leaves the line" in text


def test_a_course_completed_alone_stands_for_the_class(
    centre: Centre, held: TrainingSession, client: Browser
) -> None:
    person = centre.people[2]
    with transaction():
        db.session.add(
            Enrolment(person_id=person.id, course_id=centre.course.id, enrolled_at=START,
                      completed_at=END)
        )  # fmt: skip
    chief = client(centre.chief)
    chief.post(f"/make-ups/{owed(person).id}/settle", {"as": "learned", "reason": "read it"})
    assert owed(person).settled_as == "learned"
    (one,) = [
        row for row in list_people_accounts(centre.planner, centre.team.id, Period())
        if row.name == person.name
    ]  # fmt: skip
    assert (one.account.repaid, one.account.open) == (60, 0)


@pytest.mark.parametrize("kind", ["csv", "xlsx"])
def test_the_account_is_taken_away_as_a_table(
    centre: Centre, held: TrainingSession, client: Browser, kind: str
) -> None:
    body = client(centre.planner).get(f"/training-debt/{kind}").data
    rows = read_lines(body, f"debt.{kind}")
    minutes, entry = rows[0].index("Minutes"), rows[0].index("Entry")
    owed_min = [int(float(row[minutes])) for row in rows[1:] if row[entry] == "Owed"]
    assert owed_min == [60, 60]


def test_the_pages_speak_chinese(centre: Centre, held: TrainingSession, client: Browser) -> None:
    planner = client(centre.planner, language="zh")
    for path in ("", f"/teams/{centre.team.id}", f"/people/{centre.people[2].id}"):
        planner.get(f"/training-debt{path}")
    client(centre.people[2], language="zh").get("/my-training-debt")
    planner.get("/")
