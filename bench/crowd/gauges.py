"""What is read during a storm: percentiles, memory, processor time, the generator's lateness."""

from __future__ import annotations

import asyncio
import contextlib
import os
import re
import resource
import time
from collections.abc import Sequence
from pathlib import Path

MEMORY_EVERY_S = 5
LAG_EVERY_S = 0.05


def points(times: Sequence[float]) -> dict[str, float]:
    """Count and percentiles in milliseconds."""
    ordered = sorted(times)

    def at(share: float) -> float:
        return round(ordered[min(len(ordered) - 1, int(len(ordered) * share))], 1)

    return {"count": len(ordered), "p50": at(0.5), "p95": at(0.95), "p99": at(0.99)}


def family(root: int) -> dict[int, float]:
    """A process and all that it started, with the seconds of processor time each has had
    (Linux; nothing elsewhere)."""
    found: dict[int, tuple[int, float]] = {}
    for folder in Path("/proc").glob("[0-9]*"):
        with contextlib.suppress(OSError, ValueError):
            fields = (folder / "stat").read_text().rpartition(")")[2].split()
            ticks = int(fields[11]) + int(fields[12])
            found[int(folder.name)] = int(fields[1]), ticks / os.sysconf("SC_CLK_TCK")
    members = {root}
    for pid in sorted(found):
        if found[pid][0] in members:
            members.add(pid)
    return {pid: found[pid][1] for pid in members if pid in found}


def cpu_s(root: int, *, without: str = "") -> float:
    """Seconds of processor time of a process and all that it started, but for those whose
    command holds the word."""
    times = family(root)
    if without:
        times = {pid: time_s for pid, time_s in times.items() if without not in _command(pid)}
    return sum(times.values())


def _command(pid: int) -> list[str]:
    with contextlib.suppress(OSError):
        return Path(f"/proc/{pid}/cmdline").read_text().split("\0")
    return []


def memory_mb(root: int) -> float:
    """Proportional memory of a process and all that it started, in MB (Linux; 0 elsewhere)."""
    total = 0
    for pid in family(root):
        with contextlib.suppress(OSError, TypeError):
            rollup = Path(f"/proc/{pid}/smaps_rollup").read_text()
            total += int(re.search(r"^Pss:\s+(\d+)", rollup, re.M)[1])  # type: ignore[index]
    return total / 1024


class Gauges:
    """Memory of a server and lateness of this process, read from `start` to `stop`."""

    def __init__(self, root: int) -> None:
        self._root = root
        self._memory: list[float] = []
        self._lags: list[float] = []
        self._tasks: list[asyncio.Task[None]] = []

    def start(self) -> None:
        """Begin to read; in a running loop."""
        self._tasks = [asyncio.create_task(one()) for one in (self._weigh, self._measure_lag)]

    async def stop(self) -> None:
        """Read no more."""
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    async def _weigh(self) -> None:
        while True:
            self._memory.append(await asyncio.to_thread(memory_mb, self._root))
            await asyncio.sleep(MEMORY_EVERY_S)

    async def _measure_lag(self) -> None:
        """How late the generator itself is: what it adds to every figure."""
        while True:
            began = time.perf_counter()
            await asyncio.sleep(LAG_EVERY_S)
            self._lags.append((time.perf_counter() - began - LAG_EVERY_S) * 1000)

    def told(self) -> dict[str, object]:
        """What was read."""
        used = resource.getrusage(resource.RUSAGE_SELF)
        lags = points(self._lags)
        return {
            "memory_mb": round(max(self._memory), 0),
            "generator": {
                "lag_p95_ms": lags["p95"],
                "lag_p99_ms": lags["p99"],
                "cpu_s": round(used.ru_utime + used.ru_stime, 1),
            },
        }
