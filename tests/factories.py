"""Rows with valid defaults, for tests that need them."""

from __future__ import annotations

from datetime import UTC, datetime
from itertools import count
from typing import Any

from trainhub import clock
from trainhub.db import db, transaction
from trainhub.people import services as people
from trainhub.people.models import (
    Cohort,
    CohortMember,
    Person,
    PersonRole,
    Role,
    Team,
    TeamSupervision,
)

CREATED = datetime(2026, 9, 1, tzinfo=UTC)
_numbers = count(1)


def sign_in_token(person: Person) -> str:
    """A sign-in of the person, as the sign-in page makes it."""
    with transaction():
        return people.start_sign_in(person, now=clock.now())


class Make:
    """`make.person("alice")`, `make.team("Red")`: stored at once."""

    @staticmethod
    def team(name: str = "Red") -> Team:
        """A team."""
        with transaction():
            team = Team(name=name)
            db.session.add(team)
        return team

    @staticmethod
    def person(
        username: str = "alice",
        *roles: Role,
        team: Team | None = None,
        supervises: Team | None = None,
        **values: Any,
    ) -> Person:
        """A person, an agent unless roles are given."""
        number = next(_numbers)
        defaults: dict[str, Any] = {
            "name": username.capitalize(),
            "name_key": username,
            "email": f"{username}@example.org",
            "employee_no": str(10_000 + number),
            "created_at": CREATED,
        }
        with transaction():
            person = Person(username=username, team=team, **(defaults | values))
            person.role_rows = [PersonRole(role=role.value) for role in roles or (Role.AGENT,)]
            if supervises is not None:
                person.supervisions = [TeamSupervision(team_id=supervises.id)]
            db.session.add(person)
        return person

    @staticmethod
    def cohort(name: str = "November", members: tuple[Person, ...] = (), **values: Any) -> Cohort:
        """A cohort with its members."""
        with transaction():
            cohort = Cohort(name=name, **({"start_on": datetime(2026, 11, 2).date()} | values))
            cohort.member_rows = [CohortMember(person_id=person.id) for person in members]
            db.session.add(cohort)
        return cohort
