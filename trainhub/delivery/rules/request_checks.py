"""What somebody typed when asking for training, read and checked."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Protocol

from trainhub.errors import N_, InputError, InputErrors

TOPIC_LENGTH = 160
REASON_LENGTH = 2_000
FIGURE_LENGTH = 160
VALUE_LENGTH = 60
MOST_HEADS = 2_000
LONGEST_WINDOW = timedelta(days=366)


class Refuse(Protocol):
    """Notes what is wrong at a field."""

    def __call__(self, field: str, message: str, **params: object) -> None:
        """Keep the message for later."""


@dataclass(frozen=True)
class TypedRequest:
    """What came from the form. Dates are None where nothing readable was typed."""

    topic: str
    reason: str
    course_id: int | None
    team_id: int | None
    heads: str
    wished_from: date | None
    wished_until: date | None
    figure: str
    figure_now: str
    figure_goal: str
    person_ids: Collection[int] = ()


@dataclass(frozen=True)
class Wish:
    """A request as it is stored; without `person_ids` the whole team is meant."""

    topic: str
    reason: str
    course_id: int | None
    team_id: int | None
    heads: int
    wished_from: date
    wished_until: date
    figure: str
    figure_now: str
    figure_goal: str
    person_ids: frozenset[int] = frozenset()


def read_wish(
    typed: TypedRequest,
    *,
    today: date,
    team_ids: Collection[int],
    course_ids: Collection[int],
    needs_team: bool,
    person_ids: Collection[int] = (),
) -> Wish:
    """What is asked for. `team_ids`, `course_ids` and `person_ids` (of the team) are those that
    may be named; `needs_team` for people who ask for their own teams only. Who names people need
    not count them. Raises `InputErrors` with everything wrong."""
    wrong: list[InputError] = []

    def refuse(field: str, message: str, **params: object) -> None:
        wrong.append(InputError("request_wrong", message, params, field=field))

    texts = {
        name: _text(getattr(typed, name), longest, name, refuse)
        for name, longest in (
            ("topic", TOPIC_LENGTH), ("reason", REASON_LENGTH), ("figure", FIGURE_LENGTH),
            ("figure_now", VALUE_LENGTH), ("figure_goal", VALUE_LENGTH),
        )
    }  # fmt: skip
    if not texts["topic"]:
        refuse("topic", N_("Name the topic: what should people be able to do afterwards?"))
    if typed.team_id is not None and typed.team_id not in team_ids:
        refuse("team_id", N_("Choose a team you answer for."))
    elif typed.team_id is None and needs_team:
        refuse("team_id", N_("Choose the team whose people are to come."))
    if typed.course_id is not None and typed.course_id not in course_ids:
        refuse("course_id", N_("Choose a course of the library, or leave it open."))
    named = frozenset(typed.person_ids)
    if not named <= set(person_ids):
        refuse("person_ids", N_("Tick people of the team you have chosen."))
    heads = len(named) or _heads(typed.heads, refuse)
    window = _window(typed, today, refuse)
    if wrong or window is None:
        raise InputErrors(wrong)
    return Wish(
        course_id=typed.course_id, team_id=typed.team_id, heads=heads,
        wished_from=window[0], wished_until=window[1], person_ids=named, **texts,
    )  # fmt: skip


def _text(value: str, longest: int, field: str, refuse: Refuse) -> str:
    text = value.strip().replace("\0", "").replace("\r\n", "\n")
    if len(text) > longest:
        refuse(field, N_("At most %(longest)s characters, please."), longest=longest)
    return text


def _heads(typed: str, refuse: Refuse) -> int:
    text = typed.strip()
    heads = int(text) if text.isdecimal() and len(text) < 8 else 0
    if not 1 <= heads <= MOST_HEADS:
        refuse("heads", N_("How many people? A number from 1 to %(most)s."), most=MOST_HEADS)
    return heads


def _window(typed: TypedRequest, today: date, refuse: Refuse) -> tuple[date, date] | None:
    start, end = typed.wished_from, typed.wished_until
    for field, value in (("wished_from", start), ("wished_until", end)):
        if value is None:
            refuse(field, N_("Give a date, such as 2026-12-01."))
    if start is None or end is None:
        return None
    if end < today:
        refuse("wished_until", N_("This date has passed. Choose a later one."))
    if start > end:
        refuse("wished_until", N_("The window ends before it begins."))
    elif end - start > LONGEST_WINDOW:
        refuse("wished_until", N_("The window is longer than a year: make it smaller."))
    return start, end
