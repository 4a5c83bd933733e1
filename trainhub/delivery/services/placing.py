"""Making the classes and bookings of a campaign equal an agreed plan."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from trainhub.delivery.models import Campaign


@dataclass(frozen=True)
class PlannedSeat:
    """A person in a planned class, and what their shift calls that time."""

    person_id: int
    window_kind: str
    is_on_phones: bool


@dataclass(frozen=True)
class PlannedClass:
    """A class of a plan; `session_id` where it is one that exists already.

    `starts_min` counts from midnight of `on` by the site's clock.
    """

    session_id: int | None
    course_id: int
    room_id: int
    trainer_id: int
    on: date
    starts_min: int
    duration_min: int
    seats: int
    min_seats: int
    people: Sequence[PlannedSeat]


@dataclass(frozen=True)
class Placed:
    """What came of placing a plan: the ids of sessions, and how many bookings changed."""

    created: tuple[int, ...] = ()
    moved: tuple[int, ...] = ()
    cancelled: tuple[int, ...] = ()
    kept: tuple[int, ...] = ()
    booked: int = 0
    rebooked: int = 0
    released: int = 0


def place(
    campaign: Campaign, planned: Sequence[PlannedClass], *, now: datetime, by_id: int | None
) -> Placed:
    """Make the campaign's coming classes and bookings equal the plan.

    Classes the plan names by `session_id` are moved and filled, the others are made; coming
    classes of the campaign it does not name are cancelled by the planner. Somebody who keeps a
    course keeps their booking's name in calendars. Held and running classes are left alone.
    """
    raise NotImplementedError
