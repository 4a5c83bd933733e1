"""Standings as conditions and counts in the database; the same as `rules.standing`."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from sqlalchemy import ColumnElement, and_, case, func, or_

from trainhub.learning.models import Enrolment
from trainhub.learning.rules import DUE_SOON_DAYS, ORDER_OF_NEED, Standing


def standing_is(which: Standing, today: date) -> ColumnElement[bool]:
    """The condition on `Enrolment` under which it stands so today."""
    soon = today + timedelta(days=DUE_SOON_DAYS)
    open_ = Enrolment.completed_at.is_(None)
    far = Enrolment.due_on.is_(None) | (Enrolment.due_on > soon)
    first = and_(open_, far, Enrolment.completed_before_at.is_(None))
    match which:
        case Standing.COMPLETED:
            return Enrolment.completed_at.is_not(None)
        case Standing.OVERDUE:
            return and_(open_, Enrolment.due_on < today)
        case Standing.DUE_SOON:
            return and_(open_, Enrolment.due_on >= today, Enrolment.due_on <= soon)
        case Standing.IN_PROGRESS:
            return and_(first, Enrolment.started_at.is_not(None))
        case Standing.NOT_STARTED:
            return and_(first, Enrolment.started_at.is_(None))
        case Standing.AGAIN:
            return and_(open_, far, Enrolment.completed_before_at.is_not(None))


def count_of(*which: Standing, today: date) -> ColumnElement[Any]:
    """How many enrolments of a group stand in one of these ways."""
    condition = or_(*(standing_is(one, today) for one in which))
    return func.coalesce(func.sum(case((condition, 1), else_=0)), 0)


def count_completed(today: date) -> ColumnElement[Any]:
    """How many of a group are completed, those included that are being taken again in time."""
    return count_of(Standing.COMPLETED, Standing.AGAIN, today=today)


def has_completed() -> ColumnElement[bool]:
    """The condition on `Enrolment`: the course was completed, in this round or before."""
    return Enrolment.completed_at.is_not(None) | Enrolment.completed_before_at.is_not(None)


def order_of_need(today: date) -> ColumnElement[int]:
    """A number that sorts enrolments by how much they need somebody."""
    return case(
        *((standing_is(which, today), place) for place, which in enumerate(ORDER_OF_NEED)),
        else_=len(ORDER_OF_NEED),
    )
