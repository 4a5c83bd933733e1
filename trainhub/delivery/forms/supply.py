"""The forms of rooms and trainers. What is right is decided by the rules."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any
from zoneinfo import ZoneInfo

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import (
    BooleanField,
    DateTimeLocalField,
    SelectField,
    SelectMultipleField,
    StringField,
    TextAreaField,
)
from wtforms.fields.choices import SelectChoice
from wtforms.validators import Length, Optional
from wtforms.widgets import CheckboxInput, ListWidget

from trainhub.delivery.forms.campaigns import Needed
from trainhub.delivery.models import Room
from trainhub.rota.models import Site
from trainhub.web.converters import row_id
from trainhub.web.forms import HouseForm

_FORMATS = ["%Y-%m-%dT%H:%M", "%Y-%m-%dT%H:%M:%S", "%Y-%m-%d %H:%M"]


def site_choices(sites: Iterable[Site]) -> list[SelectChoice]:
    """Sites to choose from, none first."""
    return [SelectChoice("", _("choose …")), *(SelectChoice(str(s.id), s.name) for s in sites)]


class RoomForm(HouseForm):
    """A room."""

    name = StringField(_l("Name of the classroom"), [Length(max=200), Needed()])
    site_id = SelectField(_l("Site"), validate_choice=False)
    seats = StringField(_l("Seats"), [Length(max=10), Needed()])
    is_online = BooleanField(
        _l("Online"),
        description=_l("People of every site join from their desks; the site says by which clock."),
    )
    join_url = StringField(
        _l("Address to join by"),
        [Length(max=1000)],
        description=_l("A web address; whoever has a seat sees it with the class."),
    )

    @staticmethod
    def stored(room: Room) -> dict[str, Any]:
        """The form's data for what is stored."""
        return {
            "name": room.name,
            "site_id": str(room.site_id),
            "seats": str(room.seats),
            "is_online": room.is_online,
            "join_url": room.join_url,
        }


class BlockForm(HouseForm):
    """A time in which a room is not to be had, by the clock of its site."""

    starts_at = DateTimeLocalField(_l("From"), [Optional(), Needed()], format=_FORMATS)
    ends_at = DateTimeLocalField(_l("Until"), [Optional(), Needed()], format=_FORMATS)
    reason = StringField(_l("Reason"), [Length(max=200)])

    def instants(self, zone: ZoneInfo) -> tuple[Any, Any]:
        """Beginning and end as instants; None where not given."""
        found = [self.starts_at.data, self.ends_at.data]
        first, last = [one.replace(tzinfo=zone) if one is not None else None for one in found]
        return first, last


class TrainerForm(HouseForm):
    """What a trainer may teach, where, when and how much."""

    site_id = SelectField(_l("Site"), validate_choice=False)
    hours = StringField(_l("Hours of teaching a week at most"), [Length(max=10), Needed()])
    course_ids = SelectMultipleField(
        _l("Certified to teach"),
        coerce=row_id,
        widget=ListWidget(prefix_label=False),
        option_widget=CheckboxInput(),
        validate_choice=True,
    )
    times = TextAreaField(
        _l("Times"),
        [Length(max=20_000)],
        description=_l(
            "One line for a weekday or a date: “Mon 09:00–12:00”, “2026-12-24 09:00–11:00”, “away"
            " 2026-12-31 00:00–24:00”. Weekdays are the usual times; without any weekday they are"
            " 08:00–20:00. They count on days at work by the rota; for a trainer without a rota,"
            " weekdays named always count and 08:00–20:00 on working days. A date adds to them, on"
            " a day of rest too; “away” takes from them; on leave nobody teaches."
        ),
    )
