"""A form for each kind of question."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import count
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import (
    BooleanField,
    FieldList,
    Form,
    FormField,
    RadioField,
    SelectField,
    StringField,
    TextAreaField,
)
from wtforms.fields.choices import SelectChoice

from trainhub.catalogue.forms.item_form import MOST_ROWS, ItemForm, Needed, lines_of
from trainhub.catalogue.rules.matching import MATCHES, Match, match_of
from trainhub.catalogue.rules.quiz_kinds import DEFAULT_LIMIT
from trainhub.catalogue.rules.quiz_text import Kind
from trainhub.errors import InputError, InputErrors

MATCH_WORDS = {
    "words": _l("by words: spelling of numbers, punctuation, case and script do not count"),
    "exact": _l("exactly: every character counts"),
    "amount": _l("as an amount: number and unit count, not how they are written"),
    "date": _l("as a date: the day counts, not how it is written"),
    "code": _l("as a code: every letter, digit, blank and hyphen counts"),
    "name": _l("as a name: no other character passes, traditional ones neither"),
}


def match_field() -> SelectField:
    """How the typed answer is compared with the accepted ones."""
    choices = [SelectChoice(match, MATCH_WORDS[match]) for match in MATCHES]
    return SelectField(
        _l("Compare"), choices=choices, default=Match.WORDS.value, validate_choice=False
    )


class OptionRow(Form):
    """One option of a choice."""

    text = TextAreaField(_l("Option"), [Needed()])
    correct = BooleanField(_l("Correct"))
    feedback = TextAreaField(_l("Feedback on this option"))


class PairRow(Form):
    """One pair of a matching."""

    left = StringField(_l("Left side"), [Needed()])
    right = StringField(_l("Right side"), [Needed()])


class CriterionRow(Form):
    """One criterion of a rubric."""

    text = TextAreaField(_l("What is looked at"), [Needed()])
    points = StringField(_l("Points"), [Needed()])
    key = StringField(_l("Key"), description=_l("Made for you when left empty."))
    fatal = BooleanField(_l("Must be met, or the whole answer fails"))


class GapRow(Form):
    """One gap of a cloze: typed, or chosen when there are choices."""

    name = StringField(_l("Name of the gap"), [Needed()])
    answers = TextAreaField(_l("Accepted answers, one a line"), [Needed()])
    choices = TextAreaField(_l("Choices, one a line; none: the answer is typed"))
    match = match_field()


class _ChoiceForm(ItemForm):
    rows_name = "options"
    options = FieldList(FormField(OptionRow), label=_l("Option"), max_entries=MOST_ROWS)

    def content(self) -> dict[str, Any]:
        return {
            "options": [
                {name: value for name, value in data.items() if name != "feedback" or value}
                for _place, data in self.filled_rows()
            ]
        }


class SingleForm(_ChoiceForm):
    """Exactly one option is correct."""

    kind = Kind.SINGLE


class MultipleForm(_ChoiceForm):
    """One option or more are correct."""

    kind = Kind.MULTIPLE


class TrueFalseForm(ItemForm):
    """True or false."""

    kind = Kind.TRUE_FALSE
    answer = RadioField(
        _l("Right answer"),
        [Needed()],
        choices=[SelectChoice("true", _l("True")), SelectChoice("false", _l("False"))],
    )

    @classmethod
    def own_data(cls, content: Mapping[str, Any]) -> dict[str, Any]:
        return {"answer": "true" if content["answer"] else "false"}

    def content(self) -> dict[str, Any]:
        return {"answer": {"true": True, "false": False}.get(self.answer.data or "")}


class ShortAnswerForm(ItemForm):
    """A few words are typed."""

    kind = Kind.SHORT_ANSWER
    answers = TextAreaField(_l("Accepted answers, one a line"), [Needed()])
    match = match_field()

    @classmethod
    def own_data(cls, content: Mapping[str, Any]) -> dict[str, Any]:
        return {"answers": "\n".join(content["answers"]), "match": match_of(content).value}

    def content(self) -> dict[str, Any]:
        return {"answers": lines_of(self.answers.data), "match": self.match.data or None}


class NumericForm(ItemForm):
    """A number is typed."""

    kind = Kind.NUMERIC
    answer = StringField(_l("Right number"), [Needed()])
    tolerance = StringField(_l("Tolerance"), description=_l("0: only this number is right."))
    unit = StringField(_l("Unit"), description=_l("Shown behind the field."))

    def content(self) -> dict[str, Any]:
        typed = {name: (self[name].data or "").strip() for name in ("answer", "tolerance", "unit")}
        return {name: value for name, value in typed.items() if value}


class OrderingForm(ItemForm):
    """Steps are put in order."""

    kind = Kind.ORDERING
    steps = TextAreaField(
        _l("Steps, one a line"), [Needed()], description=_l("3 to 8 steps in the right order.")
    )

    @classmethod
    def own_data(cls, content: Mapping[str, Any]) -> dict[str, Any]:
        return {"steps": "\n".join(content["steps"])}

    def content(self) -> dict[str, Any]:
        return {"steps": lines_of(self.steps.data)}


class MatchingForm(ItemForm):
    """Pairs are put together."""

    kind = Kind.MATCHING
    rows_name = "pairs"
    pairs = FieldList(FormField(PairRow), label=_l("Pair"), max_entries=MOST_ROWS)
    extra = TextAreaField(
        _l("Further right sides, one a line"), description=_l("Wrong for every left side.")
    )

    @classmethod
    def own_data(cls, content: Mapping[str, Any]) -> dict[str, Any]:
        return dict(content) | {"extra": "\n".join(content["extra"])}

    def content(self) -> dict[str, Any]:
        pairs = [data for _place, data in self.filled_rows()]
        return {"pairs": pairs, "extra": lines_of(self.extra.data)}


class ClozeForm(ItemForm):
    """Gaps in a text are filled."""

    kind = Kind.CLOZE
    rows_name = "gaps"
    gaps = FieldList(FormField(GapRow), label=_l("Gap"), max_entries=MOST_ROWS)

    @classmethod
    def own_data(cls, content: Mapping[str, Any]) -> dict[str, Any]:
        rows = []
        for name, gap in content["gaps"].items():
            answers = [gap["answer"]] if "options" in gap else gap["answers"]
            rows.append(
                {
                    "name": name,
                    "answers": "\n".join(answers),
                    "choices": "\n".join(gap.get("options", ())),
                    "match": "words" if "options" in gap else match_of(gap).value,
                }
            )
        return {"gaps": rows}

    def content(self) -> dict[str, Any]:
        gaps: dict[str, Any] = {}
        for _place, data in self.filled_rows():
            answers, choices = lines_of(data["answers"]), lines_of(data["choices"])
            name = (data["name"] or "").strip()
            if name in gaps:
                message = _("Two gaps have the name “%(name)s”.", name=name)
                raise InputErrors(
                    [InputError("gap_twice", message.replace("%", "%%"), field="gaps")]
                )
            gaps[name] = {"answers": answers, "match": data["match"] or None}
            if choices:
                gaps[name] = {"options": choices, "answer": "\n".join(answers)}
        return {"gaps": gaps}


class LongAnswerForm(ItemForm):
    """A text is written; a person marks it on a rubric, whose points are the question's."""

    kind = Kind.LONG_ANSWER
    rows_name = "rubric"
    points = None
    rubric = FieldList(FormField(CriterionRow), label=_l("Criterion"), max_entries=MOST_ROWS)
    model_answer = TextAreaField(
        _l("Model answer"),
        description=_l("Markdown, for the markers, and for review once results are released."),
    )
    limit = StringField(_l("Characters at most"), description=_l("1 to 10,000."))

    @classmethod
    def own_data(cls, content: Mapping[str, Any]) -> dict[str, Any]:
        rubric = [row | {"points": str(row["points"])} for row in content["rubric"]]
        return dict(content) | {"limit": str(content["limit"]), "rubric": rubric}

    def content(self) -> dict[str, Any]:
        rows = [data for _place, data in self.filled_rows()]
        taken = {(data["key"] or "").strip() for data in rows}
        free = (key for n in count(1) if (key := f"criterion-{n}") not in taken)
        rubric = [
            {
                "key": (data["key"] or "").strip() or next(free),
                "text": data["text"] or "",
                "points": _whole(data["points"]),
                "fatal": bool(data["fatal"]),
            }
            for data in rows
        ]
        limit = _whole(self.limit.data or str(DEFAULT_LIMIT))
        return {"rubric": rubric, "model_answer": self.model_answer.data or "", "limit": limit}


def _whole(text: str | None) -> int | str:
    """A whole number as typed; anything else as it is, for the rules to refuse."""
    text = (text or "").strip()
    return int(text) if text.isascii() and text.isdigit() and len(text) < 9 else text


FORMS: dict[Kind, type[ItemForm]] = {
    form.kind: form
    for form in (
        SingleForm,
        MultipleForm,
        TrueFalseForm,
        ShortAnswerForm,
        NumericForm,
        OrderingForm,
        MatchingForm,
        ClozeForm,
        LongAnswerForm,
    )
}
FIRST_ROWS = {
    Kind.SINGLE: 4,
    Kind.MULTIPLE: 4,
    Kind.MATCHING: 3,
    Kind.CLOZE: 2,
    Kind.LONG_ANSWER: 3,
}
