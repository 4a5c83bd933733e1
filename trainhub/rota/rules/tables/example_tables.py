"""Example tables as a planner keeps them: a rota of people × days, demand by half hour.

Made of the centre's own people and queues, so that what is downloaded can be imported at once.
The rota turns in a cycle of eight days (two early, two mid, two late, two off): every agent has
a mid shift, and with it an early class, twice in a cycle. Half of the people have their breaks
at other times (E2, M2, L2), where the centre has such codes.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from random import Random

from trainhub.rota.rules.clock_times import monday_of

CYCLE = "EEMMLLRR"
LEAVE_SHARE = 0.03  # of the weeks of a person
CODE_WORDS = {
    "zh": {"E": "早", "M": "中", "L": "晚", "E2": "早2", "M2": "中2", "L2": "晚2", "R": "休",
           "V": "年假"},
    "en": {code: code for code in ("E", "M", "L", "E2", "M2", "L2", "R", "V")},
}  # fmt: skip
ROTA_HEADS = {
    "zh": ("工号", "姓名", "班组"),
    "en": ("Employee number", "Name", "Team"),
}
DEMAND_HEADS = {
    "zh": ("星期", "时间", "队列", "来电量", "平均处理时长(秒)"),
    "en": ("Weekday", "Time", "Queue", "Contacts", "Handling time (s)"),
}
DAY_NAMES = {
    "zh": ("周一", "周二", "周三", "周四", "周五", "周六", "周日", "节假日"),
    "en": ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday",
           "Holiday"),
}  # fmt: skip
INTERVAL_MIN = 30
OPENS_MIN, CLOSES_MIN = 7 * 60, 22 * 60
HANDLING_S = {"calls": 240, "chats": 420}
# Load in erlangs from 07:00 on, by half hours, of a queue served by 36 people; a weekday's share.
LOADS = (
    2.0, 2.6, 3.0, 3.2, 6.6, 7.2, 9.2, 9.6, 7.0, 8.8, 6.2, 6.2, 6.2, 6.2, 9.2, 10.0, 10.4, 10.2,
    9.4, 6.6, 7.6, 6.4, 3.6, 3.4, 3.2, 3.0, 2.8, 2.4, 2.0, 1.6,
)  # fmt: skip
DAY_SHARES = (1.1, 1.0, 1.0, 0.98, 1.0, 0.82, 0.76, 0.7)
PEOPLE_BEHIND = 36


@dataclass(frozen=True)
class ExamplePerson:
    """Somebody of the rota; `rank` is their place in their team, which shifts their cycle.

    `has_other_breaks`: their shifts are those with the second times of breaks.
    """

    number: str
    name: str
    team: str
    rank: int
    has_other_breaks: bool = False


@dataclass(frozen=True)
class ExampleQueue:
    """A queue with the people who serve it."""

    key: str
    name: str
    channel: str
    people: int
    concurrency: float = 1.0


def code_on(person: ExamplePerson, on: date) -> str:
    """The shift code of somebody on a date: the same whenever it is asked for."""
    code = CYCLE[(on.toordinal() + person.rank) % len(CYCLE)]
    if code == "R":
        return code
    monday = monday_of(on)
    is_away = Random(f"{person.number}:{monday.toordinal()}").random() < LEAVE_SHARE
    return "V" if is_away else f"{code}2" if person.has_other_breaks else code


def rota_table(
    people: Sequence[ExamplePerson], first: date, days: int, language: str
) -> tuple[list[str], list[list[str]]]:
    """Heads and rows of the rota as a grid: a person a row, a date a column."""
    dates = [first + timedelta(days=day) for day in range(days)]
    words = CODE_WORDS[language]
    heads = [*ROTA_HEADS[language], *(day.isoformat() for day in dates)]
    rows = [
        [one.number, one.name, one.team, *(words[code_on(one, day)] for day in dates)]
        for one in people
    ]
    return heads, rows


def demand_table(
    queues: Sequence[ExampleQueue], language: str
) -> tuple[list[str], list[list[str | int | float]]]:
    """Heads and rows of the demand as a long table: typical days by half hour."""
    rows: list[list[str | int | float]] = []
    for queue in queues:
        for weekday, day in enumerate(DAY_NAMES[language]):
            for minute in range(OPENS_MIN, CLOSES_MIN, INTERVAL_MIN):
                time = f"{minute // 60:02}:{minute % 60:02}"
                contacts = round(_contacts(queue, weekday, minute), 1)
                rows.append([day, time, queue.name, contacts, HANDLING_S[queue.channel]])
    return list(DEMAND_HEADS[language]), rows


def _contacts(queue: ExampleQueue, weekday: int, minute: int) -> float:
    """Contacts of a half hour: what brings the load of that hour."""
    load = LOADS[(minute - OPENS_MIN) // INTERVAL_MIN] * DAY_SHARES[weekday]
    load *= queue.people / PEOPLE_BEHIND
    seconds = HANDLING_S[queue.channel] / queue.concurrency
    return load * INTERVAL_MIN * 60 / seconds
