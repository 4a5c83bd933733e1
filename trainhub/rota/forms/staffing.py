"""The forms of the staffing calculator; they change nothing, so they are sent by GET."""

from __future__ import annotations

from typing import Any

from flask_babel import lazy_gettext as _l
from wtforms import DecimalField, SelectField
from wtforms.validators import InputRequired, NumberRange

from trainhub.rota.forms.queues import METHOD_CHOICES, StaffingForm, stored
from trainhub.rota.rules.requirement import Method, StaffingRules
from trainhub.rota.rules.tables.demand_reader import MOST_CONTACTS, MOST_HANDLING_S
from trainhub.web.forms import HouseForm


def _amount(label: Any, least: float, most: float, description: Any = "") -> DecimalField:
    return DecimalField(
        label, [InputRequired(), NumberRange(least, most)], places=None, description=description
    )


class IntervalForm(StaffingForm):
    """Erlang for one interval."""

    contacts = _amount(_l("Contacts in the interval"), 0, MOST_CONTACTS)
    handling_s = _amount(
        _l("Handling time, seconds"),
        1,
        MOST_HANDLING_S,
        _l("Talking and work after it, on average."),
    )
    method = SelectField(
        _l("Calculated with"),
        choices=[choice for choice in METHOD_CHOICES if choice.value != Method.GIVEN.value],
    )

    @staticmethod
    def begun() -> dict[str, Any]:
        """What the form begins with."""
        return stored(StaffingRules()) | {"contacts": 100, "handling_s": 180}


class ChatsForm(HouseForm):
    """Chats of a sales day."""

    chats = _amount(_l("Chats on an average day"), 0, 10_000_000)
    chats_of_one = _amount(_l("Chats one agent handles a day"), 1, 10_000)


class RefundsForm(HouseForm):
    """Refunds after a sales day."""

    refunds = _amount(_l("Refunds of the month"), 0, 100_000_000)
    refunds_of_one = _amount(_l("Refunds one person handles a day"), 1, 100_000)
    period_days = _amount(
        _l("Handling period, days"), 1, 366, _l("All of them are to be done within this many days.")
    )
