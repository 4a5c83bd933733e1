"""Typists that never stop: start a run, send every fifth of a second what has been typed since,
finish, start the next.

They type in real time, so that honest runs have honest arrivals, kills and restarts in between.
A chunk is *acknowledged* when an answer with status 200 says `stored` or `repeated`. One whose
answer did not come is sent again, the same, as the page does.
"""

from __future__ import annotations

import time
from dataclasses import dataclass, field
from typing import Any

from bench.reliability.candidates import Client
from bench.reliability.centre import TYPED, Entrant
from bench.typing_runs.hands import Events, typed

CHUNKS = (15, 60)  # in one run
CHUNK_EVERY_S = 0.2


@dataclass
class Typed:
    """One run as its typist knows it: chunks by number, as sent and as acknowledged."""

    run_id: int
    token: str
    issued: dict[int, Events] = field(default_factory=dict)
    acknowledged: set[int] = field(default_factory=set)
    is_handed_in: bool = False
    is_acknowledged_end: bool = False


class Typist(Client):
    """Somebody who takes a typing test: one run after the other."""

    def __init__(self, port: int, entrant: Entrant, test_id: int, number: int) -> None:
        super().__init__(port, entrant, number)
        self.test_id, self.number = test_id, number
        self.typed: list[Typed] = []

    def _sit(self) -> None:
        started = self._until_answered("/typing-runs", {"test_id": self.test_id}, ends=True)
        if started is None:
            return
        mine = Typed(started["run_id"], started["token"])
        if self.typed and self.typed[-1].run_id == mine.run_id:
            self.wrong.append(f"run {mine.run_id} goes on after it was finished")
            return
        self.typed.append(mine)
        self._type(mine, started["passage"]["text"])
        if self.ended.is_set():
            return
        mine.is_handed_in = True
        body = {"token": mine.token, "chunks": len(mine.issued)}
        path = f"/typing-runs/{mine.run_id}/finish"
        answer = self._until_answered(path, body)
        if answer is None and not self.ended.is_set():  # what is missing will not come any more
            answer = self._until_answered(path, {"token": mine.token})
        mine.is_acknowledged_end = answer is not None

    def _type(self, mine: Typed, text: str) -> None:
        seed = 1000 * self.number + len(self.typed)
        events = typed(text, TYPED.duration_s * 1000, seed)
        zero, sent = time.monotonic(), 0
        for _ in range(self.dice.randint(*CHUNKS)):
            self.ended.wait(CHUNK_EVERY_S)
            now_ms = (time.monotonic() - zero) * 1000
            upto = sent
            while upto < len(events) and events[upto][0] <= now_ms:
                upto += 1
            if upto > sent:
                self._send_chunk(mine, events[sent:upto])
                sent = upto
            if self.ended.is_set():
                return

    def _send_chunk(self, mine: Typed, events: Events) -> None:
        no = len(mine.issued) + 1
        mine.issued[no] = events
        body = {"token": mine.token, "no": no, "events": events}
        answer = self._until_answered(f"/typing-runs/{mine.run_id}/chunks", body, ends=True)
        if answer is not None:
            mine.acknowledged.add(no)
            self.saves += 1

    def _gives_up(self, status: int, _answer: Any) -> bool:
        """A chunk before is missing although it was acknowledged, or the run has ended."""
        return status in (404, 409)
