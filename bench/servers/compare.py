"""Compare WSGI servers on a bare page and on one durable save.

    python bench/servers/compare.py [--seconds 3] [--rounds 3]

Every round runs every server once, in turn, so that a busy moment of the machine
falls on all of them. Prints the median of the rounds as a table and writes all
figures to bench/results/servers.json. gunicorn and waitress take part when installed.
"""

import argparse
import contextlib
import importlib.util
import json
import os
import socket
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

HERE = Path(__file__).parent
RESULTS = HERE.parent / "results" / "servers.json"
CLIENTS = (1, 16, 64)

SERVERS = {
    "waitress": "-m waitress --threads=8 --port={port} --call app:create_app",
    "gunicorn gthread 1x8": "-m gunicorn -k gthread -w 1 --threads 8 --keep-alive 75"
    " -b 127.0.0.1:{port} app:create_app()",
    "gunicorn gthread 2x8": "-m gunicorn -k gthread -w 2 --threads 8 --keep-alive 75"
    " -b 127.0.0.1:{port} app:create_app()",
    "granian 1x1": "-m granian --interface wsgi --factory --no-ws --log-level warning"
    " --workers 1 --blocking-threads 1 --port {port} app:create_app",
    "granian 1x8": "-m granian --interface wsgi --factory --no-ws --log-level warning"
    " --workers 1 --blocking-threads 8 --port {port} app:create_app",
    "granian 2x1": "-m granian --interface wsgi --factory --no-ws --log-level warning"
    " --workers 2 --blocking-threads 1 --port {port} app:create_app",
    "granian 2x4": "-m granian --interface wsgi --factory --no-ws --log-level warning"
    " --workers 2 --blocking-threads 4 --port {port} app:create_app",
}


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _wait_for(port: int) -> None:
    for _ in range(400):
        with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), 0.2):
            return
        time.sleep(0.025)
    raise SystemExit("the server did not start")


@contextlib.contextmanager
def running(command: str) -> Iterator[tuple[int, float]]:
    """The server of `command` on a free port: yields the port and the seconds to its start."""
    port = _free_port()
    with tempfile.TemporaryDirectory() as folder:
        environment = {**os.environ, "BENCH_DB": f"{folder}/bench.sqlite3"}
        began = time.perf_counter()
        words = [sys.executable, *command.format(port=port).split()]
        server = subprocess.Popen(
            words, cwd=HERE, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
        )
        try:
            _wait_for(port)
            yield port, time.perf_counter() - began
        finally:
            server.terminate()
            server.wait(20)


def _load(port: int, kind: str, clients: int, seconds: float) -> dict[str, float]:
    words = [sys.executable, str(HERE / "load.py"), str(port), kind, str(clients), str(seconds)]
    answer = subprocess.run(words, check=True, capture_output=True, text=True)
    return dict(json.loads(answer.stdout))


def measure(seconds: float, rounds: int) -> dict[str, dict[str, list[dict[str, float]]]]:
    """All figures: server, then "kind/clients", then one entry a round."""
    figures: dict[str, dict[str, list[dict[str, float]]]] = {}
    for number in range(rounds):
        for name, command in SERVERS.items():
            if importlib.util.find_spec(command.split()[1]) is None:
                continue
            print(f"round {number + 1}: {name}", file=sys.stderr)
            with running(command) as (port, _):
                _load(port, "page", 4, 0.5)
                for kind in ("page", "save"):
                    for clients in CLIENTS:
                        runs = figures.setdefault(name, {}).setdefault(f"{kind}/{clients}", [])
                        runs.append(_load(port, kind, clients, seconds))
    return figures


def table(figures: dict[str, dict[str, list[dict[str, float]]]]) -> str:
    """Markdown: requests a second (p95 in ms) by server, endpoint and clients."""
    columns = [f"{kind}/{clients}" for kind in ("page", "save") for clients in CLIENTS]
    lines = ["| server | " + " | ".join(columns) + " | failed |", "|---" * (len(columns) + 2) + "|"]
    for name, by_column in figures.items():
        cells = []
        for column in columns:
            rate = statistics.median(run["rate"] for run in by_column[column])
            p95 = statistics.median(run["p95"] for run in by_column[column])
            cells.append(f"{rate:,.0f} ({p95:.1f})")
        failed = sum(run["failed"] for runs in by_column.values() for run in runs)
        lines.append(f"| {name} | " + " | ".join(cells) + f" | {failed:.0f} |")
    return "\n".join(lines)


def main() -> None:
    """Run the comparison of the command line."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--seconds", type=float, default=3, help="length of one measurement")
    parser.add_argument("--rounds", type=int, default=3, help="measurements of each server")
    options = parser.parse_args()
    figures = measure(options.seconds, options.rounds)
    RESULTS.parent.mkdir(exist_ok=True)
    RESULTS.write_text(json.dumps(figures, indent=1))
    print(table(figures))


if __name__ == "__main__":
    main()
