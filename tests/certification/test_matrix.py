"""The supervisor's matrix: own teams only, red first."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest

from tests.certification.programmes import complete, enrolled, published, requirement, values
from tests.factories import Make
from trainhub.certification.jobs.reviewing import review_enrolments
from trainhub.certification.queries.matrix import MatrixCriteria, find_matrix
from trainhub.people.models import Role

pytestmark = pytest.mark.usefixtures("app")
NOW = datetime(2026, 11, 23, 4, 0, tzinfo=UTC)
TODAY = date(2026, 11, 23)


def test_a_supervisor_sees_their_own_people_those_who_are_late_first() -> None:
    red, blue = Make.team("Red"), Make.team("Blue")
    boss = Make.person("boss", Role.SUPERVISOR, supervises=red)
    ann, bea, eve = (
        Make.person("ann", team=red), Make.person("bea", team=red), Make.person("eve", team=blue)
    )  # fmt: skip
    programme = published(values(requirement("opening", due_days=3)))
    enrolled(programme, ann, starts_on=TODAY)
    enrolled(programme, bea, starts_on=TODAY - timedelta(days=30))
    done = enrolled(programme, Make.person("cid", team=red), starts_on=TODAY)
    enrolled(programme, eve, starts_on=TODAY - timedelta(days=30))
    complete(done.person, "opening", at=NOW - timedelta(hours=1))
    review_enrolments(NOW)
    found = find_matrix(boss, MatrixCriteria(programme.id), today=TODAY)
    assert [(row.name, row.state) for row in found.rows] == [
        ("Bea", "late"), ("Ann", "on_track"), ("Cid", "certified"),
    ]  # fmt: skip
    assert found.counts == {"late": 1, "on_track": 1, "certified": 1}
    assert found.rows[0].cells["opening"].shown(TODAY) == "late"
    late = find_matrix(boss, MatrixCriteria(programme.id, state="late"), today=TODAY)
    assert [row.name for row in late.rows] == ["Bea"]
    assert late.counts == found.counts
