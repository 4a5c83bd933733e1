"""Awards granted, decided on and renewed at the same moment: one each, with its event."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import func, select

from tests.assessment.racing import all_at_once, of_each_sort
from tests.certification.awarding import EXAM, HOUR, NOW, award_of, awarded, written
from tests.certification.programmes import complete, enrolled, published, requirement, sit
from tests.factories import Make
from trainhub.certification.jobs.awards import expire_awards, open_renewals
from trainhub.certification.jobs.reviewing import review_enrolments
from trainhub.certification.models import Award, AwardEvent, Programme, ProgrammeEnrolment
from trainhub.certification.queries.standings import look_at
from trainhub.certification.rules.awards.states import IN_FORCE, AwardState
from trainhub.certification.services.awards import change, grant
from trainhub.certification.services.reviewing import lock_enrolment, review_enrolment
from trainhub.db import db, transaction
from trainhub.people.models import Person, Role
from trainhub.web.settings import current_settings

ROUNDS, AT_ONCE = 6, 16
pytestmark = pytest.mark.usefixtures("app")


@pytest.fixture
def programme(app: Flask) -> Programme:
    return published(written(requirement("opening"), EXAM, renewal=["exam"]))


def ready(programme: Programme, name: str) -> int:
    """The enrolment of somebody who has everything and whom nobody has looked at yet."""
    person = Make.person(name)
    enrolment = enrolled(programme, person)
    complete(person, "opening", at=NOW - 3 * HOUR)
    sit(person, "entry", 85, at=NOW - 2 * HOUR, attempt=person.id)
    return enrolment.id


def by_hand(enrolment_id: int, admin_id: int) -> Callable[[], None]:
    def act() -> None:
        with transaction():
            enrolment = lock_enrolment(enrolment_id)
            zone = current_settings().zone
            looked = look_at([enrolment], now=NOW, centre_zone=zone)[enrolment_id]
            admin = db.session.get(Person, admin_id)
            grant(enrolment, looked, now=NOW, by=admin, reason="By hand")

    return act


def at_once(enrolment_id: int) -> Callable[[], None]:
    def act() -> None:
        with transaction():
            review_enrolment(enrolment_id, now=NOW, centre_zone=current_settings().zone)

    return act


def check() -> None:
    """At most one in force each (I5), as many events as transitions (I7), and each in order."""
    db.session.rollback()
    in_force = (
        select(Award.person_id, Award.programme_id, func.count())
        .where(Award.state.in_([one.value for one in IN_FORCE]))
        .group_by(Award.person_id, Award.programme_id)
    )
    assert all(count == 1 for _, _, count in db.session.execute(in_force))
    for award in db.session.scalars(select(Award)):
        query = select(AwardEvent).where(AwardEvent.award_id == award.id).order_by(AwardEvent.id)
        events = list(db.session.scalars(query))
        assert [one.old_state for one in events] == ["none"] + [e.new_state for e in events[:-1]]
        assert events[-1].new_state == award.state


def test_sixteen_grants_by_hand_make_one_award(app: Flask, programme: Programme) -> None:
    admin = Make.person("root", Role.ADMINISTRATOR).id
    for number in range(ROUNDS):
        enrolment_id = ready(programme, f"agent{number}")
        found = all_at_once(app, [by_hand(enrolment_id, admin) for _ in range(AT_ONCE)])
        assert of_each_sort(found) == {"done": 1, "already_awarded": AT_ONCE - 1}
        check()
    assert db.session.scalar(select(func.count()).select_from(Award)) == ROUNDS


def test_the_tick_a_request_and_a_hand_make_one_award(app: Flask, programme: Programme) -> None:
    admin = Make.person("root", Role.ADMINISTRATOR).id
    for number in range(ROUNDS):
        one = ready(programme, f"agent{number}")
        acts = [lambda: review_enrolments(NOW), at_once(one), by_hand(one, admin), at_once(one)]
        found = of_each_sort(all_at_once(app, acts * 4))
        assert set(found) <= {"done", "already_awarded"}
        check()
    assert db.session.scalar(select(func.count()).select_from(Award)) == ROUNDS


def test_two_schedulers_award_everybody_once(app: Flask, programme: Programme) -> None:
    for number in range(12):
        ready(programme, f"agent{number}")
    found = all_at_once(app, [lambda: review_enrolments(NOW)] * 2)
    assert all(isinstance(one, int) for one in found), found
    assert db.session.scalar(select(func.count()).select_from(Award)) == 12
    check()


def test_two_schedulers_renew_expire_and_open_once(app: Flask, programme: Programme) -> None:
    people = [Make.person(f"agent{number}") for number in range(4)]
    awards = [awarded(one, programme) for one in people]
    opening = NOW + timedelta(days=320)
    all_at_once(app, [lambda: open_renewals(opening)] * 4)
    db.session.rollback()
    renewing = select(func.count()).where(ProgrammeEnrolment.path == "renewal")
    assert db.session.scalar(renewing) == 4
    for person in people[:2]:
        sit(person, "entry", 90, at=opening + HOUR, attempt=500 + person.id)
    later = opening + 2 * HOUR
    all_at_once(app, [lambda: review_enrolments(later)] * 4)
    check()
    over = NOW + timedelta(days=365 + 31)
    all_at_once(app, [lambda: expire_awards(over), lambda: review_enrolments(over)] * 3)
    check()
    states = [award_of(one).state for one in people]
    assert states == ["active", "active", "expired", "expired"]
    assert len(awards) == 4


def test_opposite_decisions_at_once_leave_one(app: Flask, programme: Programme) -> None:
    admin = Make.person("root", Role.ADMINISTRATOR).id
    for number in range(ROUNDS):
        award = awarded(Make.person(f"agent{number}"), programme)
        award_id = award.id
        with transaction():
            boss = db.session.get(Person, admin)
            change(award, AwardState.UNDER_REVIEW, now=NOW, by=boss, reason="Doubt")

        def decide(state: AwardState, award_id: int = award_id) -> Callable[[], None]:
            def act() -> None:
                with transaction():
                    found = db.session.get(Award, award_id)
                    assert found is not None
                    boss = db.session.get(Person, admin)
                    change(found, state, now=NOW, by=boss, reason="Decided")

            return act

        acts = [decide(AwardState.ACTIVE), decide(AwardState.REVOKED)] * 4
        found = of_each_sort(all_at_once(app, acts))
        assert set(found) <= {"done", "award_moved"}
        check()
