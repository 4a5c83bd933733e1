"""The forms of holds and erasures."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l
from wtforms import StringField
from wtforms.validators import InputRequired, Length

from trainhub.web.forms import HouseForm, stripped


def _reason() -> StringField:
    return StringField(
        _l("Reason"),
        description=_l("Kept in the audit trail together with your name."),
        filters=[stripped],
        validators=[InputRequired(), Length(max=500)],
    )


class HoldForm(HouseForm):
    """Setting or lifting a legal hold."""

    reason = _reason()


class EraseForm(HouseForm):
    """Erasing somebody: why, and their user name typed, against a slip of the hand."""

    reason = _reason()
    username = StringField(
        _l("User name of the person, to be sure"), filters=[stripped], validators=[InputRequired()]
    )
