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
from trainhub.certification.models import Award, AwardEvent
from trainhub.db import db

MOST_ROUNDS = 400


def prepare_awards(people: int) -> None:
    """People who have everything and whom nobody has looked at."""
    with clock.frozen(NOW - 4 * HOUR):
        programme = published(written(requirement("opening"), EXAM, renewal=["exam"]))
        for number in range(people):
            person = Make.person(f"agent{number}")
            enrolled(programme, person)
            complete(person, "opening", at=NOW - 3 * HOUR)
            sit(person, "entry", 85, at=NOW - 2 * HOUR, attempt=person.id)


def run_awards(app: Flask, people: int, kills: int, seed: int) -> tuple[int, int, list[str]]:
    """How many were killed, how many awards there are, and what is wrong with them."""
    crew, at = Crew(app, review_enrolments, 2, seed), NOW
    for _ in range(MOST_ROUNDS):
        is_done = _count() == people
        crew.round(at, 0 if is_done or len(crew.killed) >= kills else crew.size)
        at += timedelta(minutes=1)
        if is_done:
            break
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
    faults += [] if broken is None else [f"audit chain broken at {broken}"]
    return len(crew.killed), len(held), faults


def _count() -> int:
    db.session.rollback()
    return db.session.scalar(select(func.count()).select_from(Award)) or 0
