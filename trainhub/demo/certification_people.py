"""Who is in which cohort of the demonstration centre: certified, renewing, or just begun."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import select, update

from trainhub.catalogue.models import Course
from trainhub.db import db
from trainhub.demo.histories import Ask, Historian
from trainhub.demo.people import BEGINNER, Agent
from trainhub.learning.models import Assignment
from trainhub.people.models import Cohort, Person, TeamSupervision
from trainhub.people.services.groups import add_cohort, add_cohort_members

CERTIFIED_DAYS, RENEWING_DAYS = 80, 450  # ago, when these cohorts began
CERTIFIED_TEAMS = (0, 0, 1, 1, 2, 2, 3, 3)
RENEWING_TEAMS = (0, 0, 1, 1, 2, 3, 3)
MOST_BEGINNERS = 14
CONTENDERS, UNFINISHED = 4, 2  # how many; the place of who has not taken the course
# Courses of each cohort: asked for and done between these days of its time.
CERTIFIED_COURSES = (
    ("mot-service-skills", 0, 5),
    ("typing-at-work", 0, 6),
    ("quick-phrases", 1, 6),
    ("complaint-four-steps", 6, 18),
    ("mot-advanced", 14, 27),
    ("selling-opening", 18, 25),  # before the class about it
)
BEGINNERS_DAYS = {
    "mot-service-skills": 4,
    "quick-phrases": 5,
    "typing-at-work": 5,
    "mot-advanced": 16,
    "complaint-four-steps": 17,
}
PHRASES, PHRASES_DAYS = "quick-phrases", (-26, -19)  # from today, of those new to the selection
RENEWING_COURSES = (("typing-at-work", 0, 6), ("quick-phrases", 1, 6))


@dataclass(frozen=True)
class Group:
    """One cohort with its people, the first of whom the scenes are written for."""

    cohort: Cohort
    starts_on: date
    agents: tuple[Agent, ...]

    @property
    def people(self) -> list[Person]:
        """Its people, in order."""
        return [db.session.get_one(Person, one.id) for one in self.agents]


@dataclass(frozen=True)
class Groups:
    """The three cohorts of the centre. `bosses` names who answers for each team, by team id.

    `contenders` want to go on duty in a sales peak, the weakest last.
    """

    certified: Group
    renewing: Group
    beginning: Group
    contenders: tuple[Agent, ...]
    bosses: dict[int, Person]

    @property
    def tested(self) -> set[int]:
        """Whose typing test is over: a later try would take the place of the one that counts."""
        agents = (*self.certified.agents, *self.renewing.agents, *self.contenders)
        return {one.id for one in agents if one.language == "zh"}


def choose_groups(
    agents: Sequence[Agent], ids: dict[str, int], team_ids: Sequence[int], today: date,
    now: datetime, zone: ZoneInfo,
) -> Groups:  # fmt: skip
    """Put people of the first teams into cohorts that began some time ago. Flushes, no commit."""
    staff = {ids["lin.yue"], ids["zhou.min"], ids["xu.jiayi"], ids["olivia.reed"]}
    free = [one for one in agents if not one.is_new and one.id not in staff]
    certified = _take(free, CERTIFIED_TEAMS, team_ids)
    olivia = [one for one in agents if one.id == ids["olivia.reed"]]
    renewing = olivia + _take(free, RENEWING_TEAMS, team_ids)
    admin = db.session.get_one(Person, ids["admin"])
    query = select(TeamSupervision).order_by(TeamSupervision.person_id.desc())
    bosses = {
        row.team_id: db.session.get_one(Person, row.person_id) for row in db.session.scalars(query)
    }
    return Groups(
        certified=_group(certified, CERTIFIED_DAYS, today, admin, zone),
        renewing=_group(renewing, RENEWING_DAYS, today, admin, zone),
        beginning=_beginners(agents, ids),
        contenders=_contenders(free),
        bosses=bosses,
    )


def _contenders(free: Sequence[Agent]) -> tuple[Agent, ...]:
    """Of the later half of the free people of the Chinese lines the weakest, and others before."""
    able = [one for one in free if one.language == "zh" and not one.is_introduced]
    last = able[len(able) // 2 :]
    if len(last) < CONTENDERS:
        return ()
    weakest = min(last, key=lambda one: one.ability)
    return (*[one for one in last if one is not weakest][1 - CONTENDERS :], weakest)


def _take(free: list[Agent], teams: Sequence[int], team_ids: Sequence[int]) -> list[Agent]:
    """The next free people of these teams, who are then free no more."""
    taken = []
    for number in teams:
        found = [one for one in free if one.team_id == team_ids[number]]
        if found:
            taken.append(found[0])
            free.remove(found[0])
    return taken


def _group(agents: Sequence[Agent], days: int, today: date, admin: Person, zone: ZoneInfo) -> Group:
    starts_on = today - timedelta(days=days)
    while starts_on.weekday() > 4:
        starts_on -= timedelta(days=1)
    at = datetime.combine(starts_on, time(9), zone)
    cohort = add_cohort(f"{starts_on:%Y-%m} 新员工", starts_on, actor=admin, now=at)
    chosen = [one.id for one in agents]
    db.session.execute(
        update(Person).where(Person.id.in_(chosen)).values(start_on=starts_on, created_at=at)
    )
    group = Group(cohort, starts_on, tuple(agents))
    add_cohort_members(cohort, group.people, actor=admin, now=at)
    return group


def _beginners(agents: Sequence[Agent], ids: dict[str, int]) -> Group:
    """The newest people of the centre, who have a cohort already; xu.jiayi first, then those of
    the English line."""
    new = [one for one in agents if one.is_new]
    new.sort(key=lambda one: (one.id != ids[BEGINNER], one.language, one.team_id, one.id))
    cohort = db.session.scalars(select(Cohort).order_by(Cohort.id)).first()
    assert cohort is not None
    return Group(cohort, cohort.start_on, tuple(new[:MOST_BEGINNERS]))


def learn_early(
    groups: Groups, ids: dict[str, int], historian: Historian, others: Collection[Ask]
) -> set[tuple[int, str]]:
    """Let the cohorts have done the courses of their first weeks; person and course of each.

    Beginners were asked by the centre's campaigns, which are among `others`.
    """
    asks = [done for ask in others if (done := _done_in_time(groups.beginning, ask)) is not None]
    for group, courses in (
        (groups.certified, CERTIFIED_COURSES),
        (groups.renewing, RENEWING_COURSES),
    ):
        for key, first, last in courses:
            asks += _asks(group, key, first, last, ids["chen.jing"], historian)
    today = historian.now.astimezone(historian.zone).date()
    begun_on, done_on = (today + timedelta(days=days) for days in PHRASES_DAYS)
    asks += [
        Ask(agent, PHRASES, None, begun_on, None, done_by=done_on)
        for place, agent in enumerate(groups.contenders)
        if place != UNFINISHED
    ]
    if asks:
        historian.enrol(asks)
    return {(ask.agent.id, ask.course_key) for ask in asks}


def _done_in_time(group: Group, ask: Ask) -> Ask | None:
    """What a beginner has done by its day, not before they came; some are left to chance."""
    days = BEGINNERS_DAYS.get(ask.course_key)
    place = next((at for at, one in enumerate(group.agents) if one.id == ask.agent.id), None)
    if days is None or place is None:
        return None
    if place % 5 == 0 and not ask.course_key.startswith("mot-"):
        return None
    asked_on = max(ask.asked_on, group.starts_on)
    return replace(ask, asked_on=asked_on, done_by=group.starts_on + timedelta(days=days))


def _asks(
    group: Group, key: str, first: int, last: int, by_id: int, historian: Historian
) -> list[Ask]:
    course_id = db.session.scalar(select(Course.id).where(Course.key == key))
    if course_id is None:
        return []
    asked_on, due_on = (group.starts_on + timedelta(days=days) for days in (first, last))
    assignment = Assignment(
        course_id=course_id,
        cohort_id=group.cohort.id,
        due_on=due_on,
        assigned_by_id=by_id,
        assigned_at=historian.morning(asked_on),
    )
    db.session.add(assignment)
    db.session.flush()
    return [
        Ask(agent, key, assignment.id, asked_on, due_on, done_by=due_on) for agent in group.agents
    ]
