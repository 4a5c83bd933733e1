"""What goes out: a text with its values, calendar's entries, and places and times in words."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from email.utils import parseaddr
from typing import Any
from zoneinfo import ZoneInfo

from babel.dates import get_timezone_name
from flask_babel import force_locale, get_locale
from flask_babel import gettext as _

from trainhub.config import Settings
from trainhub.delivery.models import TrainingSession
from trainhub.delivery.rules.seats.calendar import Entry, Party, single
from trainhub.people.models import Person
from trainhub.rota.rules.clock_times import clock_time
from trainhub.web.filters import show_date
from trainhub.web.mail import CalendarPart
from trainhub.web.text import translated


@dataclass(frozen=True)
class Reader:
    """Who reads a message, in which language and by which clock."""

    person: Person
    locale: str
    settings: Settings

    @property
    def zone(self) -> ZoneInfo:
        """The clock they live by."""
        return ZoneInfo(self.person.time_zone) if self.person.time_zone else self.settings.zone

    @property
    def root(self) -> str:
        """What links begin with."""
        return self.settings.base_url


@dataclass(frozen=True)
class Letter:
    """The values of a text, and the calendar's entries that go with it."""

    values: dict[str, Any]
    calendars: tuple[CalendarPart, ...] = ()


def reader_of(person: Person, settings: Settings) -> Reader:
    """Somebody as the reader of a message: in their language, else in the centre's."""
    return Reader(person, person.locale or settings.default_locale, settings)


def time_of(session: TrainingSession, reader: Reader) -> str:
    """The day and hours of a class as people write them, by the clock of its site.

    That clock is named where the reader's shows another time.
    """
    with force_locale(reader.locale):
        times = f"{clock_time(session.starts_min)}–{clock_time(session.ends_min)}"
        when = f"{show_date(session.on, 'weekday')} {times}"
        begins = session.starts_at.astimezone(ZoneInfo(session.site.time_zone))
        if begins.utcoffset() == begins.astimezone(reader.zone).utcoffset():
            return when
        zone = get_timezone_name(begins, locale=get_locale())
        return str(_("%(when)s (%(zone)s)", when=when, zone=zone))


def time_before(place: Mapping[str, Any], reader: Reader) -> str:
    """The day and hours a class had, of the facts its history keeps; empty without any."""
    if not place:
        return ""
    with force_locale(reader.locale):
        day = show_date(date.fromisoformat(place["on"]), "weekday")
    return f"{day} {clock_time(place['starts_min'])}–{clock_time(place['ends_min'])}"


def day_of(on: date, reader: Reader) -> str:
    """A date with its day of the week."""
    with force_locale(reader.locale):
        return show_date(on, "weekday")


def place_of(session: TrainingSession, reader: Reader) -> dict[str, Any]:
    """When and where a class is, and how one joins it online, in words for a text."""
    with force_locale(reader.locale):
        room = str(_("%(room)s, %(site)s", room=session.room.name, site=session.site.name))
    return {"when": time_of(session, reader), "room": room, "join": session.room.join_url}


def calendar_part(entry: Entry, reader: Reader) -> CalendarPart:
    """An entry as calendars take it from a mail: an invitation, or the end of one."""
    settings, person = reader.settings, reader.person
    with force_locale(reader.locale):
        content = single(
            entry,
            Party(parseaddr(settings.mail_from)[1], settings.centre_name),
            Party(person.email, person.name) if person.email else None,
            translated,
        )
    return CalendarPart(content, "CANCEL" if entry.is_cancelled else "REQUEST")
