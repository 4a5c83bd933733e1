"""The forms in which a planner changes a date, and swaps two people's shifts."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l
from wtforms import BooleanField, DateField, HiddenField, RadioField, SelectField, TextAreaField
from wtforms.validators import InputRequired, Length, Optional

from trainhub.web.forms import HouseForm

NOTHING_SAID = "-"  # the choice “the rota says nothing of this day”


def _clean(text: str | None) -> str:
    return (text or "").replace("\0", "").strip()


class _ReasonForm(HouseForm):
    reason = TextAreaField(
        _l("Reason"),
        [InputRequired(), Length(3, 300)],
        filters=[_clean],
        description=_l("It stays in the history, for the person and for you."),
    )
    accept = BooleanField(_l("I know that there are less than 11 hours of rest between two shifts"))


class EditShiftForm(_ReasonForm):
    """One date of one person."""

    seen = HiddenField()
    code = RadioField(_l("Shift"), [InputRequired()])


class SwapForm(_ReasonForm):
    """Two people's shifts of one or two dates against each other."""

    seen = HiddenField()
    # “12:E”: the person, and the code the page showed of them. A code that is another one by now
    # is a conflict to be told, not a choice that is not there.
    other = SelectField(_l("With whom"), [InputRequired()], validate_choice=False)
    on = DateField(_l("Date"), [InputRequired()])
    also_on = DateField(
        _l("And on"),
        [Optional()],
        description=_l("A second date on which they swap too, if any."),
    )
