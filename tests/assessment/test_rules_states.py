"""The states of an attempt: exactly these ways from one to another, and no other."""

from __future__ import annotations

from itertools import product

import pytest

from trainhub.assessment.rules.states import (
    ENDED,
    HANDED_IN,
    OPEN,
    TRANSITIONS,
    WITH_MARK,
    Event,
    State,
)

# From definitions, section 4, written out once more: a way that is not here must not exist.
WAYS = """
created            started            in_progress
created            abandoned          abandoned
created            voided             voided
in_progress        submitted          submitted
in_progress        expired            expired_submitted
in_progress        abandoned          abandoned
in_progress        voided             voided
submitted          waits_for_marking  awaiting_marking
submitted          marked             marked
submitted          voided             voided
submitted          reopened           in_progress
expired_submitted  waits_for_marking  awaiting_marking
expired_submitted  marked             marked
expired_submitted  voided             voided
expired_submitted  reopened           in_progress
awaiting_marking   marked             marked
awaiting_marking   voided             voided
awaiting_marking   reopened           in_progress
marked             regraded           marked
marked             released           released
marked             voided             voided
marked             reopened           in_progress
released           regraded           released
released           voided             voided
released           reopened           in_progress
abandoned          voided             voided
abandoned          reopened           in_progress
"""
TABLE = {(old, event): new for old, event, new in map(str.split, WAYS.strip().splitlines())}


@pytest.mark.parametrize(("old", "new"), list(product(State, State)))
def test_between_two_states_there_are_exactly_the_ways_of_the_table(old: State, new: State) -> None:
    found = {
        event.value
        for event, change in TRANSITIONS.items()
        if old in change.sources and (change.to or old) == new
    }
    assert found == {event for (source, event), end in TABLE.items() if (source, end) == (old, new)}


def test_every_event_but_the_first_has_a_way() -> None:
    assert set(TRANSITIONS) == set(Event) - {Event.CREATED}


def test_nothing_leads_out_of_void() -> None:
    assert not any(State.VOIDED in change.sources for change in TRANSITIONS.values())


def test_every_state_is_open_ended_or_void() -> None:
    assert OPEN | ENDED | {State.VOIDED} == set(State)
    assert not OPEN & ENDED
    assert HANDED_IN < ENDED
    assert WITH_MARK < ENDED


def test_every_state_can_be_reached_and_every_open_one_ends() -> None:
    reached, ways = {State.CREATED}, list(TRANSITIONS.values())
    for _ in State:
        reached |= {way.to for way in ways if way.to and way.sources & reached}
    assert reached == set(State)
    for state in OPEN:
        assert any(state in way.sources and way.to in ENDED for way in ways)
