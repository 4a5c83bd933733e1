"""What the page of a plan shows beside the plan itself: names, cover, what is agreed so far."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from itertools import chain
from zoneinfo import ZoneInfo

from sqlalchemy import select

from trainhub.db import db
from trainhub.delivery.models import Room, TrainingSession
from trainhub.delivery.queries.course_titles import titles_of
from trainhub.delivery.queries.planning.class_facts import list_classes
from trainhub.delivery.queries.planning.plan_runs import RunResult
from trainhub.delivery.queries.seats.away import (
    Taught,
    find_teachers,
    off_to_teach,
    seated,
    taught,
)
from trainhub.delivery.rules.classes.off_phones import Span
from trainhub.delivery.rules.planning.plan_cover import BeforeAfter, with_plan
from trainhub.delivery.rules.planning.plan_ids import (
    class_name,
    course_name,
    is_beside,
    room_name,
    row_of,
    trainer_name,
)
from trainhub.delivery.rules.states import TO_COME
from trainhub.people.models import Person, Team
from trainhub.planner.problem import Problem
from trainhub.planner.problem.duties import Duties, window_of_shift
from trainhub.planner.problem.plan import Objective, Plan, PlannedSession
from trainhub.rota.models import Queue, Site, TeamPlace
from trainhub.rota.queries.away import AwayGroup, heads_away
from trainhub.rota.queries.cover import cover_of
from trainhub.rota.queries.zones import zones_of_queues, zones_of_sites
from trainhub.rota.rules.clock_times import instant
from trainhub.rota.rules.cover import DayCover


@dataclass
class Names:
    """The names of rows that a page words sentences with, by kind and id."""

    found: dict[str, dict[int, str]] = field(default_factory=dict)

    def of(self, kind: str, row_id: int) -> str:
        """The name; the number where the row is gone."""
        kind = "person" if kind == "trainer" else kind
        return self.found.get(kind, {}).get(row_id, str(row_id))


def names_for(
    language: str, *, people: Collection[int] = (), courses: Collection[int] = ()
) -> Names:
    """Names of these people and courses, and of all teams, queues, rooms and sites."""
    found = {
        "team": _pairs(select(Team.id, Team.name)),
        "queue": _pairs(select(Queue.id, Queue.name)),
        "room": _pairs(select(Room.id, Room.name)),
        "site": _pairs(select(Site.id, Site.name)),
    }
    found["person"] = _pairs(select(Person.id, Person.name).where(Person.id.in_(people)))
    found["course"] = titles_of(courses, language)
    return Names(found)


def _pairs(query: object) -> dict[int, str]:
    return {row[0]: row[1] for row in db.session.execute(query)}  # type: ignore[call-overload]  # a select of two columns


def agreed_plan(campaign_id: int, result: RunResult) -> Plan:
    """The campaign's coming classes as they are now, in the numbers of a run."""
    start = date.fromisoformat(result.problem.calendar.start_date)
    last = start + timedelta(days=result.problem.days - 1)
    numbers = {person_id: number for number, person_id in enumerate(result.people)}
    sessions = tuple(
        PlannedSession(
            class_name(one.id),
            course_name(one.course_id),
            (one.on - start).days,
            one.starts_min,
            room_name(one.room_id),
            trainer_name(one.trainer_id),
            tuple(sorted(numbers[s.person_id] for s in one.seats if s.person_id in numbers)),
        )
        for one in list_classes(start, last)
        if one.campaign_id == campaign_id and one.state in TO_COME
    )
    return Plan(result.problem.name, sessions, (), Objective(), 0.0, "feasible", 0.0)


def cover_with_plan(
    campaign_id: int, result: RunResult, queue_id: int, on: date
) -> BeforeAfter | None:
    """One date of a queue as agreed so far and with the plan; None for no such queue."""
    found = cover_of([queue_id], on, on).get((queue_id, on))
    if found is None:
        return None
    day = (on - date.fromisoformat(result.problem.calendar.start_date)).days
    near = [one for one in result.plan.sessions if abs(one.day - day) <= 1]
    planned = away_groups(result.problem, near, zones_of_sites(), queue_id)
    own = _own_groups(campaign_id, queue_id, on)
    return with_plan(found, _line(own, queue_id, on, found), _line(planned, queue_id, on, found))


def away_groups(
    problem: Problem,
    sessions: Iterable[PlannedSession],
    zones: Mapping[int, ZoneInfo],
    queue_id: int,
) -> list[AwayGroup]:
    """Who of a queue is off the phones in the plan's own classes: by class and team, trainers."""
    courses = {course.id: course for course in problem.courses}
    sites = {room.id: row_of(room.site) for room in problem.rooms}
    start = date.fromisoformat(problem.calendar.start_date)
    spans: dict[PlannedSession, Span] = {}
    for one in sessions:
        if not is_beside(one.course):
            zone, on = zones[sites[one.room] or 0], start + timedelta(days=one.day)
            ends = one.start + courses[one.course].duration_min
            spans[one] = instant(zone, on, one.start), instant(zone, on, ends)
    return [*_seated(problem, spans, queue_id), *_teaching(spans, queue_id)]


def _seated(
    problem: Problem, spans: Mapping[PlannedSession, Span], queue_id: int
) -> Iterator[AwayGroup]:
    duties = Duties(problem)
    courses = {course.id: course for course in problem.courses}
    queues = {team.id: row_of(team.queue) for team in problem.teams}
    for one, span in spans.items():
        heads: dict[str, int] = {}
        for agent in one.agents:
            team = problem.agents.team[agent]
            shift = duties.shift(agent, one.day)
            window = window_of_shift(shift, courses[one.course], one.start) if shift else None
            if queues[team] == queue_id and (window is None or window.on_phones):
                heads[team] = heads.get(team, 0) + 1
        for team, count in heads.items():
            yield AwayGroup(queue_id, row_of(team) or 0, *span, count)


def _teaching(spans: Mapping[PlannedSession, Span], queue_id: int) -> list[AwayGroup]:
    """Trainers of the queue whom the rota has on the phones while they teach in the plan."""
    teachers = find_teachers({row_of(one.trainer) or 0 for one in spans})
    return off_to_teach(
        Taught(0, teacher, span)
        for one, span in spans.items()
        if (teacher := teachers.get(row_of(one.trainer) or 0)) and teacher.queue_id == queue_id
    )


def _line(groups: Iterable[AwayGroup], queue_id: int, on: date, day: DayCover) -> list[int]:
    zones = zones_of_queues([queue_id])
    away = heads_away(groups, zones, day.interval_min)
    return away.get((queue_id, on), [0] * len(day.away))


def _own_groups(campaign_id: int, queue_id: int, on: date) -> list[AwayGroup]:
    """Who of a queue is off the phones for the campaign's classes that a plan replaces or keeps."""
    begins = datetime.combine(on - timedelta(days=1), time.min, tzinfo=UTC)
    own = (
        TrainingSession.campaign_id == campaign_id,
        TrainingSession.state.in_(TO_COME),
        TrainingSession.starts_at.between(begins, begins + timedelta(days=3)),
        TeamPlace.queue_id == queue_id,
    )
    return [*chain.from_iterable(seated(*own).values()), *off_to_teach(taught(*own))]
