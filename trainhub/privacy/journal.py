"""The erasures, kept outside the database: a backup put back is older than some of them.

A line holds numbers and the pseudonym, never what the person was called.
"""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path

from trainhub.db import transaction
from trainhub.journals import append_line, read_lines
from trainhub.people.models import Person
from trainhub.privacy import queries
from trainhub.privacy.services import erase_with_pseudonym

FILE = "erasures.jsonl"
AGAIN = "Repeated after a restore"


def note_erasures(instance: Path) -> int:
    """Add the erasures of the database that the file does not hold yet; how many."""
    file = instance / FILE
    known = {line["pseudonym"] for line in _read(file)}
    fresh = [pair for pair in queries.list_erasures() if pair[0].pseudonym not in known]
    for erasure, account_since in fresh:
        line = {
            "person_id": erasure.person_id,
            "account_since": account_since.astimezone(UTC).isoformat(),
            "pseudonym": erasure.pseudonym,
            "erased_at": erasure.erased_at.astimezone(UTC).isoformat(),
        }
        append_line(file, json.dumps(line))
    return len(fresh)


def repeat_erasures(instance: Path, now: datetime) -> int:
    """Erase again whom the database still knows by name; how many. For after a restore."""
    count = 0
    for line in _read(instance / FILE):
        with transaction():
            person = queries.find_to_erase_again(line["person_id"], line["account_since"])
            if person is not None:
                _erase(person, str(line["pseudonym"]), now)
                count += 1
    return count


def _erase(person: Person, pseudonym: str, now: datetime) -> None:
    erase_with_pseudonym(person, pseudonym, reason=AGAIN, actor=None, now=now)


def _read(file: Path) -> list[dict[str, str]]:
    found = []
    for line in read_lines(file):
        try:
            found.append(dict(json.loads(line)))
        except (ValueError, TypeError):
            continue  # a damaged line must not keep the others from being repeated
    return [line for line in found if {"person_id", "account_since", "pseudonym"} <= line.keys()]
