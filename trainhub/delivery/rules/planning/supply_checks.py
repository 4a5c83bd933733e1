"""Reading what somebody has typed about a room or a trainer."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from urllib.parse import urlsplit

from trainhub.delivery.rules.planning.planning_facts import TimeFacts
from trainhub.errors import N_, InputError, InputErrors
from trainhub.rota.rules.clock_times import read_stretch
from trainhub.rota.rules.weekdays import read_weekday

LONGEST_NAME = 80
LONGEST_REASON = 200
LONGEST_ADDRESS = 300
MOST_SEATS = 1000
MOST_HOURS = 70
MOST_TIMES = 400

_MESSAGES = {
    "name_missing": N_("Give the room a name."),
    "name_long": N_("At most %(limit)s characters."),
    "site_missing": N_("Choose a site."),
    "number_form": N_("Give a whole number from %(least)s to %(most)s."),
    "address_odd": N_("Only an online room has an address: tick “Online”, or leave it empty."),
    "address_form": N_("Write a web address such as https://meet.example/early, at most %(limit)s"
                       " characters, without spaces."),
    "address_login": N_("Leave out what stands before the “@”: everybody in the class opens this"
                        " address."),
    "hours_form": N_("Give hours from 0 to %(most)s, such as 10 or 7.5."),
    "times_form": N_("Line %(line)s: write a weekday or a date, then times, such as “Mon"
                     " 09:00–12:00”, “2026-12-24 09:00–11:00” or “away 2026-12-31 00:00–24:00”."),
    "times_many": N_("At most %(limit)s times."),
    "date_form": N_("Course %(course)s: the date of a certificate is written as 2026-01-31."),
}  # fmt: skip
AWAY = ("away", "不在", "请假")


@dataclass(frozen=True)
class RoomPlan:
    """A room as it is to be."""

    name: str
    site_id: int
    seats: int
    is_online: bool
    join_url: str = ""


@dataclass(frozen=True)
class TrainerPlan:
    """A trainer's profile as it is to be."""

    site_id: int
    max_min_per_week: int
    certified: Mapping[int, date]
    times: tuple[TimeFacts, ...]


def read_room(
    name: str,
    site_id: int | None,
    seats: str,
    *,
    is_online: bool,
    join_url: str = "",
    site_ids: Collection[int],
) -> RoomPlan:
    """The plan of a room. Raises `InputErrors` naming each field that is wrong."""
    errors: list[InputError] = []
    clean = " ".join(name.replace("\0", "").split())
    if not clean:
        errors.append(_error("name_missing", "name"))
    if len(clean) > LONGEST_NAME:
        errors.append(_error("name_long", "name", limit=LONGEST_NAME))
    if site_id not in site_ids:
        errors.append(_error("site_missing", "site_id"))
    text = seats.strip()
    is_number = text.isascii() and text.isdigit() and len(text) < 6
    if not (is_number and 1 <= int(text) <= MOST_SEATS):
        errors.append(_error("number_form", "seats", least=1, most=MOST_SEATS))
    address = join_url.strip()
    if address and not is_online:
        errors.append(_error("address_odd", "join_url"))
    elif address and not _is_address(address):
        errors.append(_error("address_form", "join_url", limit=LONGEST_ADDRESS))
    elif address and "@" in urlsplit(address).netloc:
        errors.append(_error("address_login", "join_url"))
    if errors:
        raise InputErrors(errors)
    return RoomPlan(clean, site_id or 0, int(text), is_online, address)


def _is_address(text: str) -> bool:
    """Whether it can stand in a link: a web address, so that no click runs a script."""
    try:
        parts = urlsplit(text)
        port = parts.port
    except ValueError:
        return False
    is_web = parts.scheme in ("http", "https") and bool(parts.hostname) and port != 0
    is_plain = text.isprintable() and not set(text) & set(" <>\"'\\")
    # A “%40” there is an “@” to some programs and part of a name to others.
    is_plain = is_plain and "%" not in parts.netloc
    return is_web and is_plain and len(text) <= LONGEST_ADDRESS


def read_trainer(
    site_id: int | None,
    hours: str,
    certified: Mapping[int, str],
    times: str,
    *,
    site_ids: Collection[int],
    today: date,
) -> TrainerPlan:
    """The plan of a trainer's profile; an empty date of a certificate is today's.

    Raises `InputErrors` naming each field that is wrong.
    """
    errors: list[InputError] = []
    if site_id not in site_ids:
        errors.append(_error("site_missing", "site_id"))
    minutes = _minutes(hours)
    if minutes is None:
        errors.append(_error("hours_form", "hours", most=MOST_HOURS))
    dates = {}
    for number, (course_id, text) in enumerate(certified.items(), 1):
        on = _date(text) if text.strip() else today
        if on is None:
            errors.append(_error("date_form", "course_ids", course=number))
        else:
            dates[course_id] = on
    found, faults = read_times(times)
    if errors + faults:
        raise InputErrors(errors + faults)
    return TrainerPlan(site_id or 0, minutes or 0, dates, tuple(found))


def read_times(text: str) -> tuple[list[TimeFacts], list[InputError]]:
    """Times line by line: a weekday or a date, then stretches; `away` takes them out."""
    found: list[TimeFacts] = []
    errors = []
    for number, line in enumerate(text.replace("\0", "").splitlines(), 1):
        if line.strip():
            times = _line(line)
            if times is None:
                errors.append(_error("times_form", "times", line=number))
            found += times or []
    if len(found) > MOST_TIMES:
        errors.append(_error("times_many", "times", limit=MOST_TIMES))
    return found, errors


def _line(line: str) -> list[TimeFacts] | None:
    words = line.replace("，", ",").replace(",", " ").split()
    is_away = words[0].casefold() in AWAY
    words = words[1:] if is_away else words
    if len(words) < 2:
        return None
    weekday, on = read_weekday(words[0]), _date(words[0])
    if weekday is None and on is None:
        return None
    stretches = [_stretch(word) for word in words[1:]]
    if None in stretches:
        return None
    return [TimeFacts(weekday, on, one[0], one[1], is_away) for one in stretches if one]


def _date(word: str) -> date | None:
    try:
        return date.fromisoformat(word.strip().rstrip(":：").replace("/", "-"))
    except ValueError:
        return None


def _stretch(word: str) -> tuple[int, int] | None:
    found = read_stretch(word)
    return found if found and found[0] < found[1] else None


def _minutes(text: str) -> int | None:
    try:
        hours = float(text.strip().replace(",", "."))
    except ValueError:
        return None
    return round(hours * 60) if 0 <= hours <= MOST_HOURS else None


def lines_of(times: Sequence[TimeFacts], show: Sequence[str]) -> str:
    """The times as `read_times` reads them; `show` names the weekdays, Monday first."""
    lines: dict[str, list[str]] = {}
    for one in times:
        day = one.on.isoformat() if one.on else show[one.weekday or 0]
        head = f"{AWAY[0]} {day}" if one.is_away else day
        lines.setdefault(head, []).append(f"{_clock(one.starts_min)}–{_clock(one.ends_min)}")
    return "\n".join(f"{head} {' '.join(parts)}" for head, parts in lines.items())


def _clock(minutes: int) -> str:
    return f"{minutes // 60:02}:{minutes % 60:02}"


def _error(code: str, field: str, **params: object) -> InputError:
    return InputError(code, _MESSAGES[code], params, field=field)
