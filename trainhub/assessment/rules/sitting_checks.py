"""Reading what somebody has typed about a sitting."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from ipaddress import ip_network

from trainhub.errors import N_, InputError, InputErrors

MAX_NAME, MAX_CODE, MAX_NETWORKS, LONGEST = 120, 40, 50, timedelta(days=90)

# No letters and digits that are taken for one another when read aloud or from a board.
CODE_SIGNS = "ABCDEFGHJKMNPQRSTUVWXYZ23456789"

_MESSAGES = {
    "name_missing": N_("Give the sitting a name that its candidates know it by."),
    "name_long": N_("At most %(limit)s characters."),
    "window_missing": N_("Say when the sitting opens and when it closes."),
    "window_order": N_("The sitting must close after it opens."),
    "window_long": N_("A sitting may be open for at most 90 days."),
    "window_past": N_("This is over already."),
    "window_short": N_("The window is shorter than the time for one attempt (%(minutes)s min)."),
    "code_long": N_("At most 40 letters and digits."),
    "network_form": N_("“%(text)s” is no address or range such as 10.20.0.0/16."),
    "networks_many": N_("At most 50 ranges."),
}


@dataclass(frozen=True)
class SittingPlan:
    """A sitting as it is to be held. `opens_at` and `closes_at` are instants."""

    name: str
    opens_at: datetime
    closes_at: datetime
    access_code: str = ""
    networks: tuple[str, ...] = ()


def _error(code: str, field: str, **params: object) -> InputError:
    return InputError(code, _MESSAGES[code], params, field=field)


def read_networks(text: str) -> tuple[str, ...]:
    """The address ranges of a text, one a line or separated by commas, in their short form.

    Raises `InputErrors` naming each that is none.
    """
    errors, found = [], []
    words = [word for word in re.split(r"[\s,，;；]+", text) if word]
    for word in words[: MAX_NETWORKS + 1]:
        try:
            found.append(str(ip_network(word, strict=False)))
        except ValueError:
            errors.append(_error("network_form", "networks", text=word[:60]))
    if len(words) > MAX_NETWORKS:
        errors.append(_error("networks_many", "networks"))
    if errors:
        raise InputErrors(errors)
    return tuple(dict.fromkeys(found))


def read_sitting(
    *,
    name: str,
    opens_at: datetime | None,
    closes_at: datetime | None,
    access_code: str,
    networks: str,
    duration_s: int,
    now: datetime,
) -> SittingPlan:
    """The plan of a sitting; raises `InputErrors` by field."""
    errors: list[InputError] = []
    name, code = name.strip(), " ".join(access_code.split())
    if not name:
        errors.append(_error("name_missing", "name"))
    if len(name) > MAX_NAME:
        errors.append(_error("name_long", "name", limit=MAX_NAME))
    if len(code) > MAX_CODE:
        errors.append(_error("code_long", "access_code"))
    errors += _wrong_window(opens_at, closes_at, duration_s, now)
    ranges: tuple[str, ...] = ()
    try:
        ranges = read_networks(networks)
    except InputErrors as refused:
        errors += refused.errors
    if errors or opens_at is None or closes_at is None:
        raise InputErrors(errors)
    return SittingPlan(name, opens_at, closes_at, code, ranges)


def _wrong_window(
    opens_at: datetime | None, closes_at: datetime | None, duration_s: int, now: datetime
) -> list[InputError]:
    if opens_at is None or closes_at is None:
        return [_error("window_missing", "opens_at" if opens_at is None else "closes_at")]
    if closes_at <= opens_at:
        return [_error("window_order", "closes_at")]
    if closes_at <= now:
        return [_error("window_past", "closes_at")]
    if closes_at - opens_at > LONGEST:
        return [_error("window_long", "closes_at")]
    if closes_at - opens_at < timedelta(seconds=duration_s):
        return [_error("window_short", "closes_at", minutes=duration_s // 60)]
    return []


def code_of(numbers: Sequence[int]) -> str:
    """An access code of six signs, easy to read aloud, from six random numbers below
    `len(CODE_SIGNS)`."""
    signs = "".join(CODE_SIGNS[number] for number in numbers)
    return f"{signs[:3]}-{signs[3:]}"


def network_lines(networks: Iterable[str]) -> str:
    """Address ranges as a text field shows them."""
    return "\n".join(networks)
