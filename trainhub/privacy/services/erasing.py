"""Erasing somebody: the account closed and renamed, what is no lawful evidence gone."""

from __future__ import annotations

import secrets
from datetime import datetime

from sqlalchemy import delete, or_, select, update

from trainhub.audit.services import append_entry
from trainhub.db import db
from trainhub.errors import N_, Conflict, InputError, InputErrors
from trainhub.people.models import Person, SignInMisses
from trainhub.people.services import disable_person
from trainhub.privacy import queries
from trainhub.privacy.models import Erasure
from trainhub.privacy.rules import PERSONAL, PSEUDONYM, Erase
from trainhub.typing_tests.models import TypingRun
from trainhub.typing_tests.services.retention import delete_timeline

# Emptied by hand: its keys are made anew by the model itself.
_BY_HAND = {"person"}


def erase_person(person: Person, *, reason: str, actor: Person | None, now: datetime) -> Erasure:
    """Erase somebody for good.

    Raises `InputErrors` without a reason, `Conflict` under a legal hold or if it is done
    already, `DomainError` for oneself and for the only administrator.
    """
    if not reason.strip():
        message = N_("Give the reason; it is kept in the audit trail.")
        raise InputErrors([InputError("reason_missing", message, field="reason")])
    db.session.refresh(person, with_for_update={"of": Person})  # a hold waits, or is seen
    if queries.find_hold(person.id) is not None:
        message = N_("A legal hold is in force: nothing about this person may go.")
        raise Conflict(message, code="held")
    pseudonym = f"erased-{secrets.token_hex(4)}"
    return erase_with_pseudonym(person, pseudonym, reason=reason, actor=actor, now=now)


def erase_with_pseudonym(
    person: Person, pseudonym: str, *, reason: str, actor: Person | None, now: datetime
) -> Erasure:
    """The same under a pseudonym known from before, whatever holds there are.

    For repeating an erasure after a restore. Raises `Conflict` if it is done already.
    """
    db.session.refresh(person, with_for_update={"of": Person})
    if person.erased_at is not None:
        raise Conflict(N_("This person is erased already."), code="erased")
    disable_person(person, actor=actor, now=now)
    counts = _forget_rows_of(person, pseudonym, now)
    _rename(person, pseudonym, now)
    erasure = Erasure(
        person_id=person.id, pseudonym=pseudonym, erased_at=now,
        erased_by_id=actor.id if actor else None, reason=reason, counts=counts,
    )  # fmt: skip
    db.session.add(erasure)
    db.session.flush()
    append_entry(
        "privacy.erased", actor=actor, object_type="person", object_key=pseudonym, now=now,
        changes={"rows": [sum(counts.values()), 0]}, reason=reason,
    )  # fmt: skip
    return erasure


def _forget_rows_of(person: Person, pseudonym: str, now: datetime) -> dict[str, int]:
    """Delete and empty by the declarations; how many rows of each table."""
    counts = {"typing_chunk": _forget_keystrokes(person, now), "sign_in_misses": _misses(person)}
    for declaration in PERSONAL:
        if declaration.table in _BY_HAND | counts.keys() or not declaration.path:
            continue
        table, mine = queries.table_of(declaration), queries.about(declaration, person)
        if declaration.erase is Erase.DELETE:
            done = db.session.execute(delete(table).where(mine))
        elif declaration.erase is Erase.EMPTY:
            values = {
                name: pseudonym if value == PSEUDONYM else value
                for name, value in declaration.emptied.items()
            }
            done = db.session.execute(update(table).where(mine).values(**values))
        else:
            continue
        counts[declaration.table] = done.rowcount  # type: ignore[attr-defined]  # of a CursorResult
    db.session.expire_all()
    return {name: count for name, count in counts.items() if count}


def _forget_keystrokes(person: Person, now: datetime) -> int:
    """By the service of typing tests, which notes on each run that its keystrokes are gone."""
    runs = select(TypingRun.id).where(
        TypingRun.person_id == person.id, TypingRun.timeline_gone_at.is_(None)
    )
    return sum(delete_timeline(run_id, now=now) for run_id in db.session.scalars(runs).all())


def _misses(person: Person) -> int:
    mine = or_(
        SignInMisses.subject.endswith(f":person:{person.id}", autoescape=True),
        SignInMisses.subject.contains(f":person:{person.id}@", autoescape=True),
    )
    done = db.session.execute(delete(SignInMisses).where(mine))
    count: int = done.rowcount  # type: ignore[attr-defined]  # of a CursorResult
    return count


def _rename(person: Person, pseudonym: str, now: datetime) -> None:
    declaration = next(one for one in PERSONAL if one.table == "person")
    for name, value in declaration.emptied.items():
        setattr(person, name, pseudonym if value == PSEUDONYM else value)
    person.erased_at = now
    db.session.flush()
