"""What trainers may teach, where, when and how much."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import delete, select

from trainhub.audit.services import append_entry
from trainhub.db import db
from trainhub.delivery.models import TrainerCourse, TrainerProfile, TrainerTime
from trainhub.delivery.queries.planning.supply_facts import times_of
from trainhub.delivery.rules.planning.planning_facts import TimeFacts
from trainhub.delivery.rules.planning.supply_checks import (
    MOST_HOURS,
    TrainerPlan,
    lines_of,
)
from trainhub.people.models import Person
from trainhub.rota.rules.weekdays import SHORT_NAMES

MOST_MIN = MOST_HOURS * 60


def keep_trainer(person: Person, plan: TrainerPlan, *, actor: Person, now: datetime) -> None:
    """Make a trainer's profile, certificates and times what the plan says."""
    before = _shown(person.id)
    profile = db.session.get(TrainerProfile, person.id) or TrainerProfile(person_id=person.id)
    profile.site_id, profile.max_min_per_week = plan.site_id, plan.max_min_per_week
    db.session.add(profile)
    _certify(person.id, plan)
    db.session.execute(delete(TrainerTime).where(TrainerTime.person_id == person.id))
    for one in plan.times:
        db.session.add(
            TrainerTime(
                person_id=person.id,
                weekday=one.weekday,
                on=one.on,
                starts_min=one.starts_min,
                ends_min=one.ends_min,
                is_away=one.is_away,
            )
        )
    db.session.flush()
    _record(person.id, before, actor=actor, now=now)


def allow_more(
    person_id: int,
    extra: TimeFacts | None,
    max_min: int | None,
    *,
    actor: Person,
    now: datetime,
) -> None:
    """Let a trainer teach at `extra` besides their usual times and so many minutes a week.

    What they may already is left as it is.
    """
    before = _shown(person_id)
    profile = db.session.get_one(TrainerProfile, person_id)
    if max_min is not None:
        profile.max_min_per_week = max(profile.max_min_per_week, min(MOST_MIN, max_min))
    if extra is not None and not _has(person_id, extra):
        db.session.add(
            TrainerTime(
                person_id=person_id,
                on=extra.on,
                starts_min=extra.starts_min,
                ends_min=extra.ends_min,
            )
        )
    db.session.flush()
    _record(person_id, before, actor=actor, now=now)


def _has(person_id: int, extra: TimeFacts) -> bool:
    query = select(TrainerTime.id).where(
        TrainerTime.person_id == person_id,
        TrainerTime.on == extra.on,
        TrainerTime.starts_min <= extra.starts_min,
        TrainerTime.ends_min >= extra.ends_min,
        TrainerTime.is_away.is_(False),
    )
    return db.session.scalars(query.limit(1)).first() is not None


def _record(person_id: int, before: dict[str, object], *, actor: Person, now: datetime) -> None:
    after = _shown(person_id)
    changes = {
        name: [before[name], value] for name, value in after.items() if before[name] != value
    }
    if changes:
        append_entry(
            "trainer.changed",
            actor=actor,
            object_type="person",
            object_key=str(person_id),
            now=now,
            changes=changes,
        )


def _certify(person_id: int, plan: TrainerPlan) -> None:
    query = select(TrainerCourse).where(TrainerCourse.person_id == person_id)
    known = {row.course_id: row for row in db.session.scalars(query)}
    for course_id, row in known.items():
        if course_id not in plan.certified:
            db.session.delete(row)
    for course_id, on in plan.certified.items():
        if course_id in known:
            known[course_id].certified_on = on
        else:
            db.session.add(TrainerCourse(person_id=person_id, course_id=course_id, certified_on=on))


def _shown(person_id: int) -> dict[str, object]:
    profile = db.session.get(TrainerProfile, person_id)
    query = select(TrainerCourse.course_id).where(TrainerCourse.person_id == person_id)
    return {
        "site": profile.site_id if profile else None,
        "minutes": profile.max_min_per_week if profile else None,
        "courses": sorted(db.session.scalars(query)),
        "times": lines_of(times_of([person_id]).get(person_id, ()), SHORT_NAMES["en"]),
    }
