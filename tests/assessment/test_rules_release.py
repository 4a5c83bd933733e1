"""What of a result may be seen, and when."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from trainhub.assessment.rules.release import visible_parts
from trainhub.assessment.rules.settings import Part, Preset, When, preset

CLOSE = datetime(2026, 11, 23, 6, 0, tzinfo=UTC)
PARTS = tuple(Part)
policies = st.dictionaries(st.sampled_from(PARTS), st.sampled_from(When))
hours = st.integers(-48, 48).map(lambda one: CLOSE + timedelta(hours=one))


@given(policies, hours, hours, st.none() | hours)
def test_what_is_out_stays_out(
    release: dict[Part, When], now: datetime, later: datetime, released_at: datetime | None
) -> None:
    now, later = sorted((now, later))
    facts = {"last_closes_at": CLOSE, "released_at": released_at}
    assert visible_parts(release, now=now, **facts) <= visible_parts(release, now=later, **facts)


@given(policies, hours, st.none() | hours)
def test_no_part_comes_out_before_the_one_before_it(
    release: dict[Part, When], now: datetime, released_at: datetime | None
) -> None:
    found = visible_parts(release, now=now, last_closes_at=CLOSE, released_at=released_at)
    assert found == frozenset(PARTS[: len(found)])
    for part in found:
        assert release[part] is not When.NEVER


@given(policies, hours)
def test_a_later_sitting_never_lets_anything_out_earlier(
    release: dict[Part, When], now: datetime
) -> None:
    """What one candidate knows, one of a sitting still to come could use."""
    found = [
        visible_parts(release, now=now, last_closes_at=at, released_at=None)
        for at in (CLOSE, CLOSE + timedelta(days=1))
    ]
    assert found[1] <= found[0]


@pytest.mark.parametrize(
    ("policy", "hours_after", "is_released", "is_out"),
    [
        (When.AT_ONCE, -9, False, True),
        (When.AFTER_CLOSE, -0.001, False, False),
        (When.AFTER_CLOSE, 0, False, True),
        (When.BY_HAND, 99, False, False),
        (When.BY_HAND, -9, True, True),
        (When.NEVER, 99, True, False),
    ],
)
def test_each_policy(policy: When, hours_after: float, is_released: bool, is_out: bool) -> None:
    now = CLOSE + timedelta(hours=hours_after)
    found = visible_parts(
        {Part.SCORE: policy},
        now=now,
        last_closes_at=CLOSE,
        released_at=now if is_released else None,
    )
    assert (Part.SCORE in found) is is_out


def test_a_release_of_tomorrow_is_none_today() -> None:
    release = {Part.SCORE: When.BY_HAND}
    at = CLOSE + timedelta(days=1)
    assert not visible_parts(release, now=CLOSE, last_closes_at=CLOSE, released_at=at)


@pytest.mark.parametrize("name", [Preset.EXAM, Preset.CLOSED_BOOK])
def test_no_exam_shows_its_key_while_it_can_be_sat(name: Preset) -> None:
    found = visible_parts(
        preset(name).release,
        now=CLOSE - timedelta(seconds=1),
        last_closes_at=CLOSE,
        released_at=None,
    )
    assert found == frozenset()
