"""Adding, changing, disabling people; their roles, passwords and preferences."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import asdict
from datetime import datetime
from typing import Any

from sqlalchemy import or_, select, update
from sqlalchemy.exc import IntegrityError

from trainhub.audit.services import append_entry
from trainhub.db import db
from trainhub.errors import N_, Conflict, DomainError, InputError, InputErrors
from trainhub.people import queries
from trainhub.people.models import AccessToken, Invitation, Person, PersonRole, Role
from trainhub.people.rules import (
    PersonEntry,
    find_role_refusal,
    list_entry_errors,
    list_password_errors,
)
from trainhub.people.services.sign_ins import end_all_sign_ins


def add_person(
    entry: PersonEntry, roles: Collection[Role], *, actor: Person | None, now: datetime
) -> Person:
    """Add an account without a password: an invitation lets its owner set one.

    Raises `InputErrors`, each with its field.
    """
    _check_entry(entry, None)
    if not roles:
        raise InputErrors([_role_missing()])
    person = Person(**asdict(entry), created_at=now, name_key="")
    person.role_rows = [PersonRole(role=role.value) for role in sorted(set(roles))]
    db.session.add(person)
    _flush()
    written = {name: [None, _plain(value)] for name, value in asdict(entry).items() if value}
    written["roles"] = [None, sorted(role.value for role in roles)]
    _audit("person.added", person, actor=actor, now=now, changes=written)
    return person


def change_person(
    person: Person, entry: PersonEntry, *, actor: Person | None, now: datetime
) -> None:
    """Change what is written down about a person. Raises `InputErrors`, `Conflict` if erased."""
    refuse_erased(person)
    _check_entry(entry, person)
    changes = _differences(person, asdict(entry))
    if changes:
        for name, value in asdict(entry).items():
            setattr(person, name, value)
        _flush()
        _audit("person.changed", person, actor=actor, now=now, changes=changes)


def change_roles(
    person: Person,
    roles: Collection[Role],
    *,
    reason: str,
    actor: Person | None,
    now: datetime,
) -> None:
    """Give and take roles. Raises `InputErrors` without a reason or for the last administrator."""
    before, after = person.roles, frozenset(roles)
    if before == after:
        return
    refusal = find_role_refusal(
        before,
        after,
        is_oneself=actor is not None and actor.id == person.id,
        other_administrators=queries.count_administrators(but=person.id),
    )
    if refusal is None and not reason.strip():
        message = N_("Say why the roles change; it is kept in the audit trail.")
        refusal = InputError("reason_missing", message, field="reason")
    if refusal:
        raise InputErrors([refusal])
    kept = [row for row in person.role_rows if Role(row.role) in after]
    person.role_rows = kept + [PersonRole(role=role.value) for role in sorted(after - before)]
    if Role.SUPERVISOR not in after:
        person.supervisions = []
    db.session.flush()
    changes = {"roles": [sorted(before), sorted(after)]}
    _audit("person.roles_changed", person, actor=actor, now=now, changes=changes, reason=reason)


def disable_person(person: Person, *, actor: Person | None, now: datetime) -> None:
    """Close the account: its sign-ins, links and tokens end at once; its records stay."""
    if actor is not None and actor.id == person.id:
        raise DomainError(N_("You cannot disable your own account."), code="own_account")
    if person.has_role(Role.ADMINISTRATOR) and not queries.count_administrators(but=person.id):
        message = N_("This is the only administrator. Appoint another one first.")
        raise DomainError(message, code="last_administrator")
    if person.disabled_at is not None:
        return
    person.disabled_at = now
    end_all_sign_ins(person, now=now)
    void_links(person, now=now)
    db.session.execute(
        update(AccessToken)
        .where(AccessToken.person_id == person.id, AccessToken.revoked_at.is_(None))
        .values(revoked_at=now)
    )
    db.session.flush()
    _audit("person.disabled", person, actor=actor, now=now)


def refuse_erased(person: Person) -> None:
    """Raise `Conflict` for somebody who is erased: nothing may bring a name back."""
    if person.erased_at is not None:
        raise Conflict(N_("This person is erased; that is for good."), code="erased")


def enable_person(person: Person, *, actor: Person | None, now: datetime) -> None:
    """Open a closed account again. Sign-ins and tokens that ended stay ended.

    Raises `Conflict` for somebody who is erased.
    """
    refuse_erased(person)
    if person.disabled_at is not None:
        person.disabled_at = None
        db.session.flush()
        _audit("person.enabled", person, actor=actor, now=now)


def check_new_password(person: Person, password: str, *, context: Collection[str] = ()) -> None:
    """Raise `InputErrors` unless the rules accept the password for this person."""
    known = {person.username, person.name, person.name_key, *context}
    known |= {(person.email or "").partition("@")[0], person.employee_no or ""}
    known.add(person.team.name if person.team else "")
    errors = list_password_errors(password, known - {""})
    if errors:
        raise InputErrors(errors)


def set_password(
    person: Person, password_hash: str, *, keep: str | None = None, now: datetime
) -> None:
    """Put a new password in force: every other sign-in and every open link ends.

    The password has passed `check_new_password`; hashing is slow and is done before the
    transaction. `keep` is the token of the sign-in in which it is being changed.
    """
    person.password_hash = password_hash
    person.password_changed_at = now
    end_all_sign_ins(person, but=keep, now=now)
    void_links(person, now=now)
    db.session.flush()
    _audit("person.password_changed", person, actor=person, now=now)


def void_links(person: Person, *, now: datetime) -> None:
    """Make every link of the person that still works useless."""
    db.session.execute(
        update(Invitation)
        .where(Invitation.person_id == person.id, Invitation.used_at.is_(None))
        .values(used_at=now)
        .execution_options(synchronize_session="fetch")
    )


def choose_preferences(person: Person, *, locale: str | None, time_zone: str | None) -> None:
    """Keep the language and time zone a person wants; None follows browser and centre."""
    person.locale, person.time_zone = locale, time_zone
    db.session.flush()


def _check_entry(entry: PersonEntry, person: Person | None) -> None:
    errors = list_entry_errors(entry) + list_taken(entry, but=person)
    if errors:
        raise InputErrors(errors)


def list_taken(entry: PersonEntry, *, but: Person | None) -> list[InputError]:
    """Which names of the entry somebody else already signs in with, in whatever column."""
    values = {"username": entry.username, "email": entry.email, "employee_no": entry.employee_no}
    wanted = {value.casefold(): field for field, value in values.items() if value}
    spellings = {value for value in values.values() if value}
    spellings |= {value.casefold() for value in spellings} | {v.upper() for v in spellings}
    query = select(Person.username, Person.email, Person.employee_no).where(
        or_(
            Person.username.in_(spellings),
            Person.email.in_(spellings),
            Person.employee_no.in_(spellings),
        )
    )
    if but is not None:
        query = query.where(Person.id != but.id)
    taken = {value.casefold() for row in db.session.execute(query) for value in row if value}
    message = N_("Somebody else already has this.")
    return [
        InputError(f"{wanted[value]}_taken", message, field=wanted[value])
        for value in wanted
        if value in taken
    ]


def _differences(person: Person, values: dict[str, Any]) -> dict[str, list[Any]]:
    return {
        name: [_plain(getattr(person, name)), _plain(value)]
        for name, value in values.items()
        if getattr(person, name) != value
    }


def _plain(value: Any) -> Any:
    return value.isoformat() if hasattr(value, "isoformat") else value


def _flush() -> None:
    try:
        db.session.flush()
    except IntegrityError as error:  # somebody took the name between the check and now
        message = N_("Somebody else already has one of these names.")
        raise Conflict(message, code="name_taken") from error


def _role_missing() -> InputError:
    return InputError("role_missing", N_("A person has at least one role."), field="roles")


def _audit(
    action: str,
    person: Person,
    *,
    actor: Person | None,
    now: datetime,
    changes: dict[str, Any] | None = None,
    reason: str = "",
) -> None:
    append_entry(
        action,
        actor=actor,
        object_type="person",
        object_key=person.username,
        now=now,
        changes=changes,
        reason=reason,
    )
