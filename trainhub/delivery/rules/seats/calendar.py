"""Classes as calendars understand them (RFC 5545, 5546): entries that change and end properly.

An entry keeps its UID for life; SEQUENCE rises with every change and with its end. A feed is
METHOD:PUBLISH and keeps ended entries as STATUS:CANCELLED for a while, so that readers drop
them; a single entry is sent as REQUEST, and as CANCEL to end it.
"""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from trainhub.errors import N_, fill

if TYPE_CHECKING:
    from icalendar import Calendar, Event

KEPT_FOR = timedelta(days=30)  # ended entries, so that calendars notice
LOOKS_BACK = timedelta(days=90)  # classes that were held
ASK_AGAIN = timedelta(hours=1)
RINGS_BEFORE = timedelta(minutes=30)  # the class
_MOST_DIGITS = 10
TRAINER, ROOM = N_("Trainer: %(name)s"), N_("Room: %(name)s")
JOIN = N_("Join online: %(address)s")
YOU_TEACH = N_("You teach: %(title)s")
CALLED_OFF = N_("Called off: %(title)s")


@dataclass(frozen=True)
class Entry:
    """One class in somebody's calendar; instants in UTC, `zone` is the IANA name of its site."""

    uid: str
    sequence: int
    is_cancelled: bool
    title: str
    room: str
    site: str
    trainer: str
    zone: str
    starts_at: datetime
    ends_at: datetime
    changed_at: datetime
    url: str = ""
    is_taught: bool = False
    join_url: str = ""

    def heading(self, translate: Callable[[str], str]) -> str:
        """What stands in the calendar."""
        title = self.title
        if self.is_taught:
            title = fill(translate(YOU_TEACH), {"title": title})
        return fill(translate(CALLED_OFF), {"title": title}) if self.is_cancelled else title

    def words(self, translate: Callable[[str], str]) -> str:
        """What stands below the heading."""
        lines = [
            fill(translate(TRAINER), {"name": _line(self.trainer)}),
            fill(translate(ROOM), {"name": _line(f"{self.room}, {self.site}")}),
            fill(translate(JOIN), {"address": self.join_url}) if self.join_url else "",
            self.url,
        ]
        return "\n".join(line for line in lines if line)


@dataclass(frozen=True)
class Party:
    """Somebody a calendar names: an e-mail address and a name."""

    address: str
    name: str


def _line(text: str) -> str:
    """A name on one line: icalendar refuses a break where it cannot write it as one."""
    signs = ("".join(sign if sign.isprintable() else " " for sign in text)).split()
    return " ".join(signs)


def feed(entries: Sequence[Entry], name: str, translate: Callable[[str], str]) -> bytes:
    """A whole feed. The same entries give the same bytes, so that an ETag can tell."""
    name = _line(name)
    calendar = _calendar("PUBLISH")
    calendar.add("x-wr-calname", name)
    calendar.add("name", name)
    calendar.add("refresh-interval", ASK_AGAIN, parameters={"VALUE": "DURATION"})
    calendar.add("x-published-ttl", "PT1H")
    _add_zones(calendar, entries)
    for entry in entries:
        calendar.add_component(_event(entry, translate))
    return bytes(calendar.to_ical())


def single(
    entry: Entry, organiser: Party, attendee: Party | None, translate: Callable[[str], str]
) -> bytes:
    """One entry to be mailed or opened: REQUEST, or CANCEL where it has ended."""
    from icalendar import vCalAddress

    calendar = _calendar("CANCEL" if entry.is_cancelled else "REQUEST")
    _add_zones(calendar, [entry])
    event = _event(entry, translate)
    for role, party in (("organizer", organiser), ("attendee", attendee)):
        if party is None:
            continue
        address = vCalAddress(f"mailto:{party.address}")
        address.params["CN"] = _line(party.name)
        if role == "attendee":
            address.params["ROLE"], address.params["RSVP"] = "REQ-PARTICIPANT", "FALSE"
            address.params["PARTSTAT"] = "ACCEPTED"
        event.add(role, address)
    calendar.add_component(event)
    return bytes(calendar.to_ical())


def _calendar(method: str) -> Calendar:
    # Loaded here: it takes longer than the rest of the program, and most requests need none.
    from icalendar import Calendar

    calendar = Calendar()
    calendar.add("prodid", "-//TrainHub//Classes//EN")
    calendar.add("version", "2.0")
    calendar.add("calscale", "GREGORIAN")
    calendar.add("method", method)
    return calendar


