"""Giving typing tests to people, teams and cohorts, and taking them back."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import select

from trainhub.db import db
from trainhub.errors import N_, DomainError
from trainhub.people.models import Cohort, Person, Team
from trainhub.typing_tests.models import TypingAssignment, TypingTest
from trainhub.typing_tests.services.authoring import TestRetired, record_act

FARTHEST = timedelta(days=3_653)
MOST_AT_ONCE = 500


class NobodyChosen(DomainError):
    """An assignment to nobody."""

    code = "nobody_to_assign"
    message = N_("Choose at least one person, team or cohort.")


class DueDateWrong(DomainError):
    """Nobody can meet it, or it is a slip of the keyboard."""

    code = "due_date_wrong"
    message = N_("The due date lies in the past, or more than ten years ahead.")


class TooManyChosen(DomainError):
    """More than one form should make."""

    code = "too_much_at_once"
    message = N_("Choose at most %(limit)s people, teams and cohorts at once.")


@dataclass(frozen=True)
class Asked:
    """Who is to take a test. The caller has made sure that the acting person may ask them."""

    people: Sequence[Person] = ()
    teams: Sequence[Team] = ()
    cohorts: Sequence[Cohort] = ()


def assign_test(
    test: TypingTest,
    asked: Asked,
    *,
    due_on: date | None,
    today: date,
    actor: Person,
    now: datetime,
) -> list[TypingAssignment]:
    """Give the test to people, teams and cohorts, those who join later included. What is asked
    already by the same date is not asked twice; of several dates the earliest holds for a person.

    Raises `TestRetired`, `NobodyChosen`, `DueDateWrong`, `TooManyChosen`.
    """
    if test.retired_at is not None:
        raise TestRetired()
    if due_on is not None and not today <= due_on <= today + FARTHEST:
        raise DueDateWrong(field="due_on")
    places: list[dict[str, int | None]] = [
        {"person_id": one.id, "team_id": None, "cohort_id": None} for one in asked.people
    ]
    places += [{"person_id": None, "team_id": one.id, "cohort_id": None} for one in asked.teams]
    places += [{"person_id": None, "team_id": None, "cohort_id": one.id} for one in asked.cohorts]
    if not places:
        raise NobodyChosen()
    if len(places) > MOST_AT_ONCE:
        raise TooManyChosen(limit=MOST_AT_ONCE)
    return [_ask(test, place, due_on, actor, now) for place in places]


def _ask(
    test: TypingTest,
    place: dict[str, int | None],
    due_on: date | None,
    actor: Person,
    now: datetime,
) -> TypingAssignment:
    same = {"test_id": test.id, "due_on": due_on, "withdrawn_at": None} | place
    known = db.session.scalars(select(TypingAssignment).filter_by(**same).limit(1)).one_or_none()
    if known is not None:
        return known
    assignment = TypingAssignment(
        test_id=test.id, due_on=due_on, created_at=now, created_by_id=actor.id, **place
    )
    db.session.add(assignment)
    db.session.flush()
    named = {name: [None, value] for name, value in place.items() if value is not None}
    record_act(
        "typing_test.assigned", test, actor=actor, now=now,
        changes=named | {"due_on": [None, due_on.isoformat() if due_on else None]},
    )  # fmt: skip
    return assignment


def withdraw_assignment(assignment: TypingAssignment, *, actor: Person, now: datetime) -> None:
    """Take an assignment back; what was typed stays."""
    db.session.refresh(assignment, with_for_update={"of": TypingAssignment})
    if assignment.withdrawn_at is not None:
        return
    assignment.withdrawn_at = now
    db.session.flush()
    record_act(
        "typing_test.assignment_withdrawn", assignment.test, actor=actor, now=now,
        changes={"assignment": [assignment.id, None]},
    )  # fmt: skip
