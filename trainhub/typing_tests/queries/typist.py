"""How somebody's speed goes in typing tests, for those who answer for them."""

from __future__ import annotations

from sqlalchemy import select

from trainhub.db import db
from trainhub.learning.queries.scope import learners_in_sight
from trainhub.people.models import Person
from trainhub.typing_tests.models import TypingRun
from trainhub.typing_tests.queries.practising import POINTS_DRAWN, SpeedPoint
from trainhub.typing_tests.queries.runs import valid_runs
from trainhub.typing_tests.rules.metrics import unit_of


def list_scored_points(person_id: int, viewer: Person) -> dict[tuple[str, str], list[SpeedPoint]]:
    """The valid scored runs by language and unit, the earliest first; practice is nobody's
    result, and nothing is shown of people out of sight."""
    query = (
        select(TypingRun.rules, TypingRun.speed_tenths, TypingRun.ended_at)
        .join(Person, Person.id == TypingRun.person_id)
        .where(
            TypingRun.person_id == person_id,
            TypingRun.test_id.is_not(None),
            TypingRun.speed_tenths.is_not(None),
            valid_runs(),
            learners_in_sight(viewer),
        )
        .order_by(TypingRun.ended_at.desc(), TypingRun.id.desc())
        .limit(POINTS_DRAWN)
    )
    found: dict[tuple[str, str], list[SpeedPoint]] = {}
    for rules, tenths, ended_at in reversed(db.session.execute(query).all()):
        key = (rules["language"], unit_of(rules["language"], rules["kind"]))
        found.setdefault(key, []).append(SpeedPoint(ended_at, tenths / 10))
    return found
