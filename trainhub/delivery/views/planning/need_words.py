"""Who has no seat in a campaign now, and why, in the reader's words."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from flask import request, url_for
from sqlalchemy import ColumnElement

from trainhub.delivery.models import Campaign
from trainhub.delivery.queries.planning.plan_review import Names, names_for
from trainhub.delivery.queries.planning.uncovered_needs import NeedRow, Needs, find_needs
from trainhub.delivery.rules.planning import needs as rules
from trainhub.delivery.rules.planning import reasons_in_words
from trainhub.delivery.rules.planning.plan_ids import queue_name
from trainhub.delivery.views.planning.plan_words import worded
from trainhub.web.converters import row_id
from trainhub.web.locale import current_language
from trainhub.web.text import translated

_OF_TEAM = {"NO_TEAM", "NO_PLACE", "TEACHES"}


@dataclass(frozen=True)
class ShownNeed:
    """One person without a seat in one course."""

    person_id: int
    name: str
    team: str
    course: str
    title: str
    sentence: str


@dataclass(frozen=True)
class ShownNeeds:
    """A page of them; `causes` are (title, how many), the commonest first."""

    found: Needs
    causes: list[tuple[str, int]]
    rows: list[ShownNeed]


def shown_needs(campaign: Campaign, of: ColumnElement[bool] | None = None) -> ShownNeeds:
    """Those without a seat, on the page that the address asks for (`without`)."""
    found = find_needs(campaign, request.args.get("without", default=1, type=row_id), of=of)
    courses = {one.course_id for one in campaign.courses}  # reasons speak of each other's
    names = names_for(current_language(), courses=courses) if found.rows else Names()
    counts = [(_title(cause), count) for cause, count in found.causes.most_common()]
    return ShownNeeds(found, counts, [_shown(row, found, names) for row in found.rows])


def page_url(campaign_id: int) -> Callable[[int], str]:
    """The address of a page of those without a seat."""
    return lambda number: url_for(
        "delivery.show_campaign", campaign_id=campaign_id, without=number, _anchor="without"
    )


def _title(cause: str) -> str:
    if cause in _OF_TEAM:
        return translated(rules.LEFT_OUT_TITLE)
    return translated(rules.CAUSES.get(cause) or reasons_in_words.TITLES[cause])


def _shown(row: NeedRow, found: Needs, names: Names) -> ShownNeed:
    course = names.of("course", row.need.course_id)
    return ShownNeed(
        row.need.person_id, row.name, row.team, course, _title(row.need.cause),
        _sentence(row, found, names),
    )  # fmt: skip


def _sentence(row: NeedRow, found: Needs, names: Names) -> str:
    need = row.need
    if need.cause in _OF_TEAM:
        return translated(reasons_in_words.LEFT_OUT[need.cause])
    if need.unplaced is None:
        return worded(rules.sentence_of(need), names)
    if found.period is None:
        return translated(reasons_in_words.TITLES[need.cause])
    unknown = {queue_name(queue_id) for queue_id in found.unknown}
    period = found.period
    return worded(reasons_in_words.reason(need.unplaced, period.start, period.end, unknown), names)
