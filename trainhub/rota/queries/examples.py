"""The people and queues of which example tables are made."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection
from random import Random

from sqlalchemy import func, select

from trainhub.db import db
from trainhub.people.models import Person, PersonRole, Role, Team
from trainhub.rota.models import Queue, ShiftCode, TeamPlace
from trainhub.rota.rules.tables.example_tables import ExamplePerson, ExampleQueue

MOST_PEOPLE = 600
OTHER_BREAKS = "E2"


def list_example_people(team_ids: Collection[int] | None = None) -> list[ExamplePerson]:
    """Active agents with an employee number, team by team; of the teams that are asked for."""
    query = (
        select(Person.employee_no, Person.name, Team.name)
        .join(Team, Team.id == Person.team_id)
        .join(PersonRole, PersonRole.person_id == Person.id)
        .where(
            PersonRole.role == Role.AGENT.value,
            Person.disabled_at.is_(None),
            Person.employee_no.is_not(None),
        )
        .order_by(Team.id, Person.employee_no)
        .limit(MOST_PEOPLE)
    )
    if team_ids is not None:
        query = query.where(Team.id.in_(team_ids))
    other = db.session.scalar(select(ShiftCode.id).where(ShiftCode.code == OTHER_BREAKS))
    ranks: Counter[str] = Counter()
    found = []
    for number, name, team in db.session.execute(query):
        has_other = other is not None and Random(number).random() < 0.5
        found.append(ExamplePerson(number or "", name, team, ranks[team], has_other))
        ranks[team] += 1
    return found


def list_example_queues() -> list[ExampleQueue]:
    """The queues in use with the number of people who serve them."""
    served = (
        select(TeamPlace.queue_id, func.count(Person.id).label("people"))
        .join(Person, Person.team_id == TeamPlace.team_id)
        .where(Person.disabled_at.is_(None))
        .group_by(TeamPlace.queue_id)
        .subquery()
    )
    rows = db.session.execute(
        select(Queue, served.c.people)
        .outerjoin(served, served.c.queue_id == Queue.id)
        .where(Queue.retired_at.is_(None))
        .order_by(Queue.id)
    )
    return [
        ExampleQueue(queue.key, queue.name, queue.channel, people or 36, queue.concurrency)
        for queue, people in rows
    ]
