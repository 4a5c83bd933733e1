"""A table as PDF, for paper: heads on every page, colours never without their words."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from trainhub.certification.certificates.document import font_folder

_TEMPLATE = Path(__file__).with_name("table.typ")
_MANY = 9  # columns from which on the larger sheet is taken


@dataclass(frozen=True)
class TableCell:
    """A word, something smaller below it, and what it means: danger, warning, success, info."""

    words: str
    note: str = ""
    kind: str = ""


@dataclass(frozen=True)
class TableText:
    """What stands on the sheets; each row has as many cells as there are heads."""

    language: str
    title: str
    note: str
    heads: Sequence[str]
    rows: Sequence[Sequence[TableCell]]


def table_pdf(text: TableText) -> bytes:
    """The table on as many sheets as it needs. Texts reach the template as data."""
    import typst  # some 80 MB that most pages never need

    values = asdict(text) | {"paper": "a3" if len(text.heads) > _MANY else "a4"}
    sources: Any = {
        "main": _TEMPLATE.read_bytes(),
        "table.json": json.dumps(values, ensure_ascii=False).encode(),
    }
    made: bytes = typst.compile(sources, font_paths=[str(font_folder())], ignore_system_fonts=True)
    return made
