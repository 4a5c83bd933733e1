"""A load generator over kept-alive HTTP/1.1 connections, standard library only."""

import asyncio
import json
import re
import sys
import time
from collections.abc import Callable

_LENGTH = re.compile(rb"(?i)\r\ncontent-length: *(\d+)")


async def _exchange(
    reader: asyncio.StreamReader, writer: asyncio.StreamWriter, request: bytes
) -> bool:
    writer.write(request)
    head = await reader.readuntil(b"\r\n\r\n")
    length = _LENGTH.search(head)
    if length:
        await reader.readexactly(int(length[1]))
    return head[9:12] == b"200"


async def _client(
    port: int, requests: Callable[[], bytes], until: float, times: list[float]
) -> int:
    failed = 0
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    while (began := time.perf_counter()) < until:
        if await _exchange(reader, writer, requests()):
            times.append(time.perf_counter() - began)
        else:
            failed += 1
    writer.close()
    return failed


async def drive(
    port: int, requests: Callable[[int], Callable[[], bytes]], clients: int, seconds: float
) -> dict[str, float]:
    """Requests a second, percentiles in milliseconds and failures of `clients` for `seconds`."""
    times: list[float] = []
    until = time.perf_counter() + seconds
    jobs = [_client(port, requests(number), until, times) for number in range(clients)]
    results = await asyncio.gather(*jobs, return_exceptions=True)
    failed = sum(1 if isinstance(result, BaseException) else result for result in results)
    times.sort()
    at = lambda share: times[min(len(times) - 1, int(len(times) * share))] * 1000  # noqa: E731
    if not times:
        return {"rate": 0.0, "p50": 0.0, "p95": 0.0, "p99": 0.0, "failed": failed}
    return {
        "rate": len(times) / seconds,
        "p50": at(0.5),
        "p95": at(0.95),
        "p99": at(0.99),
        "failed": failed,
    }


def page(number: int) -> Callable[[], bytes]:
    """The requests of a client that reads the bare page again and again."""
    request = b"GET /page HTTP/1.1\r\nHost: x\r\n\r\n"
    return lambda: request


def save(number: int) -> Callable[[], bytes]:
    """The requests of a client that saves ten answers in turn."""
    state = {"item": 0}

    def next_request() -> bytes:
        state["item"] = (state["item"] + 1) % 10
        path = f"/save/{number}/{state['item']}"
        return f"POST {path} HTTP/1.1\r\nHost: x\r\nContent-Length: 0\r\n\r\n".encode()

    return next_request


if __name__ == "__main__":
    chosen = {"page": page, "save": save}[sys.argv[2]]
    run = drive(int(sys.argv[1]), chosen, int(sys.argv[3]), float(sys.argv[4]))
    json.dump(asyncio.run(run), sys.stdout)
