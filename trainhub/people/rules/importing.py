"""Rows of an imported table of people: what the columns mean, and what a row may do."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date

from trainhub.errors import N_, InputError
from trainhub.people.rules.accounts import PersonEntry, list_entry_errors
from trainhub.people.rules.names import fold_name, list_name_errors
from trainhub.people.rules.roles import Role

COLUMNS = ("username", "name", "email", "team", "role", "employee_no", "start_date")
CHINESE_HEADINGS = ("账号", "姓名", "邮箱", "班组", "角色", "工号", "入职日期")
REQUIRED = ("username", "name")
_OTHER_HEADINGS = {
    "用户名": "username", "帐号": "username", "登录名": "username", "user_name": "username",
    "电子邮箱": "email", "电子邮件": "email", "邮件": "email", "e_mail": "email",
    "小组": "team", "团队": "team", "roles": "role", "员工编号": "employee_no",
    "employee_number": "employee_no", "start_on": "start_date", "入职时间": "start_date",
}  # fmt: skip
_HEADINGS = {
    **{name: name for name in COLUMNS},
    **dict(zip(CHINESE_HEADINGS, COLUMNS, strict=True)),
    **_OTHER_HEADINGS,
}
ROLE_NAMES = {
    Role.AGENT: "客服代表",
    Role.TRAINER: "内训师",
    Role.SUPERVISOR: "班长",
    Role.PLANNER: "排班员",
    Role.AUDITOR: "审计员",
    Role.ADMINISTRATOR: "管理员",
}
_ROLES = {
    **{role.value: role for role in Role},
    **{name: role for role, name in ROLE_NAMES.items()},
    "admin": Role.ADMINISTRATOR, "系统管理员": Role.ADMINISTRATOR, "主管": Role.SUPERVISOR,
    "坐席": Role.AGENT, "客服": Role.AGENT, "培训师": Role.TRAINER, "讲师": Role.TRAINER,
    "稽核": Role.AUDITOR, "审计": Role.AUDITOR,
}  # fmt: skip
_ROLE_SEPARATORS = re.compile(r"[;；、,，/|\s]+")
_DATE = re.compile(
    r"(\d{4})(?:-(\d\d?)-(\d\d?)|/(\d\d?)/(\d\d?)|\.(\d\d?)\.(\d\d?)|年(\d\d?)月(\d\d?)日?|(\d\d)(\d\d))"
)
_WHOLE_NUMBER = re.compile(r"^(\d+)\.0$")  # what programs make of a number in a CSV file
# In which column of the table an entry's field stands, where the names differ.
_COLUMN_OF_FIELD = {"start_on": "start_date", "roles": "role"}


@dataclass(frozen=True)
class ImportedPerson:
    """One row as understood. `roles` is None where the table names none."""

    row: int
    entry: PersonEntry
    team: str | None
    roles: frozenset[Role] | None


@dataclass(frozen=True)
class ExistingPerson:
    """What an import needs to know of an account that is there already."""

    id: int
    entry: PersonEntry
    team: str | None
    roles: frozenset[Role]


def column_of(heading: str) -> str | None:
    """The column a heading stands for, in English or Chinese; None if unknown."""
    folded = unicodedata.normalize("NFKC", heading).strip().casefold()
    return _HEADINGS.get(re.sub(r"[\s_-]+", "_", folded))


def list_heading_errors(headings: Sequence[str], file: str) -> list[InputError]:
    """Headings nobody knows, columns named twice, required ones missing."""
    columns = [column_of(heading) for heading in headings]
    errors = [
        InputError(
            "heading_unknown",
            N_("This column is not known. Known are: %(columns)s."),
            {"columns": ", ".join((*COLUMNS, *CHINESE_HEADINGS))},
            file=file,
            row=1,
            column=heading,
        )
        for heading, column in zip(headings, columns, strict=True)
        if column is None
    ]
    for name in COLUMNS:
        if columns.count(name) > 1:
            message = N_("Two columns have the same meaning.")
            errors.append(InputError("heading_twice", message, file=file, row=1, column=name))
    for name in REQUIRED:
        if name not in columns:
            message = N_("This column is missing.")
            errors.append(InputError("heading_missing", message, file=file, row=1, column=name))
    return errors


def read_person(
    cells: Mapping[str, str], row: int, file: str
) -> tuple[ImportedPerson, list[InputError]]:
    """The person of one row (its cells by column), and everything wrong with the row itself."""
    errors: list[InputError] = []
    start_on, start_error = _read_date(cells.get("start_date", ""))
    roles, role_error = read_roles(cells.get("role", ""))
    team = fold_name(cells.get("team", "")) or None
    entry = PersonEntry.written(
        cells.get("username", ""),
        cells.get("name", ""),
        cells.get("email"),
        _WHOLE_NUMBER.sub(r"\1", cells.get("employee_no", "").strip()),
        None,
        start_on,
    )
    errors += list_entry_errors(entry)
    errors += [replace(error, field="team") for error in list_name_errors(team)] if team else []
    errors += [error for error in (start_error, role_error) if error]
    return ImportedPerson(row, entry, team, roles), [placed(e, row, file) for e in errors]


def placed(error: InputError, row: int, file: str) -> InputError:
    """An entry's error, said of the cell of a table instead of a form's field."""
    column = _COLUMN_OF_FIELD.get(error.field or "", error.field)
    return replace(error, file=file, row=row, column=column, field=None)


def read_roles(text: str) -> tuple[frozenset[Role] | None, InputError | None]:
    """The roles a cell names, English or Chinese, and what is wrong with it; None if empty."""
    words = [word for word in _ROLE_SEPARATORS.split(unicodedata.normalize("NFKC", text)) if word]
    unknown = [word for word in words if word.casefold() not in _ROLES]
    if unknown:
        message = N_("There is no role “%(role)s”. Roles are: %(roles)s.")
        known = ", ".join((*(role.value for role in Role), *ROLE_NAMES.values()))
        values = {"role": unknown[0], "roles": known}
        return None, InputError("role_unknown", message, values, field="role")
    return frozenset(_ROLES[word.casefold()] for word in words) or None, None


def _read_date(text: str) -> tuple[date | None, InputError | None]:
    folded = unicodedata.normalize("NFKC", text).strip()
    if not folded:
        return None, None
    match = _DATE.fullmatch(folded.removesuffix(" 00:00"))
    try:
        assert match
        year, month, day = (int(part) for part in match.groups() if part)
        found = date(year, month, day)
        if 1950 <= year <= 2100:
            return found, None
    except (AssertionError, ValueError):
        pass
    message = N_("This is not a date. Write it as 2026-11-02.")
    return None, InputError("date_invalid", message, field="start_date")


def list_repeats(people: Iterable[ImportedPerson], file: str) -> list[InputError]:
    """Names by which two rows of the file would sign in."""
    errors, seen = [], {}  # type: tuple[list[InputError], dict[str, int]]
    for person in people:
        mine = set()
        for column in ("username", "email", "employee_no"):
            value = getattr(person.entry, column)
            key = value.casefold() if value else ""
            if key in seen:
                message = N_("Row %(other)s has this already.")
                place = InputError("repeated", message, {"other": seen[key]}, field=column)
                errors.append(placed(place, person.row, file))
            mine.add(key)
        seen |= {key: person.row for key in mine if key and key not in seen}
    return errors


def list_new_refusals(person: ImportedPerson, *, may_make_administrators: bool) -> list[InputError]:
    """Why a new account may not be made so."""
    if Role.ADMINISTRATOR in (person.roles or ()) and not may_make_administrators:
        message = N_("An administrator cannot be made by an import in the browser.")
        return [InputError("role_not_allowed", message, field="role")]
    return []


def list_change_refusals(person: ImportedPerson, existing: ExistingPerson) -> list[InputError]:
    """Why a row may not change an account: a row changes name, team and start date only."""
    errors = []
    gained = (person.roles or frozenset()) - existing.roles
    if gained:
        message = N_("An import gives no roles to an account that exists. Use its page.")
        errors.append(InputError("role_escalation", message, field="role"))
    for column in ("email", "employee_no"):
        value = getattr(person.entry, column)
        if value and value != getattr(existing.entry, column):
            message = N_("An import does not change what an account signs in with. Use its page.")
            errors.append(InputError("account_differs", message, field=column))
    if Role.ADMINISTRATOR in existing.roles and not errors and changed_fields(person, existing):
        message = N_("An import does not change an administrator. Use its page.")
        errors.append(InputError("administrator_protected", message, field="username"))
    return errors


def changed_fields(person: ImportedPerson, existing: ExistingPerson) -> list[str]:
    """Which of name, team and start date the row changes; empty cells change nothing."""
    changes = []
    if person.entry.name != existing.entry.name:
        changes.append("name")
    if person.team and person.team != existing.team:
        changes.append("team")
    if person.entry.start_on and person.entry.start_on != existing.entry.start_on:
        changes.append("start_date")
    return changes
