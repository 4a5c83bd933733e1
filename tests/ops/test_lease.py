"""The lease belongs to one holder until it expires or is given up."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from flask import Flask

from trainhub.db import transaction
from trainhub.ops import lease


@pytest.fixture(autouse=True)
def one_clock(monkeypatch: pytest.MonkeyPatch) -> None:
    """The frozen hour counts on both engines."""
    monkeypatch.setattr(lease, "shared_now", lambda now: now)


def take(holder: str, now: datetime) -> bool:
    with transaction():
        return lease.take_lease(holder, now)


def test_the_first_to_ask_gets_it(app: Flask, now: datetime) -> None:
    assert take("alice", now)
    assert not take("bob", now)


def test_the_holder_renews_it(app: Flask, now: datetime) -> None:
    assert take("alice", now)
    assert take("alice", now + timedelta(seconds=20))
    assert not take("bob", now + timedelta(seconds=40))


def test_it_is_free_once_expired(app: Flask, now: datetime) -> None:
    assert take("alice", now)
    assert not take("bob", now + timedelta(seconds=29))
    assert take("bob", now + timedelta(seconds=30))
    assert not take("alice", now + timedelta(seconds=31))


def test_it_can_be_given_up_at_once(app: Flask, now: datetime) -> None:
    assert take("alice", now)
    with transaction():
        lease.give_up_lease("alice", now)
    assert take("bob", now)


def test_nobody_gives_up_what_another_holds(app: Flask, now: datetime) -> None:
    assert take("alice", now)
    with transaction():
        lease.give_up_lease("bob", now)
    assert not take("bob", now)
