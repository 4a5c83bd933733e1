"""The table of `docs/permissions.md`, read as it is written."""

from __future__ import annotations

from pathlib import Path

from tests.attacks.world import ROLES

DOCUMENT = Path(__file__).parents[2] / "docs" / "permissions.md"
WORDS = {"yes", "own", "no"}


def read_table() -> dict[tuple[str, str], dict[str, str]]:
    """(endpoint, method) → role → “yes”, “own” or “no”."""
    table: dict[tuple[str, str], dict[str, str]] = {}
    for line in DOCUMENT.read_text("utf-8").splitlines():
        cells = [cell.strip() for cell in line.strip("|").split("|")]
        if not line.startswith("|") or len(cells) != 2 + len(ROLES) or "." not in cells[0]:
            continue
        assert set(cells[2:]) <= WORDS, f"{cells[0]}: {set(cells[2:]) - WORDS} is no right"
        for method in cells[1].split("/"):
            table[cells[0], method] = dict(zip(ROLES, cells[2:], strict=True))
    return table
