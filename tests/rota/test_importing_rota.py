"""Importing a rota into both databases: all or nothing, with the history of what was there."""

from __future__ import annotations

import io
import zipfile
from datetime import date
from typing import Any

import pytest
import xlsxwriter
from flask import Flask
from sqlalchemy import event, select

from tests.conftest import NOON
from tests.rota.rotas import TODAY, csv_of, give, said, standard, take, two_in_red
from trainhub.db import db, transaction
from trainhub.errors import Conflict, InputErrors
from trainhub.rota.models import RotaChange, Shift, TableImport
from trainhub.rota.queries.rota_rows import stored_codes
from trainhub.rota.services import importing_rota
from trainhub.rota.services.importing_rota import import_rota, mapping_for, read_file

D1 = date(2026, 12, 1)


def test_what_is_imported_again_changes_only_what_is_different(app: Flask) -> None:
    _team, lili, wang = two_in_red()
    standard()
    heads = ["工号", "12/1", "12/2", "12/3"]
    first = take([heads, ["20023", "E", "M", "R"], ["20024", "L", "", "N"]])
    assert first.counts | {"first": None, "last": None} == {
        "people": 2, "new": 5, "changed": 0, "removed": 0, "unchanged": 0, "skipped": 0,
        "short_rests": 0, "first": None, "last": None,
    }  # fmt: skip
    assert db.session.scalar(select(RotaChange.id)) is None
    again = take([heads, ["20023", "E", "L", ""], ["20024", "L", "E", "N"]])
    counts = again.counts
    assert (counts["new"], counts["changed"], counts["removed"], counts["unchanged"]) == (
        1,
        1,
        1,
        3,
    )
    assert said(lili, D1, 3) == "EL." and said(wang, D1, 3) == "LEN"
    rows = list(db.session.scalars(select(RotaChange).order_by(RotaChange.on, RotaChange.id)))
    assert [(row.person_id, row.old_code, row.new_code, row.kind) for row in rows] == [
        (lili.id, "", "M", "import"),  # what stood there first, by the first table
        (lili.id, "M", "L", "import"),
        (lili.id, "", "R", "import"),
        (lili.id, "R", "", "import"),
    ]
    first_id, second_id = db.session.scalars(select(TableImport.id).order_by(TableImport.id))
    assert [row.import_id for row in rows] == [first_id, second_id] * 2
    assert take([heads, ["20023", "E", "L", ""]]).counts["unchanged"] == 2


def test_one_wrong_cell_and_nothing_is_stored(app: Flask) -> None:
    _team, lili, _wang = two_in_red()
    standard()
    with pytest.raises(InputErrors) as refused:
        take([["工号", "12/1", "12/2"], ["20023", "E", "M"], ["20024", "E", "??"]])
    assert [(e.code, e.row, e.column) for e in refused.value.errors] == [
        ("code_unknown", 3, "C (12/2)")
    ]
    assert said(lili, D1, 2) == ".."
    assert db.session.scalar(select(TableImport.id)) is None


def test_a_rota_of_nobody_is_refused(app: Flask) -> None:
    standard()
    with pytest.raises(InputErrors) as refused:
        take([["工号", "12/1", "12/2"]])
    assert refused.value.errors[0].code == "rota_empty"


def test_words_once_explained_are_known_the_next_month(app: Flask) -> None:
    _team, lili, _wang = two_in_red()
    codes = standard()
    take([["工号", "12/1", "12/2"], ["20023", "小夜", "E"]], codes={"小夜": codes["L"].id})
    january = [["排班表"], ["工号", "1/1", "1/2", "1/3"], ["20023", "小夜", "E", "E"]]
    mapping, is_known = mapping_for(january, "jan.csv", TODAY)
    assert is_known and mapping.head_row == 2 and mapping.month == "2027-01"
    take(january)
    assert said(lili, date(2027, 1, 1), 3) == "LEE"
    # Another table's heads do not lose the words.
    other, is_known = mapping_for([["姓名", "1/1", "1/2"], ["李丽", "小夜", "E"]], "x.csv", TODAY)
    assert not is_known and other.codes == {"小夜": codes["L"].id}


def test_a_code_out_of_use_is_no_meaning_any_more(app: Flask) -> None:
    two_in_red()
    codes = standard()
    take([["工号", "12/1", "12/2"], ["20023", "小夜", "E"]], codes={"小夜": codes["L"].id})
    with transaction():
        codes["L"].retired_at = NOON
    mapping, _ = mapping_for([["工号", "1/1", "1/2"], ["20023", "小夜", "E"]], "x.csv", TODAY)
    assert mapping.codes == {}


