"""May this person sit now, and until when: windows, deadlines, attempts, pauses, networks."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from ipaddress import ip_address, ip_network


class StartRefusal(StrEnum):
    """Why an attempt may not begin."""

    CANCELLED = "sitting_cancelled"
    TOO_EARLY = "sitting_not_open"
    TOO_LATE = "sitting_closed"
    NO_ATTEMPTS_LEFT = "no_attempts_left"
    PAUSE = "pause_between_attempts"
    ACCESS_CODE = "access_code_wrong"
    NETWORK = "network_not_allowed"


@dataclass(frozen=True)
class Window:
    """A sitting's time, half open."""

    opens_at: datetime
    closes_at: datetime


@dataclass(frozen=True)
class Standing:
    """What a candidate has used up. `allowed` attempts 0 means any number."""

    used: int
    allowed: int
    last_ended_at: datetime | None
    pause: timedelta


def own_window(sitting: Window, opens_at: datetime | None, closes_at: datetime | None) -> Window:
    """The window of one candidate: what was granted to the person, else the sitting's."""
    return Window(opens_at or sitting.opens_at, closes_at or sitting.closes_at)


def deadline(started_at: datetime, duration_s: int, extra_s: int, window: Window) -> datetime:
    """The wall: min(start + duration + extra time, end of the window) (definitions, 4)."""
    return min(started_at + timedelta(seconds=duration_s + extra_s), window.closes_at)


def next_start(standing: Standing, window: Window) -> datetime:
    """When the next attempt may begin at the earliest."""
    if standing.last_ended_at is None:
        return window.opens_at
    return max(window.opens_at, standing.last_ended_at + standing.pause)


def refusal_to_start(
    standing: Standing, window: Window, now: datetime, *, is_cancelled: bool = False
) -> StartRefusal | None:
    """Why the candidate may not start at `now`, or None. The open attempt is not asked here:
    starting again gives that one back."""
    if is_cancelled:
        return StartRefusal.CANCELLED
    if now >= window.closes_at:
        return StartRefusal.TOO_LATE
    if now < window.opens_at:
        return StartRefusal.TOO_EARLY
    if standing.allowed and standing.used >= standing.allowed:
        return StartRefusal.NO_ATTEMPTS_LEFT
    if now < next_start(standing, window):
        return StartRefusal.PAUSE
    return None


def is_in_networks(address: str, networks: Sequence[str]) -> bool:
    """Whether an address lies in one of the ranges; any address does if there are none."""
    if not networks:
        return True
    try:
        given = ip_address(address)
    except ValueError:
        return False
    mapped = getattr(given, "ipv4_mapped", None) or given
    return any(mapped in ip_network(network, strict=False) for network in networks)
