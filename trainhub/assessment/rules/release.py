"""Which parts of a result its candidate may see by now."""

from __future__ import annotations

from datetime import datetime

from trainhub.assessment.rules.settings import Part, Release, When


def visible_parts(
    release: Release, *, now: datetime, last_closes_at: datetime, released_at: datetime | None
) -> frozenset[Part]:
    """The parts that are out at `now`.

    `last_closes_at` is the end of the last sitting of the exam, candidates' own windows and extra
    time included: before that, what one knows another could still use. A part never
    comes out before the one that stands before it in `Part`.
    """
    found = []
    for part in Part:
        match release.get(part, When.NEVER):
            case When.AT_ONCE:
                is_out = True
            case When.AFTER_CLOSE:
                is_out = now >= last_closes_at
            case When.BY_HAND:
                is_out = released_at is not None and released_at <= now
            case _:
                is_out = False
        if not is_out:
            break
        found.append(part)
    return frozenset(found)
