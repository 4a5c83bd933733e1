"""The people of the demonstration centre, inserted in bulk."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import count
from random import Random
from typing import Any

from sqlalchemy import insert, select

from trainhub.db import db
from trainhub.demo.names import AGENTS, STAFF, Cast, invented_names, team_language, team_name
from trainhub.people.models import Cohort, CohortMember, Person, PersonRole, Team, TeamSupervision
from trainhub.people.pinyin import name_key, search_key
from trainhub.people.rules.roles import Role

AGENTS_PER_TEAM = 8
TEAMS_PER_SUPERVISOR = 5
COHORT_DAYS = 21
BEGINNER = "xu.jiayi"  # whom the documentation shows on the way to being certified


@dataclass(frozen=True)
class Agent:
    """An agent as the histories need them. `ability` (0 to 1) shapes what they get done.

    Those whom the documentation introduces (`is_introduced`) have an exam left to sit.
    """

    id: int
    team_id: int
    language: str
    ability: float
    is_new: bool
    is_introduced: bool


def insert_people(
    rng: Random, size: int, password_hash: str, today: date, now: datetime
) -> tuple[list[Agent], dict[str, int], list[int]]:
    """Insert teams, people, roles and a cohort of about `size` people.

    Returns the agents, the ids of the named cast by user name, and the team ids in order.
    """
    teams = max(6, (size - len(STAFF)) // AGENTS_PER_TEAM) if size < 600 else size // 20
    db.session.execute(insert(Team), [{"name": team_name(number)} for number in range(teams)])
    ids = {name: team_id for team_id, name in db.session.execute(select(Team.id, Team.name))}
    team_ids = [ids[team_name(number)] for number in range(teams)]
    cast = _cast(rng, size, teams)
    rows = [
        _row(one, team_ids, number, password_hash, today, now, rng)
        for number, one in enumerate(cast, start=1)
    ]
    db.session.execute(insert(Person), rows)
    person_ids = {
        username: person_id
        for person_id, username in db.session.execute(select(Person.id, Person.username))
    }
    _insert_roles(cast, person_ids, team_ids)
    agents = _agents(rng, cast, rows, person_ids, today)
    _insert_cohort([agent.id for agent in agents if agent.is_new], today)
    return agents, person_ids, team_ids


def _cast(rng: Random, size: int, teams: int) -> list[Cast]:
    people = list(STAFF) + list(AGENTS)
    for first in range(6, teams, TEAMS_PER_SUPERVISOR):
        watched = tuple(range(first, min(first + TEAMS_PER_SUPERVISOR, teams)))
        people.append(
            Cast(
                f"supervisor{first}", f"班长 {first}", "zh", (Role.SUPERVISOR,), supervises=watched
            )
        )
    names = {language: invented_names(rng, language) for language in ("zh", "en")}
    taken = {one.username for one in people}
    for number in count():
        if len(people) >= size:
            return people
        team = number % teams
        language = team_language(team)
        name, username = next(names[language])
        if username not in taken:
            taken.add(username)
            people.append(Cast(username, name, language, (Role.AGENT,), team=team))
    return people


def _row(
    one: Cast,
    team_ids: list[int],
    number: int,
    password_hash: str,
    today: date,
    now: datetime,
    rng: Random,
) -> dict[str, Any]:
    is_new = one.team is not None and one.username not in {"lin.yue", "zhou.min"}
    is_beginner = is_new and (rng.random() < 0.12 or one.username == BEGINNER)
    days = COHORT_DAYS if is_beginner else rng.randint(90, 1800)
    employee_no = str(60_000 + number)
    email = f"{one.username}@example.org"
    return {
        "username": one.username,
        "name": one.name,
        "name_key": name_key(one.name),
        "search_key": search_key(one.name, one.username, email, employee_no),
        "email": email,
        "employee_no": employee_no,
        "team_id": None if one.team is None else team_ids[one.team],
        "start_on": today - timedelta(days=days),
        "locale": one.locale,
        "password_hash": password_hash,
        "password_changed_at": now,
        "is_demonstration": True,
        "created_at": now - timedelta(days=days),
    }


def _insert_roles(cast: list[Cast], ids: dict[str, int], team_ids: list[int]) -> None:
    roles = [
        {"person_id": ids[one.username], "role": role.value} for one in cast for role in one.roles
    ]
    db.session.execute(insert(PersonRole), roles)
    supervisions = [
        {"person_id": ids[one.username], "team_id": team_ids[team]}
        for one in cast
        for team in one.supervises
        if team < len(team_ids)
    ]
    db.session.execute(insert(TeamSupervision), supervisions)


def _agents(
    rng: Random, cast: list[Cast], rows: list[dict[str, Any]], ids: dict[str, int], today: date
) -> list[Agent]:
    first_day = today - timedelta(days=COHORT_DAYS)
    return [
        Agent(
            id=ids[one.username],
            team_id=row["team_id"],
            language=one.locale,
            ability=one.ability or min(0.98, max(0.25, rng.gauss(0.78, 0.16))),
            is_new=row["start_on"] == first_day,
            is_introduced=one in AGENTS,
        )
        for one, row in zip(cast, rows, strict=True)
        if Role.AGENT in one.roles
    ]


def _insert_cohort(members: list[int], today: date) -> None:
    start_on = today - timedelta(days=COHORT_DAYS)
    cohort = Cohort(name=f"{start_on.year}-{start_on.month:02d} 新员工", start_on=start_on)
    db.session.add(cohort)
    db.session.flush()
    if members:
        db.session.execute(
            insert(CohortMember),
            [{"cohort_id": cohort.id, "person_id": person_id} for person_id in members],
        )
