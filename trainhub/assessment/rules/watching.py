"""What an invigilator should look at first. The machine records and sorts; people judge."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from trainhub.assessment.rules.states import State

QUIET_AFTER = timedelta(minutes=3)
MISSED_AFTER = timedelta(minutes=5)
RECENT = timedelta(minutes=5)
NEAR_THE_END = timedelta(minutes=5)


class SightingKind(StrEnum):
    """What a page reports about itself during an attempt."""

    FOCUS_LOST = "focus_lost"
    FOCUS_BACK = "focus_back"
    PAGE_HIDDEN = "page_hidden"
    PAGE_SHOWN = "page_shown"
    OTHER_DEVICE = "other_device"
    OFFLINE = "offline"
    ONLINE = "online"


AWAY_KINDS = (SightingKind.FOCUS_LOST.value, SightingKind.PAGE_HIDDEN.value)


class Where(StrEnum):
    """How far a candidate is."""

    NOT_STARTED = "not_started"
    WORKING = "working"
    HANDED_IN = "handed_in"
    VOIDED = "voided"


class Sign(StrEnum):
    """A reason to look; the most pressing first."""

    QUIET = "quiet"  # nothing was heard of the page for three minutes
    TWO_DEVICES = "two_devices"
    AWAY = "away"  # the page lost focus in the last five minutes
    NOT_THERE = "not_there"  # the doors have been open for five minutes
    ENDS_SOON = "ends_soon"  # less than five minutes left and questions open


@dataclass(frozen=True)
class Seen:
    """What is known of one candidate. `opens_at` is the beginning of their own window."""

    state: str | None
    opens_at: datetime
    window_closes_at: datetime
    closes_at: datetime | None
    last_life_at: datetime | None
    last_away_at: datetime | None
    devices: int
    answered: int
    questions: int


def where(state: str | None) -> Where:
    """How far somebody with an attempt in this state (None: without one) is."""
    match state:
        case None:
            return Where.NOT_STARTED
        case State.CREATED | State.IN_PROGRESS:
            return Where.WORKING
        case State.VOIDED:
            return Where.VOIDED
        case _:
            return Where.HANDED_IN


def signs(seen: Seen, now: datetime) -> tuple[Sign, ...]:
    """Why to look at this candidate at `now`, the most pressing reason first."""
    match where(seen.state):
        case Where.NOT_STARTED:
            missed = seen.opens_at + MISSED_AFTER <= now < seen.window_closes_at
            return (Sign.NOT_THERE,) if missed else ()
        case Where.WORKING:
            return tuple(sign for sign in Sign if _shows(sign, seen, now))
        case _:
            return (Sign.TWO_DEVICES,) if seen.devices > 1 else ()


def _shows(sign: Sign, seen: Seen, now: datetime) -> bool:
    match sign:
        case Sign.QUIET:
            return seen.last_life_at is None or now - seen.last_life_at > QUIET_AFTER
        case Sign.TWO_DEVICES:
            return seen.devices > 1
        case Sign.AWAY:
            return seen.last_away_at is not None and now - seen.last_away_at <= RECENT
        case Sign.ENDS_SOON:
            near = seen.closes_at is not None and seen.closes_at - now <= NEAR_THE_END
            return near and seen.answered < seen.questions
        case _:
            return False


_ORDER = {sign: place for place, sign in enumerate(Sign)}
_PLACES = {Where.WORKING: 0, Where.NOT_STARTED: 1, Where.HANDED_IN: 2, Where.VOIDED: 3}


def urgency(seen: Seen, now: datetime) -> tuple[int, int, datetime]:
    """What to sort candidates by: whoever needs somebody first, then who works, by the wall."""
    found = signs(seen, now)
    pressing = _ORDER[found[0]] if found and where(seen.state) is not Where.HANDED_IN else len(Sign)
    return pressing, _PLACES[where(seen.state)], seen.closes_at or seen.window_closes_at
