"""Tables people hand in: the right characters, or a question; never a bomb."""

from __future__ import annotations

import io
import time
import zipfile
from datetime import date

import pytest
import xlsxwriter
from python_calamine import CalamineWorkbook

from trainhub.errors import InputErrors
from trainhub.tables import TableLimits, neutral, read_table, write_csv, write_xlsx

CHINESE = "账号,姓名,班组\nlili,李丽,红队\nzhangwei,张伟,蓝队\nouyang,欧阳娜娜,蓝队\n"


def cells(data: bytes, **options) -> list[list[str]]:
    return [list(row.cells.values()) for row in read_table(data, "t", **options).rows]


def code(data: bytes, **options) -> str:
    with pytest.raises(InputErrors) as caught:
        read_table(data, "t", **options)
    return caught.value.errors[0].code


def workbook(rows, options=None) -> bytes:
    out = io.BytesIO()
    with xlsxwriter.Workbook(out, options or {}) as book:
        sheet = book.add_worksheet()
        for number, row in enumerate(rows):
            sheet.write_row(number, 0, row)
    return out.getvalue()


def changed(data: bytes, **parts: bytes | None) -> bytes:
    """A workbook with parts replaced or added (`__` stands for / and `_dot_` for a point)."""
    new = {name.replace("__", "/").replace("_dot_", "."): body for name, body in parts.items()}
    out = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(data)) as old,
        zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as made,
    ):
        for entry in old.infolist():
            if entry.filename not in new:
                made.writestr(entry.filename, old.read(entry))
        for name, body in new.items():
            made.writestr(name, body)
    return out.getvalue()


SHEET = "xl__worksheets__sheet1_dot_xml"
HEAD = b'<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>'
TAIL = b"</sheetData></worksheet>"


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gbk", "gb18030", "utf-16"])
def test_chinese_is_read_right_in_each_encoding(encoding) -> None:
    assert cells(CHINESE.encode(encoding))[0] == ["lili", "李丽", "红队"]


def test_characters_beyond_gbk_come_through_gb18030() -> None:
    text = CHINESE + "yan,䶮明,红队\nji,𠮷田,红队\n"
    assert cells(text.encode("gb18030"))[-1] == ["ji", "𠮷田", "红队"]


@pytest.mark.parametrize(
    "data",
    [
        "帳號,姓名,班組\nlili,李麗華,紅隊\nchen,陳國強,藍隊\n".encode("big5"),
        CHINESE.encode("utf-8") + "wang,王芳,红队\n".encode("gbk"),
        CHINESE.encode("gbk") + "wang,王芳,红队\n".encode(),
        "user,name\nm,Müller\nj,José\n".encode("latin-1"),
        "account,name\ntanaka,田中ひろし\n".encode("shift-jis"),
        CHINESE.encode("utf-16-le"),
        "user,name\na,\ufffd\ufffd\n".encode(),
        "user,name\na,\ue5e5\n".encode("gb18030"),
    ],
    ids=["big5", "utf8+gbk", "gbk+utf8", "latin", "sjis", "utf16-without-bom", "damaged", "pua"],
)
def test_what_is_uncertain_is_asked_about(data) -> None:
    assert code(data) == "encoding_not_recognised"


def test_big5_is_read_when_the_person_says_so() -> None:
    data = "帳號,姓名\nlili,李麗華\n".encode("big5")
    assert cells(data, encoding="big5") == [["lili", "李麗華"]]


def test_semicolons_and_tabs_separate_too() -> None:
    assert cells(b"a;b\n1;2\n") == cells(b"a\tb\n1\t2\n") == [["1", "2"]]


def test_every_fault_is_named_with_row_and_column() -> None:
    with pytest.raises(InputErrors) as caught:
        read_table(f"a,b\nx,{'y' * 201}\nz,1,2\n".encode(), "people.csv")
    first, second = caught.value.errors
    assert (first.code, first.file, first.row, first.column) == (
        "cell_too_long",
        "people.csv",
        2,
        "b",
    )
    assert (second.code, second.row) == ("heading_missing", 3)


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        (b"", "file_empty"),
        (b"a,a\n1,2\n", "heading_twice"),
        (b'a,b\n"1,2\n', "csv_invalid"),
        (b"a\n" + b"1\n" * 5001, "too_many_rows"),
        (b"a" * (5 * 1024 * 1024 + 1), "file_too_large"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1xx", "file_type_not_allowed"),
        (b"PK\x03\x04nonsense", "spreadsheet_invalid"),
        (",".join(f"c{n}" for n in range(51)).encode() + b"\n", "too_many_columns"),
    ],
)
def test_a_file_beyond_the_limits_is_refused(data, expected) -> None:
    assert code(data) == expected


def test_a_workbook_gives_whole_numbers_and_dates_as_text() -> None:
    from datetime import date

    data = workbook(
        [["no", "on", "x"], [1.0, date(2026, 11, 2), "甲"]], {"default_date_format": "yyyy-mm-dd"}
    )
    assert cells(data) == [["1", "2026-11-02", "甲"]]


