"""What a command answers: a result for people, or with ``--json`` for programs.

Exit status: 0 done, 1 input refused and nothing stored, 2 wrong usage (Click's own).
"""

from __future__ import annotations

import json
import sys
from collections.abc import Mapping, Sequence
from typing import Any, NoReturn

import click

from trainhub.errors import InputError

json_option = click.option("--json", "as_json", is_flag=True, help="Answer in JSON.")
dry_run_option = click.option("--dry-run", is_flag=True, help="Check everything, store nothing.")


def finish(as_json: bool, lines: Sequence[str], **values: Any) -> None:
    """Report success: `lines` for people, `values` for programs."""
    if as_json:
        click.echo(json.dumps({"ok": True, **values, "errors": []}, ensure_ascii=False, indent=1))
    else:
        for line in lines:
            click.echo(line)


def place(error: InputError) -> str:
    """Where an error is, as ``file:line`` or ``file row 3, column email``."""
    start = error.file or ""
    if error.line is not None:
        start += f":{error.line}"
    parts = [start] if start else []
    if error.row is not None:
        parts.append(f"row {error.row}")
    if error.column:
        parts.append(f"column {error.column}")
    elif error.field:
        parts.append(f"field {error.field}")
    return ", ".join(parts)


def refuse(
    as_json: bool, errors: Sequence[InputError], values: Mapping[str, Any] | None = None
) -> NoReturn:
    """Report refused input and leave with status 1."""
    if as_json:
        answer = {"ok": False, **(values or {}), "errors": [error.as_dict() for error in errors]}
        click.echo(json.dumps(answer, ensure_ascii=False, indent=1))
    else:
        for error in errors:
            click.echo(f"{place(error)}: {error.text()} [{error.code}]", err=True)
        click.echo(f"{len(errors)} error(s); nothing was stored.", err=True)
    sys.exit(1)
