"""Reading JSON of unknown make: every fault is named by its place, nothing raises on the way."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import TypeGuard, TypeVar

from trainhub.planner.problem.entities import Span

MAX_FAULTS = 50
T = TypeVar("T")


class BadProblem(ValueError):
    """The file is no planning problem or plan; `faults` names every place and what is wrong."""

    def __init__(self, faults: list[str]) -> None:
        super().__init__("; ".join(faults[:MAX_FAULTS]))
        self.faults = tuple(faults[:MAX_FAULTS])


class Fields:
    """One JSON object being read; faults gather in the list shared by all objects of the file."""

    def __init__(self, raw: object, place: str, faults: list[str]) -> None:
        self.place = place
        self.faults = faults
        if not isinstance(raw, dict):
            faults.append(f"{place or 'file'}: must be an object")
            raw = {}
        self.raw: dict[str, object] = raw

    def at(self, key: str) -> str:
        return f"{self.place}.{key}" if self.place else key

    def fault(self, key: str, sentence: str) -> None:
        self.faults.append(f"{self.at(key)}: {sentence}")

    def whole(self, key: str, low: int, high: int, default: int | None = None) -> int:
        value = self.raw.get(key, default)
        return whole(value, self.at(key), low, high, self.faults)

    def optional_whole(self, key: str, low: int, high: int) -> int | None:
        return None if self.raw.get(key) is None else self.whole(key, low, high)

    def number(self, key: str, low: float, high: float, default: float | None = None) -> float:
        value = self.raw.get(key, default)
        return number(value, self.at(key), low, high, self.faults)

    def text(self, key: str, default: str | None = None) -> str:
        return text(self.raw.get(key, default), self.at(key), self.faults)

    def flag(self, key: str, default: bool) -> bool:
        value = self.raw.get(key, default)
        if isinstance(value, bool):
            return value
        self.fault(key, "must be true or false")
        return default

    def one_of(self, key: str, words: tuple[T, ...], default: T) -> T:
        value = self.raw.get(key, default)
        for word in words:
            if value == word:
                return word
        self.fault(key, "must be one of " + ", ".join(str(word) for word in words))
        return default

    def inner(self, key: str) -> Fields:
        return Fields(self.raw.get(key), self.at(key), self.faults)

    def rows(self, key: str, limit: int) -> list[tuple[object, str]]:
        """The entries of a list with their places; a missing list is an empty one."""
        return rows(self.raw.get(key, []), self.at(key), limit, self.faults)

    def objects(self, key: str, limit: int) -> list[Fields]:
        return [Fields(entry, place, self.faults) for entry, place in self.rows(key, limit)]

    def tuples(self, key: str, limit: int, width: int) -> list[tuple[list[object], str]]:
        """The entries that are lists of that width; the others are faults."""
        good = []
        for entry, place in self.rows(key, limit):
            if isinstance(entry, list) and len(entry) == width:
                good.append((entry, place))
            else:
                self.faults.append(f"{place}: must be a list of {width} entries")
        return good

    def spans(self, key: str, limit: int) -> tuple[Span, ...]:
        found = []
        for (day, start, end), place in self.tuples(key, limit, 3):
            first = whole(start, f"{place}[1]", 0, 4320, self.faults)
            last = whole(end, f"{place}[2]", 0, 4320, self.faults)
            if last < first:
                self.faults.append(f"{place}: ends before it starts")
            found.append(Span(whole(day, f"{place}[0]", -7, 3660, self.faults), first, last))
        return tuple(found)

    def by_id(self, key: str, limit: int, read: Callable[[Fields], T]) -> tuple[T, ...]:
        """Objects with an `id` of their own; an id used twice is a fault."""
        seen: set[str] = set()
        found = []
        for entry in self.objects(key, limit):
            name = entry.text("id")
            if name in seen:
                entry.fault("id", f"{name} is used twice")
            seen.add(name)
            found.append(read(entry))
        return tuple(found)


def rows(value: object, place: str, limit: int, faults: list[str]) -> list[tuple[object, str]]:
    if not isinstance(value, list):
        faults.append(f"{place}: must be a list")
        return []
    if len(value) > limit:
        faults.append(f"{place}: has {len(value)} entries, the most is {limit}")
        return []
    return [(entry, f"{place}[{number_}]") for number_, entry in enumerate(value)]


def whole(value: object, place: str, low: int, high: int, faults: list[str]) -> int:
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    if isinstance(value, int) and not isinstance(value, bool) and low <= value <= high:
        return value
    faults.append(f"{place}: must be a whole number from {low} to {high}")
    return low


def number(value: object, place: str, low: float, high: float, faults: list[str]) -> float:
    # The range goes first: an integer too large for a float is out of every range here.
    if is_number(value) and low <= value <= high and math.isfinite(value):
        return float(value)
    faults.append(f"{place}: must be a number from {low:g} to {high:g}")
    return low


def is_number(value: object) -> TypeGuard[int | float]:
    return isinstance(value, int | float) and not isinstance(value, bool)


def text(value: object, place: str, faults: list[str]) -> str:
    if isinstance(value, str) and 0 < len(value) <= 200:
        return value
    faults.append(f"{place}: must be a text of 1 to 200 characters")
    return ""
