"""All that the rules ask about people and classes, read once: then asked as often as wanted.

A page of eight classes, or two hundred people for one class, costs as many queries as one of each.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from copy import copy
from dataclasses import dataclass, replace
from datetime import date
from functools import cached_property

from sqlalchemy import select

from trainhub.db import db
from trainhub.delivery.models import Campaign
from trainhub.delivery.queries.classes.limits import Order, limits_of, order_around
from trainhub.delivery.queries.seats.away import by_booking
from trainhub.delivery.queries.seats.seat_facts import (
    InClass,
    facts_of,
    list_in_class,
    team_sizes,
)
from trainhub.delivery.rules.classes.conflicts import Conflict
from trainhub.delivery.rules.classes.moving import (
    Cell,
    QueueEffect,
    against_cover,
    effects,
    team_limit,
)
from trainhub.delivery.rules.seats.booking import Limits, PersonFacts, Slot, refusals, window_of
from trainhub.people.models import Team
from trainhub.rota.models import Queue
from trainhub.rota.queries.away import AwayGroup, heads_away
from trainhub.rota.queries.cover import cover_of, rules_of_queues
from trainhub.rota.queries.zones import zones_of_queues
from trainhub.rota.rules.cover import DayCover
from trainhub.rota.rules.windows import Window


@dataclass(frozen=True)
class Joining:
    """People who are to sit in a class at a time; `but` are sessions they leave for it."""

    person_ids: Sequence[int]
    slot: Slot
    campaign: Campaign | None
    but: tuple[int, ...] = ()


@dataclass(frozen=True)
class Teaching:
    """A trainer and what they do to the phones beside the seats: who goes, who comes back."""

    trainer: str
    groups: Sequence[AwayGroup] = ()


NOBODY = Teaching("")


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


class SeatBook:
    """What is known of these people, their teams and their queues around these times.

    `check` answers for people, times and bookings it was read for, and for no others.
    """

    def __init__(
        self,
        joinings: Sequence[Joining],
        leaving: Collection[int] = (),
        *,
        teaching: Teaching = NOBODY,
        language: str,
    ) -> None:
        self._joinings, self._teaching = joinings, teaching
        people = {person_id for one in joinings for person_id in one.person_ids}
        self._campaigns = {one.campaign.id: one.campaign for one in joinings if one.campaign}
        self._limits = {key: limits_of(one) for key, one in self._campaigns.items()}
        slots = [one.slot for one in joinings]
        self._facts: dict[int, PersonFacts] = {}
        if people:
            days = [slot.on for slot in slots]
            series = {slot.course_id for slot in slots} | {
                part.course_id for one in self._campaigns.values() for part in one.courses
            }
            self._facts = facts_of(
                people, min(days), max(days), language=language, series=series
            )  # fmt: skip
        self._left = by_booking(leaving)
        self._in_class = self._read_teams(slots)

    def check(self, joinings: Sequence[Joining], leaving: Collection[int] = ()) -> SeatCheck:
        """Ask every rule for these people in these classes.

        `leaving` are the ids of bookings whose people stop being where those say: a seat swapped
        for another counts once. The trainer's head goes with them.
        """
        windows: dict[int, Window] = {}
        conflicts: list[Conflict] = []
        groups = [
            replace(self._left[key], heads=-1) for key in leaving if key in self._left
        ]  # fmt: skip
        for joining in joinings:
            allowed = self._limits_of(joining)
            for one in self._facts_for(joining):
                conflicts += refusals(one, joining.slot, allowed)
                window = window_of(one, joining.slot, allowed)
                if window is not None:
                    windows[one.person_id] = window
            groups += self._groups(joining)
            conflicts += self._crowded_teams(joining, leaving, allowed)
        found = effects(self._cover, self._cells([*groups, *self._teaching.groups]))
        least = max((self._limits_of(one).least_headroom for one in joinings), default=0)
        conflicts += against_cover(
            found, self._cells(groups), self._queue_names, trainer=self._teaching.trainer,
            least=least,
        )  # fmt: skip
        return SeatCheck(windows, tuple(conflicts), tuple(found))

    def seat(self, joining: Joining) -> None:
        """These people sit there from now on: whoever is asked about next comes after them."""
        for (queue_id, on, at), heads in self._cells(self._groups(joining)).items():
            day = self._cover.get((queue_id, on))
            if day is not None and at < len(day.away):
                self._cover[queue_id, on] = _with_away(day, at, heads)
        for person_id in joining.person_ids:
            team_id = self._facts[person_id].team_id
            if team_id is not None:
                slot = joining.slot
                self._in_class.append(
                    InClass(team_id, person_id, None, slot.starts_at, slot.ends_at)
                )

    def copy(self) -> SeatBook:
        """The same knowledge, for a trial: whoever is seated in the copy sits there alone."""
        made = copy(self)
        made._cover, made._in_class = dict(self._cover), list(self._in_class)
        return made

    def _limits_of(self, joining: Joining) -> Limits:
        return self._limits[joining.campaign.id] if joining.campaign else limits_of(None)

    def _facts_for(self, joining: Joining) -> Iterator[PersonFacts]:
        """The people of a joining without the classes they leave, in their series' order."""
        order: Order = order_around(joining.campaign, joining.slot.course_id)
        for person_id in joining.person_ids:
            one = self._facts[person_id]
            others = [other for other in one.others if other.session_id not in joining.but]
            yield replace(one, others=others, before_after=order)

    def _groups(self, joining: Joining) -> list[AwayGroup]:
        """Whom the joining takes off the phones."""
        heads: Counter[tuple[int, int]] = Counter()
        slot, allowed = joining.slot, self._limits_of(joining)
        for person_id in joining.person_ids:
            one = self._facts[person_id]
            window = window_of(one, slot, allowed)
            if window is None or not window.on_phones:
                continue
            if one.queue_id is not None and one.team_id is not None:
                heads[one.queue_id, one.team_id] += 1
        return [
            AwayGroup(queue_id, team_id, slot.starts_at, slot.ends_at, count)
            for (queue_id, team_id), count in heads.items()
        ]

    def _read_teams(self, slots: Sequence[Slot]) -> list[InClass]:
        teams = {one.team_id for one in self._facts.values() if one.team_id is not None}
        self._sizes = team_sizes(teams) if teams else {}
        self._names: dict[int, str] = {}
        if not self._sizes:
            return []
        query = select(Team.id, Team.name).where(Team.id.in_(self._sizes))
        self._names = {row.id: row.name for row in db.session.execute(query)}
        first = min(slot.starts_at for slot in slots)
        return list_in_class(self._sizes, first, max(slot.ends_at for slot in slots))

    def _crowded_teams(
        self, joining: Joining, leaving: Collection[int], allowed: Limits
    ) -> Iterator[Conflict]:
        """H11: no more of a team in class at once than the campaign allows."""
        slot, coming = joining.slot, set(joining.person_ids)
        teams = (self._facts[person_id].team_id for person_id in joining.person_ids)
        for team_id, heads in Counter(key for key in teams if key is not None).items():
            there = {
                one.person_id
                for one in self._in_class
                if one.team_id == team_id
                and one.booking_id not in leaving
                and one.person_id not in coming
                and one.starts_at < slot.ends_at
                and one.ends_at > slot.starts_at
            }
            limit = team_limit(self._sizes.get(team_id, 0), allowed.max_share)
            away = heads + len(there)
            if away > limit:
                name = self._names.get(team_id, "")
                yield Conflict("TEAM_SHARE", {"team": name, "away": away, "limit": limit})

    @cached_property
    def _everybody(self) -> list[AwayGroup]:
        """Everybody whom anything this was read for could take off the phones or bring back."""
        coming = [group for joining in self._joinings for group in self._groups(joining)]
        # Heads that go and come back must not cancel each other out here.
        teaching = [replace(one, heads=abs(one.heads)) for one in self._teaching.groups]
        return [*coming, *self._left.values(), *teaching]

    @cached_property
    def _cells_of(self) -> CellsOf:
        return CellsOf({group.queue_id for group in self._everybody})

    def _cells(self, groups: Iterable[AwayGroup]) -> dict[Cell, int]:
        return self._cells_of(groups)

    @cached_property
    def _cover(self) -> dict[tuple[int, date], DayCover]:
        """The cover of every queue on every date that may change."""
        cells = self._cells(self._everybody)
        if not cells:
            return {}
        dates = {on for _, on, _ in cells}
        queue_ids = sorted({queue_id for queue_id, *_ in cells})
        return cover_of(queue_ids, min(dates), max(dates), only=dates)

    @cached_property
    def _queue_names(self) -> dict[int, str]:
        return names_of_queues() if self._everybody else {}


