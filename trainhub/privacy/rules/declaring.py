"""How a table is declared: every column in one of five lists, and what holds for the rows."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from trainhub.privacy.rules.periods import Period


class Erase(StrEnum):
    """What an erasure does to the rows about a person."""

    DELETE = "delete"  # they go
    KEEP = "keep"  # lawful evidence: they stay and lead to the pseudonym
    EMPTY = "empty"  # they stay, the columns of `emptied` lose what they say


PSEUDONYM = "{pseudonym}"  # in `emptied`: the pseudonym comes to stand there


@dataclass(frozen=True)
class Personal:
    """A table with rows about people.

    `path` leads from the table to the person: column names joined by points, each but the last
    a foreign key, the last holding the person's number. `told` columns are handed out to the
    person as they are, `withheld` ones are personal too and are not (each with the reason),
    `others` name somebody else who acted: the person is told whether it was themselves, no
    more. `plain` columns say nothing about anybody by themselves. `counted` are instants or
    dates: a row is past its time once any of them is `period` ago; empty where the whole table
    follows the account. `sealed` columns are told only once the column that `gate` leads to, a
    path like `path`, says when: marks after their release. `why_kept` says why an erasure leaves
    the rows.
    """

    table: str
    path: str
    title: str
    purpose: str
    period: Period
    erase: Erase
    told: str = ""
    withheld: Mapping[str, str] = field(default_factory=dict)
    others: str = ""
    plain: str = ""
    emptied: Mapping[str, Any] = field(default_factory=dict)
    gate: str = ""
    sealed: str = ""
    counted: Sequence[str] = ()
    why_kept: str = ""

    def columns(self) -> list[str]:
        """Every column declared, repeats included."""
        return [*self.told.split(), *self.withheld, *self.others.split(), *self.plain.split()]

    @property
    def is_swept(self) -> bool:
        """Whether rows past their time are deleted by the nightly stage."""
        return bool(self.counted)


@dataclass(frozen=True)
class Impersonal:
    """A table about the centre's things. `others` name who made or changed them; these columns
    stay and lead to the pseudonym. `note` says what else there is to know."""

    table: str
    title: str
    plain: str
    others: str = ""
    note: str = ""

    def columns(self) -> list[str]:
        """Every column declared, repeats included."""
        return [*self.others.split(), *self.plain.split()]


Declaration = Personal | Impersonal
