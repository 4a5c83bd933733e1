"""What has happened on a road, in words."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from flask_babel import lazy_gettext as _l

from trainhub.certification.queries.roads import Road
from trainhub.certification.queries.stories import StoryLine
from trainhub.certification.views.awards.shown import shown_events
from trainhub.certification.views.standing.shown import AWARD_STATES
from trainhub.certification.views.wording import in_language
from trainhub.web.filters import show_date

KIND_WORDS: dict[str, Any] = {
    "enrolled": _l("Taken into the programme"),
    "moved": _l("Went on by another version"),
    "withdrawn": _l("Left the programme"),
    "awarded": _l("Certified"),
    "reminded": _l("Reminded"),
    "waiver": _l("Waived until %(day)s"),
    "waiver_ended": _l("Waiver ended early"),
    "extension": _l("More time until %(day)s"),
    "extension_ended": _l("More time ended early"),
    "signed": _l("Signed off"),
    "not_yet": _l("Not signed off yet"),
    "summary_handed_in": _l("Summary handed in"),
    "summary_returned": _l("Summary sent back"),
    "summary_accepted": _l("Summary accepted"),
    "rated": _l("Work rated"),
}
# What has no author: the tick or a sum of ratings did it.
PROGRAM = frozenset({"awarded", "award"})


@dataclass(frozen=True)
class ShownHappening:
    """One line of the story: what happened, about which requirement, what was said, by whom."""

    at: datetime
    words: str
    title: str
    reason: str
    by: str
    is_by_program: bool


def shown_story(road: Road) -> list[ShownHappening]:
    """The story of a road in the reader's language, latest last."""
    titles = {
        line.requirement.key: in_language(line.requirement.titles)
        for line in road.looked.standing.lines
    }
    awards = iter(_award_lines(road))
    return [
        next(awards) if one.event is not None else _happening(one, titles) for one in road.story
    ]


def _happening(one: StoryLine, titles: dict[str, str]) -> ShownHappening:
    words = str(KIND_WORDS.get(one.kind, one.kind))
    if one.until_on is not None:
        words = words % {"day": show_date(one.until_on)}
    title = titles.get(one.requirement_key, "")
    by_program = one.kind in PROGRAM and not one.by
    return ShownHappening(one.at, words, title, one.reason, one.by, by_program)


def _award_lines(road: Road) -> list[ShownHappening]:
    if road.award is None:
        return []
    events = [one.event for one in road.story if one.event is not None]
    return [
        ShownHappening(
            one.at, str(one.words), ", ".join(one.titles), one.reason or str(one.cause or ""),
            one.by, not one.by,
        )
        for one in shown_events(road.award, events)
    ]  # fmt: skip


def award_notice(road: Road) -> ShownHappening | None:
    """Why the award that a road has led to does not hold any more, or not for sure."""
    if road.award is None or road.award.state not in AWARD_STATES:
        return None
    lines = _award_lines(road)
    return lines[-1] if lines else None
