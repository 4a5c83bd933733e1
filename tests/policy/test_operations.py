"""What an operator can set is written down."""

from __future__ import annotations

import re
from dataclasses import fields
from pathlib import Path

from trainhub.config import Settings

OPERATIONS = Path(__file__).parents[2] / "docs" / "operations.md"


def test_every_setting_is_documented_and_no_other() -> None:
    documented = set(re.findall(r"^\| `(TRAINHUB_\w+)`", OPERATIONS.read_text("utf-8"), re.M))
    known = {f"TRAINHUB_{item.name.upper()}" for item in fields(Settings)}
    assert documented == known, "docs/operations.md, table of settings"
