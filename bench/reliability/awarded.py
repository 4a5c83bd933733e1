"""Awards under kill -9: who has met everything, and what they hold in the end."""

from __future__ import annotations

from collections import Counter
from datetime import timedelta

from flask import Flask
from sqlalchemy import func, select

from bench.reliability.forked import Crew
from tests.certification.awarding import EXAM, HOUR, NOW, written
from tests.certification.programmes import complete, enrolled, published, requirement, sit
from tests.factories import Make
from trainhub import clock
from trainhub.audit.queries import find_broken_entry
from trainhub.certification.jobs.reviewing import review_enrolments
from trainhub.certification.models import Award, AwardEvent, Programme
from trainhub.db import db

MOST_ROUNDS = 400


def prepare_awards() -> int:
    """What is asked of everybody: the number of the programme."""
    with clock.frozen(NOW - 4 * HOUR):
        return published(written(requirement("opening"), EXAM, renewal=["exam"])).id


def add_ready(programme_id: int, numbers: range) -> None:
    """People who have everything and whom nobody has looked at."""
    programme = db.session.get_one(Programme, programme_id)
    with clock.frozen(NOW - 4 * HOUR):
        for number in numbers:
            person = Make.person(f"agent{number}")
            enrolled(programme, person)
            complete(person, "opening", at=NOW - 3 * HOUR)
            sit(person, "entry", 85, at=NOW - 2 * HOUR, attempt=person.id)


def run_awards(
    app: Flask, programme_id: int, people: int, kills: int, seed: int
) -> tuple[int, int, list[str]]:
    """How many were killed, how many awards there are, and what is wrong with them.

    A first lot of as many people is worked off in peace, which tells how long a round takes:
    who is killed at a moment within that time is killed at work, on a fast machine as well.
    """
    crew, at = Crew(app, review_enrolments, 2, seed), NOW
    add_ready(programme_id, range(people))
    crew.round(at)
    add_ready(programme_id, range(people, 2 * people))
    for _ in range(MOST_ROUNDS):
        at += timedelta(minutes=1)
        is_done = _count() == 2 * people
        crew.round(at, 0 if is_done or len(crew.killed) >= kills else crew.size)
        if is_done:
            break
    return len(crew.killed), _count(), _faults_of_awards(crew, 2 * people, kills)


def _faults_of_awards(crew: Crew, people: int, kills: int) -> list[str]:
    faults = [f"{crew.failed} processes failed by themselves"] if crew.failed else []
    faults += [] if crew.killed or not kills else ["nobody was killed: this proves nothing"]
    db.session.rollback()
    held = Counter(db.session.scalars(select(Award.person_id)))
    faults += [f"person {one} holds {n}" for one, n in held.items() if n > 1]
    faults += [] if len(held) == people else [f"{people - len(held)} hold none"]
    events = Counter(db.session.scalars(select(AwardEvent.award_id)))
    faults += [f"award {one}: {n} events" for one, n in events.items() if n != 1]
    faults += [] if len(events) == len(held) else ["awards without an event"]
    broken = find_broken_entry()
    return faults + ([] if broken is None else [f"audit chain broken at {broken}"])


def _count() -> int:
    db.session.rollback()
    return db.session.scalar(select(func.count()).select_from(Award)) or 0