def _with_away(day: DayCover, at: int, heads: int) -> DayCover:
    def less(row: tuple[int, ...], by: int) -> tuple[int, ...]:
        return (*row[:at], row[at] + by, *row[at + 1 :])

    headroom = less(day.headroom, -heads) if day.is_known else day.headroom
    return replace(day, away=less(day.away, heads), headroom=headroom)


class CellsOf:
    """Makes heads per queue, date and interval of groups of these queues; reads twice."""

    def __init__(self, queue_ids: Collection[int]) -> None:
        wanted = sorted(queue_ids)
        self._zones = zones_of_queues(wanted) if wanted else {}
        rules = rules_of_queues(wanted) if wanted else {}
        self._sizes = {queue_id: one.interval_min for queue_id, one in rules.items()}

    def __call__(self, groups: Iterable[AwayGroup]) -> dict[Cell, int]:
        by_size: dict[int, list[AwayGroup]] = defaultdict(list)
        for group in groups:
            if group.queue_id in self._sizes:
                by_size[self._sizes[group.queue_id]].append(group)
        found: dict[Cell, int] = {}
        for interval_min, mine in by_size.items():
            for (queue_id, on), row in heads_away(mine, self._zones, interval_min).items():
                found |= {(queue_id, on, at): heads for at, heads in enumerate(row) if heads}
        return found


def names_of_queues() -> dict[int, str]:
    """Every queue's name."""
    return {row.id: row.name for row in db.session.execute(select(Queue.id, Queue.name))}
