"""When the parts of a timeline reached the server, and what that says about the client's clock.

A network can hold chunks back, by seconds or for a minute and a half, and let them through in a
burst; it cannot deliver them before they were typed. So the clock is judged by the chunks that
came through fastest, and by several estimates that must all agree before a run is refused.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import combinations, pairwise
from statistics import median, quantiles

CHUNK_MS = 5_000.0  # how often the surface sends
EARLY_MS = 250.0  # rule H3: no chunk arrives longer than this before it was typed
STEEPEST = 1.15  # rule H3: server time over client time
SUSPECT = 1.05  # beyond this the server's time holds, and a person looks
LEAST_DRIFT_MS = 1_200.0
LEAST_JUMP_MS = 5_000.0  # where the lag grew at once, not steadily
ABRUPT = 1.6  # steeper than any network grows slow
LATE_MS = 30_000.0  # behind the quickest chunk
FEW_MS = 20_000.0  # typed, and hardly a chunk to vouch for it
_LEAST_CHUNKS = 3
_LEAST_TO_REFUSE = 5
_MOST_POINTS = 60
_LOCAL_MS = 15_000.0
_Point = tuple[float, float]  # typed, arrived


@dataclass(frozen=True, slots=True)
class Arrival:
    """A chunk: it ended with event `upto_event` (1 for the first one alone) and reached the server
    `server_ms` after the run's start."""

    upto_event: int
    server_ms: float


@dataclass(frozen=True)
class ClockFinding:
    """What the arrivals say. `slope` is server time over client time, 1 where it is no more than a
    network does; `hard` and `soft` are reason codes."""

    slope: float
    hard: tuple[str, ...] = ()
    soft: tuple[str, ...] = ()


def judge_arrivals(times: Sequence[float], arrivals: Sequence[Arrival]) -> ClockFinding:
    """Compare the times of the events with the arrivals of the chunks that brought them."""
    if not times:
        return ClockFinding(1.0)
    if not arrivals:
        return ClockFinding(1.0, soft=("arrivals_missing",))
    ends = [arrival.upto_event for arrival in arrivals]
    if ends != sorted(ends) or ends[0] < 0 or ends[-1] > len(times):
        return ClockFinding(1.0, hard=("arrivals_inconsistent",))
    points = _points(times, arrivals)
    hard: list[str] = []
    soft = ["arrivals_missing"] if ends[-1] < len(times) else []
    if not points:
        return ClockFinding(1.0, soft=tuple(soft))
    if any(server_ms < t_ms - EARLY_MS for t_ms, server_ms in points):
        hard.append("arrived_early")
    slope = _judge_slope(points, hard, soft)
    lags = [server_ms - t_ms for t_ms, server_ms in points]
    if max(lags) - min(lags) > LATE_MS:
        soft.append("arrived_late")
    if _has_few(times, len(points)):
        soft.append("arrivals_few")
    return ClockFinding(slope, tuple(hard), tuple(soft))


def _points(times: Sequence[float], arrivals: Sequence[Arrival]) -> list[_Point]:
    """The last time of each chunk that brought events, with its arrival."""
    points: list[_Point] = []
    before = 0
    for arrival in arrivals:
        if arrival.upto_event > before:
            points.append((times[arrival.upto_event - 1], arrival.server_ms))
            before = arrival.upto_event
    return points


def _judge_slope(points: Sequence[_Point], hard: list[str], soft: list[str]) -> float:
    span = points[-1][0] - points[0][0]
    if len(points) < _LEAST_CHUNKS or span < CHUNK_MS:
        return 1.0
    envelope, drift = _envelope(points)
    if envelope <= SUSPECT or drift < LEAST_DRIFT_MS:
        return 1.0
    local = _local(points)
    if quantiles(local, n=4)[0] <= SUSPECT or _greatest_jump(points) > drift / 2:
        if drift >= LEAST_JUMP_MS:
            soft.append("clock_slow")
        return 1.0
    slope = min(envelope, _all_pairs(points), median(local))
    is_plain = len(points) >= _LEAST_TO_REFUSE and slope > STEEPEST
    if is_plain and (slope > ABRUPT or not _keeps_its_beat(points)):
        hard.append("clock_squeezed")
    else:
        soft.append("clock_slow")
    return max(1.0, slope)


def _envelope(points: Sequence[_Point]) -> tuple[float, float]:
    """Slope and growth of the smallest lag, from the first third of the run to the last."""
    start, end = points[0][0], points[-1][0]
    third = (end - start) / 3
    times = [t_ms for t_ms, _ in points]
    head = points[: max(1, bisect_right(times, start + third))]
    tail = points[min(len(points) - 1, bisect_right(times, end - third)) :]
    first = min(head, key=lambda point: point[1] - point[0])
    last = min(tail, key=lambda point: point[1] - point[0])
    drift = (last[1] - last[0]) - (first[1] - first[0])
    between = last[0] - first[0]
    return (1 + drift / between if between > 0 else 1.0), drift


def _greatest_jump(points: Sequence[_Point]) -> float:
    """How much the lag grew at most from one chunk to the next."""
    lags = [server_ms - t_ms for t_ms, server_ms in points]
    return max(after - before for before, after in pairwise(lags))


def _all_pairs(points: Sequence[_Point]) -> float:
    """Theil and Sen's slope: the median over pairs of chunks."""
    step = -(-len(points) // _MOST_POINTS)
    return median(_slopes(combinations(points[::step], 2)))


def _local(points: Sequence[_Point]) -> list[float]:
    """The slopes over short stretches. With a squeezed clock they are all steep; a network that
    gets slow once, or is away for a while, changes few of them."""
    pairs = []
    later = 0
    for point in points:
        while later < len(points) and points[later][0] - point[0] < _LOCAL_MS:
            later += 1
        if later == len(points):
            break
        pairs.append((point, points[later]))
    return _slopes(pairs if len(pairs) >= _LEAST_CHUNKS else combinations(points, 2))


def _slopes(pairs: Iterable[tuple[_Point, _Point]]) -> list[float]:
    slopes = [
        (after[1] - before[1]) / (after[0] - before[0])
        for before, after in pairs
        if after[0] - before[0] >= 0.8 * CHUNK_MS
    ]
    return slopes if len(slopes) > 1 else [1.0, 1.0]


def _keeps_its_beat(points: Sequence[_Point]) -> bool:
    """Whether chunks follow each other every five seconds of the client's own time. With a clock
    that was squeezed afterwards they do not; behind a network that gets slower and slower they
    do, and that is no reason to refuse anybody."""
    beats = [after[0] - before[0] for before, after in pairwise(points)]
    return abs(median(beats) - CHUNK_MS) <= 0.1 * CHUNK_MS


def _has_few(times: Sequence[float], chunks: int) -> bool:
    """Whether much was typed and hardly a chunk sent while it went on."""
    active = sum(min(2_000.0, max(0.0, after - before)) for before, after in pairwise(times))
    return active >= FEW_MS and chunks * CHUNK_MS * 4 <= active
