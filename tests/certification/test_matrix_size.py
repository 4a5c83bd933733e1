"""Twenty people or five thousand: the same number of statements, and pages of fifty."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy import insert

from tests.certification.counting import count_queries
from tests.certification.programmes import published, requirement, values
from tests.factories import CREATED, Make
from trainhub.certification.models import Programme, ProgrammeEnrolment, RequirementStanding
from trainhub.certification.queries.cohorts import find_funnel, list_paces
from trainhub.certification.queries.matrix import (
    AT_ONCE,
    PAGE_SIZE,
    MatrixCriteria,
    find_matrix,
    stream_all,
)
from trainhub.certification.queries.team_standings import count_by_programme, list_team_standings
from trainhub.db import db, transaction
from trainhub.people.models import Person, Role, Team
from trainhub.web.settings import current_settings

pytestmark = pytest.mark.usefixtures("app")
NOW = datetime(2026, 11, 23, 4, 0, tzinfo=UTC)
TODAY = date(2026, 11, 23)
KEYS = ("opening", "farewell")


def crowd(programme: Programme, team: Team, first: int, count: int) -> None:
    """People on their way with their standings, written in bulk."""
    numbers = range(first, first + count)
    with transaction():
        db.session.execute(
            insert(Person),
            [
                {"id": 1000 + n, "username": f"c{n}", "name": f"C {n}", "name_key": f"c{n:05}",
                 "team_id": team.id, "created_at": CREATED}
                for n in numbers
            ],
        )  # fmt: skip
        db.session.execute(
            insert(ProgrammeEnrolment),
            [
                {"id": 1000 + n, "programme_id": programme.id, "person_id": 1000 + n,
                 "version_id": programme.published_version_id, "starts_on": TODAY,
                 "created_at": NOW, "needed": 2, "risk": {},
                 "next_due_on": TODAY + timedelta(days=1 - 2 * (n % 2))}
                for n in numbers
            ],
        )  # fmt: skip
        db.session.execute(
            insert(RequirementStanding),
            [
                {"enrolment_id": 1000 + n, "requirement_key": key, "state": "open",
                 "due_on": TODAY, "evidence": {}, "next_step": {}, "updated_at": NOW}
                for n in numbers
                for key in KEYS
            ],
        )  # fmt: skip


def test_a_crowd_takes_the_same_statements_as_a_team() -> None:
    red = Make.team("Red")
    boss = Make.person("boss", Role.SUPERVISOR, supervises=red)
    programme = published(values(*(requirement(key, due_days=9) for key in KEYS)))
    criteria = MatrixCriteria(programme.id)
    zone = current_settings().zone

    def look() -> None:
        find_matrix(boss, criteria, today=TODAY)
        list_team_standings(boss, programme.id, today=TODAY)
        count_by_programme(boss, today=TODAY)
        list_paces(boss, programme, today=TODAY, zone=zone)
        find_funnel(boss, programme, 1)

    crowd(programme, red, 0, 20)
    look()
    few = count_queries(look)
    crowd(programme, red, 20, 4980)
    look()  # the commit has made the session forget who asks
    assert count_queries(look) == few <= 12
    found = find_matrix(boss, criteria, today=TODAY, page=51)
    assert (found.shown, found.pages, found.page, len(found.rows)) == (5000, 100, 51, PAGE_SIZE)
    assert found.counts == {"late": 2500, "on_track": 2500}
    assert {row.state for row in found.rows} == {"on_track"}, "those who are late come first"
    rows = list(stream_all(boss, criteria, today=TODAY))
    assert len({row.enrolment_id for row in rows}) == 5000
    assert all(set(row.cells) == set(KEYS) for row in rows)
    files = count_queries(lambda: list(stream_all(boss, criteria, today=TODAY)))
    assert files == 1 + 5000 // AT_ONCE, "a file is read for so many people at a time"
