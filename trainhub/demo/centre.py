"""Putting the demonstration centre together."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from random import Random
from zoneinfo import ZoneInfo

from sqlalchemy import select

from trainhub.catalogue.models import Course, Series
from trainhub.db import db
from trainhub.demo.certification import build_certification
from trainhub.demo.certification_people import choose_groups, learn_early
from trainhub.demo.classes import build_classes
from trainhub.demo.exams import build_exams
from trainhub.demo.histories import Ask, Historian
from trainhub.demo.people import Agent, insert_people
from trainhub.demo.typing_histories import TYPISTS, build_typing
from trainhub.errors import N_, DomainError
from trainhub.learning.models import Assignment
from trainhub.people.hashing import hash_password
from trainhub.people.models import Cohort, Person

# Published on purpose: `trainhub serve` listens on this machine only while such accounts exist.
DEMO_PASSWORD = "early class at nine"
SMALLEST = 40


class CentreNotEmpty(DomainError):
    """People are there already."""

    code = "centre_not_empty"
    message = N_(
        "This database has people in it already; a demonstration centre needs an empty one."
    )


class NoCourses(DomainError):
    """There is nothing to learn yet."""

    code = "no_courses"
    message = N_("There are no published courses yet: run trainhub content import first.")


@dataclass(frozen=True)
class Campaign:
    """One thing asked of people. `teams` None means the new cohort; days count from today."""

    subject: str
    by: str
    teams: tuple[int, ...] | None
    asked: int
    due: int


ALL = tuple(range(6))
CAMPAIGNS = (
    Campaign("series:moments-of-truth", "lin.yue", ALL, -42, -14),
    Campaign("course:complaint-four-steps", "chen.jing", ALL, -20, 5),
    Campaign("course:quick-phrases", "chen.jing", None, -18, 3),
    Campaign("course:typing-at-work", "chen.jing", None, -18, 10),
    Campaign("series:five-steps-of-selling", "zhou.min", (1, 2, 4), -8, 22),
)


@dataclass(frozen=True)
class Centre:
    """What was built."""

    people: int
    agents: int
    teams: int
    enrolments: int


def build_centre(
    *,
    size: int,
    seed: int,
    now: datetime,
    zone: ZoneInfo,
    typists: int = TYPISTS,
    has_classes: bool = True,
) -> Centre:
    """Fill an empty database with about `size` people and their month, `typists` of whom have
    typed for twelve weeks; with a rota, campaigns, classes and cohorts on their way to being
    certified unless told otherwise. Flushes, no commit.

    Raises `CentreNotEmpty` or `NoCourses`.
    """
    if db.session.scalar(select(Person.id).limit(1)) is not None:
        raise CentreNotEmpty()
    if db.session.scalar(select(Course.id).limit(1)) is None:
        raise NoCourses()
    rng = Random(seed)
    today = now.astimezone(zone).date()
    agents, ids, team_ids = insert_people(
        rng, max(size, SMALLEST), hash_password(DEMO_PASSWORD), today, now
    )
    historian = Historian(rng, now, zone)
    asks: dict[tuple[int, str], Ask] = {}
    for campaign in CAMPAIGNS:
        for ask in _asks(campaign, agents, ids, team_ids, today, historian):
            asks.setdefault((ask.agent.id, ask.course_key), ask)
    for ask in _own_choices(rng, agents, today, historian):
        asks.setdefault((ask.agent.id, ask.course_key), ask)
    taken: set[tuple[int, str]] = set()
    groups = None
    if has_classes:
        groups = choose_groups(agents, ids, team_ids, today, now, zone)
        early = Historian(Random(f"{seed}-early"), now, zone, historian.runs)
        taken = learn_early(groups, ids, early, asks.values())
    historian.enrol(sorted(asks.values(), key=lambda ask: (ask.agent.id, ask.course_key)), taken)
    db.session.flush()
    build_exams(rng, agents, ids, now, zone)
    apart = groups.tested if groups is not None else set()
    others = [one for one in agents if one.id not in apart]
    build_typing(rng, others, ids, team_ids, now, zone, typists=typists)
    if groups is not None:
        build_classes(ids, team_ids, now=now, zone=zone, newcomers=groups.certified)
        build_certification(groups, ids, now=now, zone=zone)
    return Centre(len(ids), len(agents), len(team_ids), len(asks))


def _asks(
    campaign: Campaign,
    agents: list[Agent],
    ids: dict[str, int],
    team_ids: list[int],
    today: date,
    historian: Historian,
) -> Iterator[Ask]:
    kind, _, key = campaign.subject.partition(":")
    courses = _course_keys(kind, key)
    if not courses:
        return
    asked_on = today + timedelta(days=campaign.asked)
    due_on = today + timedelta(days=campaign.due)
    table = Series if kind == "series" else Course
    subject = {f"{kind}_id": db.session.scalar(select(table.id).where(table.key == key))}
    targets: list[tuple[dict[str, int], list[Agent]]] = []
    if campaign.teams is None:
        cohort_id = db.session.scalar(select(Cohort.id).limit(1)) or 0
        targets.append(({"cohort_id": cohort_id}, [one for one in agents if one.is_new]))
    else:
        by_team: dict[int, list[Agent]] = {team_id: [] for team_id in team_ids}
        for agent in agents:
            by_team[agent.team_id].append(agent)
        for number, team_id in enumerate(team_ids):
            if number % len(ALL) in campaign.teams:
                targets.append(({"team_id": team_id}, by_team[team_id]))
    for target, members in targets:
        assignment = Assignment(
            **subject,
            **target,
            due_on=due_on,
            assigned_by_id=ids[campaign.by],
            assigned_at=historian.morning(asked_on),
        )
        db.session.add(assignment)
        db.session.flush()
        for agent in members:
            for course in courses:
                yield Ask(agent, course, assignment.id, asked_on, due_on)


def _course_keys(kind: str, key: str) -> list[str]:
    query = select(Course.key).order_by(Course.position)
    if kind == "series":
        query = query.join(Series, Series.id == Course.series_id).where(Series.key == key)
    else:
        query = query.where(Course.key == key)
    return list(db.session.scalars(query))


def _own_choices(
    rng: Random, agents: list[Agent], today: date, historian: Historian
) -> Iterator[Ask]:
    """Some people take a course of their own accord."""
    keys = sorted({key for key, _ in historian.runs})
    for agent in agents:
        if rng.random() < 0.25:
            asked_on = today - timedelta(days=rng.randint(2, 25))
            yield Ask(agent, rng.choice(keys), None, asked_on, None)
