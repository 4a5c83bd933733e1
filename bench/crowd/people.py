"""People who sign in by a password that they all share."""

from __future__ import annotations

from datetime import datetime

from trainhub.db import db
from trainhub.people.models import Person, PersonRole, Role

PASSWORD = "correct horse battery"


def add_person(username: str, role: Role, password_hash: str, now: datetime) -> Person:
    """Somebody of that role; to be flushed."""
    person = Person(
        username=username, name=username, name_key=username, email=f"{username}@example.org",
        employee_no=username, created_at=now, password_hash=password_hash,
    )  # fmt: skip
    person.role_rows = [PersonRole(role=role.value)]
    db.session.add(person)
    return person
