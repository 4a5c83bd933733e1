"""The forms of a programme as a whole: titles, validity, publishing, files."""

from __future__ import annotations

from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf.file import FileField, FileRequired
from wtforms import (
    HiddenField,
    IntegerField,
    RadioField,
    SelectField,
    SelectMultipleField,
    StringField,
    TextAreaField,
)
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired, Length, NumberRange, Optional, ValidationError
from wtforms.widgets import CheckboxInput, ListWidget

from trainhub.certification.forms.refreshing import QUIZ_WORDS, days_field
from trainhub.certification.rules.programmes.checks import is_day_of_every_year
from trainhub.certification.rules.programmes.content import Anchor
from trainhub.certification.rules.programmes.reading import (
    MAX_DESCRIPTION,
    MAX_TITLE,
    MOST_MEMBERS,
    MOST_MONTHS,
)
from trainhub.errors import InputError, InputErrors
from trainhub.web.forms import HouseForm, stripped
from trainhub.web.text import translated

KIND_WORDS = {
    "onboarding": _l("Bringing new people in"),
    "renewal": _l("Yearly renewal"),
    "duty": _l("Duty in a campaign"),
    "trainer": _l("Becoming a trainer"),
}
ANCHOR_WORDS = {
    Anchor.OLD_END.value: _l("the old end, where it is renewed in time"),
    Anchor.COMPLETION.value: _l("the day of completion"),
    Anchor.CALENDAR.value: _l("up to a fixed date of the year"),
}
_TAKEN_TITLE = _l("Left empty, it is taken from what you begin with.")
STAY_WORDS = {
    "stay": _l("They stay on their version"),
    "move": _l("They go on by the new version"),
}


def _choices(words: dict[str, Any]) -> list[SelectChoice]:
    return [SelectChoice(value, label) for value, label in words.items()]


class WritingForm(HouseForm):
    """A part of a programme; `revision` is the one that its author has seen."""

    revision = HiddenField()

    def seen_revision(self) -> int:
        """The revision that was seen; 0 for nonsense, which no programme has."""
        typed = self.revision.data or ""
        return int(typed) if typed.isascii() and typed.isdigit() and len(typed) < 9 else 0

    def take_refused(self, refused: InputErrors) -> None:
        """Put what a rule refuses to its fields: `settings.exam` to `settings_exam`."""
        self.take_error(InputErrors([self._placed(one) for one in refused.errors]))

    def _placed(self, one: InputError) -> InputError:
        parts = (one.field or "").split(".")
        while parts and "_".join(parts) not in self._fields:
            parts.pop()
        if not parts:
            return one
        name = "_".join(parts)
        params = dict(one.params)
        if "field" in params:
            params["field"] = self._fields[name].label.text
        return InputError(one.code, one.message, params, field=name)


class TitlesForm(WritingForm):
    """Titles in both languages."""

    titles_zh = StringField(_l("Title in Chinese"), [InputRequired(), Length(max=MAX_TITLE)],
                            filters=[stripped])  # fmt: skip
    titles_en = StringField(_l("Title in English"), [InputRequired(), Length(max=MAX_TITLE)],
                            filters=[stripped])  # fmt: skip

    def titles(self) -> dict[str, str]:
        """What was typed, by language."""
        return {"zh": self.titles_zh.data, "en": self.titles_en.data}


class FactsForm(TitlesForm):
    """What a programme is called and what it is for."""

    kind = SelectField(_l("What it is for"), choices=_choices(KIND_WORDS))
    description_zh = TextAreaField(
        _l("Description in Chinese"), [Length(max=MAX_DESCRIPTION)], filters=[stripped]
    )
    description_en = TextAreaField(
        _l("Description in English"), [Length(max=MAX_DESCRIPTION)], filters=[stripped]
    )

    def description(self) -> dict[str, str]:
        """What was typed, by language, on one line as files keep it."""
        typed = {"zh": self.description_zh.data, "en": self.description_en.data}
        return {name: " ".join(text.split()) for name, text in typed.items() if text}


class NeededWithoutSource(Optional):
    """What a new programme takes from what it begins with: neither optional nor required."""

    def __init__(self) -> None:
        super().__init__()
        self.field_flags = {"depends": True}


