"""What needs me now: the parts of the home page that learning hands in, by role."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from sqlalchemy import true

from trainhub import clock
from trainhub.learning.models import Enrolment
from trainhub.learning.queries.courses import list_course_heads
from trainhub.learning.queries.mine import list_my_courses
from trainhub.learning.queries.planning import end_of_plan, list_loads
from trainhub.learning.queries.pressing import find_pressing
from trainhub.learning.queries.questions import list_recently_missed
from trainhub.learning.queries.scope import find_own_team_names, own_people
from trainhub.learning.queries.stuck import count_stuck_by_course
from trainhub.learning.queries.teams import count_urgent_by_team, find_people_page
from trainhub.learning.rules import DUE_SOON_DAYS, Standing, week_of
from trainhub.learning.views.shown import this_day
from trainhub.people.models import Person, Role
from trainhub.web.home import HomeSection, register_section
from trainhub.web.locale import current_language

SHOWN_COURSES = 6
SHOWN_PEOPLE = 6
SHOWN_TEAMS = 8
SHOWN_LOADS = 12
WEEKS = 4


def for_learner(person: Person) -> dict[str, Any] | None:
    """What to learn next. Who does more than learn sees it only with something open."""
    today = this_day()
    courses = list_my_courses(
        person.id,
        list_course_heads(current_language()),
        today=today,
        only=Enrolment.completed_at.is_(None),
    )
    if not courses and person.roles - {Role.AGENT}:
        return None
    return {
        "courses": courses[:SHOWN_COURSES],
        "more": max(0, len(courses) - SHOWN_COURSES),
        "late": sum(one.standing is Standing.OVERDUE for one in courses),
        "minutes": sum(one.minutes_left for one in courses),
        "today": today,
    }


def for_supervisor(person: Person) -> dict[str, Any] | None:
    """Who of one's own teams is late or soon will be, red first."""
    today = this_day()
    names = find_own_team_names(person)
    if not names:
        return None
    pressing = find_pressing(own_people(person), today + timedelta(days=DUE_SOON_DAYS))
    urgent = count_urgent_by_team(person, today, pressing.team_ids)
    people = find_people_page(
        person,
        today=today,
        size=SHOWN_PEOPLE,
        only_urgent=True,
        person_ids=pressing.person_ids,
    )
    return {
        "rows": [(names[key], key, count) for key, count in urgent.items()][:SHOWN_TEAMS],
        "more": max(0, len(urgent) - SHOWN_TEAMS),
        "late": sum(count.late for count in urgent.values()),
        "is_all": pressing.team_ids is None,
        "people": people.rows,
        "team_names": names,
    }


def for_planner(person: Person) -> dict[str, Any] | None:
    """Minutes of training still to be placed, by team and week."""
    pressing = find_pressing(true(), end_of_plan(this_day(), WEEKS))
    loads = list_loads(this_day(), WEEKS, pressing.team_ids)
    weeks = [week_of(this_day()) + timedelta(weeks=number) for number in range(WEEKS)]
    return {
        "loads": loads[:SHOWN_LOADS],
        "is_all": pressing.team_ids is None,
        "more": max(0, len(loads) - SHOWN_LOADS),
        "late": sum(load.late for load in loads),
        "sums": {week: sum(load.weeks.get(week, 0) for load in loads) for week in weeks},
        "total": sum(load.total for load in loads),
        "weeks": weeks,
    }


def for_trainer(person: Person) -> dict[str, Any] | None:
    """Questions missed most, and courses in which people have stopped."""
    heads = list_course_heads(current_language())
    stuck = count_stuck_by_course(person, clock.now())
    return {
        "missed": list_recently_missed(current_language()),
        "stuck": [(heads[key], count) for key, count in stuck.items() if key in heads][:6],
        "heads": heads,
    }


for _section in (
    HomeSection("learning", 10, "learning.learn", "learning/_home_learner.html", for_learner),
    HomeSection("team", 20, "learning.view_team", "learning/_home_supervisor.html", for_supervisor),
    HomeSection("loads", 25, "learning.plan", "learning/_home_planner.html", for_planner),
    HomeSection("teaching", 30, "learning.teach", "learning/_home_trainer.html", for_trainer),
):
    register_section(_section)