def bombs() -> dict[str, tuple[bytes, str]]:
    plain = workbook([["a", "b"], ["x", "y"]])
    entities = b'<!DOCTYPE x [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;&a;">]>'
    outside = b'<!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/passwd">]>'
    formula = HEAD + b'<row r="1"><c r="A1"><f>1+1</f><v>2</v></c></row>' + TAIL
    grid = (
        HEAD
        + b'<row r="1"><c r="A1"><v>1</v></c></row>'
        + b'<row r="1048576"><c r="XFD1048576"><v>1</v></c></row>'
        + TAIL
    )
    rows = HEAD + b"<row/>" * 6_000_000 + TAIL
    strings = (
        b'<sst xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><si><t>'
        + b"x" * 30_000_000
        + b"</t></si></sst>"
    )
    rels = (
        b'<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
        b'<Relationship Id="rId1" Type="x/externalLinkPath" '
        b'Target="http://h/" TargetMode="External"/>'
        b"</Relationships>"
    )
    return {
        "entities": (changed(plain, **{SHEET: entities + HEAD + TAIL}), "spreadsheet_unsafe"),
        "outside": (
            changed(plain, xl__sharedStrings_dot_xml=outside + b"<sst/>"),
            "spreadsheet_unsafe",
        ),
        "macro": (changed(plain, xl__vbaProject_dot_bin=b"x"), "spreadsheet_unsafe"),
        "link": (changed(plain, xl__externalLinks__e1_dot_xml=b"<x/>"), "spreadsheet_unsafe"),
        "relation": (
            changed(plain, xl__worksheets___rels__sheet1_dot_xml_dot_rels=rels),
            "spreadsheet_unsafe",
        ),
        "formula": (changed(plain, **{SHEET: formula}), "spreadsheet_formula"),
        "grid": (changed(plain, **{SHEET: grid}), "too_many_rows"),
        "rows": (changed(plain, **{SHEET: rows}), "too_many_rows"),
        "strings": (changed(plain, xl__sharedStrings_dot_xml=strings), "cell_too_long"),
        "zeros": (changed(plain, xl__media__a_dot_png=b"\0" * 64 * 1024 * 1024), "file_too_large"),
        "broken": (changed(plain, **{SHEET: b"<worksheet><row>"}), "spreadsheet_invalid"),
        "word": (
            changed(plain)[:0] + _zip({"word/document.xml": b"<x/>"}),
            "file_type_not_allowed",
        ),
        "parts": (
            _zip({"xl/workbook.xml": b"<x/>"} | {f"p{n}": b"" for n in range(2000)}),
            "spreadsheet_invalid",
        ),
    }


def _zip(parts: dict[str, bytes]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, body in parts.items():
            archive.writestr(name, body)
    return out.getvalue()


def test_hostile_workbooks_are_refused_within_two_seconds() -> None:
    for name, (data, expected) in bombs().items():
        started = time.process_time()
        assert code(data) == expected, name
        assert time.process_time() - started < 2, name


def test_a_size_that_lies_is_noticed() -> None:
    data = bytearray(workbook([["a"], ["x" * 150]]))
    at = data.rfind(b"PK\x01\x02")
    data[at + 24 : at + 28] = (10).to_bytes(4, "little")
    assert code(bytes(data)) == "spreadsheet_invalid"


def test_names_that_are_commands_leave_as_text() -> None:
    signs = ["=", "+", "-", "@", "\t", "\r", "＝", "＋", "－", "＠", "|", " ="]
    names = [f"{sign}cmd|' /C calc'!A0" for sign in signs]
    text = write_csv(["name", "score"], [[name, -5] for name in names]).decode("utf-8-sig")
    assert text.count("\"'") + text.count("\n'") + text.count("\r'") >= len(names) - 1
    assert all(str(neutral(name)).startswith("'") for name in names)
    assert ",-5" in text
    book = write_xlsx(["name"], [[name] for name in names])
    with zipfile.ZipFile(io.BytesIO(book)) as archive:
        assert b"<f>" not in archive.read("xl/worksheets/sheet1.xml")


def test_what_we_write_we_read_back() -> None:
    rows = [["李丽", "=1+1", "-3"], ["Ann, B.", '"q"', "０"]]
    for data in (write_csv("abc", rows), write_xlsx("abc", rows)):
        assert cells(data) == rows


def test_a_large_table_is_read_quickly() -> None:
    rows = [["a", "b", "c"], *([str(n), "名字", "x"] for n in range(20_000))]
    data = workbook(rows)
    started = time.process_time()
    table = read_table(data, limits=TableLimits(rows=50_000))
    assert len(table.rows) == 20_000
    assert time.process_time() - started < 3


def test_dates_of_a_workbook_are_dates() -> None:
    rows = [[date(2026, 12, 7), "2026-12-08", None], [date(1899, 1, 1), "=1+1", 3]]
    data = write_xlsx(["on", "typed", "n"], rows)
    sheet = CalamineWorkbook.from_filelike(io.BytesIO(data)).get_sheet_by_index(0)
    assert sheet.to_python()[1:] == [
        [date(2026, 12, 7), "2026-12-08", ""],
        ["1899-01-01", "=1+1", 3],  # before a workbook's first day
    ]
    assert cells(data)[0][:2] == ["2026-12-07", "2026-12-08"]
