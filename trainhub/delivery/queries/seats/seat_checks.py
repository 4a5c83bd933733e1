"""Whether people may sit in classes, asked at the moment of the act: rules, team, cover."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import func, select

from trainhub.db import db
from trainhub.delivery.models import Booking, Campaign, TrainingSession
from trainhub.delivery.queries.classes.limits import limits_of
from trainhub.delivery.queries.seats import away
from trainhub.delivery.queries.seats.seat_facts import HOLDING, facts_of, team_sizes
from trainhub.delivery.rules.classes.conflicts import Conflict
from trainhub.delivery.rules.classes.moving import (
    Cell,
    QueueEffect,
    cover_conflicts,
    effects,
    team_limit,
)
from trainhub.delivery.rules.seats.booking import Limits, PersonFacts, Slot, refusals, window_of
from trainhub.people.models import Person, Team
from trainhub.rota.models import Queue, TeamPlace
from trainhub.rota.queries.away import AwayGroup, heads_away
from trainhub.rota.queries.away import register as register_away
from trainhub.rota.queries.cover import cover_of, rules_of_queues
from trainhub.rota.queries.people_on_duty import zones_of_queues
from trainhub.rota.rules.windows import Window


@dataclass(frozen=True)
class Joining:
    """People who are to sit in a class at a time; `but` are sessions they leave for it."""

    person_ids: Sequence[int]
    slot: Slot
    campaign: Campaign | None
    but: tuple[int, ...] = ()


@dataclass(frozen=True)
class SeatCheck:
    """What came of asking: each person's window, everything against it, what the cover does."""

    windows: Mapping[int, Window]
    conflicts: tuple[Conflict, ...]
    effects: tuple[QueueEffect, ...]

    @property
    def refused_ids(self) -> frozenset[int]:
        """People with something against them personally."""
        return frozenset(
            one.person_id
            for one in self.conflicts
            if one.person_id is not None and one.is_of_person
        )


def check_seats(
    joinings: Sequence[Joining], leaving: Collection[int] = (), *, language: str
) -> SeatCheck:
    """Ask every rule for these people in these classes.

    `leaving` are the ids of bookings whose people stop being where those say: a seat swapped
    for another counts once. Some queries for each class, whatever the number of people.
    """
    windows: dict[int, Window] = {}
    conflicts: list[Conflict] = []
    groups: list[AwayGroup] = [_turned(group) for group in _groups_of(leaving)]
    limits = [limits_of(one.campaign) for one in joinings]
    for joining, allowed in zip(joinings, limits, strict=True):
        facts = facts_of(
            joining.person_ids, joining.slot.on, joining.slot.on, language=language,
            campaign=joining.campaign, course_id=joining.slot.course_id, but=joining.but,
        )  # fmt: skip
        for person_id in joining.person_ids:
            one = facts[person_id]
            conflicts += refusals(one, joining.slot, allowed)
            window = window_of(one, joining.slot, allowed)
            if window is not None:
                windows[person_id] = window
        groups += _joining_groups(facts, windows, joining)
        conflicts += _crowded_teams(facts, joining, leaving, allowed)
    found = effects_of(groups)
    least = max((one.least_headroom for one in limits), default=0)
    conflicts += cover_conflicts(found, names_of_queues(), least=least)
    return SeatCheck(windows, tuple(conflicts), tuple(found))


def _turned(group: AwayGroup) -> AwayGroup:
    return AwayGroup(
        group.queue_id, group.team_id, group.starts_at, group.ends_at, -group.heads
    )  # fmt: skip


def _groups_of(booking_ids: Collection[int]) -> list[AwayGroup]:
    """Who is off the phones for these bookings."""
    if not booking_ids:
        return []
    columns = (
        TeamPlace.queue_id, TeamPlace.team_id, TrainingSession.starts_at, TrainingSession.ends_at,
    )  # fmt: skip
    query = (
        select(*columns, func.count())
        .join(Person, Person.team_id == TeamPlace.team_id)
        .join(Booking, Booking.person_id == Person.id)
        .join(TrainingSession, TrainingSession.id == Booking.training_session_id)
        .where(
            Booking.id.in_(booking_ids), Booking.state.in_(HOLDING), Booking.is_on_phones,
            Person.disabled_at.is_(None),
        )
        .group_by(*columns)
    )  # fmt: skip
    return [AwayGroup(*row) for row in db.session.execute(query)]


def _joining_groups(
    facts: Mapping[int, PersonFacts], windows: Mapping[int, Window], joining: Joining
) -> Iterator[AwayGroup]:
    heads: Counter[tuple[int, int]] = Counter()
    for person_id in joining.person_ids:
        one, window = facts[person_id], windows.get(person_id)
        if window is None or not window.on_phones:
            continue
        if one.queue_id is not None and one.team_id is not None:
            heads[one.queue_id, one.team_id] += 1
    slot = joining.slot
    for (queue_id, team_id), count in heads.items():
        yield AwayGroup(queue_id, team_id, slot.starts_at, slot.ends_at, count)


def effects_of(groups: Sequence[AwayGroup]) -> list[QueueEffect]:
    """What it does to the cover when these go (heads below nought: come back)."""
    queue_ids = sorted({group.queue_id for group in groups})
    if not queue_ids:
        return []
    zones, rules = zones_of_queues(queue_ids), rules_of_queues(queue_ids)
    changes: dict[Cell, int] = defaultdict(int)
    for queue_id in queue_ids:
        mine = [group for group in groups if group.queue_id == queue_id]
        for (key, on), heads in heads_away(mine, zones, rules[queue_id].interval_min).items():
            for at, count in enumerate(heads):
                if count:
                    changes[key, on, at] += count
    dates = [on for _, on, _ in changes]
    if not dates:
        return []
    return effects(cover_of(queue_ids, min(dates), max(dates)), changes)


def _crowded_teams(
    facts: Mapping[int, PersonFacts],
    joining: Joining,
    leaving: Collection[int],
    limits: Limits,
) -> Iterator[Conflict]:
    """H11: no more of a team in class at once than the campaign allows."""
    team_of = {one.person_id: one.team_id for one in facts.values()}
    teams = (team_of[person_id] for person_id in joining.person_ids)
    coming = Counter(team_id for team_id in teams if team_id is not None)
    if not coming:
        return
    slot, sizes = joining.slot, team_sizes(list(coming))
    query = (
        select(Person.team_id, func.count(func.distinct(Booking.person_id)))
        .join(Booking, Booking.person_id == Person.id)
        .join(TrainingSession, TrainingSession.id == Booking.training_session_id)
        .where(
            Person.team_id.in_(sizes),
            Booking.state.in_(HOLDING),
            Booking.id.not_in(leaving),
            Booking.person_id.not_in(joining.person_ids),
            TrainingSession.state != "cancelled",
            TrainingSession.starts_at < slot.ends_at,
            TrainingSession.ends_at > slot.starts_at,
        )
        .group_by(Person.team_id)
    )
    there = dict(db.session.execute(query).all())
    names = dict(db.session.execute(select(Team.id, Team.name).where(Team.id.in_(sizes))).all())
    for team_id, heads in coming.items():
        limit = team_limit(sizes.get(team_id, 0), limits.max_share)
        away = heads + there.get(team_id, 0)
        if away > limit:
            yield Conflict("TEAM_SHARE", {"team": names[team_id], "away": away, "limit": limit})


def names_of_queues() -> dict[int, str]:
    """Every queue's name."""
    return {row.id: row.name for row in db.session.execute(select(Queue.id, Queue.name))}


# The rota's cover takes off whoever sits in class: without it no check here would see them.
register_away("delivery", away.list_groups)
