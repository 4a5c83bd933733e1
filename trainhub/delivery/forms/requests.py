"""The form of a training request. What is right is decided by the rules."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import (
    DateField,
    HiddenField,
    SelectField,
    SelectMultipleField,
    StringField,
    TextAreaField,
)
from wtforms.fields.choices import SelectChoice
from wtforms.validators import Optional
from wtforms.widgets import CheckboxInput, ListWidget

from trainhub.delivery.forms.classes import Needed
from trainhub.delivery.models import TrainingRequest
from trainhub.delivery.queries.request_people import Nameable
from trainhub.delivery.rules.request_checks import TypedRequest
from trainhub.learning.queries.courses import CourseHead
from trainhub.people.models import Team
from trainhub.web.converters import row_id
from trainhub.web.forms import HouseForm


class RequestForm(HouseForm):
    """What somebody asks for; `revision` is the one its writer has seen.

    `names_some`: of the team chosen, only those may be named whom the writer teaches.
    """

    names_some = False
    revision = HiddenField()
    topic = StringField(
        _l("What is it about?"),
        [Optional(), Needed()],
        description=_l("The topic in a few words: what should people be able to do afterwards?"),
    )
    course_id = SelectField(
        _l("Course of the library"),
        validate_choice=False,
        description=_l("If you know it. The reviewer can choose it for you."),
    )
    team_id = SelectField(_l("Team"), validate_choice=False)
    person_ids = SelectMultipleField(
        _l("Who of the team?"),
        coerce=row_id,
        widget=ListWidget(prefix_label=False),
        option_widget=CheckboxInput(),
        validate_choice=False,
        description=_l("Nobody ticked: the whole team is meant."),
    )
    heads = StringField(
        _l("How many people?"),
        [Optional()],
        description=_l("Counted by itself where people are ticked."),
    )
    wished_from = DateField(_l("First day that suits"), [Optional(), Needed()])
    wished_until = DateField(_l("Last day that suits"), [Optional(), Needed()])
    reason = TextAreaField(
        _l("Why now?"),
        [Optional()],
        description=_l("What goes wrong today, and how you know. No customers' names."),
    )
    figure = StringField(
        _l("The figure it should move"),
        [Optional()],
        description=_l("Such as the share of enquiries that end in a sale."),
    )
    figure_now = StringField(_l("Where it stands"), [Optional()])
    figure_goal = StringField(_l("Where it should go"), [Optional()])

    def offer(
        self,
        heads: Iterable[CourseHead],
        teams: Sequence[Team],
        members_of: Callable[[int | None], Iterable[Nameable]],
        *,
        needs_team: bool,
        names_all: Callable[[int | None], bool],
    ) -> None:
        """What may be chosen: the people are those of the team that is chosen, all of them or
        those whom somebody teaches."""
        if needs_team and teams and not self.team_id.data:
            self.team_id.data = str(teams[0].id)  # as the select shows it
        chosen = chosen_id(self.team_id.data)
        members = members_of(chosen) if chosen in {one.id for one in teams} else ()
        self.names_some = chosen is not None and not names_all(chosen)
        self.person_ids.choices = [SelectChoice(one.id, _shown(one)) for one in members]
        self.course_id.choices = [
            SelectChoice("", _("not sure, or not in the library")),
            *(SelectChoice(str(head.id), head.title) for head in heads),
        ]
        several = [] if needs_team else [SelectChoice("", _("people of several teams"))]
        self.team_id.choices = several + [SelectChoice(str(one.id), one.name) for one in teams]

    @staticmethod
    def stored(request: TrainingRequest) -> dict[str, Any]:
        """The form's data for what is stored."""
        return {
            "revision": str(request.revision),
            "topic": request.topic,
            "course_id": str(request.course_id or ""),
            "team_id": str(request.team_id or ""),
            "heads": str(request.heads),
            "person_ids": [row.person_id for row in request.people],
            "wished_from": request.wished_from,
            "wished_until": request.wished_until,
            "reason": request.reason,
            "figure": request.figure,
            "figure_now": request.figure_now,
            "figure_goal": request.figure_goal,
        }

    def typed(self) -> TypedRequest:
        """What was typed, for the rules to read."""
        return TypedRequest(
            topic=self.topic.data or "",
            reason=self.reason.data or "",
            course_id=chosen_id(self.course_id.data),
            team_id=chosen_id(self.team_id.data),
            heads=self.heads.data or "",
            person_ids=self.person_ids.data or (),
            wished_from=self.wished_from.data,
            wished_until=self.wished_until.data,
            figure=self.figure.data or "",
            figure_now=self.figure_now.data or "",
            figure_goal=self.figure_goal.data or "",
        )


def _shown(person: Nameable) -> str:
    return " · ".join(part for part in (person.name, person.employee_no) if part)


def chosen_id(text: str | None) -> int | None:
    """The row a select names: None for none, 0 (which no row has) for nonsense."""
    if not text:
        return None
    try:
        return row_id(text)
    except ValueError:
        return 0


def seen_revision(text: str | None) -> int:
    """The revision that was seen; 0 for nonsense, which no request has."""
    return int(text) if text and text.isascii() and text.isdigit() and len(text) < 9 else 0