def _event(entry: Entry, translate: Callable[[str], str]) -> Event:
    from icalendar import Alarm, Event

    zone = ZoneInfo(entry.zone)
    event = Event()
    event.add("uid", entry.uid)
    event.add("sequence", entry.sequence)
    event.add("dtstamp", entry.changed_at)
    event.add("last-modified", entry.changed_at)
    event.add("dtstart", entry.starts_at.astimezone(zone))
    event.add("dtend", entry.ends_at.astimezone(zone))
    event.add("summary", _line(entry.heading(translate)))
    event.add("location", _line(f"{entry.room}, {entry.site}"))
    event.add("description", entry.words(translate))
    event.add("status", "CANCELLED" if entry.is_cancelled else "CONFIRMED")
    event.add("transp", "TRANSPARENT" if entry.is_cancelled else "OPAQUE")
    if entry.url:
        event.add("url", entry.url)
    if not entry.is_cancelled:
        alarm = Alarm()
        alarm.add("action", "DISPLAY")
        alarm.add("description", _line(entry.heading(translate)))
        alarm.add("trigger", -RINGS_BEFORE)
        event.add_component(alarm)
    return event


def _add_zones(calendar: Calendar, entries: Sequence[Entry]) -> None:
    for zone in sorted({entry.zone for entry in entries}):
        mine = [entry for entry in entries if entry.zone == zone]
        first = min(entry.starts_at for entry in mine).year - 1
        last = max(entry.ends_at for entry in mine).year + 1
        calendar.add_component(_zone(zone, first, last))


@lru_cache(maxsize=64)
def _zone(name: str, first: int, last: int) -> Any:
    """The rules of a time zone for these years, one observance for each change of the clock.

    Written by ourselves: an onset is the local time before the change (RFC 5545, 3.6.5), which
    icalendar 7.3 gives as the one after it where clocks go forward.
    """
    from icalendar import Timezone, TimezoneDaylight, TimezoneStandard

    zone = ZoneInfo(name)
    component = Timezone()
    component.add("tzid", name)
    at = datetime(first, 1, 1, tzinfo=UTC)
    before = _offset(zone, at)
    for change in (at, *changes_of(zone, at, datetime(last + 1, 1, 1, tzinfo=UTC))):
        local = change.astimezone(zone)
        observance = TimezoneDaylight() if local.dst() else TimezoneStandard()
        observance.add("dtstart", (change + before).replace(tzinfo=None))
        observance.add("tzoffsetfrom", before)
        observance.add("tzoffsetto", _offset(zone, change))
        observance.add("tzname", local.tzname() or name)
        component.add_component(observance)
        before = _offset(zone, change)
    return component


def _offset(zone: ZoneInfo, at: datetime) -> timedelta:
    found = at.astimezone(zone).utcoffset()
    assert found is not None
    return found


def changes_of(zone: ZoneInfo, first: datetime, last: datetime) -> list[datetime]:
    """The instants between two (UTC, whole days apart) at which the zone's clocks change."""
    found = []
    at = first
    while at < last:
        then = at + timedelta(days=1)
        if _offset(zone, at) != _offset(zone, then):
            low, high = at, then
            while high - low > timedelta(minutes=1):
                middle = low + (high - low) // 2
                middle -= timedelta(seconds=middle.second, microseconds=middle.microsecond)
                low, high = (
                    (low, middle) if _offset(zone, middle) != _offset(zone, at) else (middle, high)
                )
            found.append(high)
        at = then
    return found


def etag_of(content: bytes) -> str:
    """What tells two states of a feed apart."""
    return hashlib.sha256(content).hexdigest()[:32]


def feed_token(secret: str, person_id: int, nonce: str) -> str:
    """The secret part of somebody's calendar address, ``<id>-<HMAC-SHA-256>``.

    Derived, not stored: whoever reads the table cannot read the calendars.
    """
    content = f"calendar-feed:{person_id}:{nonce}".encode()
    return f"{person_id}-{hmac.new(secret.encode(), content, hashlib.sha256).hexdigest()}"


def token_person(token: str) -> int | None:
    """Whose feed a token speaks of; None if it is no token at all."""
    number, dash, _ = token.partition("-")
    is_number = dash and number.isascii() and number.isdigit() and len(number) <= _MOST_DIGITS
    return int(number) if is_number and int(number) < 2**31 else None


def is_token(token: str, secret: str, person_id: int, nonce: str) -> bool:
    """Whether the token is the one in force."""
    wanted = feed_token(secret, person_id, nonce)
    return hmac.compare_digest(token.encode("utf-8", "replace"), wanted.encode("ascii"))
