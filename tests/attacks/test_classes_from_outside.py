"""Attacks upon classes from outside: strange files, strange tokens, answers told apart."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
from flask import Flask
from sqlalchemy import text

from tests.checking import CheckingClient
from tests.delivery import classrooms
from tests.factories import Make
from trainhub.db import db, transaction
from trainhub.delivery.queries.teaching.classroom import lock_class
from trainhub.delivery.rules.teaching.attendance import AttendanceState
from trainhub.delivery.rules.teaching.classroom import Step
from trainhub.delivery.services.seats import feeds
from trainhub.delivery.services.teaching import attendance, teaching
from trainhub.delivery.services.teaching.ending import end_class
from trainhub.delivery.services.teaching.surveys import answer_survey
from trainhub.errors import InputErrors
from trainhub.rota.services.importing_rota import read_file
from trainhub.tables.writing import neutral, write_xlsx


def test_a_calendar_token_of_strange_letters_is_no_token(
    app: Flask, now: datetime, client: Callable[..., CheckingClient]
) -> None:
    person = Make.person("ann")
    with transaction():
        feeds.renew_feed(person.id, now=now)
    answer = client().client.get(f"/calendar/{person.id}-é/classes.ics")
    assert answer.status_code == 404


def test_no_answer_of_a_survey_is_told_apart_by_its_transaction(app: Flask) -> None:
    if db.engine.dialect.name != "postgresql":
        return  # SQLite keeps no mark of the transaction that wrote a row
    centre = classrooms.Centre(heads=3)
    session = centre.add_class()
    start = classrooms.at(classrooms.NINE)
    with transaction():
        row = lock_class(session.id)
        teaching.take_step(row, Step.BEGIN, now=start, by_id=row.trainer_id)
        for person in centre.people:
            attendance.mark(row, classrooms.booking_of(row, person), AttendanceState.PRESENT,
                            actor=row.trainer, by_planner=False, now=start)  # fmt: skip
        end_class(row, Step.END, now=start + timedelta(hours=1), by_id=row.trainer_id)
    for number, person in enumerate(centre.people, 1):
        with transaction():
            answer_survey(session.id, person.id, [number] * 4, "", now=start + timedelta(hours=2))
    joined = db.session.execute(
        text(
            "SELECT count(*) FROM survey_answer a JOIN survey_ticket t ON t.xmin = a.xmin"
            " GROUP BY a.key HAVING count(*) = 1"
        )
    ).all()
    assert joined == []


def _workbook(rows: str) -> bytes:
    """A workbook whose only sheet holds these rows."""
    kind = "http://schemas.openxmlformats.org"
    out = io.BytesIO(write_xlsx(["a"], [["b"]]))
    made = io.BytesIO()
    with zipfile.ZipFile(out) as old, zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as new:
        for entry in old.infolist():
            data = old.read(entry)
            if entry.filename == "xl/worksheets/sheet1.xml":
                data = (
                    f'<?xml version="1.0"?><worksheet xmlns="{kind}/spreadsheetml/2006/main">'
                    f"<sheetData>{rows}</sheetData></worksheet>"
                ).encode()
            new.writestr(entry.filename, data)
    return made.getvalue()


def test_two_cells_far_apart_make_no_grid_of_millions() -> None:
    """Inside the rota's limits: 20,000 rows of 360 columns out of a file of 2 KB."""
    cell = '<row r="{0}"><c r="{1}{0}"><v>1</v></c></row>'
    data = _workbook(cell.format(1, "A") + cell.format(20_000, "MV"))
    assert len(data) < 10_000
    try:
        lines = read_file(data, "rota.xlsx")
    except InputErrors:
        return
    assert sum(len(line) for line in lines) < 1_000_000


@pytest.mark.parametrize("before", ["", " ", "\u200b", "\ufeff", "\u2060 ", "\u200e"])
def test_no_cell_of_a_table_is_run_as_a_formula(before: str) -> None:
    assert str(neutral(f"{before}=1+1")).startswith("'")
