"""The forms of what supervisors do: waive, extend, sign off, take people in."""

from __future__ import annotations

from collections.abc import Iterable

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import DateField, RadioField, SelectMultipleField, StringField, TextAreaField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import DataRequired, InputRequired, Length, Optional
from wtforms.widgets import CheckboxInput, ListWidget

from trainhub.people.models import Cohort, Person, Team
from trainhub.web.converters import row_id
from trainhub.web.forms import HouseForm, stripped


def _boxes(label: object) -> SelectMultipleField:
    return SelectMultipleField(
        label,
        coerce=row_id,
        widget=ListWidget(prefix_label=False),
        option_widget=CheckboxInput(),
    )


class ExceptionForm(HouseForm):
    """A waiver or an extension of one requirement."""

    kind = RadioField(
        _l("What is granted"),
        [InputRequired()],
        choices=[
            SelectChoice("extension", _l("More time: the due date moves to the day below")),
            SelectChoice("waiver", _l("A waiver: it is not asked for up to the day below")),
        ],
    )
    until_on = DateField(_l("Until (last day)"), [InputRequired()])
    reason = TextAreaField(
        _l("Why"),
        [DataRequired(_l("Say why.")), Length(max=500)],
        filters=[stripped],
        description=_l("It stands in the audit trail and on the person's page."),
    )


class SignOffForm(HouseForm):
    """The supervisor's word."""

    decision = RadioField(
        _l("Your word"),
        [InputRequired()],
        choices=[
            SelectChoice("signed", _l("Signed off: they may work alone")),
            SelectChoice("not_yet", _l("Not yet: the comment says what is missing")),
        ],
    )
    comment = TextAreaField(
        _l("Comment"), [Length(max=2000)], filters=[lambda text: stripped(text) or ""]
    )

    def is_thought_over(self, is_missing: bool) -> bool:
        """Whoever signs off although something is missing says why: it stays beside their word."""
        if not is_missing or self.decision.data != "signed" or self.comment.data:
            return True
        self.comment.errors = [
            _("Not everything else is done: say why you sign them off all the same.")
        ]
        return False


class AnswerForm(HouseForm):
    """What a supervisor answers to a summary."""

    answer = RadioField(
        _l("Your answer to the summary"),
        [InputRequired()],
        choices=[
            SelectChoice("accepted", _l("Accepted")),
            SelectChoice("returned", _l("Sent back: the comment says what to add")),
        ],
    )
    comment = TextAreaField(
        _l("Comment"), [Length(max=2000)], filters=[lambda text: stripped(text) or ""]
    )


class AssignForm(HouseForm):
    """By which day somebody is asked to take the course of a requirement."""

    due_on = DateField(_l("Due date"), [Optional()])
    note = TextAreaField(
        _l("Note to them"), [Length(max=500)], filters=[lambda text: stripped(text) or ""]
    )


class EnrolForm(HouseForm):
    """Who is taken into a programme, from which day."""

    team_ids = _boxes(_l("Teams"))
    cohort_ids = _boxes(_l("Cohorts"))
    words = StringField(
        _l("Find people"),
        [Length(max=200)],
        description=_l("Name, pinyin or employee number; then tick whom you mean."),
    )
    person_ids = _boxes(_l("People"))
    starts_on = DateField(
        _l("First day"),
        [InputRequired()],
        description=_l("Due days count from it, in working days of each person's rota."),
    )

    def offer(
        self, teams: Iterable[Team], cohorts: Iterable[Cohort], people: Iterable[Person]
    ) -> None:
        """Whom the reader may choose."""
        self.team_ids.choices = [SelectChoice(one.id, one.name) for one in teams]
        self.cohort_ids.choices = [SelectChoice(one.id, one.name) for one in cohorts]
        self.person_ids.choices = [SelectChoice(one.id, _shown(one)) for one in people]


def _shown(person: Person) -> str:
    parts = [person.name, person.employee_no or "", person.team.name if person.team else ""]
    return " · ".join(part for part in parts if part)
