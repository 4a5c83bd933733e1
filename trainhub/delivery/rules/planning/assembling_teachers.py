"""Trainers who learn as well: nobody is in a class twice, once to teach and once to sit there."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace

from trainhub.delivery.rules.planning.assembling_supply import spans_between
from trainhub.delivery.rules.planning.planning_facts import Facts
from trainhub.delivery.rules.states import TO_COME
from trainhub.planner.problem import Span, Trainer
from trainhub.rota.rules.clock_times import instant
from trainhub.rota.rules.shift_times import without


def with_learning(
    facts: Facts, trainers: Iterable[Trainer], numbers: Mapping[int, int]
) -> list[Trainer]:
    """The trainers of the facts, in their order, each told apart from themselves as learners.

    Who is an agent of the problem (`numbers` by person) bears that number: the planner keeps the
    two apart. Others are not to be had while they hold a seat somewhere.
    """
    found = []
    for who, trainer in zip(facts.trainers, trainers, strict=True):
        if who.id in numbers:
            found.append(replace(trainer, agent=numbers[who.id]))
        else:
            busy = _learning(facts, who.id, who.site_id)
            found.append(replace(trainer, available=_less(trainer.available, busy)))
    return found


def _learning(facts: Facts, person_id: int, site_id: int) -> dict[int, list[tuple[int, int]]]:
    """When a person sits in classes to come, by the clock of their site as a trainer."""
    busy: dict[int, list[tuple[int, int]]] = {}
    for one in facts.classes:
        if one.state in TO_COME and any(seat.person_id == person_id for seat in one.seats):
            there = facts.site_zones[one.site_id]
            starts_at = instant(there, one.on, one.starts_min)
            ends_at = instant(there, one.on, one.ends_min)
            zone = facts.site_zones[site_id]
            for day, start, end in spans_between(starts_at, ends_at, zone, facts.period):
                busy.setdefault(day, []).append((start, end))
    return busy


def _less(available: Iterable[Span], busy: Mapping[int, list[tuple[int, int]]]) -> tuple[Span, ...]:
    if not busy:
        return tuple(available)
    return tuple(
        Span(day, first, last)
        for day, start, end in available
        for first, last in without([(start, end)], busy.get(day, []))
    )
