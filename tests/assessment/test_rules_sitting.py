"""Windows, deadlines, attempts and pauses, networks and codes."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from trainhub.assessment.rules.sitting import (
    Standing,
    StartRefusal,
    Window,
    deadline,
    is_in_networks,
    next_start,
    own_window,
    refusal_to_start,
)
from trainhub.people.rules.codes import is_code_right

NOON = datetime(2026, 11, 23, 4, 0, tzinfo=UTC)
WINDOW = Window(NOON, NOON + timedelta(hours=2))
FRESH = Standing(used=0, allowed=1, last_ended_at=None, pause=timedelta())
seconds = st.integers(0, 90_000)
instants = st.integers(-90_000, 90_000).map(lambda one: NOON + timedelta(seconds=one))


@pytest.mark.parametrize(
    ("started_min", "duration_min", "extra_min", "wall_min"),
    [
        (0, 45, 0, 45),
        (0, 45, 15, 60),
        (90, 45, 0, 120),  # begun late: the window ends first
        (90, 45, 60, 120),  # extra time does not reach beyond the window
        (75, 45, 0, 120),  # both at once
        (119, 1, 0, 120),
    ],
)
def test_the_wall_is_the_nearer_of_duration_and_window(
    started_min: int, duration_min: int, extra_min: int, wall_min: int
) -> None:
    started_at = NOON + timedelta(minutes=started_min)
    wall = deadline(started_at, duration_min * 60, extra_min * 60, WINDOW)
    assert wall == NOON + timedelta(minutes=wall_min)


@given(instants, seconds, seconds, seconds)
def test_the_wall_never_lies_beyond_the_window_and_more_time_never_shortens_it(
    started_at: datetime, duration_s: int, extra_s: int, more_s: int
) -> None:
    wall = deadline(started_at, duration_s, extra_s, WINDOW)
    assert wall <= WINDOW.closes_at
    assert wall <= deadline(started_at, duration_s, extra_s + more_s, WINDOW)
    wider = Window(WINDOW.opens_at, WINDOW.closes_at + timedelta(seconds=more_s))
    assert wall <= deadline(started_at, duration_s, extra_s, wider)


@given(instants, seconds)
def test_the_wall_is_the_same_whatever_zone_the_hour_is_told_in(
    started_at: datetime, duration_s: int
) -> None:
    from zoneinfo import ZoneInfo

    for zone in ("Asia/Shanghai", "America/New_York", "Europe/London"):
        told = started_at.astimezone(ZoneInfo(zone)).astimezone(UTC)
        assert deadline(told, duration_s, 0, WINDOW) == deadline(started_at, duration_s, 0, WINDOW)


@pytest.mark.parametrize(
    ("minutes", "standing", "refusal"),
    [
        (-0.01, FRESH, StartRefusal.TOO_EARLY),
        (0, FRESH, None),
        (119.99, FRESH, None),
        (120, FRESH, StartRefusal.TOO_LATE),
        (10, Standing(1, 1, NOON, timedelta()), StartRefusal.NO_ATTEMPTS_LEFT),
        (10, Standing(1, 2, NOON, timedelta()), None),
        (10, Standing(99, 0, NOON, timedelta()), None),
        (9.99, Standing(1, 2, NOON, timedelta(minutes=10)), StartRefusal.PAUSE),
        (10, Standing(1, 2, NOON, timedelta(minutes=10)), None),
        (10, Standing(2, 2, NOON, timedelta(minutes=30)), StartRefusal.NO_ATTEMPTS_LEFT),
        (130, Standing(2, 2, NOON, timedelta(minutes=30)), StartRefusal.TOO_LATE),
    ],
)
def test_who_may_start(minutes: float, standing: Standing, refusal: StartRefusal | None) -> None:
    now = NOON + timedelta(minutes=minutes)
    assert refusal_to_start(standing, WINDOW, now) is refusal
    cancelled = refusal_to_start(standing, WINDOW, now, is_cancelled=True)
    assert cancelled is StartRefusal.CANCELLED


@given(instants, instants, st.integers(0, 5), st.integers(0, 3), st.integers(0, 7_200))
def test_whoever_may_start_may_at_the_hour_that_was_named(
    now: datetime, ended_at: datetime, used: int, allowed: int, pause_s: int
) -> None:
    standing = Standing(used, allowed, ended_at, timedelta(seconds=pause_s))
    named = next_start(standing, WINDOW)
    if refusal_to_start(standing, WINDOW, now) is None:
        assert now >= named
    if named < WINDOW.closes_at and (not allowed or used < allowed):
        assert refusal_to_start(standing, WINDOW, named) is None


def test_a_window_of_one_s_own_goes_before_the_sitting_s() -> None:
    later = NOON + timedelta(hours=9)
    assert own_window(WINDOW, None, None) == WINDOW
    assert own_window(WINDOW, None, later) == Window(NOON, later)
    assert own_window(WINDOW, NOON + timedelta(hours=1), later).opens_at > NOON


@pytest.mark.parametrize(
    ("address", "networks", "is_inside"),
    [
        ("10.1.2.3", (), True),
        ("not an address", (), True),
        ("10.1.2.3", ("10.1.0.0/16",), True),
        ("10.2.2.3", ("10.1.0.0/16",), False),
        ("10.2.2.3", ("10.1.0.0/16", "10.2.2.3"), True),
        ("10.1.2.3", ("10.1.2.77/24",), True),
        ("::ffff:10.1.2.3", ("10.1.0.0/16",), True),
        ("2001:db8::1", ("10.1.0.0/16", "2001:db8::/32"), True),
        ("2001:db9::1", ("2001:db8::/32",), False),
        ("", ("10.1.0.0/16",), False),
        ("10.1.2.3, 10.9.9.9", ("10.1.0.0/16",), False),
    ],
)
def test_the_exam_room_s_network(address: str, networks: tuple[str, ...], is_inside: bool) -> None:
    assert is_in_networks(address, networks) is is_inside


@pytest.mark.parametrize(
    ("given_code", "is_right"),
    [("ROOM 4", True), (" room4 ", True), ("r o o m 4", True), ("ROOM 5", False), ("", False)],
)
def test_capitals_and_spaces_do_not_matter_in_a_code(given_code: str, is_right: bool) -> None:
    assert is_code_right(given_code, "Room 4") is is_right


@pytest.mark.parametrize(
    "given_code",
    [
        "qa7n4y",
        "QA7N4Y",
        "qa7 n4y",
        "ＱＡ７－Ｎ４Ｙ",
        "qa7–n4y",
        "qa7—n4y",
        "QA7 − N4Y",
        "qa7\u3000n4y",
    ],
)
def test_how_a_code_is_divided_does_not_matter(given_code: str) -> None:
    assert is_code_right(given_code, "QA7-N4Y")


@pytest.mark.parametrize("given_code", ["", "-", "QA7", "QA7-N4", "QA7-N", "qa7-n4z"])
def test_every_sign_of_a_code_matters(given_code: str) -> None:
    assert not is_code_right(given_code, "QA7-N4Y")
    assert not is_code_right("", "-")
