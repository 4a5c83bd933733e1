"""Filters of the matrix that somebody gives a name, for oneself."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy.exc import IntegrityError

from trainhub.certification.models import SavedView
from trainhub.certification.queries.matrix_choices import count_saved_views
from trainhub.db import db
from trainhub.errors import N_, Conflict, DomainError
from trainhub.people.models import Person

MOST = 30
MAX_NAME = 60


class NameMissing(DomainError):
    """A view is found by its name."""

    code = "view_name_missing"
    status = 422
    message = N_("Give the view a name.")


class NameTaken(Conflict):
    """The person has a view of that name."""

    code = "view_name_taken"
    message = N_("You have a view called “%(name)s” already.")


class TooManyViews(Conflict):
    """Nobody finds anything among more."""

    code = "too_many_views"
    message = N_("You keep %(count)s views, which is as many as there can be. Delete one first.")


def save_view(person: Person, name: str, filters: Mapping[str, Any], *, now: datetime) -> SavedView:
    """Keep filters under a name. Raises `NameMissing`, `NameTaken`, `TooManyViews`."""
    name = name.strip()[:MAX_NAME]
    if not name:
        raise NameMissing()
    if count_saved_views(person.id) >= MOST:
        raise TooManyViews(count=MOST)
    view = SavedView(person_id=person.id, name=name, filters=dict(filters), created_at=now)
    try:
        with db.session.begin_nested():
            db.session.add(view)
    except IntegrityError:
        raise NameTaken(name=name) from None
    return view


def delete_view(view: SavedView) -> None:
    """Forget a view."""
    db.session.delete(view)
    db.session.flush()
