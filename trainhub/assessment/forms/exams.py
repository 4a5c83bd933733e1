"""The forms of an exam's parts. What is right is decided by `rules.exam_checks`."""

from __future__ import annotations

from typing import Any, ClassVar

from flask_babel import lazy_gettext as _l
from wtforms import (
    BooleanField,
    HiddenField,
    RadioField,
    SelectField,
    SelectMultipleField,
    StringField,
    TextAreaField,
)
from wtforms.fields.choices import SelectChoice
from wtforms.validators import DataRequired, Length
from wtforms.widgets import CheckboxInput, ListWidget

from trainhub.assessment.models import Exam
from trainhub.assessment.rules.settings import ExamSettings, Part, settings_from
from trainhub.web.forms import HouseForm

PRESET_WORDS = {
    "exam": (_l("Exam"), _l("One attempt, 45 minutes, going back allowed; results by hand.")),
    "closed_book": (
        _l("Closed book"),
        _l("After a rule change: 30 minutes, one question a page, no going back."),
    ),
    "practice": (
        _l("Practice"),
        _l("Any number of attempts, everything shown at once, no record."),
    ),
}
LANGUAGE_CHOICES = [SelectChoice("zh", "中文"), SelectChoice("en", "English")]
WHEN_CHOICES = [
    SelectChoice("at_once", _l("At once")),
    SelectChoice("after_close", _l("After the last sitting has closed")),
    SelectChoice("by_hand", _l("When somebody releases it")),
    SelectChoice("never", _l("Never")),
]
METHOD_WORDS = {
    "fixed": _l("Set by decision"),
    "angoff": _l("Judged question by question (Angoff)"),
    "contrasting_groups": _l("From two groups of people (contrasting groups)"),
}


class Needed:
    """Marks a field as needed; whether it is filled rightly is for the rules to say."""

    field_flags: ClassVar[dict[str, bool]] = {"required": True}

    def __call__(self, form: object, field: object) -> None:
        """Nothing is refused here, so that nothing is said twice."""


class NeededByLanguage(Needed):
    """Marks a field as needed where the exam has its language: neither optional nor required."""

    field_flags: ClassVar[dict[str, bool]] = {"depends": True}


class PartForm(HouseForm):
    """A part of an exam; `revision` is the exam's that the author has seen."""

    revision = HiddenField()

    @classmethod
    def of_exam(cls, exam: Exam) -> PartForm:
        """The form filled with what is stored."""
        data = cls.stored(exam, settings_from(exam.settings))
        return cls(data=data | {"revision": str(exam.revision)})

    @classmethod
    def stored(cls, exam: Exam, settings: ExamSettings) -> dict[str, Any]:
        """The form's data for what is stored."""
        raise NotImplementedError

    def seen_revision(self) -> int:
        """The revision that was seen; 0 for nonsense, which no exam has."""
        typed = self.revision.data or ""
        return int(typed) if typed.isascii() and typed.isdigit() and len(typed) < 9 else 0


class HeadingForm(PartForm):
    """Languages, titles, instructions."""

    languages = SelectMultipleField(
        _l("Languages of the exam"),
        [Needed()],
        choices=LANGUAGE_CHOICES,
        widget=ListWidget(prefix_label=False),
        option_widget=CheckboxInput(),
        validate_choice=False,
        description=_l("Candidates choose one of them when they begin."),
    )
    title_zh = StringField(
        _l("Title in Chinese"),
        [NeededByLanguage()],
        description=_l("Needed if the exam has this language."),
    )
    title_en = StringField(
        _l("Title in English"),
        [NeededByLanguage()],
        description=_l("Needed if the exam has this language."),
    )
    instructions_zh = TextAreaField(
        _l("Instructions in Chinese"), description=_l("Shown before the exam begins. Markdown.")
    )
    instructions_en = TextAreaField(_l("Instructions in English"))

    @classmethod
    def stored(cls, exam: Exam, settings: ExamSettings) -> dict[str, Any]:
        """Titles and instructions by language."""
        data: dict[str, Any] = {"languages": list(settings.languages)}
        for language in ("zh", "en"):
            data[f"title_{language}"] = exam.titles.get(language, "")
            data[f"instructions_{language}"] = settings.instructions.get(language, "")
        return data


