"""Typists: start, type with a chunk every five seconds, finish when all do."""

from __future__ import annotations

import asyncio
import random
import time
from dataclasses import dataclass, field
from typing import Any

from bench.crowd.browser import Browser, Figures, Refused
from bench.crowd.people import PASSWORD
from bench.typing_runs.hands import Events, chunks_of, typed
from tests.typing_tests.honest import typed_text

API = "/api/v1/typing-runs"
CHUNK_EVERY_S = 5.0


@dataclass(frozen=True)
class Habits:
    """How they work: seconds over which starts and ends are spread, how long they type, and how
    often a connection is dropped after use."""

    bell_within: float
    typing_s: float
    last_within: float
    closes: float


@dataclass
class Run:
    """What one typist knows of a run: `acknowledged` chunks by number, in the order they were
    sent."""

    run_id: int = 0
    token: str = ""
    passage: str = ""
    acknowledged: dict[int, Events] = field(default_factory=dict)
    sent: int = 0
    is_finished: bool = False

    @property
    def events(self) -> Events:
        """All that is known to be stored."""
        return [event for no in sorted(self.acknowledged) for event in self.acknowledged[no]]


class Typist:
    """One agent with a browser."""

    def __init__(self, name: str, port: int, figures: Figures, habits: Habits, seed: int) -> None:
        self.name, self.habits, self.seed = name, habits, seed
        self.dice = random.Random(seed)
        self.browser = Browser(port, figures, self.dice, habits.closes)
        self.run = Run()

    async def sign_in(self, within: float) -> None:
        """Sign in at some moment of the time before the bell."""
        await asyncio.sleep(self.dice.uniform(0, within))
        await self.browser.sign_in(self.name, PASSWORD)

    async def take(self, test_id: int, ends_at: float) -> None:
        """From the bell to the end. What it meets is in the figures."""
        await asyncio.sleep(self.dice.uniform(0, self.habits.bell_within))
        try:
            await self.start(test_id)
            await self._type(ends_at - self.dice.uniform(0, self.habits.last_within))
            await self.finish()
        except Refused:
            return
        finally:
            self.browser.close()

    async def start(self, test_id: int) -> None:
        """Begin a run."""
        began = await self.browser.ask("start", "POST", API, {"test_id": test_id})
        self.run = Run(began["run_id"], began["token"], began["passage"]["text"])

    async def _type(self, until: float) -> None:
        """Send what has been typed every five seconds, and the rest at the end."""
        zero = time.perf_counter()
        events = typed(self.run.passage, (until - zero) * 1000, self.seed)
        chunks = chunks_of(events, CHUNK_EVERY_S * 1000)
        for number, chunk in enumerate(chunks, start=1):
            is_last = number == len(chunks)
            at = until if is_last else zero + (chunk[0][0] // 5_000 + 1) * CHUNK_EVERY_S
            await asyncio.sleep(max(0.0, at - time.perf_counter()))
            await self.send(chunk, "last chunk" if is_last else "chunk")

    async def send(self, events: Events, what: str = "chunk") -> None:
        """Send a chunk and wait until it is stored."""
        run = self.run
        run.sent += 1
        body = {"token": run.token, "no": run.sent, "events": events}
        answer = await self.browser.ask(what, "POST", f"{API}/{run.run_id}/chunks", body)
        if answer["decision"] in {"stored", "repeated"}:
            run.acknowledged[answer["no"]] = events

    async def finish(self) -> dict[str, Any]:
        """End the run."""
        run = self.run
        body = {
            "token": run.token,
            "final_text": typed_text(run.events),
            "client_claim": {},
            "chunks": run.sent,
        }
        answer: dict[str, Any] = await self.browser.ask(
            "finish", "POST", f"{API}/{run.run_id}/finish", body
        )
        run.is_finished = answer["state"] != "open"
        return answer
