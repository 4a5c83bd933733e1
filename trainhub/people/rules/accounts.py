"""What an account may look like, and who may be given which role."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date

from trainhub.errors import N_, InputError
from trainhub.people.rules.names import (
    fold_email,
    fold_employee_no,
    fold_name,
    fold_username,
    list_email_errors,
    list_employee_no_errors,
    list_name_errors,
    list_username_errors,
)
from trainhub.people.rules.roles import Role


@dataclass(frozen=True)
class PersonEntry:
    """What somebody writes down about a person, folded as it will be stored."""

    username: str
    name: str
    email: str | None = None
    employee_no: str | None = None
    team_id: int | None = None
    start_on: date | None = None

    @classmethod
    def written(
        cls,
        username: str,
        name: str,
        email: str | None = None,
        employee_no: str | None = None,
        team_id: int | None = None,
        start_on: date | None = None,
    ) -> PersonEntry:
        """The entry as typed, folded; empty text becomes None."""
        return cls(
            fold_username(username or ""),
            fold_name(name or ""),
            fold_email(email or "") or None,
            fold_employee_no(employee_no or "") or None,
            team_id,
            start_on,
        )


def list_entry_errors(entry: PersonEntry) -> list[InputError]:
    """Everything wrong with an entry by itself, whoever else there is."""
    errors = [*list_username_errors(entry.username), *list_name_errors(entry.name)]
    if entry.email:
        errors += list_email_errors(entry.email)
    if entry.employee_no:
        errors += list_employee_no_errors(entry.employee_no)
    return errors


def find_role_refusal(
    before: Collection[Role],
    after: Collection[Role],
    *,
    is_oneself: bool,
    other_administrators: int,
) -> InputError | None:
    """Why the roles may not change so: nobody unseats themselves or the last administrator."""
    if not after:
        return InputError("role_missing", N_("A person has at least one role."), field="roles")
    loses = Role.ADMINISTRATOR in before and Role.ADMINISTRATOR not in after
    if loses and is_oneself:
        message = N_("You cannot take your own administrator role away.")
        return InputError("own_role", message, field="roles")
    if loses and other_administrators == 0:
        message = N_("This is the only administrator. Appoint another one first.")
        return InputError("last_administrator", message, field="roles")
    return None
