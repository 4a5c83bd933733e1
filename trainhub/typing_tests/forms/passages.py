"""The forms of passages and quick phrases."""

from __future__ import annotations

from typing import Any

from flask_babel import lazy_gettext as _l
from flask_wtf.file import FileField
from wtforms import BooleanField, HiddenField, IntegerField, SelectField, StringField, TextAreaField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired, NumberRange, Optional

from trainhub.tables.encodings import ENCODINGS
from trainhub.typing_tests.models import TypingPassage, TypingPassageVersion
from trainhub.typing_tests.rules.passages import PassageDraft
from trainhub.typing_tests.rules.phrases import MOST_COMPOSED
from trainhub.typing_tests.rules.settings import PassageKind
from trainhub.web.forms import HouseForm

LANGUAGE_CHOICES = [SelectChoice("zh", "中文"), SelectChoice("en", "English")]
KIND_CHOICES = [
    SelectChoice(PassageKind.PROSE.value, _l("Prose")),
    SelectChoice(PassageKind.MIXED.value, _l("Mixed real work")),
    SelectChoice(PassageKind.PHRASES.value, _l("Quick phrases")),
    SelectChoice(PassageKind.DIGITS.value, _l("Digits")),
]
ENCODING_CHOICES = [
    SelectChoice("", _l("Recognise it")),
    *(SelectChoice(name, name.upper()) for name in ENCODINGS),
]
LARGEST_SEED = 999_999


class PassageForm(HouseForm):
    """A passage as a trainer writes it."""

    seen = HiddenField()
    title = StringField(_l("Title"), [InputRequired()])
    language = SelectField(_l("Language"), choices=LANGUAGE_CHOICES)
    kind = SelectField(_l("Kind of text"), choices=KIND_CHOICES)
    text = TextAreaField(
        _l("Text"),
        description=_l("Between 40 and 6,000 characters. A new line is typed with Enter or blank."),
    )
    tests_width = BooleanField(
        _l("Full-width and half-width signs are different signs"),
        description=_l("For texts that practise full-width punctuation; otherwise either counts."),
    )

    @classmethod
    def of_passage(cls, passage: TypingPassage, version: TypingPassageVersion) -> PassageForm:
        """The form filled with what is in force."""
        data: dict[str, Any] = {
            "seen": str(version.id),
            "title": version.title,
            "language": passage.language,
            "kind": passage.kind,
            "text": version.text,
            "tests_width": version.tests_width,
        }
        return cls(data=data)

    def draft(self, language: str = "") -> PassageDraft:
        """What was typed; `language` where it cannot be chosen any more."""
        return PassageDraft(
            language or self.language.data,
            PassageKind(self.kind.data),
            self.title.data or "",
            self.text.data or "",
            bool(self.tests_width.data),
        )


class NewPassageForm(PassageForm):
    """A new passage, pasted or from a file."""

    file = FileField(
        _l("Or a text file"),
        description=_l("UTF-8 or GB18030, at most 1 MB. What the file holds replaces the text."),
    )


class ComposeForm(HouseForm):
    """A passage to be made of quick phrases."""

    group = SelectField(_l("Group"), description=_l("Of the phrases in use."))
    count = IntegerField(
        _l("How many phrases"), [InputRequired(), NumberRange(1, MOST_COMPOSED)], default=15
    )
    seed = IntegerField(
        _l("Seed"),
        [InputRequired(), NumberRange(0, LARGEST_SEED)],
        description=_l("The same number gives the same choice and order again."),
    )


class PhrasesForm(HouseForm):
    """Phrases to be taken into the list."""

    language = SelectField(_l("Language"), choices=LANGUAGE_CHOICES)
    group = StringField(
        _l("Group"),
        description=_l("For phrases that do not name theirs."),
        filters=[lambda text: (text or "").strip()],
    )
    lines = TextAreaField(
        _l("Phrases, one a line"),
        description=_l("A line in brackets, such as [Returns], begins a group."),
    )
    file = FileField(
        _l("Or a file"),
        description=_l(
            "CSV or Excel with a column “phrase” and, if you like, “group”; or a text file with "
            "one phrase a line. At most 1 MB and 1,000 phrases."
        ),
    )
    encoding = SelectField(_l("Encoding"), choices=ENCODING_CHOICES, validators=[Optional()])
