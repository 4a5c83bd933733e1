"""Writing the trail."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone

import pytest
from flask import Flask

from tests.conftest import NOON
from trainhub.audit.queries import find_broken_entry, list_entries
from trainhub.audit.services import append_entry
from trainhub.db import transaction


def append(now: datetime) -> None:
    with transaction():
        append_entry("team.added", actor=None, object_type="team", object_key="Red", now=now)


def test_an_hour_of_another_zone_does_not_break_the_chain(app: Flask) -> None:
    append(NOON.astimezone(timezone(timedelta(hours=8))))
    append(NOON)
    assert find_broken_entry() is None
    assert [entry.at for entry in list_entries()] == [NOON, NOON]


def test_an_hour_without_a_zone_is_refused(app: Flask) -> None:
    with pytest.raises(ValueError, match="time zone"):
        append(NOON.replace(tzinfo=None))
    assert list_entries() == []
