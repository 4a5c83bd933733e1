"""What the kinds of evidence have in common when they judge."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta

from trainhub.certification.rules.programmes.content import Requirement
from trainhub.certification.rules.standing.findings import Evidence


def ends_on(requirement: Requirement, evidence: Evidence) -> date | None:
    """The last day a piece of evidence holds; None for good."""
    if requirement.lasts_days is None:
        return None
    return evidence.on + timedelta(days=requirement.lasts_days)


def chosen(requirement: Requirement, met: Sequence[Evidence]) -> Evidence:
    """The piece that counts among several that all meet a requirement.

    The first one dates the award; where evidence wears off, the latest one holds longest.
    """
    pick = min if requirement.lasts_days is None else max
    return pick(met, key=lambda one: (one.at, sorted(one.ids.items())))
