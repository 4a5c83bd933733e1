"""The form that asks judges for a pass mark."""

from __future__ import annotations

from collections.abc import Iterable

from flask_babel import lazy_gettext as _l
from wtforms import SelectMultipleField, StringField
from wtforms.fields.choices import SelectChoice
from wtforms.widgets import CheckboxInput, ListWidget

from trainhub.assessment.forms.exams import Needed
from trainhub.people.models import Person
from trainhub.web.converters import row_id
from trainhub.web.forms import HouseForm


class SheetForm(HouseForm):
    """A name and the judges."""

    name = StringField(_l("Name of the sheet"), [Needed()])
    judge_ids = SelectMultipleField(
        _l("Judges"),
        [Needed()],
        coerce=row_id,
        widget=ListWidget(prefix_label=False),
        option_widget=CheckboxInput(),
        description=_l("Trainers and supervisors who know what a just-competent agent can do."),
    )

    def offer(self, people: Iterable[Person]) -> None:
        """Who may judge."""
        self.judge_ids.choices = [SelectChoice(one.id, one.name) for one in people]
