"""The forms of the item bank."""

from __future__ import annotations

from typing import Any

from flask_babel import lazy_gettext as _l
from wtforms import HiddenField, IntegerField, SelectField, StringField, TextAreaField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import DataRequired, InputRequired, Length

from trainhub.assessment.models import BankItem
from trainhub.assessment.rules.bank import LEVELS, STATUSES
from trainhub.assessment.rules.bank_facts import ItemFacts, distinct
from trainhub.catalogue.forms.item_form import LEVEL_WORDS, lines_of, words_of
from trainhub.catalogue.forms.items import match_field
from trainhub.web.forms import HouseForm

STATUS_WORDS = {"draft": _l("Draft"), "live": _l("Live"), "retired": _l("Retired")}
LEVEL_CHOICES = [SelectChoice(level, LEVEL_WORDS[level]) for level in LEVELS]
STATUS_CHOICES = [SelectChoice(status, STATUS_WORDS[status]) for status in STATUSES]


class FactsForm(HouseForm):
    """What an author decides about a question beside its text."""

    revision = HiddenField()
    topic = StringField(
        _l("Topic"),
        [DataRequired(), Length(max=80)],
        description=_l("What exams draw by. Lower-case letters, digits, hyphens."),
    )
    level = SelectField(_l("Level"), choices=LEVEL_CHOICES)
    status = SelectField(
        _l("Status"),
        choices=STATUS_CHOICES,
        description=_l("Only live questions are drawn; papers that have it already keep it."),
    )
    tags = StringField(_l("Tags"), description=_l("Separated by commas."))
    objective = StringField(
        _l("Objective"), description=_l("Key of the course's objective that this tests.")
    )
    enemies = StringField(
        _l("Never together with"),
        description=_l("Keys of groups, separated by commas: a paper has one question of a group."),
    )
    expected_s = IntegerField(
        _l("Expected time in seconds"),
        [InputRequired()],
        description=_l("What a prepared candidate needs."),
    )
    reason = StringField(_l("Reason"), [Length(max=500)], description=_l("For the audit trail."))

    @classmethod
    def of_item(cls, item: BankItem) -> FactsForm:
        """The form filled with what is stored."""
        data: dict[str, Any] = {
            "revision": str(item.revision),
            "topic": item.topic,
            "level": item.level,
            "status": item.status,
            "tags": ", ".join(item.tags),
            "objective": item.objective,
            "enemies": ", ".join(item.enemies),
            "expected_s": item.expected_s,
        }
        return cls(data=data)

    def facts(self) -> ItemFacts:
        """What was typed."""
        return ItemFacts(
            topic=(self.topic.data or "").strip(),
            level=self.level.data,
            status=self.status.data,
            objective=(self.objective.data or "").strip(),
            tags=distinct(words_of(self.tags.data)),
            enemies=distinct(words_of(self.enemies.data)),
            expected_s=self.expected_s.data or 0,
        )


class WordingForm(HouseForm):
    """Accepted answers to be tried on past answers."""

    answers = TextAreaField(_l("Accepted answers, one a line"), [DataRequired()])
    match = match_field()

    def content(self) -> dict[str, Any]:
        """The short answer's own part."""
        return {"answers": lines_of(self.answers.data), "match": self.match.data or None}
