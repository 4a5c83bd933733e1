"""Tables to take away as a file."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from os import SEEK_END
from tempfile import TemporaryFile

from flask import Response, send_file

from trainhub.tables import stream_csv, write_long_xlsx
from trainhub.tables.writing import Cell

TYPES = {
    "csv": "text/csv; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}


def table_file(
    kind: str, name: str, headings: Sequence[str], rows: Iterable[Sequence[Cell]], *, sheet: str
) -> Response:
    """A table as a file of this kind (csv or xlsx), kept nowhere; `sheet` heads a workbook's."""
    out = TemporaryFile()  # noqa: SIM115 -- the answer closes it
    if kind == "csv":
        out.writelines(stream_csv(headings, rows))
    else:
        write_long_xlsx(out, headings, rows, sheet=sheet)
    length = out.seek(0, SEEK_END)
    out.seek(0)
    answer = send_file(
        out, mimetype=TYPES[kind], as_attachment=True, download_name=f"{name}.{kind}"
    )  # fmt: skip
    answer.content_length = length
    answer.headers["Cache-Control"] = "no-store"
    return answer
