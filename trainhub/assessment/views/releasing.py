"""What candidates of a sitting see of their results now, and what a release would add."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from trainhub.assessment.models import Sitting
from trainhub.assessment.queries.attempts import last_closes_at
from trainhub.assessment.queries.staff_results import count_states
from trainhub.assessment.rules.release import visible_parts
from trainhub.assessment.rules.settings import Part, When, settings_from
from trainhub.assessment.rules.states import State


@dataclass(frozen=True)
class ReleasePanel:
    """`parts`: each part of a result, when it comes out, whether it is out, whether a release by
    hand now would let it out. `is_sat_still`: others sit the exam, or will."""

    parts: tuple[tuple[Part, When, bool, bool], ...]
    last_closes_at: datetime | None
    is_sat_still: bool
    released_at: datetime | None
    marked: int
    released: int
    being_marked: int
    under_way: int

    @property
    def is_out(self) -> bool:
        """Whether candidates whose attempts are marked see their marks."""
        return self.parts[0][2]

    @property
    def can_release(self) -> bool:
        """Whether there is anything left to be released by hand."""
        by_hand = any(when is When.BY_HAND for _part, when, _out, _would in self.parts)
        return by_hand and self.released_at is None

    @property
    def would_tell_others(self) -> bool:
        """Whether a release now would show answers to an exam that is not over for everybody."""
        telling = any(would and not out for _part, _when, out, would in self.parts[1:])
        return self.can_release and self.is_sat_still and telling


def is_score_out(sitting: Sitting, now: datetime) -> bool:
    """Whether who has a mark in the sitting sees it at `now`."""
    release = settings_from(sitting.version.settings).release
    last = now
    if release.get(Part.SCORE) is When.AFTER_CLOSE:
        last = last_closes_at(sitting.exam_version_id) or now
    return Part.SCORE in visible_parts(
        release, now=now, last_closes_at=last, released_at=sitting.released_at
    )


def release_panel(sitting: Sitting, now: datetime) -> ReleasePanel:
    """The state of a sitting's results at `now`."""
    release = settings_from(sitting.version.settings).release
    last = last_closes_at(sitting.exam_version_id) or now

    def seen(released_at: datetime | None) -> frozenset[Part]:
        return visible_parts(release, now=now, last_closes_at=last, released_at=released_at)

    out, would = seen(sitting.released_at), seen(sitting.released_at or now)
    counts = count_states(sitting.id)
    marked, told = counts.get(State.MARKED, 0), counts.get(State.RELEASED, 0)
    if Part.SCORE not in out:  # hidden again, for another sitting was announced
        marked, told = marked + told, 0
    return ReleasePanel(
        tuple((part, release.get(part, When.NEVER), part in out, part in would) for part in Part),
        last,
        last > now,
        sitting.released_at,
        marked,
        told,
        sum(
            counts.get(one, 0)
            for one in (State.SUBMITTED, State.EXPIRED_SUBMITTED, State.AWAITING_MARKING)
        ),
        sum(counts.get(one, 0) for one in (State.CREATED, State.IN_PROGRESS)),
    )
