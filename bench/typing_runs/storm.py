"""The storm: sign in, start within seconds, type, finish in the same seconds."""

from __future__ import annotations

import asyncio
import os
import time
from argparse import Namespace
from pathlib import Path
from typing import Any

from bench.crowd.browser import Figures
from bench.crowd.gauges import Gauges, cpu_s, points
from bench.crowd.turns import bare_server
from bench.reliability.servers import Postgresql, TrainHub
from bench.typing_runs.costs import compare_chunks, measure_costs
from bench.typing_runs.hall import DURATION_S, Hall, furnish
from bench.typing_runs.typists import Habits, Typist
from bench.typing_runs.verdict import judge, open_runs

ENDED_WITHIN_S = 180  # who never finishes is ended by the wall, and the tick


def run(folder: Path, options: Namespace) -> dict[str, Any]:
    """One storm in a fresh instance; everything measured."""
    postgresql = Postgresql(folder / "pg") if options.engine == "postgresql" else None
    instance = folder / "instance"
    url = postgresql.url if postgresql else f"sqlite:///{instance / 'trainhub.sqlite3'}"
    instance.mkdir(exist_ok=True)
    hall = furnish(instance, url, options.agents)
    server = TrainHub(folder, url)
    report: dict[str, Any] = {"load_before": os.getloadavg()[0], "options": vars(options)}
    report["seconds_to_first_answer"] = round(server.start(), 2)
    try:
        with bare_server(postgresql.url if postgresql else str(folder / "bare"), 2) as bare:
            storm = Storm(server, hall, options)
            report |= asyncio.run(storm.blow(bare, instance, url))
    finally:
        server.kill_all()
        if postgresql:
            postgresql.stop()
    report["load_after"] = os.getloadavg()[0]
    return report


class Storm:
    """The typists, and what came of it."""

    def __init__(self, server: TrainHub, hall: Hall, options: Namespace) -> None:
        self.server, self.hall, self.options = server, hall, options
        self.figures = Figures()
        habits = Habits(
            bell_within=options.bell_within,
            typing_s=DURATION_S * options.scale,
            last_within=options.last_within,
            closes=options.closes,
        )
        self.habits = habits
        self.typists = self._typists(hall.typists, habits)
        self.savers = self._typists(hall.savers, habits, first_seed=1_000_000)
        self.gauges = Gauges(server.process.pid)

    def _typists(self, names: tuple[str, ...], habits: Habits, first_seed: int = 0) -> list[Typist]:
        return [
            Typist(name, self.server.port, self.figures, habits, seed)
            for seed, name in enumerate(names, start=first_seed)
        ]

    async def blow(self, bare_port: int, instance: Path, url: str) -> dict[str, Any]:
        """All of it; the report."""
        self.gauges.start()
        everybody = [*self.typists, *self.savers]
        await asyncio.gather(*(one.sign_in(self.options.sign_in_s) for one in everybody))
        report = await self._measure_alone(bare_port)
        bell, used_s = time.perf_counter(), cpu_s(self.server.process.pid)
        ends_at = bell + self.habits.bell_within + self.habits.typing_s
        await asyncio.gather(
            *(one.take(self.hall.test_of(n), ends_at) for n, one in enumerate(self.typists))
        )
        report["all_finished_after_s"] = round(time.perf_counter() - ends_at, 1)
        report["server_cpu_s"] = round(cpu_s(self.server.process.pid) - used_s, 1)
        report["open_at_the_end"] = await self._wait_for_ends(instance, url)
        await self.gauges.stop()
        runs = [one.run for one in self.typists if one.run.run_id]
        return report | self._sum_up() | {"verdict": judge(instance, url, runs)}

    async def _measure_alone(self, bare_port: int) -> dict[str, Any]:
        """The endpoints before the storm: costs, and the ratio."""
        report: dict[str, Any] = {}
        for one in self.savers:
            one.browser.figures = Figures()
        if self.options.cost_rounds:
            report["costs"] = await measure_costs(
                self.savers, self.hall, self.server.process.pid, self.options.cost_rounds
            )
        if self.options.rounds:
            report["chunks_alone"] = await compare_chunks(
                self.savers,
                self.hall,
                bare_port,
                seconds=self.options.seconds,
                rounds=self.options.rounds,
            )
        return report

    async def _wait_for_ends(self, instance: Path, url: str) -> int:
        """How many runs are still open when the walls have been reached; 0 as soon as none is."""
        until = time.perf_counter() + ENDED_WITHIN_S
        while (count := await asyncio.to_thread(open_runs, instance, url)) and (
            time.perf_counter() < until
        ):
            await asyncio.sleep(2)
        return count

    def _sum_up(self) -> dict[str, Any]:
        times = dict(self.figures.times)
        times["chunk, all"] = [*times.get("chunk", ()), *times.get("last chunk", ())]
        return {
            "endpoints": {what: points(each) for what, each in times.items() if each},
            "errors": dict(self.figures.errors),
            "repeats": dict(self.figures.repeats),
            **self.gauges.told(),
        }