class NewExamForm(HeadingForm):
    """A new exam: what it begins with."""

    preset = RadioField(
        _l("Begin with"),
        [DataRequired()],
        choices=[SelectChoice(key, words[0]) for key, words in PRESET_WORDS.items()],
        default="exam",
    )
    key = StringField(
        _l("Key"),
        [Needed()],
        description=_l("Stands in the address. Lower-case letters, digits, hyphens."),
    )


class RulesForm(PartForm):
    """How the questions are asked."""

    duration_min = StringField(_l("Time for one attempt, in minutes"), [Needed()])
    attempts = StringField(_l("Attempts allowed"), [Needed()], description=_l("0: any number."))
    pause_h = StringField(
        _l("Pause between attempts, in hours"),
        [Needed()],
        description=_l("0: the next may begin at once."),
    )
    layout = RadioField(
        _l("Questions on a page"),
        [Needed()],
        choices=[
            SelectChoice("one", _l("One question a page")),
            SelectChoice("all", _l("All on one page")),
        ],
        validate_choice=False,
    )
    may_go_back = BooleanField(_l("Candidates may go back to earlier questions"))
    item_limit_s = StringField(
        _l("Limit for each question, in seconds"),
        description=_l("Empty: none. Needs one question a page and no going back."),
    )
    shuffle_items = BooleanField(_l("Questions in another order for each candidate"))
    shuffle_options = BooleanField(_l("Options in another order for each candidate"))
    form = RadioField(
        _l("Form of the paper"),
        [Needed()],
        choices=[
            SelectChoice("own", _l("Each candidate has a paper of their own")),
            SelectChoice("shared", _l("All candidates of a sitting have the same questions")),
        ],
        validate_choice=False,
    )
    is_practice = BooleanField(
        _l("Practice: results are in nobody's record"),
    )
    markers = SelectField(
        _l("Markers of a long answer"),
        choices=[
            SelectChoice("1", _l("One")),
            SelectChoice("2", _l("Two, without seeing each other")),
        ],
        validate_choice=False,
    )

    @classmethod
    def stored(cls, exam: Exam, settings: ExamSettings) -> dict[str, Any]:
        """The rules in minutes, hours and seconds."""
        return {
            "duration_min": str(settings.duration_s // 60),
            "attempts": str(settings.attempts),
            "pause_h": str(settings.pause_s // 3600),
            "layout": settings.layout.value,
            "may_go_back": settings.may_go_back,
            "item_limit_s": str(settings.item_limit_s or ""),
            "shuffle_items": settings.shuffle_items,
            "shuffle_options": settings.shuffle_options,
            "form": settings.form.value,
            "is_practice": settings.is_practice,
            "markers": str(settings.markers),
        }


class ReleaseForm(PartForm):
    """What of a result is shown when."""

    release_score = SelectField(
        _l("The mark, and whether it is passed"), choices=WHEN_CHOICES, validate_choice=False
    )
    release_right_wrong = SelectField(
        _l("Which answers were right"), choices=WHEN_CHOICES, validate_choice=False
    )
    release_key = SelectField(_l("The right answers"), choices=WHEN_CHOICES, validate_choice=False)
    release_explanation = SelectField(
        _l("The explanations"), choices=WHEN_CHOICES, validate_choice=False
    )

    @classmethod
    def stored(cls, exam: Exam, settings: ExamSettings) -> dict[str, Any]:
        """When each part comes out."""
        return {f"release_{part.value}": settings.release[part].value for part in Part}


class PassMarkForm(PartForm):
    """The pass mark and how it was found."""

    pass_mark = StringField(
        _l("Pass mark, in per cent of the points"), [Needed()], description=_l("1 to 100.")
    )
    pass_mark_method = RadioField(
        _l("How it was found"),
        [Needed()],
        choices=[SelectChoice(key, words) for key, words in METHOD_WORDS.items()],
        validate_choice=False,
    )
    pass_mark_note = TextAreaField(
        _l("Note"), description=_l("Who set it when, on what grounds. Part of every version.")
    )

    @classmethod
    def stored(cls, exam: Exam, settings: ExamSettings) -> dict[str, Any]:
        """Mark, method, note."""
        return {
            "pass_mark": str(settings.pass_mark),
            "pass_mark_method": settings.pass_mark_method.value,
            "pass_mark_note": settings.pass_mark_note,
        }


class PublishExamForm(HouseForm):
    """What is noted with a version."""

    note = TextAreaField(
        _l("What has changed, and why"),
        [Length(max=1000)],
        description=_l("For those who ask later."),
    )
