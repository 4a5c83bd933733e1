"""Calendar files that other programs read as we mean them."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from icalendar import Calendar

from trainhub.delivery.rules.seats.calendar import (
    Entry,
    Party,
    changes_of,
    feed,
    feed_token,
    is_token,
    single,
    token_person,
)

AT = datetime(2026, 12, 1, 1, 0, tzinfo=UTC)
ENTRY = Entry(
    "u-1@trainhub", 2, False, "Selling, part 1; basics", "Room 1", "Head office", "Tess",
    "Asia/Shanghai", AT, AT + timedelta(hours=1), AT - timedelta(days=9), "http://localhost/agenda",
)  # fmt: skip


def events(content: bytes) -> list:
    return Calendar.from_ical(content).walk("VEVENT")


def test_a_feed_is_published_with_its_zone() -> None:
    content = feed([ENTRY], "Classes of Alice", str)
    calendar = Calendar.from_ical(content)
    assert calendar["METHOD"] == "PUBLISH"
    assert [zone["TZID"] for zone in calendar.walk("VTIMEZONE")] == ["Asia/Shanghai"]
    (event,) = calendar.walk("VEVENT")
    assert (event["UID"], event["SEQUENCE"], event["STATUS"]) == ("u-1@trainhub", 2, "CONFIRMED")
    assert event.start.astimezone(UTC) == AT
    assert event["SUMMARY"] == "Selling, part 1; basics"
    assert all(len(line) <= 75 for line in content.splitlines())
    assert content.count(b"\r\n") == content.count(b"\n")


def test_the_same_entries_are_the_same_bytes() -> None:
    assert feed([ENTRY], "A", str) == feed([ENTRY], "A", str)


def test_names_with_line_breaks_stay_on_their_line() -> None:
    broken = "Al\r\nSTATUS:CANCELLED\u2028x"
    entry = replace(ENTRY, title=broken, room=broken, trainer=broken)
    (event,) = events(feed([entry], broken, str))
    assert (event["SUMMARY"], event["STATUS"]) == ("Al STATUS:CANCELLED x", "CONFIRMED")
    content = single(entry, Party("hub@b.org", broken), Party("al@b.org", broken), str)
    (event,) = events(content)
    assert event["ATTENDEE"].params["CN"] == "Al STATUS:CANCELLED x"


def test_what_has_ended_says_so() -> None:
    ended = replace(ENTRY, is_cancelled=True, sequence=3)
    (event,) = events(feed([ended], "A", str))
    assert (event["STATUS"], event["SEQUENCE"]) == ("CANCELLED", 3)
    assert event["SUMMARY"].startswith("Called off")
    assert Calendar.from_ical(single(ended, Party("a@b", "A"), None, str))["METHOD"] == "CANCEL"


def test_a_single_entry_is_a_request_to_somebody() -> None:
    content = single(ENTRY, Party("hub@example.org", "Centre"), Party("al@b.org", "Alice"), str)
    assert Calendar.from_ical(content)["METHOD"] == "REQUEST"
    (event,) = events(content)
    assert event["ORGANIZER"] == "mailto:hub@example.org"
    assert event["ATTENDEE"] == "mailto:al@b.org"


@pytest.mark.parametrize(
    ("zone", "day"),
    [("Europe/Berlin", 29), ("America/New_York", 8), ("Australia/Lord_Howe", 5), ("UTC", 1)],
)
def test_clock_changes_come_out_as_the_zone_has_them(zone: str, day: int) -> None:
    """Each hour around a change, read back through the VTIMEZONE alone, is the same instant."""
    for month in (3, 4, 10, 11):
        for hours in range(-30, 30):
            at = datetime(2026, month, day, 2, tzinfo=UTC) + timedelta(hours=hours)
            local = at.astimezone(ZoneInfo(zone))
            if local.fold:
                continue  # a doubled hour cannot be told from its first time
            entry = replace(ENTRY, zone=zone, starts_at=at, ends_at=at + timedelta(hours=5))
            calendar = Calendar.from_ical(feed([entry], "A", str))
            assert offset_at(calendar, local.replace(tzinfo=None)) == local.utcoffset(), at


def offset_at(calendar: Calendar, local: datetime) -> timedelta:
    """The offset RFC 5545 reads from the observances: the latest onset before the local time."""
    found = []
    (zone,) = calendar.walk("VTIMEZONE")
    for one in zone.subcomponents:
        onset = one["DTSTART"].dt
        # An onset is local time before the change: after it the clock shows so much more.
        shown = onset + max(timedelta(0), one["TZOFFSETTO"].td - one["TZOFFSETFROM"].td)
        if shown <= local:
            found.append((onset - one["TZOFFSETFROM"].td, one["TZOFFSETTO"].td))
    return max(found)[1]


def test_changes_are_found_to_the_minute() -> None:
    first = datetime(2026, 1, 1, tzinfo=UTC)
    found = changes_of(ZoneInfo("Europe/Berlin"), first, first + timedelta(days=365))
    assert [one.isoformat() for one in found] == [
        "2026-03-29T01:00:00+00:00", "2026-10-25T01:00:00+00:00",
    ]  # fmt: skip


def test_a_token_is_somebodys_and_ends_with_its_nonce() -> None:
    token = feed_token("secret", 12, "one")
    assert token_person(token) == 12
    assert is_token(token, "secret", 12, "one")
    assert not is_token(token, "secret", 12, "two")
    assert not is_token(token, "other", 12, "one")
    for bad in ("", "12", "-x", "９-a", "99999999999-a", "1e3-a"):
        assert token_person(bad) is None
