"""What the files of the matrix cost: time, size, and the most memory while each is made."""

from __future__ import annotations

import time
from dataclasses import dataclass
from pathlib import Path

from tests.checking import CheckingClient

KINDS = ("csv", "xlsx", "pdf")
_STATUS, _CLEAR = Path("/proc/self/status"), Path("/proc/self/clear_refs")


@dataclass(frozen=True)
class FileCost:
    """One file: time to its end, of it the processor's, its size, memory beyond what was held."""

    kind: str
    seconds: float
    cpu_s: float
    size: int
    peak_mb: float

    def told(self) -> str:
        """One line of the table."""
        return (
            f"{self.kind:5} {self.seconds:6.1f} s  processor {self.cpu_s:5.1f} s"
            f" {self.size / 1e6:7.2f} MB  memory + {self.peak_mb:.0f} MB"
        )


def take_files(browser: CheckingClient) -> list[FileCost]:
    """Each kind of file of everybody, once."""
    return [_taken(browser, kind) for kind in KINDS]


def _taken(browser: CheckingClient, kind: str) -> FileCost:
    before = _megabytes("VmRSS")
    _CLEAR.write_text("5")  # forget the most memory so far
    began, cpu, size = time.perf_counter(), time.process_time(), 0
    answer = browser.client.get(f"/certification/{kind}", buffered=False)
    assert answer.status_code == 200, (kind, answer.status_code)
    for part in answer.iter_encoded():
        size += len(part)
    answer.close()
    seconds, taken = time.perf_counter() - began, time.process_time() - cpu
    return FileCost(kind, seconds, taken, size, _megabytes("VmHWM") - before)


def _megabytes(name: str) -> float:
    lines = _STATUS.read_text().splitlines()
    return next(float(one.split()[1]) for one in lines if one.startswith(f"{name}:")) / 1024
