"""Whom somebody may see: planners and administrators everybody, others those they supervise.

Every list of other people's rota, classes and debts goes through here.
"""

from __future__ import annotations

from sqlalchemy import ColumnElement, true
from sqlalchemy.orm import InstrumentedAttribute

from trainhub.people.models import Person, Role

SEES_ALL = (Role.PLANNER, Role.ADMINISTRATOR)


def sees_all(viewer: Person) -> bool:
    """Whether somebody sees every team."""
    return viewer.has_role(*SEES_ALL)


def team_in(
    viewer: Person, column: InstrumentedAttribute[int] | InstrumentedAttribute[int | None]
) -> ColumnElement[bool]:
    """The condition on a column that names a team: any for some, one of their own for others."""
    return true() if sees_all(viewer) else column.in_(viewer.supervised_team_ids)


def people_in_sight(viewer: Person) -> ColumnElement[bool]:
    """The condition on `Person`: whoever is in a team in sight."""
    return team_in(viewer, Person.team_id)