def test_a_day_somebody_else_fills_meanwhile_is_a_conflict(
    app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    _team, lili, _wang = two_in_red()
    standard()
    give(lili, D1, "M")

    def nothing(*_: Any) -> dict[tuple[int, date], int]:
        return {}  # what the plan saw before the other's commit

    monkeypatch.setattr(importing_rota, "stored_codes", nothing)
    with pytest.raises(Conflict):
        take([["工号", "12/1", "12/2"], ["20023", "E", "E"]])
    assert said(lili, D1, 2) == "M."


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
def test_files_of_many_encodings_are_read(app: Flask, encoding: str) -> None:
    lines = read_file(
        csv_of([["工号", "姓名", "12/1"], ["20023", "李丽", "早"]], encoding), "a.csv"
    )
    assert lines[1] == ["20023", "李丽", "早"]


def test_a_workbook_with_merged_heads_dates_and_formulas(app: Flask) -> None:
    _team, lili, _wang = two_in_red()
    standard()
    out = io.BytesIO()
    with xlsxwriter.Workbook(out, {"in_memory": True}) as book:
        sheet, day = book.add_worksheet(), book.add_format({"num_format": "m/d"})
        sheet.merge_range(0, 0, 0, 4, "2026年12月 排班表")
        sheet.write_row(1, 0, ["工号", "姓名"])
        sheet.write_datetime(1, 2, date(2026, 12, 1), day)
        sheet.write_formula(1, 3, "=C2+1", day, 46358)
        sheet.write(1, 4, "合计")
        sheet.write_row(2, 0, [20023, "李丽", "早", "休"])
        sheet.write_formula(2, 4, "=COUNTA(C3:D3)", None, 2)
    lines = read_file(out.getvalue(), "rota.xlsx")
    take(lines)
    assert said(lili, D1, 2) == "ER"


def test_a_formula_that_was_never_reckoned_is_refused_with_its_row(app: Flask) -> None:
    sheet = (
        '<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>'
        '<row r="1"><c r="A1" t="inlineStr"><is><t>工号</t></is></c></row>'
        '<row r="2"><c r="A2"><f>1+1</f></c></row></sheetData></worksheet>'
    )
    with pytest.raises(InputErrors) as refused:
        read_file(_with_sheet(sheet), "rota.xlsx")
    assert [(e.code, e.row) for e in refused.value.errors] == [("formula_without_result", 2)]


def _with_sheet(sheet: str) -> bytes:
    """A workbook whose first sheet is this XML."""
    out = io.BytesIO()
    with xlsxwriter.Workbook(out, {"in_memory": True}) as book:
        book.add_worksheet().write(0, 0, "x")
    made = io.BytesIO()
    with zipfile.ZipFile(out) as old, zipfile.ZipFile(made, "w") as new:
        for name in old.namelist():
            body = sheet.encode() if name.endswith("sheet1.xml") else old.read(name)
            new.writestr(name, body)
    return made.getvalue()


def test_hundreds_of_people_are_stored_in_a_few_statements(app: Flask, make: Any) -> None:
    """What stands in the table decides the work, not how often a statement is sent."""
    team = make.team("Big")
    people = [make.person(f"p{at}", team=team, employee_no=f"9{at:04}") for at in range(60)]
    standard()
    heads = ["工号", *(f"12/{day}" for day in range(1, 31))]
    rows = [heads, *([one.employee_no, *["EMLNR"[(at + k) % 5] for k in range(30)]]
                     for at, one in enumerate(people))]  # fmt: skip
    mapping, _ = mapping_for(rows, "big.csv", TODAY)
    statements: list[str] = []

    def note(_connection: Any, _cursor: Any, statement: str, *_: Any) -> None:
        statements.append(statement)

    event.listen(db.engine, "before_cursor_execute", note)
    try:
        with transaction():
            import_rota(rows, mapping, file="big.csv", file_hash="0" * 64, actor=None, now=NOON)
    finally:
        event.remove(db.engine, "before_cursor_execute", note)
    assert len(statements) < 40
    assert len(stored_codes([p.id for p in people], D1, date(2026, 12, 30))) == 1800
    assert db.session.scalar(select(Shift.import_id)) == db.session.scalar(select(TableImport.id))
