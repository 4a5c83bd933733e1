"""Training requests with valid defaults, taken as far as a test needs."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from sqlalchemy import select

from tests.conftest import NOON
from tests.factories import Make
from trainhub import clock
from trainhub.catalogue.models import Course
from trainhub.db import db, transaction
from trainhub.delivery.models import TrainerCourse, TrainerProfile, TrainingRequest
from trainhub.delivery.rules.request_checks import Wish
from trainhub.delivery.rules.requests import Act
from trainhub.delivery.services import requests as services
from trainhub.people.models import Person, Role, Team
from trainhub.rota.models import Site

TODAY = NOON.date()


def wish(team: Team | None = None, **values: Any) -> Wish:
    """A wish of the coming fortnight."""
    given: dict[str, Any] = {
        "topic": "Opening a sale",
        "reason": "Half of the enquiries end after the greeting.",
        "course_id": None,
        "team_id": team.id if team else None,
        "heads": 12,
        "wished_from": TODAY + timedelta(days=1),
        "wished_until": TODAY + timedelta(days=14),
        "figure": "Conversion of enquiries",
        "figure_now": "35 %",
        "figure_goal": "45 %",
    }
    return Wish(**(given | values))


def find_course(key: str = "opening") -> Course:
    """A course of the library by its key."""
    return db.session.scalars(select(Course).where(Course.key == key)).one()


def certify(trainer: Person, course: Course, *, minutes_per_week: int = 600) -> None:
    """Let a trainer teach a course."""
    with transaction():
        site = db.session.scalars(select(Site).order_by(Site.id)).first()
        if site is None:
            site = Site(name="Centre", time_zone="Asia/Shanghai")
            db.session.add(site)
            db.session.flush()
        db.session.merge(
            TrainerProfile(person_id=trainer.id, site_id=site.id, max_min_per_week=minutes_per_week)
        )
        db.session.merge(
            TrainerCourse(person_id=trainer.id, course_id=course.id, certified_on=date(2026, 3, 1))
        )


def ask(asker: Person, team: Team | None = None, **values: Any) -> TrainingRequest:
    """A request handed in."""
    with transaction():
        made = services.write_request(wish(team, **values), actor=asker, now=clock.now())
        services.submit(made, revision=made.revision, actor=asker, now=clock.now())
    return made


def approve(made: TrainingRequest, reviewer: Person, course: Course) -> None:
    """Have it approved."""
    with transaction():
        services.answer(
            made, Act.APPROVE, revision=made.revision, note="", course=course, actor=reviewer,
            now=clock.now(),
        )  # fmt: skip


def propose(made: TrainingRequest, reviewer: Person, trainer: Person) -> None:
    """Have a trainer asked."""
    with transaction():
        services.propose_trainer(
            made, trainer.id, revision=made.revision, note="", actor=reviewer, now=clock.now()
        )


def accept(made: TrainingRequest, trainer: Person) -> None:
    """The trainer says yes."""
    with transaction():
        services.answer_proposal(
            made, accepts=True, revision=made.revision, note="", actor=trainer, now=clock.now()
        )


def ask_for_classes(supervisor: Person, teams: tuple[Team, Team], trainer: Person) -> list[int]:
    """A request of the supervisor, whose trainer is asked, and one of another team; their ids."""
    own, other = teams
    lead = Make.person("lead", Role.SUPERVISOR, supervises=other)
    mine = ask(supervisor, own)
    theirs = ask(lead, other, topic="CANARYREQUEST of another team")
    certify(trainer, find_course())
    reviewer = Make.person("reviewer", Role.PLANNER)
    approve(mine, reviewer, find_course())
    propose(mine, reviewer, trainer)
    return [mine.id, theirs.id]
