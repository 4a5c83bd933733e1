"""What an import would do, as the page tells it: errors by kind, the first changes by name."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from trainhub.errors import InputError
from trainhub.rota.models import ShiftCode
from trainhub.rota.queries.rota_rows import names_of
from trainhub.rota.rules.changing import ShortRest
from trainhub.rota.rules.tables.rota_diff import CellChange, RotaDiff
from trainhub.rota.services.importing_rota import codes_by_id
from trainhub.web.text import translated

SHOWN_CHANGES = 30
SHOWN_PLACES = 8


@dataclass(frozen=True)
class ErrorGroup:
    """One sentence and the cells it is true of."""

    text: str
    places: tuple[tuple[int | None, str | None], ...]  # row, column
    count: int


@dataclass(frozen=True)
class ShownChange:
    """One date of one person: what it said and what it would say."""

    person: str
    on: date
    act: str
    old: ShiftCode | None
    new: ShiftCode | None


def grouped_errors(errors: Sequence[InputError]) -> list[ErrorGroup]:
    """Errors of the same words together, in order of the file."""
    groups: dict[str, list[InputError]] = {}
    for error in errors:
        groups.setdefault(error.text(translated), []).append(error)
    return [
        ErrorGroup(text, tuple((one.row, one.column) for one in found[:SHOWN_PLACES]), len(found))
        for text, found in groups.items()
    ]


def shown_changes(diff: RotaDiff) -> list[ShownChange]:
    """The first changes, what alters something stored before what is new."""
    picked: list[tuple[str, CellChange]] = []
    for act, part in (("changed", diff.changed), ("removed", diff.removed), ("new", diff.new)):
        picked += [(act, change) for change in part[: SHOWN_CHANGES - len(picked)]]
    names = names_of({change[0] for _act, change in picked})
    codes = codes_by_id()
    return [
        ShownChange(names[person_id], on, act, codes.get(old), codes.get(new))
        for act, (person_id, on, old, new) in picked
    ]


@dataclass(frozen=True)
class ShownRest:
    """A short rest: whose, and the date whose shift comes before it."""

    person: str
    after: date
    rest_min: int


def shown_rests(rests: Sequence[ShortRest]) -> list[ShownRest]:
    """The first short rests, by name."""
    first = rests[:SHOWN_PLACES]
    names = names_of({rest.person_id for rest in first})
    return [ShownRest(names[rest.person_id], rest.after, rest.rest_min) for rest in first]
