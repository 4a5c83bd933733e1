"""What the start and the doctor ask the database."""

from __future__ import annotations

from sqlalchemy import func, select

from trainhub.db import db
from trainhub.people.models import Person, PersonRole


def count_people() -> int:
    """All accounts, disabled ones included."""
    return db.session.scalar(select(func.count()).select_from(Person)) or 0


def count_demonstration_accounts() -> int:
    """Accounts with a published password that can sign in."""
    query = select(func.count()).where(Person.is_demonstration, Person.disabled_at.is_(None))
    return db.session.scalar(query) or 0


def list_demonstration_accounts() -> list[tuple[str, str]]:
    """For each role one user name that can be tried, the account made first; role, user name."""
    first = (
        select(PersonRole.role, func.min(Person.id).label("person_id"))
        .join(Person, Person.id == PersonRole.person_id)
        .where(Person.is_demonstration, Person.disabled_at.is_(None))
        .group_by(PersonRole.role)
        .subquery()
    )
    query = select(first.c.role, Person.username).join(Person, Person.id == first.c.person_id)
    return sorted((str(role), username) for role, username in db.session.execute(query))
