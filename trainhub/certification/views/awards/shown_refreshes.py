"""Refreshes as pages show them: what has changed, by when, and where the quiz is."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from flask import url_for

from trainhub import permissions
from trainhub.certification.models import AwardRefresh
from trainhub.certification.queries.refreshes import (
    list_open_refreshes_of,
    list_refreshes,
    titles_of_changes,
)
from trainhub.certification.rules.awards.states import IN_FORCE
from trainhub.certification.views.wording import in_language
from trainhub.people.models import Person


@dataclass(frozen=True)
class ShownRefresh:
    """One refresh in words; `url` leads its holder to the quiz, "" everybody else."""

    award_id: int
    title: str
    note: str
    state: str
    due_on: date
    closed_at: datetime | None
    is_overdue: bool
    url: str


def refreshes_of_awards(
    award_ids: Sequence[int | None], viewer: Person, today: date, *, only_open: bool = False
) -> list[ShownRefresh]:
    """What is or was asked of awards; with `only_open` what still is, of those in force."""
    found = list_refreshes([one for one in award_ids if one is not None])
    rows = [one for some in found.values() for one in some]
    if only_open:
        rows = [one for one in rows if one.state == "open" and one.award.state in IN_FORCE]
    return _shown(rows, viewer, today)


def open_refreshes_of(person: Person, today: date) -> list[ShownRefresh]:
    """What somebody is asked for now, for their own pages."""
    return _shown(list_open_refreshes_of(person.id), person, today)


def _shown(rows: Sequence[AwardRefresh], viewer: Person, today: date) -> list[ShownRefresh]:
    titles = titles_of_changes([one.request for one in rows])
    return [
        ShownRefresh(
            award_id=one.award_id,
            title=in_language(titles[one.request_id]),
            note=one.request.note,
            state=one.state if one.award.state in IN_FORCE or one.state != "open" else "ended",
            due_on=one.due_on,
            closed_at=one.closed_at,
            is_overdue=one.state == "open" and one.due_on < today,
            url=_url(one, viewer),
        )
        for one in rows
    ]


def _url(row: AwardRefresh, viewer: Person) -> str:
    is_own = row.award.person_id == viewer.id
    if not is_own or row.state != "open" or not permissions.allows("assessment.sit", viewer):
        return ""
    return url_for("assessment.show_start", sitting_id=row.request.sitting_id)
