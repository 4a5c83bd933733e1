"""The forms of a rota's import: the file, and how its columns are read."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l
from flask_wtf.file import FileField, FileRequired
from wtforms import BooleanField, IntegerField, RadioField, SelectField, StringField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired, NumberRange, Optional, Regexp

from trainhub.rota.rules.tables.mapping import HEAD_ROWS
from trainhub.tables.encodings import ENCODINGS
from trainhub.web.forms import HouseForm

SHAPE_CHOICES = [
    SelectChoice("grid", _l("A row per person, a column per day")),
    SelectChoice("long", _l("A row per person and day")),
]
PERSON_CHOICES = [
    SelectChoice("auto", _l("Employee number, user name or name, whichever fits")),
    SelectChoice("employee_no", _l("Employee number")),
    SelectChoice("username", _l("User name")),
    SelectChoice("name", _l("Name")),
]
EMPTY_CHOICES = [
    SelectChoice("clear", _l("empties the day: nothing is rostered then")),
    SelectChoice("keep", _l("leaves the day as it is stored")),
]
ENCODING_CHOICES = [
    SelectChoice("", _l("Recognise it")),
    *(SelectChoice(name, name.upper()) for name in ENCODINGS),
]


class RotaFileForm(HouseForm):
    """A rota to be read."""

    file = FileField(_l("CSV or Excel file"), [FileRequired()])
    encoding = SelectField(_l("Encoding"), choices=ENCODING_CHOICES, validators=[Optional()])


class RotaMappingForm(HouseForm):
    """How the table is read; the words for codes stand beside it in the page."""

    shape = RadioField(_l("The table has"), [InputRequired()], choices=SHAPE_CHOICES)
    head_row = IntegerField(
        _l("Row of the heads"), [InputRequired(), NumberRange(1, HEAD_ROWS * 2)]
    )
    person = SelectField(_l("Column that names the person"), validate_choice=False)
    person_by = SelectField(_l("It holds"), choices=PERSON_CHOICES)
    date = SelectField(_l("Column of the date"), validate_choice=False)
    code = SelectField(_l("Column of the shift"), validate_choice=False)
    month = StringField(
        _l("First month of the table"),
        [
            InputRequired(),
            Regexp(
                r"20\d\d-(0[1-9]|1[0-2])\Z", message=_l("Write year and month, such as 2026-12.")
            ),
        ],
        description=_l("For heads such as 1, 2, 3 or 12/1 that do not name month or year."),
    )
    day_first = BooleanField(_l("Heads such as 3/12 mean day/month"))
    empty = RadioField(_l("An empty cell"), [InputRequired()], choices=EMPTY_CHOICES)
    skip_unknown = BooleanField(
        _l("Skip rows of unknown people"),
        description=_l("For totals and for people without an account; they are counted."),
    )
