"""Agents who sit an exam: start at the bell, think, answer, hand in in the last seconds."""

from __future__ import annotations

import asyncio
import random
import time
from dataclasses import dataclass, field
from typing import Any

from bench.crowd.browser import Browser, Figures, Refused
from bench.crowd.people import PASSWORD

API = "/api/v1"
HEARTBEAT_S = 15


@dataclass(frozen=True)
class Habits:
    """How they work. Times in seconds; `closes` and `forgetful` are shares."""

    think: tuple[float, float]
    bell_within: float
    last_within: float
    closes: float
    forgetful: float  # never hand in: the deadline does it


@dataclass
class Sat:
    """What one agent knows to be stored: question → (sequence, response)."""

    attempt_id: int = 0
    acknowledged: dict[int, tuple[int, Any]] = field(default_factory=dict)
    handed_in: bool = False
    wall: float = 0.0


class Agent:
    """One agent with a browser."""

    def __init__(self, name: str, port: int, figures: Figures, habits: Habits, seed: int) -> None:
        self.name, self.habits, self.sat = name, habits, Sat()
        self.dice = random.Random(seed)
        self.browser = Browser(port, figures, self.dice, habits.closes)
        self.saves = 0

    async def sign_in(self, within: float) -> None:
        """Sign in at some moment of the time before the bell."""
        await asyncio.sleep(self.dice.uniform(0, within))
        await self.browser.sign_in(self.name, PASSWORD)

    async def sit(self, sitting_id: int) -> None:
        """From the bell to the end. What it meets is in the figures."""
        await asyncio.sleep(self.dice.uniform(0, self.habits.bell_within))
        try:
            questions = await self._begin(sitting_id)
            await self._answer(questions)
            await self._end()
        except Refused:
            return
        finally:
            self.browser.close()

    async def _begin(self, sitting_id: int) -> list[Any]:
        path = f"{API}/sittings/{sitting_id}/attempts"
        attempt = await self.browser.ask("start", "POST", path, {"language": "en"})
        self.sat.attempt_id = attempt["id"]
        self.sat.wall = time.perf_counter() + attempt["remaining_ms"] / 1000
        paper = await self.browser.ask("paper", "GET", f"{API}/attempts/{attempt['id']}/paper")
        questions = list(paper["questions"])
        return questions[: self.dice.randint(16, len(questions))]

    async def _answer(self, questions: list[Any]) -> None:
        beat_at = time.perf_counter() + HEARTBEAT_S
        for question in questions:
            await asyncio.sleep(self.dice.uniform(*self.habits.think))
            for _ in range(2 if self.dice.random() < 0.2 else 1):  # some change their mind
                await self.save(question)
            if time.perf_counter() > beat_at:
                path = f"{API}/attempts/{self.sat.attempt_id}/heartbeat"
                times = {"times": {str(question["no"]): 1000}}
                await self.browser.ask("heartbeat", "POST", path, times)
                beat_at = time.perf_counter() + HEARTBEAT_S

    async def save(self, question: Any) -> None:
        """Choose an option and wait until it is stored."""
        no, self.saves = question["no"], self.saves + 1
        response = self.dice.choice(question["shown"]["options"])["id"]
        sent = {"no": no, "response": response, "seq": self.saves, "device": "bench"}
        sent["key"] = f"{self.name}-{no}-{self.saves}"
        path = f"{API}/attempts/{self.sat.attempt_id}/responses"
        answer = await self.browser.ask("save", "POST", path, {"responses": [sent]})
        if answer["receipts"][0]["decision"] in {"saved", "repeated"}:
            self.sat.acknowledged[no] = (self.saves, response)

    async def _end(self) -> None:
        if self.dice.random() < self.habits.forgetful:
            return
        until = self.sat.wall - self.dice.uniform(0.2, self.habits.last_within)
        await asyncio.sleep(max(0.0, until - time.perf_counter()))
        path = f"{API}/attempts/{self.sat.attempt_id}/submit"
        answer = await self.browser.ask("submit", "POST", path, {})
        self.sat.handed_in = answer["state"] != "in_progress"
