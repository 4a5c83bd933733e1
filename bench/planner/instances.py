"""Contact centres to plan for, made up from a seed: the same size and seed give the same problem.

The centres are meant to be hard in the ways real ones are. People rotate through early, middle,
late and night weeks; requirements follow the rota with a little surplus that is gone on some days
and hours; rooms are blocked, trainers teach some courses on some days, some teams want to sit
together, and a few people are away so long that nothing can be done for them.
"""

from __future__ import annotations

import random
from dataclasses import dataclass
from typing import Any

DAY = 1440
INTERVAL = 30
Document = dict[str, Any]

SHIFTS: Document = {
    "E": {
        "start": 480,
        "end": 1020,
        "windows": [
            {"kind": "early", "start": 480, "end": 540, "on_phones": True},
            {"kind": "in_shift", "start": 840, "end": 960, "on_phones": True},
            {"kind": "after", "start": 1020, "end": 1080, "on_phones": False},
        ],
    },
    "M": {
        "start": 540,
        "end": 1080,
        "windows": [
            {"kind": "before", "start": 480, "end": 540, "on_phones": False},
            {"kind": "early", "start": 540, "end": 600, "on_phones": True},
            {"kind": "in_shift", "start": 870, "end": 990, "on_phones": True},
        ],
    },
    # The rota already gives the first hour of this shift to a class.
    "C": {
        "start": 540,
        "end": 1080,
        "windows": [{"kind": "early", "start": 540, "end": 600, "on_phones": False}],
    },
    "L": {
        "start": 780,
        "end": 1320,
        "windows": [
            {"kind": "before", "start": 690, "end": 780, "on_phones": False},
            {"kind": "early", "start": 780, "end": 840, "on_phones": True},
        ],
    },
    "N": {
        "start": 1320,
        "end": 1860,
        "windows": [
            {"kind": "early", "start": 1320, "end": 1380, "on_phones": True},
            {"kind": "in_shift", "start": 1560, "end": 1680, "on_phones": True},
            {"kind": "after", "start": 1860, "end": 1920, "on_phones": False},
        ],
    },
}
# One week after the other; a person starts anywhere in the round.
ROUNDS = (
    "EEEEE..MMMMM..LLLLL..",
    ".MMMMM..EEEEE..CCCCC.",
    "..LLLLL..EEEEE.MMMM..",
    "EEMMM..LLLLL..NNNN...",
)
SERIES = 5


@dataclass(frozen=True, slots=True)
class Size:
    """What a centre is made of; counts are for the whole centre."""

    agents: int
    sites: int
    teams: int
    rooms: int
    trainers: int
    weeks: int
    series: int
    extras: int
    queues_per_site: int = 2


SIZES = {
    "small": Size(90, 1, 4, 2, 2, 4, 0, 2),
    "medium": Size(600, 2, 8, 6, 6, 6, SERIES, 2),
    "large": Size(5000, 5, 65, 20, 20, 13, SERIES, 2),
    "huge": Size(20000, 10, 260, 80, 80, 13, SERIES, 2),
}


def make(size: str | Size, seed: int = 1) -> Document:
    """The problem file of a centre of this size, as planner files are read."""
    wanted = SIZES[size] if isinstance(size, str) else size
    return _Centre(wanted, random.Random(seed), seed, size if isinstance(size, str) else "own").made


