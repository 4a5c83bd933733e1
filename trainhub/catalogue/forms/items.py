"""A form for each kind of question.

The forms hold what is typed; what is right is decided by `rules.quiz_text.make_item`, whose
errors are put back at the fields they name. Rows left empty count as not there.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any, ClassVar

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import (
    BooleanField,
    FieldList,
    Form,
    FormField,
    HiddenField,
    RadioField,
    StringField,
    TextAreaField,
)
from wtforms.fields.choices import SelectChoice

from trainhub.catalogue.rules.quiz_text import Kind, QuizItem, make_item
from trainhub.errors import InputError, InputErrors
from trainhub.web.forms import HouseForm
from trainhub.web.text import translated

MOST_ROWS = 26


def lines_of(text: str | None) -> list[str]:
    """The lines of a text field that are not empty."""
    return [line.strip() for line in (text or "").splitlines() if line.strip()]


class Needed:
    """Marks a field as needed; whether it is filled rightly is for `make_item` to say."""

    field_flags: ClassVar[dict[str, bool]] = {"required": True}

    def __call__(self, form: object, field: object) -> None:
        """Nothing is refused here, so that nothing is said twice."""


class OptionRow(Form):
    """One option of a choice."""

    text = TextAreaField(_l("Option"), [Needed()])
    correct = BooleanField(_l("Correct"))
    feedback = TextAreaField(_l("Feedback on this option"))


class PairRow(Form):
    """One pair of a matching."""

    left = StringField(_l("Left side"), [Needed()])
    right = StringField(_l("Right side"), [Needed()])


class GapRow(Form):
    """One gap of a cloze: typed, or chosen when there are choices."""

    name = StringField(_l("Name of the gap"), [Needed()])
    answers = TextAreaField(_l("Accepted answers, one a line"), [Needed()])
    choices = TextAreaField(_l("Choices, one a line; none: the answer is typed"))
    strict = BooleanField(_l("Compare exactly"))


class ItemForm(HouseForm):
    """What every question has; the kinds add their own part."""

    kind: Kind
    rows_name = ""
    seen_item = HiddenField()
    stem = TextAreaField(_l("Question"), [Needed()], description=_l("Markdown; what is asked."))
    feedback = TextAreaField(
        _l("Feedback"), description=_l("Markdown, shown after answering: why it is so.")
    )
    key = StringField(
        _l("Key"), [Needed()], description=_l("The same in both languages; checkpoints name it.")
    )
    objective = StringField(
        _l("Objective"), description=_l("Key of the course's objective that this tests.")
    )
    tags = StringField(_l("Tags"), description=_l("Separated by commas."))
    points = StringField(_l("Points"), description=_l("A whole number from 1 to 20."))

    def content(self) -> dict[str, Any]:
        """The kind's own part, as a quiz file has it."""
        raise NotImplementedError

    @classmethod
    def own_data(cls, content: Mapping[str, Any]) -> dict[str, Any]:
        """The form's data for a question's own part."""
        return dict(content)

    @classmethod
    def from_item(cls, item: QuizItem) -> dict[str, Any]:
        """The form's data for a question."""
        return cls.own_data(item.content) | {
            "stem": item.stem,
            "feedback": item.feedback,
            "key": item.key,
            "objective": item.objective,
            "tags": ", ".join(item.tags),
            "points": str(item.points),
        }

    def make(self) -> QuizItem:
        """The question. Raises `InputErrors` with the fields of this form."""
        points = (self.points.data or "1").strip()
        return make_item(
            key=(self.key.data or "").strip(),
            kind=self.kind.value,
            stem=self.stem.data or "",
            content=self.content(),
            points=int(points) if points.isascii() and points.isdigit() else 0,
            objective=(self.objective.data or "").strip(),
            tags=[tag.strip() for tag in (self.tags.data or "").split(",") if tag.strip()],
            feedback=self.feedback.data or "",
        )

    @property
    def rows(self) -> Any:
        """The rows of this kind (options, pairs, gaps), None if it has none."""
        return self._fields.get(self.rows_name)

    def add_row(self) -> None:
        """One empty row more."""
        if self.rows is not None and len(self.rows.entries) < MOST_ROWS:
            self.rows.append_entry()

    def filled_rows(self) -> list[tuple[int, dict[str, Any]]]:
        """Place and data of the rows that hold any text."""
        return [
            (place, row.data)
            for place, row in enumerate(self.rows.entries if self.rows else ())
            if any(isinstance(value, str) and value.strip() for value in row.data.values())
        ]

    def take_error(self, error: Any) -> None:
        """Show refusals at their fields, in the words of this form."""
        if isinstance(error, InputErrors):
            error = InputErrors([self._named(one) for one in error.errors])
            for one in error.errors:
                self._note_in_row(one)
        super().take_error(error)

    def _place(self, field: str) -> tuple[int, str] | None:
        """Row (from 0, as shown) and part that a field such as `options.2.text` names."""
        parts = field.split(".")
        if not self.rows_name or parts[0] != self.rows_name or len(parts) < 2:
            return None
        filled = self.filled_rows()
        for count, (place, data) in enumerate(filled, start=1):
            if parts[1] in {str(count), data.get("name")}:
                return place, parts[2] if len(parts) > 2 else ""
        return None

    def _named(self, error: InputError) -> InputError:
        """The error with a name that a person finds on this page."""
        field = (error.field or "").removeprefix("items.")
        found = self._place(field)
        if found:
            words = f"{self.rows.label.text} {found[0] + 1}"
        else:
            known = self._fields.get(field.split(".")[0])
            words = str(known.label.text) if known is not None else field
        params = dict(error.params) | ({"field": words} if "field" in error.params else {})
        return replace(error, params=params, field=field)

    def _note_in_row(self, error: InputError) -> None:
        found = self._place(error.field or "")
        if found is None:
            return
        row = self.rows.entries[found[0]].form
        part = row._fields.get(found[1]) or next(iter(row))
        part.errors = [*part.errors, error.text(translated)]


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
    strict = BooleanField(
        _l("Compare exactly"),
        description=_l("Otherwise width, case, punctuation and blanks do not count."),
    )

    @classmethod
    def own_data(cls, content: Mapping[str, Any]) -> dict[str, Any]:
        return {"answers": "\n".join(content["answers"]), "strict": content["strict"]}

    def content(self) -> dict[str, Any]:
        return {"answers": lines_of(self.answers.data), "strict": bool(self.strict.data)}


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
                    "strict": gap.get("strict", False),
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
            gaps[name] = {"answers": answers, "strict": bool(data["strict"])}
            if choices:
                gaps[name] = {"options": choices, "answer": "\n".join(answers)}
        return {"gaps": gaps}


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
    )
}
FIRST_ROWS = {Kind.SINGLE: 4, Kind.MULTIPLE: 4, Kind.MATCHING: 3, Kind.CLOZE: 2}
