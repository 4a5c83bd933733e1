"""How long customers wait when so many people answer: Erlang B, C and A.

`load` is in erlangs: contacts x handling time / interval, the mean number of people busy.
Erlang C takes waiting customers to stay for ever and so asks for slightly too many people,
which is the safe side; Erlang A lets each leave after an exponentially distributed patience.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import ceil, exp, expm1, inf, log, sqrt


@dataclass(frozen=True)
class Service:
    """What customers meet. Shares are from 0 to 1, `answer_s` is the mean wait of everybody in
    seconds (infinite where the queue only grows), `abandoned` the share that hangs up."""

    wait_share: float
    service_level: float
    answer_s: float
    occupancy: float
    abandoned: float = 0.0


def load_of(contacts: float, handling_s: float, interval_s: float) -> float:
    """The load in erlangs."""
    return contacts * handling_s / interval_s


def erlang_b(load: float, agents: int) -> float:
    """The share of contacts lost when nobody can wait; by recursion, stable for any size."""
    lost = 1.0
    for number in range(1, agents + 1):
        lost = load * lost / (number + load * lost)
    return lost


def wait_share(load: float, agents: int) -> float:
    """Erlang C: the share of contacts that have to wait; 1 where load reaches the agents."""
    if agents <= load:
        return 1.0 if load else 0.0
    return _waiting(erlang_b(load, agents), load, agents)


def _waiting(lost: float, load: float, agents: int) -> float:
    return lost / (1 - load / agents * (1 - lost))


def serve_patient(
    contacts: float, handling_s: float, interval_s: float, agents: int, within_s: float
) -> Service:
    """Erlang C: what customers who never hang up meet."""
    load = load_of(contacts, handling_s, interval_s)
    if not load:
        return Service(0.0, 1.0, 0.0, 0.0)
    if agents <= load:
        return Service(1.0, 0.0, inf, 1.0)
    return _patient(wait_share(load, agents), load, handling_s, agents, within_s)


def _patient(wait: float, load: float, handling_s: float, agents: int, within_s: float) -> Service:
    free = agents - load
    level = 1 - wait * exp(-free * within_s / handling_s)
    return Service(wait, level, wait * handling_s / free, load / agents)


def serve_impatient(
    contacts: float,
    handling_s: float,
    interval_s: float,
    agents: int,
    within_s: float,
    patience_s: float,
) -> Service:
    """Erlang A: what customers of this mean patience meet.

    The service level counts contacts answered in time among all that came: whoever hangs up
    was not served.
    """
    load = load_of(contacts, handling_s, interval_s)
    if not load:
        return Service(0.0, 1.0, 0.0, 0.0)
    if agents < 1:
        return Service(1.0, 0.0, patience_s, 1.0, 1.0)
    arrivals, served, leave = contacts / interval_s, agents / handling_s, 1 / patience_s
    log_queued = _log_queue_states(arrivals, served, leave)
    wait = _share_of_queued(erlang_b(load, agents), log_queued)
    kept = 1 - wait * (1 + served / arrivals * expm1(-log_queued))
    answered = _answered_of_waiting(arrivals, served, leave, log_queued, within_s)
    return Service(
        wait_share=wait,
        service_level=min(1.0, max(0.0, 1 - wait + wait * answered)),
        answer_s=max(0.0, 1 - kept) * patience_s,
        occupancy=min(1.0, load * kept / agents),
        abandoned=max(0.0, 1 - kept),
    )


def _log_queue_states(arrivals: float, served: float, leave: float) -> float:
    """Log of the weights of "all busy, k waiting", k = 0, 1, …, where k = 0 weighs 1.

    Every term is positive, so nothing cancels; the scale is carried along because an
    overloaded queue's weights pass what a float holds.
    """
    total = term = 1.0
    scale, waiting = 0.0, 0
    while True:
        waiting += 1
        ratio = arrivals / (served + waiting * leave)
        term *= ratio
        total += term
        if total > 1e200:
            scale, total, term = scale + log(total), 1.0, term / total
        if ratio < 1 and term < total * (1 - ratio) * 1e-16:
            return scale + log(total)


def _share_of_queued(lost: float, log_queued: float) -> float:
    """The share of time all are busy: states with somebody free weigh 1/B - 1."""
    if lost <= 0.0:
        return 0.0
    if lost >= 1.0:
        return 1.0
    return 1 / (1 + exp(min(700.0, log((1 - lost) / lost) - log_queued)))


def _answered_of_waiting(
    arrivals: float, served: float, leave: float, log_queued: float, within_s: float
) -> float:
    """Of those who wait: the share answered within the time, not having hung up before.

    The density of the wait is served x exp(g(x)) / queued, g(x) = arrivals (1 - e^(-leave x)) /
    leave - served x (Mandelbaum and Zeltyn); Gauss-Legendre over panels narrower than the
    steepest part of it.
    """
    end, drain = within_s, served - arrivals
    if drain > 0:
        end = min(end, 50 / drain)
    steepness = max(abs(drain), sqrt(arrivals * leave), leave, 1e-9)
    panels = min(2000, max(4, ceil(end * steepness / 2)))
    width = end / panels
    shift = log(served) - log_queued
    found = 0.0
    for panel in range(panels):
        middle = (panel + 0.5) * width
        for node, weight in _GAUSS:
            x = middle + node * width / 2
            gone = leave * x
            found += weight * exp(shift - arrivals * expm1(-gone) / leave - served * x - gone)
    return found * width / 2


# Nodes and weights of Gauss-Legendre with eight points on -1 … 1.
_GAUSS = [
    (sign * node, weight)
    for node, weight in (
        (0.1834346424956498, 0.3626837833783620),
        (0.5255324099163290, 0.3137066458778873),
        (0.7966664774136267, 0.2223810344533745),
        (0.9602898564975363, 0.1012285362903763),
    )
    for sign in (-1, 1)
]


@dataclass(frozen=True)
class Target:
    """What is promised: this share within so many seconds, and nobody busier than that.

    With `patience_s` (mean, seconds) customers hang up (Erlang A), without they never do.
    """

    service_level: float
    answer_within_s: float
    max_occupancy: float = 1.0
    patience_s: float | None = None


MOST_LOAD = 20_000.0  # erlangs; beyond it no centre of ours exists


def agents_needed(contacts: float, handling_s: float, interval_s: float, target: Target) -> int:
    """The fewest people on the phones that keep the promise; 0 where nobody calls.

    Raises `ValueError` for a load above `MOST_LOAD` and for a promise of 100 %.
    """
    load = load_of(contacts, handling_s, interval_s)
    if not load:
        return 0
    if load > MOST_LOAD or target.service_level >= 1:
        raise ValueError("neither a load above MOST_LOAD nor a promise of 100 % can be kept")
    if target.patience_s is None:
        return _needed_for_patient(load, handling_s, target)
    return _needed_for_impatient(contacts, handling_s, interval_s, target)


def _needed_for_patient(load: float, handling_s: float, target: Target) -> int:
    """Up the recursion once: it passes every number of people anyway."""
    lost, agents = 1.0, 0
    least = max(load / target.max_occupancy * (1 - 1e-12), load)
    while True:
        agents += 1
        lost = load * lost / (agents + load * lost)
        if agents < least or agents <= load:
            continue
        wait = _waiting(lost, load, agents)
        level = 1 - wait * exp(-(agents - load) * target.answer_within_s / handling_s)
        if level >= target.service_level:
            return agents


def _needed_for_impatient(
    contacts: float, handling_s: float, interval_s: float, target: Target
) -> int:
    """By halving: more people never answer later."""
    assert target.patience_s is not None

    def is_kept(agents: int) -> bool:
        met = serve_impatient(
            contacts, handling_s, interval_s, agents, target.answer_within_s, target.patience_s or 1
        )
        return met.service_level >= target.service_level and (
            met.occupancy <= target.max_occupancy + 1e-12
        )

    low, high = 0, max(1, ceil(load_of(contacts, handling_s, interval_s)))
    while not is_kept(high):
        low, high = high, high + max(1, high // 4)
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (low, middle) if is_kept(middle) else (middle, high)
    return high
