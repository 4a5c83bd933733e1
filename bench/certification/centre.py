"""A crowd in one programme, written in bulk."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import Table, insert

from tests.certification.programmes import published, requirement, values
from tests.factories import CREATED, Make
from trainhub import clock
from trainhub.certification.models import ProgrammeEnrolment, RequirementStanding
from trainhub.db import db, transaction
from trainhub.ledger.models import LearningRecord, Verb
from trainhub.people.models import Person, Role, Team

TEAM_SIZE, AT_ONCE, RECORDS = 20, 20_000, 20
OLD, LONG_AGO = 10_000_000, datetime(2025, 1, 1, tzinfo=UTC)


class Crowd:
    """People in a programme of so many courses; person, enrolment and place share a number."""

    def __init__(self, requirements: int) -> None:
        self.keys = [f"course-{number}" for number in range(requirements)]
        self.programme = published(
            values(*(requirement(key, due_days=5 + 3 * n) for n, key in enumerate(self.keys)))
        )
        self.programme_id = self.programme.id
        self.version_id = self.programme.published_version_id
        self.administrator = Make.person("root", Role.ADMINISTRATOR)
        self.cohort_id = Make.cohort("November").id
        self.today = clock.now().date()
        self.people = 0

    def grow(self, people: int) -> None:
        """Let there be so many."""
        numbers = range(self.people, people)
        teams = range(self.people // TEAM_SIZE, -(-people // TEAM_SIZE))
        _fill(Team, ({"id": 1000 + n, "name": f"Team {n}"} for n in teams))
        _fill(Person, (self._person(n) for n in numbers))
        _fill(ProgrammeEnrolment, (self._enrolment(n) for n in numbers))
        _fill(RequirementStanding, (row for n in numbers for row in self._standings(1000 + n, n)))
        self.people = people

    def add_history(self) -> None:
        """An enrolment that is over, with its standings, and records in the ledger, for each."""
        numbers = range(self.people)
        over = {"state": "withdrawn", "is_current": False, "starts_on": LONG_AGO.date()}
        _fill(
            ProgrammeEnrolment,
            (self._enrolment(n) | over | {"id": OLD + n, "cohort_id": None} for n in numbers),
        )
        _fill(RequirementStanding, (row for n in numbers for row in self._standings(OLD + n, n)))
        _fill(LearningRecord, (self._record(n, k) for n in numbers for k in range(RECORDS)))

    def _person(self, n: int) -> dict[str, Any]:
        return {
            "id": 1000 + n, "username": f"agent{n}", "name": f"Agent {n}",
            "name_key": f"agent{n:06}", "search_key": f"agent {n}", "created_at": CREATED,
            "team_id": 1000 + n // TEAM_SIZE,
        }  # fmt: skip

    def _enrolment(self, n: int) -> dict[str, Any]:
        return {
            "id": 1000 + n, "programme_id": self.programme_id, "version_id": self.version_id,
            "person_id": 1000 + n, "starts_on": self.today - timedelta(days=30),
            "cohort_id": self.cohort_id if n < 200 else None, "created_at": LONG_AGO,
            "reviewed_at": LONG_AGO, "is_stale": False, "done": n % len(self.keys),
            "needed": len(self.keys), "next_due_on": self.today + timedelta(days=n % 40 - 10),
            "final_due_on": self.today + timedelta(days=60), "is_at_risk": n % 9 == 0, "risk": {},
            "stage": "first", "state": "active", "is_current": True,
        }  # fmt: skip

    def _standings(self, enrolment_id: int, n: int) -> Iterator[dict[str, Any]]:
        for place, key in enumerate(self.keys):
            is_met = place < n % len(self.keys)
            said = {"message": "Completed with %(percent)s %%", "params": {"percent": 90.0}}
            yield {
                "enrolment_id": enrolment_id, "requirement_key": key,
                "state": "met" if is_met else "open",
                "due_on": self.today + timedelta(days=place - 8),
                "met_on": self.today - timedelta(days=3) if is_met else None,
                "evidence": {"said": said if is_met else None, "tries": 1}, "next_step": {},
                "updated_at": LONG_AGO,
            }  # fmt: skip

    def _record(self, n: int, k: int) -> dict[str, Any]:
        return {
            "person_id": 1000 + n, "verb": Verb.COMPLETED.value, "object_type": "course",
            "object_key": f"old-{k}", "object_version": "", "language": "",
            "dedupe_key": f"bench:{n}:{k}", "occurred_at": LONG_AGO, "recorded_at": LONG_AGO,
            "result": {},
        }  # fmt: skip


def _fill(model: Any, rows: Iterator[dict[str, Any]]) -> None:
    table: Table = model.__table__
    columns = set(table.columns.keys())
    portion: list[dict[str, Any]] = []
    for row in rows:
        portion.append({name: value for name, value in row.items() if name in columns})
        if len(portion) == AT_ONCE:
            _write(table, portion)
            portion = []
    if portion:
        _write(table, portion)


def _write(table: Table, rows: list[dict[str, Any]]) -> None:
    with transaction():
        db.session.execute(insert(table), rows)
