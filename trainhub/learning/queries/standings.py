"""Standings as conditions and counts in the database; the same as `rules.standing`."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from sqlalchemy import ColumnElement, and_, case, func

from trainhub.learning.models import Enrolment
from trainhub.learning.rules import DUE_SOON_DAYS, ORDER_OF_NEED, Standing


def standing_is(which: Standing, today: date) -> ColumnElement[bool]:
    """The condition on `Enrolment` under which it stands so today."""
    soon = today + timedelta(days=DUE_SOON_DAYS)
    open_ = Enrolment.completed_at.is_(None)
    far = Enrolment.due_on.is_(None) | (Enrolment.due_on > soon)
    match which:
        case Standing.COMPLETED:
            return Enrolment.completed_at.is_not(None)
        case Standing.OVERDUE:
            return and_(open_, Enrolment.due_on < today)
        case Standing.DUE_SOON:
            return and_(open_, Enrolment.due_on >= today, Enrolment.due_on <= soon)
        case Standing.IN_PROGRESS:
            return and_(open_, far, Enrolment.started_at.is_not(None))
        case Standing.NOT_STARTED:
            return and_(open_, far, Enrolment.started_at.is_(None))


def count_of(which: Standing, today: date) -> ColumnElement[Any]:
    """How many enrolments of a group stand so."""
    return func.coalesce(func.sum(case((standing_is(which, today), 1), else_=0)), 0)


def order_of_need(today: date) -> ColumnElement[int]:
    """A number that sorts enrolments by how much they need somebody."""
    return case(
        *((standing_is(which, today), place) for place, which in enumerate(ORDER_OF_NEED)),
        else_=len(ORDER_OF_NEED),
    )
