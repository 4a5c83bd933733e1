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
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from bench.exams.agents import Agent
from bench.exams.bare import prepare
from bench.exams.browser import Browser, Figures

ROOT = Path(__file__).parents[2]


@contextlib.contextmanager
def bare_server(database: str, processes: int) -> Iterator[int]:
    """The bare endpoint on the same server software; its port."""
    prepare(database)
    with socket.create_server(("127.0.0.1", 0)) as probe:
        port = int(probe.getsockname()[1])
    command = [sys.executable, "-m", "granian", "--interface", "wsgi", "--factory", "--no-ws"]
    command += ["--workers", str(processes), "--blocking-threads", "8", "--port", str(port)]
    command += ["--log-level", "error", "bench.exams.bare:create_app"]
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


async def compare(
    savers: list[Agent], sitting_id: int, bare_port: int, *, seconds: float, rounds: int
) -> dict[str, Any]:
    """Median rates and percentiles of both, and their ratio, one round after the other."""
    papers = await asyncio.gather(*(each._begin(sitting_id) for each in savers))
    runs: list[dict[str, Any]] = []
    for _ in range(rounds):
        run: dict[str, Any] = {}
        for name in ("bare", "trainhub"):
            figures = Figures()
            until = time.perf_counter() + seconds
            if name == "bare":
                jobs = [_bare(bare_port, n, figures, until) for n in range(len(savers))]
            else:
                for each in savers:
                    each.browser._figures = figures
                jobs = [_own(*one, until) for one in zip(savers, papers, strict=True)]
            await asyncio.gather(*jobs)
            run[name] = {"rate": len(figures.times["save"]) / seconds, "ms": figures.times["save"]}
            run[name]["errors"] = sum(figures.errors.values())
        runs.append(run)
    return _summary(runs)


async def _own(saver: Agent, questions: list[Any], until: float) -> None:
    while time.perf_counter() < until:
        for question in questions:
            await saver.save(question)
            if time.perf_counter() >= until:
                return


async def _bare(port: int, number: int, figures: Figures, until: float) -> None:
    browser = Browser(port, figures, random.Random(number), 0)
    count = 0
    while time.perf_counter() < until:
        count += 1
        no = count % 20 + 1
        sent = {"no": no, "response": "6e0b23b1f2a4", "seq": count, "device": "bench"}
        body = {"responses": [sent | {"key": f"bare-{no}-{count}"}]}
        await browser.ask("save", "POST", f"/save/{number}/{no}", body)
    browser.close()


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
