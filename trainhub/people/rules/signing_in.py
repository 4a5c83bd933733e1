"""Limits of signing in: how long it lasts, and how slow guessing becomes."""

from __future__ import annotations

import hashlib
import hmac
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol

FREE_MISSES = 5  # honest slips before an account's tries are slowed down
FREE_ADDRESS_MISSES = 100  # one address may be the whole centre behind one router
LONGEST_ACCOUNT_DELAY = timedelta(minutes=15)
LONGEST_ADDRESS_DELAY = timedelta(minutes=1)
MISSES_FORGOTTEN_AFTER = timedelta(hours=24)
ADDRESS_MISSES_FORGOTTEN_AFTER = timedelta(minutes=15)
KNOWN_ADDRESS_FOR = timedelta(days=30)
SEEN_EVERY = timedelta(minutes=1)
FRESH_FOR = timedelta(minutes=15)

MOST_ID_DIGITS = 9  # below PostgreSQL's integer limit
LINK_LIFETIMES = {"invite": timedelta(days=7), "reset": timedelta(hours=1)}


@dataclass(frozen=True)
class SignInLimits:
    """How long a sign-in lasts without being used, and at most (settings of the centre)."""

    idle: timedelta = timedelta(minutes=30)
    longest: timedelta = timedelta(hours=12)


STANDARD_LIMITS = SignInLimits()


def account_delay(misses: int) -> timedelta:
    """The pause after so many consecutive misses on one account: doubling from 1 s to 15 min."""
    return _doubling(misses - FREE_MISSES, LONGEST_ACCOUNT_DELAY)


def address_delay(misses: int) -> timedelta:
    """The pause after so many misses from one address: doubling from 1 s to 1 min."""
    return _doubling(misses - FREE_ADDRESS_MISSES, LONGEST_ADDRESS_DELAY)


def _doubling(steps: int, longest: timedelta) -> timedelta:
    if steps < 0:
        return timedelta(0)
    return min(timedelta(seconds=2 ** min(steps, 20)), longest)


def token_hash(token: str) -> str:
    """What is kept of a random 256-bit token: SHA-256, in hex."""
    return hashlib.sha256(token.encode("utf-8", "replace")).hexdigest()


class Link(Protocol):
    """What a link that works once is derived from."""

    id: int
    kind: str
    nonce: str


def link_token(secret: str, link: Link) -> str:
    """The token in an invitation's or reset's address, ``<id>-<HMAC-SHA-256>``.

    Derived, not stored: whoever reads the table cannot use the links.
    """
    content = f"people-link:{link.id}:{link.kind}:{link.nonce}".encode()
    return f"{link.id}-{hmac.new(secret.encode(), content, hashlib.sha256).hexdigest()}"


def link_id(token: str) -> int | None:
    """The row a link's token speaks of; None if it is no token at all."""
    number, dash, _ = token.partition("-")
    is_number = dash and number.isascii() and number.isdigit() and len(number) <= MOST_ID_DIGITS
    return int(number) if is_number else None


def is_fresh(password_at: datetime, now: datetime) -> bool:
    """Whether the password was typed recently enough for a grave act (15 minutes)."""
    return now - password_at <= FRESH_FOR
