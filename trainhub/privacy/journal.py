"""Erasures and legal holds, kept outside the database: a backup put back is older than some.

A line holds numbers and the pseudonym, never what the person was called, nor a reason.
"""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from trainhub.db import transaction
from trainhub.journals import append_line, read_lines
from trainhub.people.models import Person
from trainhub.privacy import queries
from trainhub.privacy.services import erase_with_pseudonym, set_hold

FILE = "erasures.jsonl"
HOLDS_FILE = "legal-holds.jsonl"
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
        if queries.find_to_erase_again(line["person_id"], line["account_since"]) is None:
            continue
        with transaction():
            person = queries.find_to_erase_again(line["person_id"], line["account_since"])
            if person is not None:
                _erase(person, str(line["pseudonym"]), now)
                count += 1
    return count


def note_holds(instance: Path) -> int:
    """Add the legal holds set and lifted that the file does not tell of yet; how many."""
    file = instance / HOLDS_FILE
    known = {(line["person_id"], line["set_at"], line["ended_at"]) for line in _read_holds(file)}
    count = 0
    for hold, account_since in queries.list_all_holds():
        ended_at = hold.ended_at and hold.ended_at.astimezone(UTC).isoformat()
        set_at = hold.set_at.astimezone(UTC).isoformat()
        if (hold.person_id, set_at, ended_at) in known:
            continue
        line = {
            "person_id": hold.person_id,
            "account_since": account_since.astimezone(UTC).isoformat(),
            "set_at": set_at,
            "ended_at": ended_at,
        }
        append_line(file, json.dumps(line))
        count += 1
    return count


def repeat_holds(instance: Path, now: datetime) -> int:
    """Set again the holds that a backup from before did not know; how many.

    One that was lifted since and is in force again stays so: to lift it is for people to decide.
    """
    last = {}
    for line in _read_holds(instance / HOLDS_FILE):
        last[line["person_id"], line["account_since"], line["set_at"]] = line
    count = 0
    for line in last.values():
        if line["ended_at"] is not None:
            continue
        with transaction():
            person = queries.find_to_erase_again(line["person_id"], line["account_since"])
            if person is not None and queries.find_hold(person.id) is None:
                since = datetime.fromisoformat(line["set_at"])
                set_hold(person, reason=AGAIN, actor=None, now=now, since=since)
                count += 1
    return count


def _read_holds(file: Path) -> list[dict[str, Any]]:
    wanted = {"person_id", "account_since", "set_at", "ended_at"}
    return [line for line in _lines(file) if wanted <= line.keys()]


def _erase(person: Person, pseudonym: str, now: datetime) -> None:
    erase_with_pseudonym(person, pseudonym, reason=AGAIN, actor=None, now=now)


def _read(file: Path) -> list[dict[str, Any]]:
    wanted = {"person_id", "account_since", "pseudonym"}
    return [line for line in _lines(file) if wanted <= line.keys()]


def _lines(file: Path) -> list[dict[str, Any]]:
    found = []
    for line in read_lines(file):
        try:
            found.append(dict(json.loads(line)))
        except (ValueError, TypeError):
            continue  # a damaged line must not keep the others from being repeated
    return found