class _Centre:
    """A centre in the making: each step reads what the earlier ones wrote."""

    def __init__(self, size: Size, rng: random.Random, seed: int, name: str) -> None:
        self.size, self.rng = size, rng
        self.days = size.weeks * 7
        self.sites = [f"S{number}" for number in range(size.sites)]
        self.made: Document = {
            "schema": "trainhub-sched/1",
            "name": name,
            "seed": seed,
            "note": "A made-up centre.",
            "calendar": {"start_date": "2025-09-01", "days": self.days, "interval_min": INTERVAL},
            "rules": {
                "min_rest_min": 660,
                "max_classes_per_day": 1,
                "max_training_min_per_week": 180,
                "dawn_before_min": 510,
                "dawn_free": 1,
            },
            "weights": {
                "unplaced": 1000,
                "shortfall": 20,
                "open": 30,
                "trainer_hour": 20,
                "late_day": 1,
                "dawn": 5,
                "out_of_shift": 10,
                "split_team": 8,
                "moved": 15,
            },
            "shifts": SHIFTS,
        }
        self._teams()
        self._people()
        self._courses()
        self._queues()
        self._rooms()
        self._trainers()
        self.made["pinned_sessions"], self.made["pinned_seats"] = [], []
        self.made["previous"] = {"seats": []}

    def _teams(self) -> None:
        queues = self.size.queues_per_site
        self.made["teams"] = [
            {
                "id": f"T{number}",
                "site": self.sites[number % len(self.sites)],
                "queue": f"Q{number % len(self.sites)}.{number // len(self.sites) % queues}",
                "policy": "together" if number % 4 == 3 else "spread",
                "max_share": self.rng.choice((0.25, 0.3, 0.4)) if number % 4 != 3 else 0.6,
            }
            for number in range(self.size.teams)
        ]

    def _people(self) -> None:
        rng, days = self.rng, self.days
        patterns: dict[str, int] = {}
        team, pattern, leave, swap, history = [], [], [], [], []
        for agent in range(self.size.agents):
            number = agent * self.size.teams // self.size.agents
            round_ = ROUNDS[number % 3] if rng.random() < 0.85 else ROUNDS[3]
            offset = 7 * rng.randrange(3)
            word = (round_ * (days // len(round_) + 2))[offset : offset + days]
            team.append(f"T{number}")
            pattern.append(patterns.setdefault(word, len(patterns)))
            leave += self._leave(agent)
            if rng.random() < 0.1:
                swap.append([agent, rng.randrange(days), rng.choice("EML")])
            if rng.random() < 0.2:
                history.append([agent, rng.randint(1, 3)])
        self.made["patterns"] = list(patterns)
        self.made["agents"] = {
            "team": team,
            "pattern": pattern,
            "leave": leave,
            "swap": swap,
            "dawn_history": history,
            "done": [],
        }
        self.made["dislike"] = [
            [agent, rng.randrange(days), rng.choice((480, 540, 780)), rng.randint(2, 12)]
            for agent in range(self.size.agents)
            if rng.random() < 0.1
        ]

    def _leave(self, agent: int) -> list[list[int]]:
        if self.rng.random() < 0.004:  # away for the whole time
            return [[agent, 0, self.days - 1]]
        if self.rng.random() < 0.15:
            first = self.rng.randrange(self.days - 4)
            return [[agent, first, min(self.days - 1, first + self.rng.choice((0, 1, 4, 6)))]]
        return []

    def _courses(self) -> None:
        size, rng, last = self.size, self.rng, self.days - 1
        courses: list[Document] = []
        done = self.made["agents"]["done"]
        courses += [
            self._course(f"P{part + 1}", part * 4, last - (size.series - 1 - part) * 3)
            | {"family": "P"}
            for part in range(size.series)
        ]
        for number in range(size.extras):
            extra = self._course(f"X{number + 1}", 0, last)
            if number % 2:
                ids = [team["id"] for team in self.made["teams"]]
                extra["teams"] = rng.sample(ids, max(1, len(ids) // 2))
                extra |= {"kinds": ["in_shift", "before", "after"], "seats": 8, "priority": 2}
            courses.append(extra)
        self.made["courses"] = courses
        self.made["precedences"] = [
            {"before": f"P{part}", "after": f"P{part + 1}", "min_gap_days": 1 if part != 2 else 3}
            for part in range(1, size.series)
        ]
        for agent in range(size.agents):
            if rng.random() < 0.1:
                done.append([agent, courses[0]["id"]])

    def _course(self, name: str, release: int, deadline: int) -> Document:
        return {
            "id": name,
            "duration_min": 60,
            "seats": 20,
            "min_seats": 4,
            "release": release,
            "due": release + (deadline - release) * 2 // 3,
            "deadline": deadline,
            "priority": 1,
            "kinds": ["early"],
            "grid_min": 30,
            "teams": None,
            "max_sessions": None,
            "family": name,
        }

    def _queues(self) -> None:
        """Requirements a little under the usual heads, tighter at some hours and on some days."""
        heads = self._heads()
        self.made["queues"] = []
        for queue in sorted({team["queue"] for team in self.made["teams"]}):
            profiles: list[list[int]] = []
            of_day = []
            for weekday in range(7):
                same = [heads[queue][day] for day in range(self.days) if day % 7 == weekday]
                usual = [sum(column) / len(same) for column in zip(*same, strict=True)]
                profiles += [
                    [self._needed(head, factor) for head in usual] for factor in (0.84, 0.97)
                ]
            for day in range(self.days):
                busy = self.rng.random() < 0.2
                of_day.append(day % 7 * 2 + busy)
            self.made["queues"].append(
                {
                    "id": queue,
                    "max_short": self.rng.choice((0, 0, 1, 2)),
                    "profiles": profiles,
                    "profile_of_day": of_day,
                }
            )

    def _needed(self, usual: float, factor: float) -> int:
        return round(usual * min(1.0, factor + self.rng.uniform(-0.06, 0.06)))

    def _heads(self) -> dict[str, list[list[int]]]:
        """Heads on the phones by queue, day and interval, without swaps and leave."""
        per_day = DAY // INTERVAL
        queue_of = {team["id"]: team["queue"] for team in self.made["teams"]}
        heads = {
            queue: [[0] * per_day for _ in range(self.days)] for queue in set(queue_of.values())
        }
        people = self.made["agents"]
        counts: dict[tuple[str, int], int] = {}
        for team, pattern in zip(people["team"], people["pattern"], strict=True):
            key = (queue_of[team], pattern)
            counts[key] = counts.get(key, 0) + 1
        for (queue, pattern), count in counts.items():
            for day, code in enumerate(self.made["patterns"][pattern]):
                for at in _on_phones(code):
                    slot = day * per_day + at
                    if slot < self.days * per_day:
                        heads[queue][slot // per_day][slot % per_day] += count
        return heads

    def _rooms(self) -> None:
        rooms = []
        for number in range(self.size.rooms):
            blocked = []
            for day in range(self.days):
                if self.rng.random() < 0.08:
                    start = self.rng.choice((480, 540, 780, 840))
                    blocked.append([day, start, start + self.rng.choice((60, 120, 240))])
            rooms.append(
                {
                    "id": f"R{number}",
                    "site": self.sites[number % len(self.sites)],
                    "seats": self.rng.choice((12, 16, 20, 20)),
                    "blocked": blocked,
                }
            )
        self.made["rooms"] = rooms

    def _trainers(self) -> None:
        ids = [course["id"] for course in self.made["courses"]]
        trainers = []
        for number in range(self.size.trainers):
            place = number // len(self.sites)
            rest = {self.rng.randrange(7), self.rng.randrange(7)}
            late = place % 3 == 2
            # The first trainers of a site teach everything, so that no course is left alone.
            taught = ids if place < 2 else sorted(self.rng.sample(ids, max(1, len(ids) * 2 // 3)))
            trainers.append(
                {
                    "id": f"K{number}",
                    "site": self.sites[number % len(self.sites)],
                    "courses": taught,
                    "available": [
                        [day, 750, 1440] if late else [day, 450, 990]
                        for day in range(self.days)
                        if day % 7 not in rest and self.rng.random() > 0.04
                    ],
                    "max_min_per_week": self.rng.choice((900, 1200, 1200)),
                }
            )
        self.made["trainers"] = trainers


def _on_phones(code: str) -> list[int]:
    """The intervals of the day, past midnight too, that one person of this shift answers."""
    if code == ".":
        return []
    shift = SHIFTS[code]
    away = [
        window
        for window in shift["windows"]
        if window["kind"] == "early" and not window["on_phones"]
    ]
    return [
        at // INTERVAL
        for at in range(shift["start"], shift["end"], INTERVAL)
        if not any(window["start"] <= at < window["end"] for window in away)
    ]
