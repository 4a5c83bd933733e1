"""The forms of demand: a file, how it is read, an exception of the calendar."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from flask_babel import lazy_gettext as _l
from flask_wtf.file import FileField, FileRequired
from wtforms import DateField, DecimalField, IntegerField, SelectField, StringField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired, Length, NumberRange, Optional

from trainhub.rota.models import Queue
from trainhub.rota.rules.holidays_calendar import DayKind
from trainhub.rota.rules.tables.demand_reader import MOST_HANDLING_S
from trainhub.rota.rules.tables.demand_tables import LOOKED_AT, DemandMapping, Shape
from trainhub.rota.services.calendar_days import FIRST_YEAR, LAST_YEAR, LONGEST_NAME
from trainhub.tables.encodings import ENCODINGS
from trainhub.tables.values import column_letters
from trainhub.web.forms import HouseForm, stripped

MOST_COLUMNS = 40  # offered as places of a date, a time, a queue
COLUMNS = ("date", "time", "queue", "contacts", "handling", "minimum")
SHAPE_CHOICES = [
    SelectChoice(Shape.LONG.value, _l("A row for each interval, figures in columns")),
    SelectChoice(Shape.DAYS_DOWN.value, _l("A row for each day, a column for each interval")),
    SelectChoice(Shape.DAYS_ACROSS.value, _l("A row for each interval, a column for each day")),
]
FIGURE_CHOICES = [
    SelectChoice("contacts", _l("Contacts")),
    SelectChoice("handling", _l("Handling time")),
    SelectChoice("minimum", _l("Minimum staff")),
]


class DemandFileForm(HouseForm):
    """A table to look at."""

    file = FileField(
        _l("File"),
        [FileRequired()],
        description=_l("CSV or Excel (.xlsx), at most 5 MB; the first sheet is read."),
    )
    encoding = SelectField(
        _l("Encoding"),
        choices=[
            SelectChoice("", _l("Recognise it")),
            *(SelectChoice(name, name.upper()) for name in ENCODINGS),
        ],
        description=_l(
            "Of a CSV file. UTF-8, GB18030 and UTF-16 are recognised; where it is not certain, "
            "you are asked."
        ),
    )


class DemandMappingForm(HouseForm):
    """How the table that was uploaded is to be read."""

    shape = SelectField(_l("How the table is laid out"), choices=SHAPE_CHOICES)
    head = IntegerField(
        _l("Row of the heads"),
        [InputRequired(), NumberRange(1, LOOKED_AT)],
        description=_l("The row with the column names; everything above it is ignored."),
    )
    date = SelectField(_l("Column of the date or weekday"))
    time = SelectField(
        _l("Column of the time"),
        description=_l("Leave it open if the date column holds the time as well."),
    )
    queue = SelectField(_l("Column of the queue"))
    contacts = SelectField(_l("Column of the contacts"))
    handling = SelectField(_l("Column of the handling time"))
    minimum = SelectField(_l("Column of the minimum staff"))
    figure = SelectField(_l("The figures are"), choices=FIGURE_CHOICES)
    in_minutes = SelectField(
        _l("Handling time is in"),
        choices=[SelectChoice("0", _l("seconds")), SelectChoice("1", _l("minutes"))],
        description=_l("3:00 and 3分 are understood either way."),
    )
    constant_handling_s = DecimalField(
        _l("Handling time of all contacts, seconds"),
        [Optional(), NumberRange(1, MOST_HANDLING_S)],
        places=None,
        description=_l("For a table that holds contacts alone."),
    )
    queue_id = SelectField(_l("Queue of rows that name none"))
    year = IntegerField(
        _l("Year of dates without one"), [InputRequired(), NumberRange(FIRST_YEAR, LAST_YEAR)]
    )

    def offer(self, heads: Sequence[str], queues: Sequence[Queue]) -> None:
        """Fill the choices: the columns of this table, the queues in use."""
        columns = [
            SelectChoice(
                str(at), f"{column_letters(at)} · {text[:30]}" if text else column_letters(at)
            )
            for at, text in enumerate(heads[:MOST_COLUMNS])
        ]
        for name in COLUMNS:
            self[name].choices = [SelectChoice("", _l("none")), *columns]
        self.queue_id.choices = [
            SelectChoice("", _l("every row names its own")),
            *(SelectChoice(str(queue.id), queue.name) for queue in queues),
        ]

    @staticmethod
    def shown(mapping: DemandMapping) -> dict[str, Any]:
        """A mapping as the form shows it."""
        columns = {name: getattr(mapping, name) for name in COLUMNS}
        return {
            "shape": mapping.shape.value,
            "head": mapping.head_row,
            **{name: "" if at is None else str(at) for name, at in columns.items()},
            "figure": mapping.figure,
            "in_minutes": "1" if mapping.in_minutes else "0",
            "constant_handling_s": mapping.constant_handling_s,
            "queue_id": "" if mapping.queue_id is None else str(mapping.queue_id),
            "year": mapping.year,
        }

    def mapping(self) -> DemandMapping:
        """The mapping that was said."""
        columns = {name: int(self[name].data) if self[name].data else None for name in COLUMNS}
        constant = self.constant_handling_s.data
        return DemandMapping(
            Shape(self.shape.data),
            self.head.data,
            **columns,
            figure=self.figure.data,
            in_minutes=self.in_minutes.data == "1",
            constant_handling_s=None if constant is None else float(constant),
            queue_id=int(self.queue_id.data) if self.queue_id.data else None,
            year=self.year.data,
        )


class CalendarDayForm(HouseForm):
    """A date that is not what the public calendar says."""

    on = DateField(_l("Date"), [InputRequired()])
    kind = SelectField(
        _l("What it is"),
        choices=[
            SelectChoice(DayKind.HOLIDAY.value, _l("Holiday")),
            SelectChoice(DayKind.WORKDAY.value, _l("Working day")),
        ],
    )
    name = StringField(
        _l("Occasion"),
        [Length(max=LONGEST_NAME)],
        filters=[stripped],
        description=_l("Why: a company day, a make-up workday that was announced late."),
    )
