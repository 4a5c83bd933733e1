"""Twelve weeks of typing tests: who was asked, how they typed, what waits for a review.

Every run goes through the services that a browser's run goes through, at its own time.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from random import Random
from zoneinfo import ZoneInfo

from sqlalchemy import select

from trainhub.db import db
from trainhub.demo.people import Agent
from trainhub.demo.typing import (
    Habit,
    Timeline,
    in_chunks,
    look_away,
    type_as_macro,
    type_text,
)
from trainhub.people.models import Person, Team
from trainhub.typing_tests.models import TypingPassage, TypingTest
from trainhub.typing_tests.rules.settings import PassageKind, TestSettings
from trainhub.typing_tests.rules.settings_checks import TestPlan
from trainhub.typing_tests.rules.sitting_checks import SittingPlan
from trainhub.typing_tests.services.allowing import grant_allowance
from trainhub.typing_tests.services.assigning import Asked, assign_test
from trainhub.typing_tests.services.authoring import create_test
from trainhub.typing_tests.services.closing import finish_run
from trainhub.typing_tests.services.receiving import receive_chunk
from trainhub.typing_tests.services.sittings import open_sitting
from trainhub.typing_tests.services.starting import StartedRun, start_run

WEEKS = 12
WRITTEN = -480  # day, counted from today, on which the tests were written
TYPISTS = 18
ROOM_CODE = "DEMO-42"
BEHIND = 0.8  # those whom the documentation introduces have the test still before them


@dataclass(frozen=True)
class PlannedTest:
    """A typing test of the centre: of which teams, by when, what the slowest and fastest type."""

    key: str
    titles: dict[str, str]
    settings: TestSettings
    by: str
    teams: tuple[int, ...]
    due: dict[int, int]  # by team, in days from today; others have two weeks
    slowest: float
    fastest: float


TESTS = (
    PlannedTest(
        "typing-zh-entry",
        {"zh": "中文打字上岗测试", "en": "Chinese typing, entry test"},
        TestSettings(language="zh", min_speed=80, duration_s=180),
        "lin.yue",
        (0, 1, 2, 3),
        {0: 6, 1: -4},
        52,
        112,
    ),
    PlannedTest(
        "typing-en-entry",
        {"zh": "英文打字上岗测试", "en": "English typing, entry test"},
        TestSettings(language="en", min_speed=40, duration_s=180),
        "emma.clarke",
        (4, 5),
        {4: 5, 5: -3},
        125,
        295,
    ),
)


def build_typing(
    rng: Random,
    agents: Sequence[Agent],
    ids: dict[str, int],
    team_ids: Sequence[int],
    now: datetime,
    zone: ZoneInfo,
    *,
    typists: int = TYPISTS,
) -> int:
    """Write the typing tests and let people have typed; how many runs. Flushes, no commit.

    Without passages there are none. Only the people of the first teams are asked: what they type
    is as long as what real people type, and takes its time to be scored.
    """
    if db.session.scalar(select(TypingPassage.id).limit(1)) is None:
        return 0
    builder = _Builder(rng.random(), ids, now, zone)
    runs = 0
    for plan in TESTS:
        teams = [team_ids[number] for number in plan.teams]
        test = builder.write(plan, teams)
        others = [
            one for one in agents if one.id != ids[plan.by]
        ]  # nobody sits in a room of theirs
        chosen = _chosen(others, teams, typists * len(plan.teams) // 6)
        runs += builder.type_all(plan, test, chosen)
    return runs


def _chosen(agents: Sequence[Agent], teams: Sequence[int], count: int) -> list[Agent]:
    """Those whom the documentation introduces, then team by team in turn."""
    by_team = [[one for one in agents if one.team_id == team] for team in teams]
    turns = [
        members[place]
        for place in range(max(map(len, by_team), default=0))
        for members in by_team
        if place < len(members)
    ]
    turns.sort(key=lambda one: not one.is_introduced)
    return turns[:count]


class _Builder:
    """Builds one test after another for one centre."""

    def __init__(self, seed: float, ids: dict[str, int], now: datetime, zone: ZoneInfo) -> None:
        self.seed, self.ids, self.now, self.zone = seed, ids, now, zone

    def write(self, plan: PlannedTest, teams: Sequence[int]) -> TypingTest:
        actor, written_at = self._person(plan.by), self._at(WRITTEN, 10)
        asked_at = self._at(-7 * WEEKS - 3, 10)
        today = self.now.astimezone(self.zone).date()
        test = create_test(
            TestPlan(plan.titles, plan.settings), key=plan.key, actor=actor, now=written_at
        )
        for number, team_id in zip(plan.teams, teams, strict=True):
            team = db.session.get(Team, team_id)
            assert team is not None
            assign_test(
                test,
                Asked(teams=[team]),
                due_on=today + timedelta(days=plan.due.get(number, 14)),
                today=asked_at.date(),
                actor=actor,
                now=asked_at,
            )
        self._open_rooms(test, actor)
        return test

    def _open_rooms(self, test: TypingTest, actor: Person) -> None:
        for name, days, hour in (("1 号教室", -2, 14), ("1 号教室", 1, 10)):
            opens_at = self._at(days, hour)
            shown = name if test.settings["language"] == "zh" else "Room 1"
            room = SittingPlan(shown, ROOM_CODE, opens_at, opens_at + timedelta(hours=2))
            open_sitting(test, room, actor=actor, now=self._at(days - 3, 9))

    def type_all(self, plan: PlannedTest, test: TypingTest, chosen: Sequence[Agent]) -> int:
        runs = 0
        for place, agent in enumerate(chosen):
            rng = Random(f"{self.seed}-{agent.id}-typing")
            person = db.session.get(Person, agent.id)
            assert person is not None
            if place == 3:  # somebody with a hand in plaster
                grant_allowance(
                    person, test, extra_s=60, reason="左手受伤" if plan.teams[0] == 0 else
                    "An injured hand", actor=self._person(plan.by), now=self._at(-30, 11),
                )  # fmt: skip
            runs += _Typist(self, rng, plan, test, person, agent).type_weeks(place)
        return runs

    def _person(self, username: str) -> Person:
        person = db.session.get(Person, self.ids[username])
        assert person is not None
        return person

    def _at(self, days: int, hour: int, minute: int = 0) -> datetime:
        day = self.now.astimezone(self.zone).date() + timedelta(days=days)
        return datetime.combine(day, time(hour, minute), self.zone).astimezone(UTC)


@dataclass
class _Typist:
    """One person over the weeks. Who learns gets faster; who is able begins faster."""

    centre: _Builder
    rng: Random
    plan: PlannedTest
    test: TypingTest
    person: Person
    agent: Agent

    def type_weeks(self, place: int) -> int:
        """Runs of the test and of practice, week by week; every seventh person took none yet."""
        if place % 7 == 6:
            return 0
        count = 0
        for week in range(WEEKS, 0, -1):
            if self.rng.random() < 0.5 and week > 1:
                continue
            at = self._shift(-7 * week + self.rng.randint(0, 4))
            if place % 2 == 0 and week % 4 == 0:
                self._practise(at - timedelta(minutes=15), week)
                count += 1
            self._test(at, week)
            count += 1
        if place in (1, 2):
            self._supervised() if place == 1 else self._unusual()
            count += 1
        return count

    def _shift(self, days: int) -> datetime:
        return self.centre._at(days, self.rng.randint(9, 16), self.rng.randint(0, 55))

    def _habit(self, week: int) -> Habit:
        span, ability = self.plan.fastest - self.plan.slowest, self.agent.ability
        learnt = 0.86 + 0.14 * (WEEKS - week) / WEEKS
        if self.agent.is_introduced:
            learnt *= BEHIND
        cpm = (self.plan.slowest + span * ability) * learnt * self.rng.uniform(0.95, 1.04)
        slips = 0.012 + 0.03 * (1 - ability)
        return Habit(cpm, self.rng.uniform(0.36, 0.5), self.rng.uniform(75, 110), slips)

    def _test(self, at: datetime, week: int, code: str = "") -> None:
        started = start_run(self.person, test_id=self.test.id, sitting_code=code, now=at)
        self._finish(started, self._typed(started, week), at)

    def _practise(self, at: datetime, week: int) -> None:
        started = start_run(
            self.person, language=self.plan.settings.language, kind=PassageKind.MIXED.value,
            mode="timed", duration_s=60, now=at,
        )  # fmt: skip
        self._finish(started, self._typed(started, week), at)

    def _supervised(self) -> None:
        self._test(self.centre._at(-2, 14, 20), 0, ROOM_CODE)

    def _unusual(self) -> None:
        """A run that waits for a review: in Chinese the window was left, in English a macro."""
        at = self.centre._at(-1, 11, 10)
        started = start_run(self.person, test_id=self.test.id, now=at)
        if self.plan.settings.language == "zh":
            events = look_away(self.rng, self._typed(started, 0))
        else:
            events = type_as_macro(started.run.text, gap_ms=215, limit_ms=_limit_ms(started))
        self._finish(started, events, at)

    def _typed(self, started: StartedRun, week: int) -> Timeline:
        run = started.run
        return type_text(self.rng, run.text, self._habit(week), limit_ms=_limit_ms(started))

    def _finish(self, started: StartedRun, events: Timeline, at: datetime) -> None:
        _send(self.rng, self.person, started, events, at)


def take_test(rng: Random, person: Person, test: TypingTest, cpm: float, at: datetime) -> None:
    """Let somebody have taken a test once, typing about so many characters a minute."""
    started = start_run(person, test_id=test.id, now=at)
    habit = Habit(cpm, slips=0.012)
    events = type_text(rng, started.run.text, habit, limit_ms=_limit_ms(started))
    _send(rng, person, started, events, at)


def _send(rng: Random, person: Person, started: StartedRun, events: Timeline, at: datetime) -> None:
    run = started.run
    delay = rng.uniform(30, 160)
    for number, chunk in enumerate(in_chunks(events), start=1):
        arrives = at + timedelta(milliseconds=chunk[-1][0] + delay + rng.expovariate(0.03))
        receive_chunk(run.id, person.id, started.token, number, chunk, now=arrives)
    end = at + timedelta(milliseconds=events[0][0] + _limit_ms(started) + delay + 300)
    finish_run(run.id, person.id, started.token, now=end)


def _limit_ms(started: StartedRun) -> float:
    rules = started.run.rules
    return float((rules["duration_s"] + rules["extra_s"]) * 1000)
