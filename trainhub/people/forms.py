"""The forms of people: what is asked, before any rule is applied."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l
from wtforms import HiddenField, PasswordField, StringField
from wtforms.validators import InputRequired, Length

from trainhub.people.rules.passwords import MAXIMUM
from trainhub.web.forms import HouseForm

PASSWORD_HELP = _l(
    "At least 15 characters. A sentence that only you would think of is easy to remember; "
    "blanks and Chinese characters count."
)


class SignInForm(HouseForm):
    """Name and password."""

    identifier = StringField(
        _l("Employee number, e-mail or user name"), validators=[InputRequired(), Length(max=254)]
    )
    password = PasswordField(_l("Password"), validators=[InputRequired(), Length(max=1000)])
    next = HiddenField()


class ForgottenForm(HouseForm):
    """Asking for a link to set a new password."""

    identifier = StringField(
        _l("Employee number, e-mail or user name"), validators=[InputRequired(), Length(max=254)]
    )


class NewPasswordForm(HouseForm):
    """A first or new password, from a link."""

    password = PasswordField(
        _l("New password"),
        description=PASSWORD_HELP,
        validators=[InputRequired(), Length(max=MAXIMUM)],
    )


class ConfirmPasswordForm(HouseForm):
    """The password again, before a grave act."""

    password = PasswordField(_l("Password"), validators=[InputRequired(), Length(max=1000)])
    next = HiddenField()
