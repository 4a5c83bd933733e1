"""How fast the pages people use are, at 64 and at 20,000 people, against a bare Flask page.

    python bench/pages.py [--sizes 64,20000] [--clients 8] [--seconds 3] [--rounds 3]

Builds a centre of each size in a temporary folder (kept with --keep FOLDER for the next run),
serves it with `trainhub serve`, signs in as the people of the documentation and reads each
page with kept-alive connections. In every round a bare Flask page is read on the same server
software, so each figure is a ratio of the same minute. The cost of a page is the server's
processor time for one, which other programs on the machine change least. Prints a table, writes
all figures to bench/results/pages.json.
"""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import json
import os
import re
import signal
import socket
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from http.client import HTTPConnection
from pathlib import Path
from urllib.parse import urlencode

HERE = Path(__file__).parent
ROOT = HERE.parent
sys.path.insert(0, str(ROOT))
from bench.servers.load import drive  # noqa: E402 -- the path above makes it importable

RESULTS = HERE / "results" / "pages.json"
PASSWORD = "early class at nine"
BARE = "bare Flask page"
# Who reads which page under which name.
PAGES = (
    ("xu.jiayi", "home, agent", "/"),
    ("lin.yue", "home, trainer", "/"),
    ("gao.feng", "home, supervisor", "/"),
    ("planner", "home, planner", "/"),
    ("admin", "home, administrator", "/"),
    ("xu.jiayi", "course map", "/courses"),
    ("xu.jiayi", "course page", "/courses/complaint-four-steps"),
    ("xu.jiayi", "lesson", "/learning/mot-service-skills/lessons/case"),
    ("xu.jiayi", "my courses", "/learning"),
    ("xu.jiayi", "search, 2 characters", "/search?" + urlencode({"q": "投诉"})),
    ("lin.yue", "course's learners", "/courses/mot-service-skills/learners"),
    ("gao.feng", "team progress", "/team-progress"),
    ("admin", "people", "/people"),
)


