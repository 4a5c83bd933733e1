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
    """One file: the time to its end, to its first byte, its size, memory beyond what was held."""

    kind: str
    seconds: float
    first_s: float
    size: int
    peak_mb: float

    def told(self) -> str:
        """One line of the table."""
        return (
            f"{self.kind:5} {self.seconds:6.1f} s  first byte {self.first_s:5.2f} s"
            f" {self.size / 1e6:7.2f} MB  memory + {self.peak_mb:.0f} MB"
        )


def take_files(browser: CheckingClient) -> list[FileCost]:
    """Each kind of file of everybody, once."""
    return [_taken(browser, kind) for kind in KINDS]


def _taken(browser: CheckingClient, kind: str) -> FileCost:
    before = _megabytes("VmRSS")
    _CLEAR.write_text("5")  # forget the most memory so far
    began, size, first = time.perf_counter(), 0, 0.0
    answer = browser.client.get(f"/certification/{kind}", buffered=False)
    assert answer.status_code == 200, (kind, answer.status_code)
    for part in answer.iter_encoded():
        first = first or time.perf_counter() - began
        size += len(part)
    answer.close()
    seconds = time.perf_counter() - began
    return FileCost(kind, seconds, first, size, _megabytes("VmHWM") - before)


def _megabytes(name: str) -> float:
    lines = _STATUS.read_text().splitlines()
    return next(float(one.split()[1]) for one in lines if one.startswith(f"{name}:")) / 1024
