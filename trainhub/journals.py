"""Files that are only added to, a line at a time: what has to outlive the database's own file."""

from __future__ import annotations

import os
from pathlib import Path


def read_lines(file: Path) -> list[str]:
    """The finished lines. One cut short by a power failure is none.

    Raises `UnicodeDecodeError` for a file that is no text.
    """
    try:
        return file.read_text("utf-8").split("\n")[:-1]
    except FileNotFoundError:
        return []


def append_line(file: Path, line: str) -> None:
    """Add a line; it is on the disk when this returns."""
    with file.open("a+b") as out:
        out.seek(0)
        head, end, _unfinished = out.read().rpartition(b"\n")
        out.truncate(len(head) + len(end))
        out.write(f"{line}\n".encode())
        out.flush()
        os.fsync(out.fileno())
