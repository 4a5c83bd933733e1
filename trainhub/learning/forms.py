"""The form of an assignment: what is asked of whom, by when."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from flask_babel import lazy_gettext as _l
from wtforms import BooleanField, DateField, SelectMultipleField, StringField, TextAreaField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import Length, Optional
from wtforms.widgets import CheckboxInput, ListWidget

from trainhub.learning.queries.courses import CourseHead
from trainhub.people.models import Cohort, Person, Team
from trainhub.web.converters import row_id
from trainhub.web.forms import HouseForm

NOTE_LENGTH = 1_000


def _boxes(label: Any, **options: Any) -> SelectMultipleField:
    return SelectMultipleField(
        label,
        coerce=row_id,
        validate_choice=True,
        widget=ListWidget(prefix_label=False),
        option_widget=CheckboxInput(),
        **options,
    )


class AssignmentForm(HouseForm):
    """Courses or series × people, teams or cohorts; only what is offered can be chosen."""

    series_ids = _boxes(_l("Whole series"))
    course_ids = _boxes(_l("Single courses"))
    team_ids = _boxes(_l("Teams"))
    cohort_ids = _boxes(_l("Cohorts"))
    words = StringField(
        _l("Find people"),
        description=_l("Name, pinyin or employee number; then tick whom you mean."),
        validators=[Length(max=200)],
    )
    person_ids = _boxes(_l("People"))
    due_on = DateField(
        _l("Due date"),
        validators=[Optional()],
        description=_l("Who has an earlier one for the same course keeps that."),
    )
    again = BooleanField(
        _l("Also those who have completed it: they take it again"),
        description=_l(
            "They start anew on the newest version; what they completed before is kept and counts. "
            "Without this, whoever has completed a course is left in peace."
        ),
    )
    note = TextAreaField(
        _l("Note to them"), validators=[Length(max=NOTE_LENGTH)], filters=[lambda text: text or ""]
    )

    def offer_courses(self, heads: Iterable[CourseHead], series: dict[int, str]) -> None:
        """What may be assigned, in the order of the map."""
        offered = list(heads)
        present = {head.series_id for head in offered}
        self.course_ids.choices = [SelectChoice(head.id, head.title) for head in offered]
        self.series_ids.choices = [
            SelectChoice(key, title) for key, title in series.items() if key in present
        ]

    def offer_people(
        self, teams: Iterable[Team], cohorts: Iterable[Cohort], people: Iterable[Person]
    ) -> None:
        """To whom: only those within the assigner's scope."""
        self.team_ids.choices = [SelectChoice(team.id, team.name) for team in teams]
        self.cohort_ids.choices = [SelectChoice(cohort.id, cohort.name) for cohort in cohorts]
        self.person_ids.choices = [SelectChoice(one.id, _shown(one)) for one in people]


def _shown(person: Person) -> str:
    parts = [person.name, person.employee_no or "", person.team.name if person.team else ""]
    return " · ".join(part for part in parts if part)
