"""What the start and the doctor ask the database."""

from __future__ import annotations

from sqlalchemy import func, select
from sqlalchemy.orm import aliased

from trainhub.db import db
from trainhub.people.models import Person, PersonRole
from trainhub.people.rules.roles import Role


def count_people() -> int:
    """All accounts, disabled ones included."""
    return db.session.scalar(select(func.count()).select_from(Person)) or 0


def count_demonstration_accounts() -> int:
    """Accounts with a published password that can sign in."""
    query = select(func.count()).where(Person.is_demonstration, Person.disabled_at.is_(None))
    return db.session.scalar(query) or 0


def list_demonstration_accounts() -> list[tuple[str, str]]:
    """For each role a user name to try it with, of a person with no other role if there is one.

    Pairs of role and user name.
    """
    other = aliased(PersonRole)
    roles = select(func.count()).where(other.person_id == Person.id).scalar_subquery()
    found = []
    for role in Role:
        query = (
            select(Person.username)
            .join(PersonRole, PersonRole.person_id == Person.id)
            .where(PersonRole.role == role, Person.is_demonstration, Person.disabled_at.is_(None))
            .order_by(roles, Person.id)
            .limit(1)
        )
        if username := db.session.scalar(query):
            found.append((str(role), username))
    return found
