"""The forms of sittings."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from flask_babel import lazy_gettext as _l
from wtforms import (
    DateTimeLocalField,
    SelectField,
    SelectMultipleField,
    StringField,
    TextAreaField,
)
from wtforms.fields.choices import SelectChoice
from wtforms.validators import Length, Optional
from wtforms.widgets import CheckboxInput, ListWidget

from trainhub.assessment.forms.exams import Needed
from trainhub.assessment.models import Sitting
from trainhub.assessment.rules.sitting_checks import network_lines
from trainhub.people.models import Cohort, Person, Team
from trainhub.web.converters import row_id
from trainhub.web.forms import HouseForm

_FORMATS = ["%Y-%m-%dT%H:%M", "%Y-%m-%dT%H:%M:%S", "%Y-%m-%d %H:%M"]


def _boxes(label: Any) -> SelectMultipleField:
    return SelectMultipleField(
        label,
        coerce=row_id,
        validate_choice=True,
        widget=ListWidget(prefix_label=False),
        option_widget=CheckboxInput(),
    )


def instant(local: datetime | None, zone: ZoneInfo) -> datetime | None:
    """A local time as an instant."""
    return local.replace(tzinfo=zone) if local is not None else None


def local_time(at: datetime | None, zone: ZoneInfo) -> datetime | None:
    """An instant as the local time that a field shows."""
    return at.astimezone(zone).replace(tzinfo=None) if at is not None else None


class InviteForm(HouseForm):
    """People, teams and cohorts; only what is offered can be chosen."""

    team_ids = _boxes(_l("Teams"))
    cohort_ids = _boxes(_l("Cohorts"))
    words = StringField(
        _l("Find people"),
        [Length(max=200)],
        description=_l("Name, pinyin or employee number; then tick whom you mean."),
    )
    person_ids = _boxes(_l("People"))

    def offer(
        self, teams: Iterable[Team], cohorts: Iterable[Cohort], people: Iterable[Person]
    ) -> None:
        """Who may be chosen."""
        self.team_ids.choices = [SelectChoice(team.id, team.name) for team in teams]
        self.cohort_ids.choices = [SelectChoice(cohort.id, cohort.name) for cohort in cohorts]
        self.person_ids.choices = [SelectChoice(one.id, _shown(one)) for one in people]


def _shown(person: Person) -> str:
    parts = [person.name, person.employee_no or "", person.team.name if person.team else ""]
    return " · ".join(part for part in parts if part)


class SittingForm(HouseForm):
    """Name, window, code and ranges of a sitting."""

    name = StringField(
        _l("Name of the sitting"),
        [Needed()],
        description=_l("What its candidates know it by: “Early shift”."),
    )
    opens_at = DateTimeLocalField(_l("Opens"), [Optional(), Needed()], format=_FORMATS)
    closes_at = DateTimeLocalField(
        _l("Closes"),
        [Optional(), Needed()],
        format=_FORMATS,
        description=_l("Every attempt ends then at the latest."),
    )
    access_code = StringField(
        _l("Access code"), description=_l("Read out in the room. Empty: none is asked.")
    )
    networks = TextAreaField(
        _l("Only from these networks"),
        description=_l("Address ranges such as 10.20.0.0/16, one a line. Empty: from anywhere."),
    )

    @staticmethod
    def stored(sitting: Sitting, zone: ZoneInfo) -> dict[str, Any]:
        """The form's data for what is stored."""
        return {
            "name": sitting.name,
            "opens_at": local_time(sitting.opens_at, zone),
            "closes_at": local_time(sitting.closes_at, zone),
            "access_code": sitting.access_code,
            "networks": network_lines(sitting.networks),
        }


class NewSittingForm(SittingForm, InviteForm):
    """A new sitting with its candidates."""

    same_form = SelectField(_l("Paper"), coerce=int, validate_choice=True, default=0)

    def offer_forms(self, sittings: Iterable[Sitting]) -> None:
        """The earlier sittings whose form this one may have."""
        same = [SelectChoice(one.id, one.name) for one in sittings]
        self.same_form.choices = [SelectChoice(0, _l("Another paper than before")), *same]


class GrantForm(HouseForm):
    """What is granted to one candidate. Which fields count depends on the button."""

    extra_min = StringField(
        _l("Extra time in minutes"), description=_l("In all, beyond the time for one attempt.")
    )
    opens_at = DateTimeLocalField(_l("Opens"), [Optional()], format=_FORMATS)
    closes_at = DateTimeLocalField(_l("Closes"), [Optional()], format=_FORMATS)
    reason = TextAreaField(
        _l("Reason"), [Needed(), Length(max=500)], description=_l("For the audit trail.")
    )
