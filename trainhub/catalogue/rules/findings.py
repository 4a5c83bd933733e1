"""What the linter says: one finding, its weight and its place."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from trainhub.errors import fill


class Severity(StrEnum):
    """How much it matters: a learner would be hurt, the course is weaker, or worth a look."""

    ERROR = "error"
    WARNING = "warning"
    HINT = "hint"


@dataclass(frozen=True)
class Finding:
    """One remark on a course or a quiz. `line` is a line of the course or, with `quiz`, of it.

    `lesson` is the key of a lesson, `quiz` and `item` the keys of a question.
    """

    code: str
    severity: Severity
    message: str
    params: Mapping[str, Any] = field(default_factory=dict)
    line: int | None = None
    field: str | None = None
    lesson: str | None = None
    quiz: str | None = None
    item: str | None = None

    def text(self, translate: Callable[[str], str] = str) -> str:
        """The message in the reader's language; `translate` maps a msgid to it."""
        return fill(translate(self.message), self.params)

    def as_dict(self, translate: Callable[[str], str] = str) -> dict[str, Any]:
        """The finding as JSON; places that are not known are left out."""
        places = {
            "line": self.line,
            "field": self.field,
            "lesson": self.lesson,
            "quiz": self.quiz,
            "item": self.item,
        }
        known = {name: value for name, value in places.items() if value is not None}
        head = {"code": self.code, "severity": self.severity.value}
        return head | {"message": self.text(translate)} | known
