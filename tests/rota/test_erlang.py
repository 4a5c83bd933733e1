"""Erlang B, C and A against published tables, exhaustive chains and what must hold of all."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from trainhub.rota.rules.erlang import (
    Target,
    agents_needed,
    erlang_b,
    load_of,
    serve_impatient,
    serve_patient,
    wait_share,
)

loads = st.floats(0.05, 300)
heads = st.integers(1, 400)


@pytest.mark.parametrize(
    ("load", "agents", "lost"),
    [  # printed in every table of the loss formula
        (1, 1, 0.5), (2, 2, 0.4), (4.461, 10, 0.01), (12.03, 20, 0.01), (84.06, 100, 0.01),
        (5.084, 10, 0.02), (21.93, 30, 0.02), (10, 10, 0.2146),
    ],
)  # fmt: skip
def test_erlang_b_is_that_of_the_tables(load: float, agents: int, lost: float) -> None:
    assert erlang_b(load, agents) == pytest.approx(lost, rel=2e-3)


@pytest.mark.parametrize(
    ("load", "agents", "waits"),
    [(1, 2, 1 / 3), (2, 3, 4 / 9), (10, 11, 0.6821), (10, 12, 0.4494), (10, 15, 0.1020)],
)
def test_erlang_c_is_that_of_the_tables(load: float, agents: int, waits: float) -> None:
    assert wait_share(load, agents) == pytest.approx(waits, abs=5e-5)


def test_the_check_values_of_a_half_hour() -> None:
    met = serve_patient(100, 180, 1800, 14, 20)
    assert met.wait_share == pytest.approx(0.17413, abs=5e-6)
    assert met.service_level == pytest.approx(0.88835, abs=5e-6)
    assert met.answer_s == pytest.approx(7.836, abs=5e-4)
    assert met.occupancy == pytest.approx(0.7143, abs=5e-5)
    assert serve_patient(100, 180, 1800, 13, 20).service_level == pytest.approx(0.7956, abs=5e-5)


def test_the_check_values_of_an_hour() -> None:
    met = serve_patient(1000, 120, 3600, 40, 20)
    assert met.wait_share == pytest.approx(0.19074, abs=5e-6)
    assert met.service_level == pytest.approx(0.93721, abs=5e-6)
    assert met.answer_s == pytest.approx(3.433, abs=5e-4)


def test_the_published_comparison_of_patient_and_impatient_customers() -> None:
    """Mandelbaum and Zeltyn: 48 calls a minute of a minute each, 50 agents, patience 2 minutes."""
    patient = serve_patient(48, 60, 60, 50, 20)
    assert patient.answer_s == pytest.approx(20.8, abs=0.05)
    assert patient.occupancy == pytest.approx(0.96, abs=0.001)
    impatient = serve_impatient(48, 60, 60, 50, 20, 120)
    assert impatient.abandoned == pytest.approx(0.031, abs=0.0005)
    assert impatient.answer_s == pytest.approx(3.7, abs=0.05)
    assert impatient.occupancy == pytest.approx(0.93, abs=0.001)


def _chain(load: float, agents: int, patience: float, most: int = 4000) -> tuple[float, float]:
    """Waiting and hanging up by going through every state one by one; handling time is 1."""
    weights = [1.0]
    for state in range(1, most):
        rate = min(state, agents) + max(0, state - agents) / patience
        weights.append(weights[-1] * load / rate)
    whole = sum(weights)
    waits = sum(weights[agents:]) / whole
    queue = sum(max(0, state - agents) * weight for state, weight in enumerate(weights)) / whole
    return waits, queue / patience / load


@pytest.mark.parametrize("load", [0.3, 4, 9.5, 12, 40])
@pytest.mark.parametrize("patience", [0.05, 1, 8])
def test_erlang_a_is_what_the_states_one_by_one_give(load: float, patience: float) -> None:
    for agents in (1, 5, 10, 30):
        waits, leaves = _chain(load, agents, patience)
        met = serve_impatient(load, 1, 1, agents, 0.2, patience)
        assert met.wait_share == pytest.approx(waits, abs=1e-9)
        assert met.abandoned == pytest.approx(leaves, abs=1e-9)


def test_answered_in_time_is_what_the_positions_in_the_queue_give() -> None:
    """Served within T, by the place somebody has in the queue, with a fine walk through time."""
    load, agents, patience, within, steps = 6.0, 5, 2.0, 0.4, 4000
    weights = [1.0]
    for state in range(1, 120):
        rate = min(state, agents) + max(0, state - agents) / patience
        weights.append(weights[-1] * load / rate)
    whole, step = sum(weights), within / steps
    # places[k]: share of arrivals with k before them in the queue, still waiting
    places = [weight / whole for weight in weights[agents:]]
    answered = sum(weights[:agents]) / whole
    for _ in range(steps):
        moved = [place * step * (agents + ahead / patience) for ahead, place in enumerate(places)]
        gone = [place * step / patience for place in places]
        answered += places[0] * step * agents
        following = [*moved[1:], 0.0]
        places = [
            place - out - lost + come
            for place, out, lost, come in zip(places, moved, gone, following, strict=True)
        ]
    met = serve_impatient(load, 1, 1, agents, within, patience)
    assert met.service_level == pytest.approx(answered, abs=2e-4)


def test_endless_patience_is_erlang_c_and_none_is_erlang_b() -> None:
    patient = serve_patient(100, 180, 1800, 14, 20)
    met = serve_impatient(100, 180, 1800, 14, 20, 3e6)
    assert met.service_level == pytest.approx(patient.service_level, abs=1e-4)
    assert met.answer_s == pytest.approx(patient.answer_s, abs=1e-2)
    lost = serve_impatient(100, 180, 1800, 10, 20, 1e-3).abandoned
    assert lost == pytest.approx(erlang_b(10, 10), abs=1e-3)


@pytest.mark.parametrize("contacts", [20_000, 5_000, 1])
def test_a_flood_and_a_trickle_stay_numbers(contacts: float) -> None:
    for agents in (1, 40, 4_000):
        met = serve_impatient(contacts, 300, 900, agents, 20, 3_600)
        for share in (met.wait_share, met.service_level, met.occupancy, met.abandoned):
            assert 0 <= share <= 1
        assert 0 <= met.answer_s <= 3_600


@given(loads, heads)
def test_more_people_never_let_anybody_wait_longer(load: float, agents: int) -> None:
    fewer = serve_patient(load, 60, 60, agents, 20)
    more = serve_patient(load, 60, 60, agents + 1, 20)
    assert more.service_level >= fewer.service_level
    assert more.answer_s <= fewer.answer_s
    assert 0 <= erlang_b(load, agents + 1) <= erlang_b(load, agents) <= 1


@given(loads, heads, st.floats(5, 600))
def test_who_may_hang_up_waits_less_than_who_stays(
    load: float, agents: int, patience: float
) -> None:
    met = serve_impatient(load, 60, 60, agents, 20, patience)
    assert met.wait_share <= serve_patient(load, 60, 60, agents, 20).wait_share + 1e-9
    assert serve_impatient(load, 60, 60, agents + 1, 20, patience).abandoned <= met.abandoned + 1e-9


@given(
    st.floats(0.1, 2_000),
    st.floats(10, 1_200),
    st.sampled_from([900, 1800, 3600]),
    st.floats(0.5, 0.95),
    st.floats(0, 120),
    st.floats(0.6, 1),
    st.sampled_from([None, 30.0, 180.0]),
)
def test_the_fewest_people_keep_the_promise_and_one_less_breaks_it(
    contacts: float, handling: float, interval: int, level: float, within: float,
    occupancy: float, patience: float | None,
) -> None:  # fmt: skip
    target = Target(level, within, occupancy, patience)
    agents = agents_needed(contacts, handling, interval, target)

    def keeps(number: int) -> bool:
        if patience is None:
            met = serve_patient(contacts, handling, interval, number, within)
        else:
            met = serve_impatient(contacts, handling, interval, number, within, patience)
        return met.service_level >= level - 1e-9 and met.occupancy <= occupancy + 1e-9

    assert keeps(agents)
    assert agents == 1 or not keeps(agents - 1)


def test_nobody_is_needed_where_nobody_calls() -> None:
    assert agents_needed(0, 180, 1800, Target(0.8, 20)) == 0
    assert load_of(0, 180, 1800) == 0


@pytest.mark.parametrize("target", [Target(1, 20), Target(1, 20, patience_s=60)])
def test_a_promise_of_everybody_is_refused(target: Target) -> None:
    with pytest.raises(ValueError, match="100 %"):
        agents_needed(10, 180, 1800, target)


def test_the_requirement_grows_with_the_contacts() -> None:
    needs = [agents_needed(contacts, 180, 1800, Target(0.8, 20)) for contacts in range(1, 400, 7)]
    assert all(less <= more for less, more in pairwise(needs))
