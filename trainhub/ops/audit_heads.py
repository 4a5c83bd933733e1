"""The signed heads of the audit trail, kept in the instance folder and not in the database.

Whoever changes the database cannot make the file fit without the server's secret; whoever has
both can, which is why operators copy the file to another machine (docs/operations.md).
"""

from __future__ import annotations

import json
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path
from typing import Literal

import trainhub.audit.queries as audit
from trainhub.audit.rules import (
    GENESIS,
    Head,
    contradicted_head,
    faulty_head,
    head_key,
    key_name,
    signed,
)
from trainhub.config import Settings
from trainhub.journals import append_line, read_lines

FILE = "audit-heads.jsonl"


class HeadFault(Exception):
    """The heads and the trail do not belong together; the text says where."""


def heads_file(settings: Settings) -> Path:
    """Where the heads are kept."""
    return settings.instance / FILE


def read_heads(settings: Settings) -> list[Head]:
    """All heads, oldest first. A last line that was never finished is none.

    Raises `HeadFault` for a line that is no head.
    """
    try:
        lines = read_lines(heads_file(settings))
    except UnicodeDecodeError:
        raise HeadFault(f"{FILE} is no text") from None
    found = []
    for place, line in enumerate(lines, start=1):
        try:
            found.append(Head(**json.loads(line)))
        except (ValueError, TypeError):
            raise HeadFault(f"line {place} of {FILE} is no head") from None
    return found


def check_heads(settings: Settings) -> list[Head]:
    """The heads, if every one is ours and the trail bears all of them out.

    Raises `HeadFault`.
    """
    heads = _ours(settings)
    _check_against_trail(heads)
    return heads


def find_last_head(settings: Settings) -> Head | None:
    """The newest head, if all are ours and the trail bears this one out; None while there is none.

    One entry is read, however many there are. Raises `HeadFault`.
    """
    last = _ours(settings)[-1:]
    _check_against_trail(last)
    return last[0] if last else None


def _ours(settings: Settings) -> list[Head]:
    heads, key = read_heads(settings), head_key(settings.secret_key)
    place = faulty_head(heads, key)
    if place is not None:
        if heads[place - 1].key != key_name(key):
            raise HeadFault(f"line {place} of {FILE} is signed with another secret than this one")
        raise HeadFault(f"line {place} of {FILE} was changed, or one before it taken out")
    return heads


def _check_against_trail(heads: list[Head]) -> None:
    wrong = contradicted_head(heads, audit.hashes_of({head.number for head in heads}))
    if wrong is None:
        return
    last = audit.find_last_number()
    if last < wrong.number:
        raise HeadFault(
            f"the trail ends at entry {last}, and had entry {wrong.number} on {wrong.at}: "
            f"it was cut off after entry {last}"
        )
    raise HeadFault(
        f"entry {wrong.number} is not what it was on {wrong.at}: the trail was cut off "
        "before it or written anew"
    )


def write_head(
    settings: Settings, now: datetime, event: Literal["night", "restored"] = "night"
) -> Head:
    """Add where the chain ends now. Raises `HeadFault` if the file cannot be read."""
    heads, key = read_heads(settings), head_key(settings.secret_key)
    number, hashed = audit.find_end_of_chain() or (0, GENESIS)
    head = Head(
        at=now.astimezone(UTC).isoformat(),
        event=event,
        number=number,
        hash=hashed,
        previous=heads[-1].signature if heads else GENESIS,
        key=key_name(key),
    )
    made = signed(head, key)
    append_line(heads_file(settings), json.dumps(asdict(made)))
    return made
