"""What can go wrong, as values: one refused input, several of them, a broken rule.

Messages are English msgids with ``%(name)s`` places. They are marked here with the no-op
`N_` and translated at the edges (`text(translate)`), so that rules need no web framework.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any


def N_(message: str) -> str:  # noqa: N802 -- the conventional name of gettext's no-op marker
    """Mark a message for extraction without translating it."""
    return message


def fill(message: str, params: Mapping[str, Any]) -> str:
    """Put the values into a message's ``%(name)s`` places."""
    return message % params if params else message


@dataclass(frozen=True)
class InLanguages:
    """A word of the centre's own in both languages, among the values of a message.

    The edges say it in the reader's (`trainhub.web.text.translated`), and dates as well.
    """

    zh: str
    en: str

    def __str__(self) -> str:
        return self.en


@dataclass(frozen=True)
class InputError:
    """One thing wrong in something a person handed in, and its place.

    `file`, `row` (of a table, the heading being row 1), `line` (of a text, from 1),
    `column` (of a table, its heading) and `field` (of a form or of front matter) name
    the place as far as it is known.
    """

    code: str
    message: str
    params: Mapping[str, Any] = field(default_factory=dict)
    file: str | None = None
    row: int | None = None
    line: int | None = None
    column: str | None = None
    field: str | None = None

    def text(self, translate: Callable[[str], str] = str) -> str:
        """The message in the reader's language; `translate` maps a msgid to it."""
        return fill(translate(self.message), self.params)

    def as_dict(self, translate: Callable[[str], str] = str) -> dict[str, Any]:
        """The error as the commands' and the JSON interface's `errors[]` entry."""
        places = {
            "file": self.file,
            "row": self.row,
            "line": self.line,
            "column": self.column,
            "field": self.field,
        }
        known = {name: value for name, value in places.items() if value is not None}
        return {"code": self.code, "message": self.text(translate)} | known


class DomainError(Exception):
    """A rule of the trade says no. `status` is the answer's HTTP status."""

    code = "refused"
    status = 422
    message = N_("This cannot be done.")

    def __init__(
        self,
        message: str | None = None,
        *,
        code: str | None = None,
        field: str | None = None,
        **params: Any,
    ) -> None:
        self.message = message or type(self).message
        self.code = code or type(self).code
        self.field = field
        self.params = params
        super().__init__(fill(self.message, params))

    def text(self, translate: Callable[[str], str] = str) -> str:
        """The message in the reader's language; `translate` maps a msgid to it."""
        return fill(translate(self.message), self.params)


class NotFound(DomainError):
    """It does not exist, or this person must not learn that it does."""

    code = "not_found"
    status = 404
    message = N_("This does not exist, or it is not yours to see.")


class Forbidden(DomainError):
    """The person is known and may not do this."""

    code = "forbidden"
    status = 403
    message = N_("You are not allowed to do this.")


class Conflict(DomainError):
    """Somebody else was first, or the thing has moved on since it was read."""

    code = "conflict"
    status = 409
    message = N_("This has changed since you opened it.")


class SlowDown(DomainError):
    """Too many tries. `retry_after_s` says when the next one is welcome."""

    code = "slow_down"
    status = 429
    message = N_("Too many tries. Wait %(seconds)s seconds, then try again.")

    def __init__(self, retry_after_s: int) -> None:
        super().__init__(seconds=retry_after_s)
        self.retry_after_s = retry_after_s


class InputErrors(DomainError):
    """Everything wrong in one piece of input. Nothing of it has been stored."""

    code = "input_refused"
    status = 422
    message = N_("Nothing was stored. Correct what is named and send it again.")

    def __init__(self, errors: Sequence[InputError]) -> None:
        super().__init__()
        self.errors = tuple(errors)

    def __str__(self) -> str:
        return "; ".join(error.text() for error in self.errors)
