"""Where a large centre looks first.

What is late or due soon among thousands is more than a home page can name, and summing all of
it takes longer the more people there are. So the home page looks at the earliest due dates,
up to `WINDOW` of them. A centre that has fewer is summed entirely; a larger one sees the teams
and people who occur most often among them, with their own sums exact.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from sqlalchemy import ColumnElement, select

from trainhub.db import db
from trainhub.learning.models import Enrolment
from trainhub.people.models import Person

WINDOW = 1_500
CANDIDATES = 12


@dataclass(frozen=True)
class Pressing:
    """Ids of the teams and people to look at first; None where all can be looked at."""

    team_ids: list[int] | None
    person_ids: list[int] | None


def find_pressing(who: ColumnElement[bool], until: date, window: int = WINDOW) -> Pressing:
    """Who of the active people under the condition has most that is due by `until`."""
    query = (
        select(Person.team_id, Person.id)
        .join(Enrolment, Enrolment.person_id == Person.id)
        .where(
            who,
            Person.disabled_at.is_(None),
            Person.team_id.is_not(None),
            Enrolment.completed_at.is_(None),
            Enrolment.withdrawn_at.is_(None),
            Enrolment.due_on <= until,
        )
        .order_by(Enrolment.due_on)
        .limit(window)
    )
    rows = db.session.execute(query).all()
    if len(rows) < window:
        return Pressing(None, None)
    return Pressing(_most(team_id for team_id, _ in rows), _most(one for _, one in rows))


def _most(ids: Iterable[int | None]) -> list[int]:
    return [one for one, _count in Counter(ids).most_common(CANDIDATES) if one is not None]
