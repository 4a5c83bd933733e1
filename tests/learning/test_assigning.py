"""Assigning, enrolling oneself, leaving, taking back."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from sqlalchemy import func, select

from tests.learning import content
from trainhub.audit.models import AuditEntry
from trainhub.db import db, transaction
from trainhub.learning import jobs, services
from trainhub.learning.models import Assignment, Enrolment
from trainhub.learning.queries.progress import find_enrolment, get_enrolment
from trainhub.learning.services import Targets
from trainhub.people.models import Role

pytestmark = pytest.mark.usefixtures("library")
TODAY = date(2026, 11, 23)
SOON, LATER = TODAY + timedelta(days=7), TODAY + timedelta(days=30)


def assign(actor, *, now, due_on=SOON, series=False, **targets):
    course = content.edition().course
    with transaction():
        return services.assign(
            [] if series else [course],
            [course.series] if series else [],
            Targets(**targets),
            due_on=due_on,
            today=TODAY,
            actor=actor,
            now=now,
        )


def enrolments():
    return db.session.scalar(select(func.count()).select_from(Enrolment))


@pytest.fixture
def lin(make):
    return make.person("lin", Role.TRAINER)


def test_a_team_means_its_agents(make, lin, now) -> None:
    red = make.team("Red")
    alice = make.person("alice", team=red)
    make.person("boss", Role.SUPERVISOR, team=red)
    make.person("gone", team=red, disabled_at=now)
    assign(lin, teams=[red], now=now)
    assert db.session.scalars(select(Enrolment.person_id)).all() == [alice.id]
    assert get_enrolment(alice.id, content.COURSE).due_on == SOON


def test_the_earlier_date_wins_and_progress_stays(begin, make, lin, now) -> None:
    alice = make.person("alice")
    begin(alice)
    assign(lin, people=[alice], due_on=LATER, now=now)
    assign(lin, people=[alice], due_on=SOON, now=now)
    assign(lin, people=[alice], due_on=LATER, now=now)
    enrolment = get_enrolment(alice.id, content.COURSE)
    assert enrolment.due_on == SOON
    assert enrolment.version_id is not None
    assert enrolments() == 1


def test_the_same_twice_is_one_assignment(make, lin, now) -> None:
    alice = make.person("alice")
    first = assign(lin, people=[alice], now=now)
    assert assign(lin, people=[alice], now=now + timedelta(seconds=1)) == first
    assert db.session.scalar(select(func.count()).select_from(Assignment)) == 1
    entries = db.session.scalars(select(AuditEntry.action)).all()
    assert entries.count("learning.assign") == 1


def test_who_joins_later_is_enrolled_by_the_tick(make, lin, now) -> None:
    red = make.team("Red")
    assign(lin, teams=[red], series=True, now=now)
    alice = make.person("alice", team=red)
    assert jobs.apply_assignments(now) == 1
    assert jobs.apply_assignments(now) == 0
    content.import_second_course()
    assert jobs.apply_assignments(now) == 1
    assert find_enrolment(alice.id, "closing") is not None


def test_nobody_is_late_on_the_day_they_join(make, lin, now) -> None:
    red = make.team("Red")
    alice = make.person("alice", team=red)
    assign(lin, teams=[red], series=True, now=now)
    bob = make.person("bob", team=red)
    content.import_second_course()
    much_later = now + timedelta(days=40)
    jobs.apply_assignments(much_later)
    jobs.apply_assignments(much_later + timedelta(days=1))
    assert get_enrolment(alice.id, content.COURSE).due_on == SOON
    for person, course in ((bob, content.COURSE), (alice, "closing"), (bob, "closing")):
        assert get_enrolment(person.id, course).due_on == SOON + timedelta(days=40)


def test_a_cohort_is_its_members(make, lin, now) -> None:
    alice = make.person("alice")
    assign(lin, cohorts=[make.cohort(members=(alice,))], now=now)
    assert find_enrolment(alice.id, content.COURSE) is not None


def test_nobody_nothing_and_the_past_are_refused(make, lin, now) -> None:
    alice = make.person("alice")
    with pytest.raises(services.NobodyToAssign):
        assign(lin, now=now)
    with pytest.raises(services.DueDateInThePast):
        assign(lin, people=[alice], due_on=TODAY - timedelta(days=1), now=now)
    assert enrolments() == 0


def test_a_date_that_must_be_a_slip_is_refused(make, lin, now) -> None:
    with pytest.raises(services.DueDateTooFar):
        assign(lin, people=[make.person("alice")], due_on=date(9999, 12, 31), now=now)


def test_one_failing_assignment_does_not_stop_the_others(make, lin, now, monkeypatch) -> None:
    red, blue = make.team("Red"), make.team("Blue")
    assign(lin, teams=[red], now=now)
    assign(lin, teams=[blue], now=now)
    make.person("alice", team=red)
    bob = make.person("bob", team=blue)
    apply = services.apply_assignment

    def failing(assignment, *, now):
        if assignment.team_id == red_id:
            raise RuntimeError("broken")
        return apply(assignment, now=now)

    red_id = red.id
    monkeypatch.setattr(services, "apply_assignment", failing)
    assert jobs.apply_assignments(now) == 1
    assert find_enrolment(bob.id, content.COURSE) is not None


def test_too_much_at_once_is_refused(make, lin, now) -> None:
    people = [make.person(f"p{number}") for number in range(3)]
    with pytest.raises(services.TooMuchAtOnce):
        assign(lin, people=people * 200, now=now)


def test_taking_back_takes_who_has_not_begun(begin, make, lin, now) -> None:
    red = make.team("Red")
    alice, bob = make.person("alice", team=red), make.person("bob", team=red)
    begin(alice)
    [one] = assign(lin, teams=[red], now=now)
    with transaction():
        services.withdraw_assignment(db.session.get(Assignment, one.id), actor=lin, now=now)
    alices = get_enrolment(alice.id, content.COURSE)
    assert (alices.due_on, alices.withdrawn_at) == (None, None)
    assert find_enrolment(bob.id, content.COURSE).withdrawn_at == now


def test_another_assignment_keeps_people_enrolled(make, lin, now) -> None:
    red = make.team("Red")
    alice = make.person("alice", team=red)
    assign(lin, people=[alice], due_on=LATER, now=now)
    [by_team] = assign(lin, teams=[red], due_on=SOON, now=now)
    with transaction():
        services.withdraw_assignment(db.session.get(Assignment, by_team.id), actor=lin, now=now)
    enrolment = get_enrolment(alice.id, content.COURSE)
    assert enrolment.due_on == LATER


def test_taking_back_twice_changes_nothing(make, lin, now) -> None:
    alice = make.person("alice")
    [one] = assign(lin, people=[alice], now=now)
    for minutes in (0, 5):
        with transaction():
            services.withdraw_assignment(
                db.session.get(Assignment, one.id), actor=lin, now=now + timedelta(minutes=minutes)
            )
    assert find_enrolment(alice.id, content.COURSE).withdrawn_at == now


def test_one_may_leave_and_return_with_what_one_did(begin, make, now) -> None:
    alice = make.person("alice")
    version = begin(alice).version_id
    with transaction():
        services.leave(get_enrolment(alice.id, content.COURSE), now=now)
    assert find_enrolment(alice.id, content.COURSE).withdrawn_at == now
    assert begin(alice).version_id == version


def test_what_was_assigned_cannot_be_left(begin, make, lin, now) -> None:
    alice = make.person("alice")
    begin(alice)
    assign(lin, people=[alice], due_on=None, now=now)
    with pytest.raises(services.NotVoluntary), transaction():
        services.leave(get_enrolment(alice.id, content.COURSE), now=now)


def test_a_course_on_assignment_only_takes_nobody_else(make, now) -> None:
    alice = make.person("alice")
    with transaction():
        content.edition().course.self_enrolment = False
    with pytest.raises(services.SelfEnrolmentClosed), transaction():
        services.enrol(alice, content.edition().course, now=now)
