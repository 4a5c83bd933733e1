"""When a change asks holders for a refresh, what settles it, and what follows if nothing does."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Any

from trainhub.certification.rules.programmes.content import ProgrammeContent

DAYS, FEWEST_DAYS, MOST_DAYS = 14, 3, 60
# After the due day the quiz stays open, to bring the award back. A sitting lasts 90 days at most.
OPEN_AFTERWARDS_DAYS = 29
ASKED_ABOUT_DAYS = 180  # a change longer ago than this is no longer offered
REFRESH_OVERDUE = "refresh_overdue"  # causes of transitions; the page of the award words them
REFRESH_DONE = "refresh_done"
REFRESH_WITHDRAWN = "refresh_withdrawn"
_TAUGHT = ("course", "class")  # kinds of evidence that name a course


class RefreshState(StrEnum):
    """The stored states of one award's refresh. Overdue follows from its day."""

    OPEN = "open"
    DONE = "done"
    EXCUSED = "excused"


@dataclass(frozen=True)
class Rested:
    """What one award rested on: its frozen evidence, and what its requirements ask for."""

    evidence: Sequence[Mapping[str, Any]]
    content: ProgrammeContent


def depends_on_course(chain: Iterable[Rested], course_key: str, changed_at: datetime) -> bool:
    """Whether an award rests on a course as it was before a change.

    `chain` is the award and those it renewed, the latest first: a shorter renewal rests on the
    first award for what it did not ask again. What was learnt after the change is fresh; a
    requirement that was waived or not needed rests on nothing.
    """
    for award in chain:
        moments = _learnt_at(award, course_key)
        if moments:
            return max(moments) < changed_at
    return False


def _learnt_at(award: Rested, course_key: str) -> list[datetime]:
    about = {
        one.key
        for one in award.content.requirements
        if one.kind in _TAUGHT and one.settings.get("course") == course_key
    }
    return [
        datetime.fromisoformat(piece["at"])
        for line in award.evidence
        if line["requirement"] in about and line["state"] == "met"
        for piece in line["pieces"]
    ]


def settling(passes: Iterable[tuple[int, datetime]], changed_at: datetime) -> int | None:
    """The record that settles a refresh: the first pass after the change, None where none does."""
    found = [(at, record_id) for record_id, at in passes if at >= changed_at]
    return min(found)[1] if found else None


def brings_back(cause: str | None, still_open: Iterable[date], today: date) -> bool:
    """Whether an award under review is in force again now that one refresh is done.

    Only where nothing but a refresh put it there, and no other one is overdue: what a person
    questions, a person decides.
    """
    return cause == REFRESH_OVERDUE and all(due_on >= today for due_on in still_open)
