"""The forms of people: what is asked, before any rule is applied."""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache
from importlib.resources import files
from typing import Any

from babel.dates import get_timezone_location
from flask_babel import lazy_gettext as _l
from flask_wtf.file import FileField, FileRequired
from wtforms import (
    DateField,
    EmailField,
    HiddenField,
    PasswordField,
    SelectField,
    SelectMultipleField,
    StringField,
    TextAreaField,
)
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired, Length, Optional
from wtforms.widgets import CheckboxInput, ListWidget

from trainhub.people.rules import Role
from trainhub.people.rules.names import EMAIL_LENGTH, NAME_LENGTH, USERNAME_LENGTHS
from trainhub.people.rules.passwords import MAXIMUM
from trainhub.tables.encodings import ENCODINGS
from trainhub.web.forms import HouseForm, stripped
from trainhub.web.locale import current_language

ROLE_LABELS = {
    Role.AGENT: _l("Agent"),
    Role.TRAINER: _l("Trainer"),
    Role.SUPERVISOR: _l("Supervisor"),
    Role.PLANNER: _l("Planner"),
    Role.AUDITOR: _l("Auditor"),
    Role.ADMINISTRATOR: _l("Administrator"),
}
STATE_LABELS = {
    "active": _l("Active"),
    "unset": _l("No password yet"),
    "disabled": _l("Disabled"),
}
ROLE_CHOICES = [SelectChoice(role.value, label) for role, label in ROLE_LABELS.items()]
LANGUAGES = [
    SelectChoice("", _l("As the browser asks")),
    SelectChoice("zh", "中文"),
    SelectChoice("en", "English"),
]
PASSWORD_HELP = _l(
    "At least 15 characters. A sentence that only you would think of is easy to remember; "
    "blanks and Chinese characters count."
)


def _number_or_none(value: Any) -> int | None:
    return int(value) if value and str(value).isdecimal() else None


def named(rows: Iterable[Any]) -> list[SelectChoice]:
    """The choices of rows that have an id and a name."""
    return [SelectChoice(row.id, row.name) for row in rows]


def _checkboxes(label: Any, **options: Any) -> SelectMultipleField:
    return SelectMultipleField(
        label, widget=ListWidget(prefix_label=False), option_widget=CheckboxInput(), **options
    )


def _identifier() -> StringField:
    label = _l("Employee number, e-mail or user name")
    return StringField(label, validators=[InputRequired(), Length(max=254)])


def _new_password() -> PasswordField:
    return PasswordField(
        _l("New password"),
        description=PASSWORD_HELP,
        validators=[InputRequired(), Length(max=MAXIMUM)],
    )


class SignInForm(HouseForm):
    """Name and password."""

    identifier = _identifier()
    password = PasswordField(_l("Password"), validators=[InputRequired(), Length(max=1000)])
    next = HiddenField()


class ForgottenForm(HouseForm):
    """Asking for a link to set a new password."""

    identifier = _identifier()


class NewPasswordForm(HouseForm):
    """A first or new password, from a link."""

    password = _new_password()


class ConfirmPasswordForm(HouseForm):
    """The password again, before a grave act."""

    password = PasswordField(_l("Password"), validators=[InputRequired(), Length(max=1000)])
    next = HiddenField()


class ChangePasswordForm(HouseForm):
    """One's own new password, with the present one."""

    current = PasswordField(_l("Present password"), validators=[InputRequired(), Length(max=1000)])
    password = _new_password()


@lru_cache(maxsize=1)
def _zones() -> tuple[str, ...]:
    """The zones that places live in today, without the aliases kept for old programs."""
    table = (files("tzdata.zoneinfo") / "zone.tab").read_text("utf-8")
    lines = [line.split("\t") for line in table.splitlines() if not line.startswith("#")]
    return tuple(sorted({line[2] for line in lines}))


def _zone_name(zone: str, language: str) -> str:
    """A zone as “China (Shanghai) Time” in a language, and beside it the zone's own name."""
    return f"{get_timezone_location(zone, locale=language)} · {zone.replace('_', ' ')}"