def free_port() -> int:
    """A port nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextlib.contextmanager
def serving(command: list[str], port: int, **environ: str) -> Iterator[subprocess.Popen[bytes]]:
    """A server process until the block ends."""
    process = subprocess.Popen(
        command,
        env=os.environ | environ,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )
    try:
        for _ in range(400):
            with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), 0.2):
                break
            time.sleep(0.05)
        else:
            raise SystemExit(f"{command} did not start")
        yield process
    finally:
        os.killpg(process.pid, signal.SIGTERM)
        process.wait(40)


def sign_in(port: int, username: str) -> str:
    """Sign in as a browser does; the cookie."""
    connection = HTTPConnection("127.0.0.1", port, timeout=20)
    connection.request("GET", "/sign-in")
    answer = connection.getresponse()
    token = re.search(rb'name="csrf_token"[^>]*value="([^"]+)"', answer.read())
    if token is None:
        raise SystemExit("the sign-in page has no form")
    cookie = (answer.getheader("Set-Cookie") or "").split(";")[0]
    form = {"csrf_token": token[1].decode(), "identifier": username, "password": PASSWORD}
    headers = {"Cookie": cookie, "Content-Type": "application/x-www-form-urlencoded"}
    connection.request("POST", "/sign-in", urlencode(form | {"next": ""}), headers)
    answer = connection.getresponse()
    answer.read()
    if answer.status != 302:
        raise SystemExit(f"{username} cannot sign in: {answer.status}")
    return (answer.getheader("Set-Cookie") or cookie).split(";")[0]


def reader(path: str, cookie: str = "") -> Callable[[int], Callable[[], bytes]]:
    """Clients that read one page again and again."""
    lines = [f"GET {path} HTTP/1.1", "Host: 127.0.0.1", "Accept: text/html", "Accept-Language: zh"]
    if cookie:
        lines.append(f"Cookie: {cookie}")
    request = "\r\n".join([*lines, "", ""]).encode()
    return lambda number: lambda: request


def prepared(folder: Path, size: int) -> dict[str, str]:
    """The environment of a centre of a size, built if it is not there."""
    environ = {"TRAINHUB_INSTANCE": str(folder / str(size)), "TRAINHUB_SIGN_IN_IDLE_MINUTES": "600"}
    if not (folder / str(size) / "trainhub.sqlite3").exists():
        began = time.perf_counter()
        for arguments in (
            ["upgrade"],
            ["content", "import", str(ROOT / "courses"), str(ROOT / "quizzes")],
            ["demo", "--people", str(size)],
        ):
            command = [sys.executable, "-m", "trainhub", *arguments]
            subprocess.run(command, env=os.environ | environ, check=True, capture_output=True)
        print(f"a centre of {size}: {time.perf_counter() - began:.0f} s", flush=True)
    return environ


def memory_mb(leader: int) -> float:
    """Proportional memory of the processes of a session, in MB (Linux; 0 elsewhere)."""
    total = 0
    for folder in Path("/proc").glob("[0-9]*"):
        with contextlib.suppress(OSError, ValueError):
            if os.getsid(int(folder.name)) == leader:
                rollup = (folder / "smaps_rollup").read_text()
                total += int(re.search(r"^Pss:\s+(\d+)", rollup, re.M)[1])  # type: ignore[index]
    return total / 1024


def cpu_seconds(leader: int) -> float:
    """Processor time the processes of a session have used (Linux; 0 elsewhere)."""
    ticks = 0
    for folder in Path("/proc").glob("[0-9]*"):
        with contextlib.suppress(OSError, ValueError):
            if os.getsid(int(folder.name)) == leader:
                fields = (folder / "stat").read_text().rpartition(")")[2].split()
                ticks += int(fields[11]) + int(fields[12])
    return ticks / os.sysconf("SC_CLK_TCK")


def measure(size: int, folder: Path, options: argparse.Namespace) -> dict[str, dict[str, float]]:
    """Median figures of each page at one size."""
    environ = prepared(folder, size)
    port, bare_port = free_port(), free_port()
    serve = [sys.executable, "-m", "trainhub", "serve", "--port", str(port), "--no-worker"]
    bare = [sys.executable, "-m", "granian", "--interface", "wsgi", "--factory", "--no-ws"]
    bare += ["--workers", "1", "--blocking-threads", "8", "--port", str(bare_port)]
    bare += ["--working-dir", str(HERE / "servers"), "--log-level", "error", "app:create_app"]
    rounds: dict[str, list[dict[str, float]]] = {}
    bare_database = str(folder / f"bare-{size}.sqlite3")
    with (
        serving(serve, port, **environ) as server,
        serving(bare, bare_port, BENCH_DB=bare_database) as bare_server,
    ):
        cookies = {who: sign_in(port, who) for who, _, _ in PAGES}
        wanted = [(what, port, reader(path, cookies[who])) for who, what, path in PAGES]
        for _ in range(options.rounds):
            for what, at, requests in [(BARE, bare_port, reader("/page")), *wanted]:
                leader = bare_server.pid if what == BARE else server.pid
                used = cpu_seconds(leader)
                run = asyncio.run(drive(at, requests, options.clients, options.seconds))
                used = cpu_seconds(leader) - used
                run["cpu_ms"] = used * 1000 / max(1.0, run["rate"] * options.seconds)
                alone = asyncio.run(drive(at, requests, 1, 1.0))
                run |= {"alone_p50": alone["p50"], "alone_p95": alone["p95"]}
                rounds.setdefault(what, []).append(run)
        rounds["memory"] = [{"mb": memory_mb(server.pid)}]
    return {
        what: {name: statistics.median(run[name] for run in runs) for name in runs[0]}
        for what, runs in rounds.items()
    }


def show(figures: dict[int, dict[str, dict[str, float]]]) -> None:
    """The table."""
    sizes = list(figures)
    print(
        f"\n{'page':22}" + "".join(f"{f'rate, of bare, CPU, p95 at {size}':>44}" for size in sizes)
    )
    for what in figures[sizes[0]]:
        if what == "memory":
            continue
        line = f"{what:22}"
        for size in sizes:
            run, bare = figures[size][what], figures[size][BARE]
            share = run["rate"] / bare["rate"] if bare["rate"] else 0
            alone = run["alone_p95"]
            line += f"{run['rate']:12.0f}/s {share:6.1%} {run['cpu_ms']:7.2f} {alone:8.1f} ms"
            line += f" !{run['failed']:.0f}" if run["failed"] else "   "
        if len(sizes) == 2:
            first, last = (figures[size][what]["cpu_ms"] for size in sizes)
            line += f"   cost x{last / first:.2f}" if first else ""
        print(line)
    for size in sizes:
        print(f"memory at {size}: {figures[size]['memory']['mb']:.0f} MB (PSS, whole server)")


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0] if __doc__ else "")
    parser.add_argument("--sizes", default="64,20000")
    parser.add_argument("--clients", type=int, default=8)
    parser.add_argument("--seconds", type=float, default=2.0)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--keep", type=Path, help="where to keep the centres for the next run")
    options = parser.parse_args()
    with contextlib.ExitStack() as stack:
        folder = options.keep or Path(stack.enter_context(tempfile.TemporaryDirectory()))
        figures = {
            int(size): measure(int(size), folder, options) for size in options.sizes.split(",")
        }
    show(figures)
    RESULTS.parent.mkdir(exist_ok=True)
    RESULTS.write_text(json.dumps(figures, indent=1))


if __name__ == "__main__":
    main()
