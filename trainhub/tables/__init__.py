"""Tables people hand in and take away: CSV and XLSX, read with suspicion, written neutral.

A base room: it knows no subject. A *table* is headings and rows of text; whoever asked for it
says what the columns mean.
"""

from trainhub.tables.reading import read_lines, read_table
from trainhub.tables.values import STANDARD_LIMITS, Table, TableLimits, TableRow
from trainhub.tables.writing import (
    neutral,
    stream_csv,
    write_csv,
    write_long_xlsx,
    write_xlsx,
)

__all__ = [
    "STANDARD_LIMITS",
    "Table",
    "TableLimits",
    "TableRow",
    "neutral",
    "read_lines",
    "read_table",
    "stream_csv",
    "write_csv",
    "write_long_xlsx",
    "write_xlsx",
]
