"""How many answers a second are saved, beside the bare endpoint."""

from __future__ import annotations

import asyncio
import time
from typing import Any

from bench.crowd.browser import Figures
from bench.crowd.turns import compare, saving_bare
from bench.exams.agents import Agent


async def compare_saving(
    savers: list[Agent], sitting_id: int, bare_port: int, *, seconds: float, rounds: int
) -> dict[str, Any]:
    """Both rates, and their ratio."""
    papers = await asyncio.gather(*(each._begin(sitting_id) for each in savers))

    async def save(number: int, figures: Figures, until: float) -> None:
        saver = savers[number]
        saver.browser.figures = figures
        while time.perf_counter() < until:
            for question in papers[number]:
                await saver.save(question)
                if time.perf_counter() >= until:
                    return

    bare = saving_bare(bare_port, _body)
    return await compare(len(savers), bare, save, seconds=seconds, rounds=rounds)


def _body(_number: int, count: int) -> dict[str, Any]:
    no = count % 20 + 1
    sent = {"no": no, "response": "6e0b23b1f2a4", "seq": count, "device": "bench"}
    return {"responses": [sent | {"key": f"bare-{no}-{count}"}]}