@lru_cache(maxsize=4)
def _zone_choices(language: str) -> tuple[tuple[str, str], ...]:
    named = [(zone, _zone_name(zone, language)) for zone in _zones()]
    return tuple(sorted(named, key=lambda pair: pair[1]))


class PreferencesForm(HouseForm):
    """Language and time zone."""

    locale = SelectField(_l("Language"), choices=LANGUAGES)
    time_zone = SelectField(_l("Time zone"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        zones = _zone_choices(current_language())
        self.time_zone.choices = [
            SelectChoice("", _l("As the centre")),
            SelectChoice("UTC", "UTC"),
            *(SelectChoice(zone, name) for zone, name in zones),
        ]


class PersonForm(HouseForm):
    """What is written down about a person."""

    name = StringField(_l("Name"), validators=[InputRequired(), Length(max=NAME_LENGTH)])
    username = StringField(
        _l("User name"),
        description=_l("Small letters, digits, Chinese characters and . _ - ·"),
        validators=[InputRequired(), Length(max=USERNAME_LENGTHS[1])],
    )
    employee_no = StringField(
        _l("Employee number"), filters=[stripped], validators=[Optional(), Length(max=40)]
    )
    email = EmailField(
        _l("E-mail"), filters=[stripped], validators=[Optional(), Length(max=EMAIL_LENGTH)]
    )
    team_id = SelectField(_l("Team"), coerce=_number_or_none, validators=[Optional()])
    start_on = DateField(_l("Start date"), validators=[Optional()])
    cohort_ids = _checkboxes(_l("Cohorts"), coerce=int, validators=[Optional()])

    def offer(self, teams: list[Any], cohorts: list[Any]) -> None:
        """Fill in what can be chosen."""
        self.team_id.choices = [SelectChoice("", _l("No team")), *named(teams)]
        self.cohort_ids.choices = named(cohorts)


class NewPersonForm(PersonForm):
    """A new person, with the roles from the start."""

    roles = _checkboxes(
        _l("Roles"), choices=ROLE_CHOICES, default=["agent"], validators=[InputRequired()]
    )


class RolesForm(HouseForm):
    """Roles, and the teams a supervisor answers for."""

    roles = _checkboxes(_l("Roles"), choices=ROLE_CHOICES, validators=[InputRequired()])
    team_ids = _checkboxes(_l("Answers as a supervisor for"), coerce=int, validators=[Optional()])
    reason = StringField(
        _l("Reason"),
        description=_l("Kept in the audit trail together with your name."),
        filters=[stripped],
        validators=[InputRequired(), Length(max=500)],
    )


class TeamForm(HouseForm):
    """A team and who answers for it."""

    name = StringField(_l("Team name"), validators=[InputRequired(), Length(max=NAME_LENGTH)])
    supervisor_ids = _checkboxes(
        _l("Supervisors"),
        description=_l("Only people with the supervisor role can be chosen."),
        coerce=int,
        validators=[Optional()],
    )


class CohortForm(HouseForm):
    """A cohort: people who start together."""

    name = StringField(_l("Cohort name"), validators=[InputRequired(), Length(max=NAME_LENGTH)])
    start_on = DateField(_l("Start date"), validators=[InputRequired()])


class CohortMembersForm(HouseForm):
    """People to put into a cohort."""

    identifiers = TextAreaField(
        _l("Add people"),
        description=_l("User names, employee numbers or e-mail addresses, one on each line."),
        validators=[InputRequired(), Length(max=60_000)],
    )


class ImportForm(HouseForm):
    """A table of people."""

    file = FileField(
        _l("File"),
        description=_l("CSV or Excel (.xlsx), up to 5 MB and 5,000 rows."),
        validators=[FileRequired()],
    )
    encoding = SelectField(
        _l("Encoding"),
        choices=[
            SelectChoice("", _l("Recognise it")),
            *(SelectChoice(name, name.upper()) for name in ENCODINGS),
        ],
        validators=[Optional()],
    )
