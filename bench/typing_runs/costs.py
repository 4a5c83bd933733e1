"""The chunk endpoint beside the bare one, and what a request costs the processor."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable, Sequence
from typing import Any

from bench.crowd.browser import Figures
from bench.crowd.gauges import cpu_s
from bench.crowd.turns import compare, saving_bare
from bench.typing_runs.hall import DURATION_S, Hall
from bench.typing_runs.hands import chunks_of, typed
from bench.typing_runs.typists import CHUNK_EVERY_S, Typist

CHUNKS = 12  # of a minute


async def compare_chunks(
    savers: list[Typist], hall: Hall, bare_port: int, *, seconds: float, rounds: int
) -> dict[str, Any]:
    """Rates of both, the same bodies at each, and their ratio."""
    await asyncio.gather(*(one.start(hall.test_of(n)) for n, one in enumerate(savers)))
    made = [_chunks(saver) for saver in savers]

    def body(number: int, count: int) -> dict[str, Any]:
        chunk = made[number][count % len(made[number])]
        return {"token": savers[number].run.token, "no": count, "events": chunk}

    async def begin_again() -> None:
        for saver in savers:
            saver.browser.figures = Figures()
        await asyncio.gather(*(_again(one, hall.test_of(n)) for n, one in enumerate(savers)))

    async def save(number: int, figures: Figures, until: float) -> None:
        saver = savers[number]
        saver.browser.figures = figures
        while time.perf_counter() < until:
            chunks = made[number]
            await saver.send(chunks[saver.run.sent % len(chunks)], "save")

    bare = saving_bare(bare_port, body)
    found = await compare(
        len(savers), bare, save, seconds=seconds, rounds=rounds, before=begin_again
    )
    await asyncio.gather(*(saver.finish() for saver in savers))
    sizes = [len(chunk) for chunks in made for chunk in chunks]
    return found | {"events_in_chunk": round(sum(sizes) / len(sizes))}


async def _again(saver: Typist, test_id: int) -> None:
    if saver.run.sent:
        await saver.finish()
        await saver.start(test_id)


def _chunks(saver: Typist) -> list[Any]:
    """A minute of the saver's typing, in chunks."""
    events = typed(saver.run.passage, DURATION_S * 1000, saver.seed)
    return chunks_of(events, CHUNK_EVERY_S * 1000)[:CHUNKS]


async def measure_costs(
    savers: list[Typist], hall: Hall, root: int, rounds: int
) -> dict[str, float]:
    """Milliseconds of processor time of the web processes by start, chunk and finish of a
    minute's run. The first round, which fills caches, is left out."""
    spent: dict[str, list[float]] = {"start": [], "chunk": [], "finish": []}
    for number in range(rounds + 1):

        async def measured(name: str, step: Callable[[int], Awaitable[int]]) -> None:
            used_s = cpu_s(root, without="worker")
            done = sum(await asyncio.gather(*(step(n) for n in range(len(savers)))))
            if number:  # noqa: B023 -- awaited in the same turn of the loop
                spent[name].append(1000 * (cpu_s(root, without="worker") - used_s) / done)

        await measured("start", lambda n: _start(savers[n], hall.test_of(n)))
        made = [_chunks(saver) for saver in savers]
        await measured("chunk", lambda n, made=made: _send(savers[n], made[n]))  # type: ignore[misc]
        await measured("finish", lambda n: _finish(savers[n]))
    return {f"{name}_cpu_ms": round(sorted(times)[len(times) // 2], 2)
            for name, times in spent.items()}  # fmt: skip


async def _start(saver: Typist, test_id: int) -> int:
    await saver.start(test_id)
    return 1


async def _send(saver: Typist, chunks: Sequence[Any]) -> int:
    for chunk in chunks:
        await saver.send(chunk, "save")
    return len(chunks)


async def _finish(saver: Typist) -> int:
    await saver.finish()
    return 1
