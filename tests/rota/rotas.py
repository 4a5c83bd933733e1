"""Rotas for tests: the usual codes, people with days, tables as planners keep them."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

from sqlalchemy import select

from tests.factories import Make
from trainhub import clock
from trainhub.db import db, transaction
from trainhub.people.models import Person, Team
from trainhub.rota.models import Queue, Shift, ShiftCode, Site, TeamPlace
from trainhub.rota.queries.shift_codes import find_code
from trainhub.rota.services.importing_rota import import_rota, mapping_for
from trainhub.rota.services.shift_codes import add_standard_codes

TODAY = date(2026, 11, 23)  # the Monday of the suite's NOON


def standard() -> dict[str, ShiftCode]:
    """The usual codes, by code."""
    with transaction():
        add_standard_codes(actor=None, now=clock.now())
    return {code.code: code for code in db.session.scalars(select(ShiftCode))}


def place(team: Team, queue: Queue | None = None, zone: str = "Asia/Shanghai") -> Queue:
    """Put a team to a site on this clock and to a queue (a new one); the queue."""
    with transaction():
        site = db.session.scalar(select(Site).where(Site.time_zone == zone))
        if site is None:
            site = Site(name=f"Site {zone}", time_zone=zone)
            db.session.add(site)
        if queue is None:
            queue = Queue(key=f"queue-{team.id}", name=f"Queue of {team.name}")
            db.session.add(queue)
        db.session.flush()
        db.session.add(TeamPlace(team_id=team.id, site_id=site.id, queue_id=queue.id))
    return queue


def give(person: Person, first: date, codes: str) -> None:
    """Days in a row, one letter each; a dot leaves the day open."""
    with transaction():
        for at, letter in enumerate(codes):
            code = find_code(letter) if letter != "." else None
            if code is not None:
                on = first + timedelta(days=at)
                db.session.add(Shift(person_id=person.id, on=on, shift_code_id=code.id))


def said(person: Person, first: date, days: int) -> str:
    """What the rota says of days in a row, as `give` takes it."""
    rows = dict(
        db.session.execute(
            select(Shift.on, ShiftCode.code)
            .join(ShiftCode, ShiftCode.id == Shift.shift_code_id)
            .where(Shift.person_id == person.id)
        ).all()
    )
    return "".join(rows.get(first + timedelta(days=at), ".") for at in range(days))


def csv_of(rows: Sequence[Sequence[object]], encoding: str = "utf-8") -> bytes:
    """The rows as a CSV file."""
    out = io.StringIO(newline="")
    csv.writer(out).writerows(rows)
    return out.getvalue().encode(encoding)


def take(rows: Sequence[Sequence[str]], **changes: Any) -> Any:
    """Import a table as it stands; the plan. Raises `InputErrors`."""
    lines = [list(row) for row in rows]
    mapping, _ = mapping_for(lines, "rota.csv", TODAY)
    with transaction():
        plan, _record = import_rota(
            lines,
            replace(mapping, **changes),
            file="rota.csv",
            file_hash="0" * 64,
            actor=None,
            now=clock.now(),
        )
    return plan


def lay_down(seen: Person, unseen: Person) -> tuple[int, int]:
    """For the attacks: two people's weeks; the ids of a code and of a site."""
    codes = standard()
    for person in (seen, unseen):
        assert person.team is not None
        place(person.team)
        give(person, TODAY, "EEMMRRN")
    site_id = db.session.scalar(select(Site.id))
    assert site_id is not None
    return codes["M"].id, site_id


def two_in_red() -> tuple[Team, Person, Person]:
    """A team of Li Li (20023) and Wang Qiang (20024)."""
    team = Make.team("Red")
    lili = Make.person("lili", team=team, name="李丽", employee_no="20023")
    wang = Make.person("wangqiang", team=team, name="王强", employee_no="20024")
    return team, lili, wang
