"""What the arrivals of chunks say about the client's clock."""

from __future__ import annotations

import random
from collections.abc import Callable

import pytest

from trainhub.typing_tests.rules.arrivals import Arrival, ClockFinding, judge_arrivals

TIMES = [150.0 * number for number in range(601)]  # a minute and a half


def judged(
    lag: Callable[[float], float], *, factor: float = 1.0, beat: float = 5_000.0
) -> ClockFinding:
    """Chunks every `beat` of the time it really took, of which the client tells `factor`."""
    times = [time * factor for time in TIMES]
    arrivals = []
    until = beat
    while not arrivals or arrivals[-1].upto_event < len(TIMES):
        sent = min(until, TIMES[-1])
        upto = sum(time <= sent for time in TIMES)
        arrivals.append(Arrival(upto, sent + lag(sent)))
        until += beat
    return judge_arrivals(times, arrivals)


def test_a_quick_and_a_restless_network_say_nothing() -> None:
    rng = random.Random(1)
    assert judged(lambda _: 40) == ClockFinding(1.0)
    assert judged(lambda _: rng.uniform(20, 3_000)) == ClockFinding(1.0)


@pytest.mark.parametrize("factor", [0.5, 0.6, 0.7, 0.8, 0.85])
def test_a_squeezed_clock_is_refused_and_measured(factor: float) -> None:
    rng = random.Random(2)
    found = judged(lambda _: rng.uniform(20, 400), factor=factor)
    assert found.hard == ("clock_squeezed",)
    assert found.slope == pytest.approx(1 / factor, rel=0.02)


def test_a_clock_squeezed_by_little_is_looked_at() -> None:
    found = judged(lambda _: 50, factor=0.9)
    assert (found.hard, found.soft) == ((), ("clock_slow",))
    assert found.slope == pytest.approx(1 / 0.9, rel=0.01)


@pytest.mark.parametrize("growth", [0.04, 0.1, 0.2, 0.4])
def test_a_network_that_gets_slower_is_never_refused(growth: float) -> None:
    assert judged(lambda sent: growth * sent).hard == ()


@pytest.mark.parametrize("start", [5_000, 30_000, 60_000])
def test_an_outage_is_never_refused_and_costs_no_speed(start: float) -> None:
    found = judged(lambda sent: 50 + max(0, start + 90_000 - sent) * (sent >= start))
    assert (found.hard, found.slope) == ((), 1.0)


def test_what_arrives_before_it_was_typed_is_refused() -> None:
    assert judged(lambda _: -200).hard == ()
    assert judged(lambda sent: -400 * (sent == 40_000)).hard == ("arrived_early",)


def test_one_chunk_for_a_long_run_is_looked_at() -> None:
    assert judged(lambda _: 60, beat=90_000).soft == ("arrivals_few",)
    assert judge_arrivals(TIMES, []).soft == ("arrivals_missing",)
    assert judge_arrivals([], []) == ClockFinding(1.0)


def test_chunks_that_do_not_make_up_the_run_are_refused() -> None:
    for chunks in ([(700, 9e9)], [(400, 9e9), (300, 9e9)], [(-1, 0)]):
        arrivals = [Arrival(upto, server_ms) for upto, server_ms in chunks]
        assert judge_arrivals(TIMES, arrivals).hard == ("arrivals_inconsistent",)
