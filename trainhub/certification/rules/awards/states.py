"""What may become of an award (reliability, section 3.2), and what the public is told of it."""

from __future__ import annotations

from datetime import date
from enum import StrEnum

from trainhub.certification.rules.awards.validity import Phase, phase_of
from trainhub.certification.rules.programmes.content import Validity


class AwardState(StrEnum):
    """The stored states of an award."""

    ACTIVE = "active"
    UNDER_REVIEW = "under_review"
    EXPIRED = "expired"
    REVOKED = "revoked"
    SUPERSEDED = "superseded"


IN_FORCE = frozenset({AwardState.ACTIVE, AwardState.UNDER_REVIEW})
FOLLOWING: dict[AwardState, frozenset[AwardState]] = {
    AwardState.ACTIVE: frozenset(
        {
            AwardState.EXPIRED,
            AwardState.REVOKED,
            AwardState.UNDER_REVIEW,
            AwardState.SUPERSEDED,
        }
    ),
    AwardState.UNDER_REVIEW: frozenset({AwardState.ACTIVE, AwardState.REVOKED}),
    AwardState.EXPIRED: frozenset(),
    AwardState.REVOKED: frozenset(),
    AwardState.SUPERSEDED: frozenset(),
}
NEED_A_REASON = frozenset({AwardState.REVOKED, AwardState.UNDER_REVIEW})


def may_become(old: AwardState, new: AwardState) -> bool:
    """Whether an award may go from one state to another."""
    return new in FOLLOWING[old]


class Shown(StrEnum):
    """What a certificate's public page says."""

    VALID = "valid"
    GRACE = "grace"
    EXPIRED = "expired"
    REVOKED = "revoked"
    UNDER_REVIEW = "under_review"
    SUPERSEDED = "superseded"


def shown_state(
    state: AwardState, validity: Validity, valid_until: date | None, today: date
) -> Shown:
    """The truth of the day, also where the tick has not yet written it down."""
    if state != AwardState.ACTIVE:
        return Shown(state.value)
    phase = phase_of(validity, valid_until, today)
    if phase == Phase.EXPIRED:
        return Shown.EXPIRED
    return Shown.GRACE if phase == Phase.GRACE else Shown.VALID
