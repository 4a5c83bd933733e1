"""The storm: sign in, start at the bell, think and answer, hand in in the last seconds."""

from __future__ import annotations

import asyncio
import os
import random
import time
from argparse import Namespace
from pathlib import Path
from typing import Any

from bench.crowd.browser import Browser, Figures, Refused
from bench.crowd.gauges import Gauges, cpu_s, points
from bench.crowd.people import PASSWORD
from bench.crowd.turns import bare_server
from bench.exams.agents import Agent, Habits
from bench.exams.hall import QUESTIONS, Hall, furnish
from bench.exams.ratio import compare_saving
from bench.exams.verdict import judge, open_attempts
from bench.reliability.servers import Postgresql, TrainHub

RESULTS_WITHIN_S = 60
THINKING = {"fast": (2.0, 5.0), "slow": (30.0, 90.0)}
READ_BY_TRAINERS = (
    "/exam-figures",
    "/exams/storm/statistics",
    "/sittings/{sitting_id}/room",
    "/exams/storm/results/csv",
    "/exams/storm/responses/csv",
)


def run(folder: Path, options: Namespace) -> dict[str, Any]:
    """One storm in a fresh instance; everything measured."""
    postgresql = Postgresql(folder / "pg") if options.engine == "postgresql" else None
    instance = folder / "instance"
    url = postgresql.url if postgresql else f"sqlite:///{instance / 'trainhub.sqlite3'}"
    instance.mkdir(exist_ok=True)
    habits = _habits(options)
    duration_s = round(QUESTIONS * 1.25 * habits.think[1] + habits.last_within + 10)
    hall = furnish(instance, url, options.agents, duration_s)
    server = TrainHub(folder, url)
    report: dict[str, Any] = {"load_before": os.getloadavg()[0], "options": _told(options)}
    report["seconds_to_first_answer"] = round(server.start(), 2)
    try:
        with bare_server(postgresql.url if postgresql else str(folder / "bare"), 2) as bare:
            storm = Storm(server, hall, habits, options, instance, url)
            report |= asyncio.run(storm.blow(bare))
    finally:
        server.kill_all()
        if postgresql:
            postgresql.stop()
    report["load_after"] = os.getloadavg()[0]
    return report


def _habits(options: Namespace) -> Habits:
    low, high = THINKING[options.think]
    return Habits(
        think=(low * options.scale, high * options.scale),
        bell_within=options.bell_within,
        last_within=5.0,
        closes=options.closes,
        forgetful=0.1,
    )


def _told(options: Namespace) -> dict[str, Any]:
    return {name: value for name, value in vars(options).items() if not callable(value)}


class Storm:
    """The agents, the trainers beside them, and what came of it."""

    def __init__(
        self,
        server: TrainHub,
        hall: Hall,
        habits: Habits,
        options: Namespace,
        instance: Path,
        url: str,
    ) -> None:
        self.server, self.hall, self.options = server, hall, options
        self.figures, self.instance, self.url = Figures(), instance, url
        self.agents = self._agents(hall.agents, habits)
        self.savers = self._agents(hall.savers, habits)
        self.gauges = Gauges(server.process.pid)

    def _agents(self, names: tuple[str, ...], habits: Habits) -> list[Agent]:
        return [
            Agent(name, self.server.port, self.figures, habits, seed)
            for seed, name in enumerate(names)
        ]

    async def blow(self, bare_port: int) -> dict[str, Any]:
        """All of it; the report."""
        self.gauges.start()
        everybody = [*self.agents, *self.savers]
        await asyncio.gather(*(one.sign_in(self.options.sign_in_s) for one in everybody))
        report: dict[str, Any] = {}
        if self.options.rounds:
            report["saving"] = await compare_saving(
                self.savers,
                self.hall.ratio_sitting_id,
                bare_port,
                seconds=self.options.seconds,
                rounds=self.options.rounds,
            )
        reading = [asyncio.create_task(self._read(name)) for name in self.hall.trainers]
        bell, used_s = time.perf_counter(), cpu_s(self.server.process.pid)
        asked = sum(len(times) for times in self.figures.times.values())
        sitting = [one.sit(self.hall.sitting_id) for one in self.agents]
        await asyncio.gather(*sitting)
        last_wall = max(one.sat.wall for one in self.agents)
        report["sat_s"] = round(time.perf_counter() - bell, 1)
        report["results_after_s"] = await self._wait_for_results(last_wall)
        report["server"] = self._server_cost(used_s, asked)
        for task in reading:
            task.cancel()
        await asyncio.gather(*reading, return_exceptions=True)
        await self.gauges.stop()
        return report | self._sum_up()

    def _server_cost(self, used_s_before: float, asked_before: int) -> dict[str, float]:
        """Processor time of all the server's processes since the bell, trainers' pages and the
        worker's jobs too, in seconds and in milliseconds by request."""
        used_s = cpu_s(self.server.process.pid) - used_s_before
        asked = sum(len(times) for times in self.figures.times.values()) - asked_before
        return {"cpu_s": round(used_s, 1), "cpu_ms_by_request": round(1000 * used_s / asked, 2)}

    async def _wait_for_results(self, wall: float) -> float | None:
        """Seconds from the last wall until no attempt is open; None if it took too long."""
        await asyncio.sleep(max(0.0, wall - time.perf_counter()))
        while time.perf_counter() < wall + RESULTS_WITHIN_S:
            count = await asyncio.to_thread(
                open_attempts, self.instance, self.url, self.hall.sitting_id
            )
            if not count:
                return round(time.perf_counter() - wall, 1)
            await asyncio.sleep(1)
        return None

    async def _read(self, name: str) -> None:
        """A trainer who looks at figures and takes results out all the time."""
        browser = Browser(self.server.port, self.figures, random.Random(name), 0)
        await browser.sign_in(name, PASSWORD)
        values = {"sitting_id": self.hall.sitting_id}
        while True:
            for path in READ_BY_TRAINERS:
                try:
                    await browser.ask(f"trainer {path}", "GET", path.format(**values))
                except Refused:
                    continue
                await asyncio.sleep(1)

    def _sum_up(self) -> dict[str, Any]:
        sat = [one.sat for one in self.agents if one.sat.attempt_id]
        return {
            "endpoints": {what: points(times) for what, times in self.figures.times.items()},
            "errors": dict(self.figures.errors),
            "repeats": dict(self.figures.repeats),
            **self.gauges.told(),
            "verdict": judge(self.instance, self.url, self.hall.sitting_id, sat),
        }
