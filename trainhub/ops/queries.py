"""What the start and the doctor ask the database."""

from __future__ import annotations

from collections.abc import Collection

from sqlalchemy import func, select

from trainhub.db import db
from trainhub.people.models import Person


def count_people() -> int:
    """All accounts, disabled ones included."""
    return db.session.scalar(select(func.count()).select_from(Person)) or 0


def count_demonstration_accounts() -> int:
    """Accounts with a published password that can sign in."""
    query = select(func.count()).where(Person.is_demonstration, Person.disabled_at.is_(None))
    return db.session.scalar(query) or 0


def list_open_demonstration_accounts(usernames: Collection[str]) -> set[str]:
    """Which of these user names can sign in with the published password."""
    query = select(Person.username).where(
        Person.username.in_(usernames), Person.is_demonstration, Person.disabled_at.is_(None)
    )
    return set(db.session.scalars(query))
