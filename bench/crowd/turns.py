"""Saves a second of TrainHub beside those of the bare endpoint, in turns, on one machine."""

from __future__ import annotations

import asyncio
import contextlib
import os
import random
import socket
import statistics
import subprocess
import sys
import time
from collections.abc import Awaitable, Callable, Iterator
from pathlib import Path
from typing import Any

from bench.crowd.bare import prepare
from bench.crowd.browser import Browser, Figures

ROOT = Path(__file__).parents[2]
Saving = Callable[[int, Figures, float], Awaitable[None]]  # saver's number, figures, until when


@contextlib.contextmanager
def bare_server(database: str, processes: int) -> Iterator[int]:
    """The bare endpoint on the same server software; its port."""
    prepare(database)
    with socket.create_server(("127.0.0.1", 0)) as probe:
        port = int(probe.getsockname()[1])
    command = [sys.executable, "-m", "granian", "--interface", "wsgi", "--factory", "--no-ws"]
    command += ["--workers", str(processes), "--blocking-threads", "8", "--port", str(port)]
    command += ["--log-level", "error", "bench.crowd.bare:create_app"]
    server = subprocess.Popen(command, cwd=ROOT, env=os.environ | {"BENCH_DATABASE": database})
    try:
        for _ in range(400):
            with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), 0.2):
                break
            time.sleep(0.05)
        yield port
    finally:
        server.terminate()
        server.wait(20)


def saving_bare(port: int, body_of: Callable[[int, int], Any]) -> Saving:
    """Saving at the bare endpoint; `body_of` tells the body by saver and count, from 1."""

    async def save(number: int, figures: Figures, until: float) -> None:
        browser = Browser(port, figures, random.Random(number), 0)
        count = 0
        while time.perf_counter() < until:
            count += 1
            path = f"/save/{number}/{count % 20 + 1}"
            await browser.ask("save", "POST", path, body_of(number, count))
        browser.close()

    return save


async def compare(
    savers: int,
    bare: Saving,
    own: Saving,
    *,
    seconds: float,
    rounds: int,
    before: Callable[[], Awaitable[None]] | None = None,
) -> dict[str, Any]:
    """Median rates and percentiles of both, and their ratio, one round after the other.

    `before` is done ahead of each own round, and not measured. Own saves go by the name "save".
    """
    runs: list[dict[str, Any]] = []
    for _ in range(rounds):
        run: dict[str, Any] = {}
        for name, save in (("bare", bare), ("trainhub", own)):
            if before is not None and save is own:
                await before()
            figures = Figures()
            until = time.perf_counter() + seconds
            await asyncio.gather(*(save(number, figures, until) for number in range(savers)))
            run[name] = {"rate": len(figures.times["save"]) / seconds, "ms": figures.times["save"]}
            run[name]["errors"] = sum(figures.errors.values())
        runs.append(run)
    return _summary(runs)


def _summary(runs: list[dict[str, Any]]) -> dict[str, Any]:
    ratios = sorted(run["trainhub"]["rate"] / run["bare"]["rate"] for run in runs)
    found: dict[str, Any] = {"ratio": statistics.median(ratios), "ratios": ratios}
    for name in ("bare", "trainhub"):
        times = sorted(ms for run in runs for ms in run[name]["ms"])
        found[name] = {
            "rate": statistics.median(run[name]["rate"] for run in runs),
            "p50": times[len(times) // 2],
            "p95": times[int(len(times) * 0.95)],
            "errors": sum(run[name]["errors"] for run in runs),
        }
    return found
