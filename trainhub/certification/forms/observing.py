"""The forms of observed work: opening a case, naming a third rater."""

from __future__ import annotations

from collections.abc import Iterable

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf.file import FileField, FileRequired
from wtforms import DateField, SelectField, StringField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired, Length, ValidationError

from trainhub.people.models import Person
from trainhub.web.converters import row_id
from trainhub.web.forms import HouseForm, stripped


def _optional_id(text: str) -> int:
    return row_id(text) if text and text != "0" else 0


class ModelFileForm(HouseForm):
    """A competency model as a file."""

    file = FileField(
        _l("Competency model as a file"), [FileRequired(_l("Choose a file first."))],
        description=_l("YAML, at most 256 KB."),
    )  # fmt: skip


class ObservationForm(HouseForm):
    """A piece of live work that is to be rated."""

    model = SelectField(_l("Competency model"))
    what = StringField(
        _l("What is rated"),
        [InputRequired(), Length(max=200)],
        filters=[stripped],
        description=_l("Such as the number of the call or the chat, and what it was about."),
    )
    held_on = DateField(_l("When it took place"), [InputRequired()])
    first = SelectField(_l("Rater"), coerce=_optional_id)
    second = SelectField(
        _l("Second rater"),
        coerce=_optional_id,
        description=_l("Neither sees the other's ratings before both have handed in."),
    )

    def validate_second(self, field: SelectField) -> None:
        """Two ratings of one person are one."""
        if field.data and field.data == self.first.data:
            raise ValidationError(_("Choose two different people."))

    def offer(self, people: Iterable[Person], none: str) -> None:
        """Who may be asked."""
        choices = [SelectChoice(one.id, one.name) for one in people]
        self.first.choices = choices
        self.second.choices = [SelectChoice(0, none), *choices]


class ThirdForm(HouseForm):
    """Who rates what two disagree on."""

    rater = SelectField(_l("Third rater"), coerce=_optional_id)

    def offer(self, people: Iterable[Person]) -> None:
        """Who may be asked."""
        self.rater.choices = [SelectChoice(one.id, one.name) for one in people]
