"""What the forms of all kinds of questions share.

The forms hold what is typed; what is right is decided by `rules.quiz_text.make_item`, whose
errors are put back at the fields they name. Rows left empty count as not there.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace
from typing import Any, ClassVar

from flask_babel import lazy_gettext as _l
from wtforms import HiddenField, SelectField, StringField, TextAreaField
from wtforms.fields.choices import SelectChoice

from trainhub.catalogue.rules.quiz_text import Kind, QuizItem, make_item
from trainhub.catalogue.rules.vocabulary import LEVELS, Level
from trainhub.errors import InputError, InputErrors
from trainhub.web.forms import HouseForm
from trainhub.web.text import translated

MOST_ROWS = 26
LEVEL_WORDS = {"basic": _l("Basic"), "standard": _l("Standard"), "advanced": _l("Advanced")}


def lines_of(text: str | None) -> list[str]:
    """The lines of a text field that are not empty."""
    return [line.strip() for line in (text or "").splitlines() if line.strip()]


def words_of(text: str | None) -> list[str]:
    """The words of a text field that separates them by commas, full-width ones too."""
    return [word.strip() for word in re.split("[,，]", text or "") if word.strip()]


class Needed:
    """Marks a field as needed; whether it is filled rightly is for `make_item` to say."""

    field_flags: ClassVar[dict[str, bool]] = {"required": True}

    def __call__(self, form: object, field: object) -> None:
        """Nothing is refused here, so that nothing is said twice."""


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
    points: StringField | None = StringField(
        _l("Points"), description=_l("A whole number from 1 to 20.")
    )
    level = SelectField(
        _l("Level"),
        choices=[SelectChoice(level, LEVEL_WORDS[level]) for level in LEVELS],
        default=Level.STANDARD.value,
        validate_choice=False,
        description=_l("How hard it is meant to be; exams draw by it."),
    )
    enemies = StringField(
        _l("Never together with"),
        description=_l("Keys of groups, separated by commas: a paper has one question of a group."),
    )

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
            "level": item.level,
            "enemies": ", ".join(item.enemies),
        }

    def make(self) -> QuizItem:
        """The question. Raises `InputErrors` with the fields of this form."""
        return make_item(
            key=(self.key.data or "").strip(),
            kind=self.kind.value,
            stem=self.stem.data or "",
            content=self.content(),
            points=self.worth(),
            objective=(self.objective.data or "").strip(),
            tags=words_of(self.tags.data),
            feedback=self.feedback.data or "",
            level=self.level.data or "",
            enemies=words_of(self.enemies.data),
        )

    def worth(self) -> int | None:
        """The points typed, 0 for what is no number; None where the rubric decides."""
        if self.points is None:
            return None
        points = (self.points.data or "1").strip()
        return int(points) if points.isascii() and points.isdigit() else 0

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
