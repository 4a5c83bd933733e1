"""The week board: classes in their slots over the cover of a queue."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import zip_longest

from sqlalchemy import func, select
from sqlalchemy.orm import joinedload

from trainhub.db import db
from trainhub.delivery.models import Booking, Campaign, Room, TrainerCourse, TrainingSession
from trainhub.delivery.queries.course_titles import titles_of
from trainhub.delivery.queries.planning.supply import in_blocked_room
from trainhub.delivery.queries.scope import classes_in_sight
from trainhub.delivery.queries.seats.fit import Misfit, by_class, list_misfits, seats_of_viewer
from trainhub.delivery.rules.states import CONCERNED
from trainhub.people.models import Person, Role
from trainhub.rota.models import Queue, Site, TeamPlace
from trainhub.rota.queries.cover import cover_of
from trainhub.rota.queries.cover_scope import list_queues_in_sight
from trainhub.rota.queries.scope import people_in_sight, sees_all, team_in
from trainhub.rota.rules.cover import DayCover

FIRST_HOUR, LAST_HOUR = 7, 21  # always shown; others where a class lies or the queue is open
BESIDE = 4  # times its own width the words of a class may run to the right


@dataclass(frozen=True)
class BoardClass:
    """A class on the board; `own` counts the viewer's people in it (None: the viewer sees all).

    `misfits` are seats in the viewer's sight that do not fit the rota any more. `has_room_beside`:
    nothing begins soon after it, so its words may run on to the right of it.
    """

    session: TrainingSession
    title: str
    own: int | None
    misfits: Sequence[Misfit] = ()
    has_room_beside: bool = True


@dataclass(frozen=True)
class BoardDay:
    """A date with its classes in order of time, and the cover of the queue looked at."""

    on: date
    classes: tuple[BoardClass, ...]
    cover: DayCover | None


@dataclass(frozen=True)
class Week:
    """A week of one site; hours from `first_hour` to `last_hour` are shown.

    `roomless`: ids of classes whose room is not to be had at their time.
    """

    site: Site
    queue: Queue | None
    days: tuple[BoardDay, ...]
    first_hour: int
    last_hour: int
    roomless: frozenset[int] = frozenset()

    @property
    def count(self) -> int:
        """How many classes stand on the board."""
        return sum(len(day.classes) for day in self.days)

    @property
    def misfits(self) -> list[Misfit]:
        """Seats of the week that do not fit the rota any more, in order of time."""
        return [misfit for day in self.days for one in day.classes for misfit in one.misfits]


def list_sites_in_sight(viewer: Person) -> list[Site]:
    """The sites whose classes the viewer may see, by name."""
    query = select(Site).order_by(Site.name, Site.id)
    if not sees_all(viewer):
        own_teams = select(TeamPlace.site_id).where(team_in(viewer, TeamPlace.team_id))
        taught = select(TrainingSession.site_id).where(TrainingSession.trainer_id == viewer.id)
        query = query.where(Site.id.in_(own_teams) | Site.id.in_(taught))
    return list(db.session.scalars(query))


def list_queues_there(viewer: Person, site_id: int) -> list[Queue]:
    """The queues of a site whose cover the viewer may see, by name."""
    if not (sees_all(viewer) or viewer.has_role(Role.SUPERVISOR)):
        return []
    served = set(db.session.scalars(select(TeamPlace.queue_id).where(TeamPlace.site_id == site_id)))
    return [queue for queue in list_queues_in_sight(viewer) if queue.id in served]


def find_week(
    viewer: Person,
    site: Site,
    queue: Queue | None,
    monday: date,
    *,
    language: str,
    now: datetime,
    campaign_id: int | None = None,
) -> Week:
    """The seven days from `monday` on; some queries, whatever the number of classes."""
    sunday = monday + timedelta(days=6)
    query = (
        select(TrainingSession)
        .options(joinedload(TrainingSession.room), joinedload(TrainingSession.trainer))
        .where(
            classes_in_sight(viewer),
            TrainingSession.site_id == site.id,
            TrainingSession.on.between(monday, sunday),
            TrainingSession.state != "cancelled",
        )
        .order_by(TrainingSession.starts_at, TrainingSession.id)
    )
    if campaign_id is not None:
        query = query.where(TrainingSession.campaign_id == campaign_id)
    sessions = list(db.session.scalars(query))
    titles = titles_of({one.course_id for one in sessions}, language)
    own = _own_counts(viewer, [one.id for one in sessions])
    there = TrainingSession.id.in_([one.id for one in sessions])
    misfits = by_class(list_misfits(there, now=now, of=seats_of_viewer(viewer)))
    cover = cover_of([queue.id], monday, sunday) if queue else {}
    first_hour, last_hour = _hours_shown(sessions, cover.values())
    by_day: dict[date, list[BoardClass]] = defaultdict(list)
    for one in sessions:
        count = own.get(one.id, 0) if own is not None else None
        beside = _has_room_beside(one, sessions, until_min=last_hour * 60)
        by_day[one.on].append(
            BoardClass(one, titles[one.course_id], count, misfits.get(one.id, ()), beside)
        )
    days = tuple(
        BoardDay(on, tuple(by_day[on]), cover.get((queue.id, on)) if queue else None)
        for on in (monday + timedelta(days=number) for number in range(7))
    )
    return Week(site, queue, days, first_hour, last_hour, _roomless(sessions))


def _hours_shown(
    sessions: Collection[TrainingSession], covers: Iterable[DayCover]
) -> tuple[int, int]:
    """From the first to the last hour at which a class lies or anybody works or is required."""
    starts, ends = [FIRST_HOUR * 60], [LAST_HOUR * 60]
    starts += [one.starts_min for one in sessions]
    ends += [one.ends_min for one in sessions]
    for cover in covers:
        heads = zip_longest(cover.rostered, cover.required, fillvalue=0)
        busy = [at for at, (have, need) in enumerate(heads) if have or need]
        if busy:
            starts.append(busy[0] * cover.interval_min)
            ends.append((busy[-1] + 1) * cover.interval_min)
    return min(starts) // 60, -(-max(ends) // 60)


def _has_room_beside(
    one: TrainingSession, sessions: Collection[TrainingSession], *, until_min: int
) -> bool:
    end = one.starts_min + BESIDE * (one.ends_min - one.starts_min)
    others = (other.starts_min for other in sessions if other.on == one.on)
    return end <= until_min and not any(one.starts_min < other < end for other in others)


def _roomless(sessions: Collection[TrainingSession]) -> frozenset[int]:
    ids = [one.id for one in sessions if one.state == "scheduled"]
    query = select(TrainingSession.id).where(TrainingSession.id.in_(ids), in_blocked_room())
    return frozenset(db.session.scalars(query))


def _own_counts(viewer: Person, session_ids: Collection[int]) -> dict[int, int] | None:
    if sees_all(viewer):
        return None
    query = (
        select(Booking.training_session_id, func.count())
        .join(Person, Person.id == Booking.person_id)
        .where(
            Booking.training_session_id.in_(session_ids),
            Booking.state.in_(CONCERNED),
            people_in_sight(viewer),
        )
        .group_by(Booking.training_session_id)
    )
    return {row[0]: row[1] for row in db.session.execute(query)}


def list_rooms_there(site_id: int) -> list[Room]:
    """The rooms in use of a site, by name."""
    query = select(Room).where(Room.site_id == site_id, Room.retired_at.is_(None))
    return list(db.session.scalars(query.order_by(Room.name, Room.id)))


def list_trainers_of(course_id: int | None = None) -> list[Person]:
    """Active people certified for a course (None: for any), by name."""
    certified = select(TrainerCourse.person_id)
    if course_id is not None:
        certified = certified.where(TrainerCourse.course_id == course_id)
    query = select(Person).where(Person.id.in_(certified), Person.disabled_at.is_(None))
    return list(db.session.scalars(query.order_by(Person.name_key, Person.id)))


def list_open_campaigns() -> list[Campaign]:
    """Campaigns a class may belong to, by name."""
    query = select(Campaign).where(Campaign.state != "closed")
    return list(db.session.scalars(query.order_by(Campaign.name, Campaign.id)))


def find_busiest_queue(site_id: int, monday: date, queue_ids: Collection[int]) -> int | None:
    """Of these queues, the one the classes of a week at a site take the most heads off."""
    if len(queue_ids) < 2:
        return next(iter(queue_ids), None)
    query = (
        select(TeamPlace.queue_id)
        .select_from(Booking)
        .join(TrainingSession, TrainingSession.id == Booking.training_session_id)
        .join(Person, Person.id == Booking.person_id)
        .join(TeamPlace, TeamPlace.team_id == Person.team_id)
        .where(
            TrainingSession.on.between(monday, monday + timedelta(days=6)),
            TrainingSession.site_id == site_id,
            Booking.is_on_phones,
            Booking.state.in_(CONCERNED),
            TeamPlace.queue_id.in_(queue_ids),
        )
        .group_by(TeamPlace.queue_id)
        .order_by(func.count().desc(), TeamPlace.queue_id)
        .limit(1)
    )
    return db.session.scalar(query)