class NewProgrammeForm(TitlesForm):
    """A new programme: empty, or beginning as a shipped file or another programme does."""

    source = SelectField(_l("Start from"))
    key = StringField(
        _l("Key"),
        [InputRequired(), Length(max=80)],
        filters=[stripped],
        description=_l("Lower-case letters, digits and hyphens, such as onboarding-evening."),
    )
    kind = SelectField(_l("What it is for"), choices=_choices(KIND_WORDS))
    titles_zh = StringField(
        _l("Title in Chinese"), [NeededWithoutSource(), Length(max=MAX_TITLE)],
        filters=[stripped], description=_TAKEN_TITLE,
    )  # fmt: skip
    titles_en = StringField(
        _l("Title in English"), [NeededWithoutSource(), Length(max=MAX_TITLE)],
        filters=[stripped], description=_TAKEN_TITLE,
    )  # fmt: skip


class UploadForm(HouseForm):
    """A programme as a file."""

    file = FileField(
        _l("Programme file"), [FileRequired(_l("Choose a file first."))],
        description=_l("YAML, at most 256 KB."),
    )  # fmt: skip


class ValidityForm(WritingForm):
    """How long an award holds, how it is renewed, when people are reminded."""

    months = IntegerField(
        _l("Valid for (months)"), [Optional(), NumberRange(1, MOST_MONTHS)],
        description=_l("Empty: for ever."),
    )  # fmt: skip
    anchor = SelectField(_l("A renewed award is counted from"), choices=_choices(ANCHOR_WORDS))
    calendar = StringField(
        _l("Fixed date"), [Length(max=5)], filters=[stripped],
        description=_l("Month and day, such as 03-31; only for awards that end on one."),
    )  # fmt: skip
    window_days = IntegerField(
        _l("Renewal opens (days before the end)"), [InputRequired(), NumberRange(0, 365)]
    )
    grace_days = IntegerField(
        _l("Grace after the end (days)"), [InputRequired(), NumberRange(0, 180)]
    )
    renewal = SelectMultipleField(
        _l("Asked for at a renewal"),
        widget=ListWidget(),
        option_widget=CheckboxInput(),
        description=_l("The shorter way for holders. None: the whole way again."),
    )
    remind_before = StringField(
        _l("Remind so many days before"),
        filters=[stripped],
        description=_l("Of due dates and of the end. Numbers with blanks or commas between."),
    )
    remind_after = StringField(_l("And so many days after"), filters=[stripped])

    def validate_calendar(self, field: StringField) -> None:
        """A date that is typed or needed is one that every year has."""
        if field.data and not is_day_of_every_year(field.data):
            raise ValidationError(_("There is no such day in every year."))
        if not field.data and self.months.data and self.anchor.data == Anchor.CALENDAR.value:
            raise ValidationError(_("Name the date, or choose something else above."))

    @staticmethod
    def days(text: str | None) -> list[int | str]:
        """The numbers that were typed; what is none stays as it is, to be refused."""
        words = (text or "").replace(",", " ").replace("，", " ").replace("、", " ").split()
        return [int(w) if w.isascii() and w.isdigit() and len(w) < 6 else w for w in words]


class GroupForm(WritingForm):
    """So many of several requirements."""

    rule = RadioField(
        _l("How many of them"),
        choices=[
            SelectChoice("any", _l("One of them is enough")),
            SelectChoice("least", _l("At least so many")),
            SelectChoice("all", _l("All of them")),
        ],
        default="any",
    )
    least = IntegerField(
        _l("How many, at least"), [Optional(), NumberRange(1, MOST_MEMBERS)],
        description=_l("Where you have chosen “at least so many”."),
    )  # fmt: skip
    titles_zh = StringField(
        _l("Title in Chinese"), [Optional(), Length(max=MAX_TITLE)], filters=[stripped]
    )
    titles_en = StringField(
        _l("Title in English"), [Optional(), Length(max=MAX_TITLE)], filters=[stripped]
    )
    members = SelectMultipleField(
        _l("Members"),
        widget=ListWidget(),
        option_widget=CheckboxInput(),
        coerce=str,
    )

    def number(self) -> int | None:
        """How many are needed; None: all."""
        return {"any": 1, "all": None}.get(self.rule.data, self.least.data or 1)

    def titles(self) -> dict[str, str]:
        """What was typed, by language."""
        typed = {"zh": self.titles_zh.data, "en": self.titles_en.data}
        return {name: text for name, text in typed.items() if text}


class PublishForm(WritingForm):
    """What a new version means for those who are under way, and for holders."""

    those_under_way = RadioField(
        _l("People who are under way"), choices=_choices(STAY_WORDS), default="stay"
    )
    refresh = SelectField(_l("Ask holders for a refresh"), description=QUIZ_WORDS)
    refresh_days = days_field()
    note = TextAreaField(_l("What has changed, and why"), [Length(max=1000)], filters=[stripped])


def say(error: InputError) -> str:
    """An error in the reader's language."""
    return error.text(translated)
