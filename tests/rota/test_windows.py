"""What a shift is worth on the phones, and where a class may lie in it."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from trainhub.rota.rules.shift_times import ShiftTimes, phone_stretches, without
from trainhub.rota.rules.windows import Window, earliest_duty, windows_of

MID = ShiftTimes("M", "mid", 540, 1080, ((750, 810),), (540, 600), True)
OFF_PHONES = ShiftTimes("M", "mid", 540, 1080, ((750, 810),), (540, 600), False)
NIGHT = ShiftTimes("N", "night", 1320, 1860, ((1560, 1620),))
REST = ShiftTimes("R", "rest")
TRAINING = ShiftTimes("T", "training", 540, 1020, ((720, 780),))


def test_breaks_and_an_early_class_taken_out_are_not_on_the_phones() -> None:
    assert phone_stretches(MID) == [(540, 750), (810, 1080)]
    assert phone_stretches(OFF_PHONES) == [(600, 750), (810, 1080)]
    assert phone_stretches(NIGHT) == [(1320, 1560), (1620, 1860)]
    assert phone_stretches(REST) == phone_stretches(TRAINING) == []


def test_a_mid_shift_has_its_early_class_before_anything_else() -> None:
    assert windows_of(MID) == [Window("early", 540, 600, True)]
    assert windows_of(OFF_PHONES) == [Window("early", 540, 600, False)]


def test_before_and_after_cost_no_cover() -> None:
    found = windows_of(MID, before_min=60, after_min=90)
    assert found[0] == Window("before", 480, 540, False)
    assert found[-1] == Window("after", 1080, 1170, False)


def test_windows_in_a_shift_leave_breaks_and_the_early_class_alone() -> None:
    found = windows_of(MID, in_shift=[(560, 900)])
    assert [w for w in found if w.kind == "in_shift"] == [
        Window("in_shift", 600, 750, True),
        Window("in_shift", 810, 900, True),
    ]


def test_a_training_day_is_one_long_window_off_the_phones() -> None:
    assert windows_of(TRAINING) == [
        Window("in_shift", 540, 720, False),
        Window("in_shift", 780, 1020, False),
    ]


def test_a_rest_day_is_never_used() -> None:
    assert windows_of(REST, before_min=60, after_min=60, in_shift=[(0, 1440)]) == []


def test_duty_begins_with_the_shift() -> None:
    assert earliest_duty(MID) == 540 and earliest_duty(REST) is None


@st.composite
def shifts(draw: st.DrawFn) -> ShiftTimes:
    start = draw(st.integers(0, 1380))
    end = start + draw(st.integers(60, 960))
    points = sorted(draw(st.sets(st.integers(start, end), max_size=6)))
    breaks = tuple(zip(points[::2], points[1::2], strict=False))
    early = (start, min(start + 60, end)) if draw(st.booleans()) else None
    if early and without([early], breaks) != [early]:
        breaks = ()
    kind = draw(st.sampled_from(["early", "mid", "late", "night", "other", "training"]))
    return ShiftTimes("X", kind, start, end, breaks, early, draw(st.booleans()))


@given(shifts(), st.lists(st.tuples(st.integers(0, 1400), st.integers(1, 900)), max_size=3))
def test_what_costs_cover_is_counted_on_the_phones(
    times: ShiftTimes, allowed: list[tuple[int, int]]
) -> None:
    """A class in a window on the phones takes away exactly somebody who was counted."""
    phones = phone_stretches(times)
    span = times.span
    assert span is not None
    for window in windows_of(times, in_shift=[(start, start + width) for start, width in allowed]):
        piece = (window.starts_min, window.ends_min)
        assert span[0] <= piece[0] < piece[1] <= span[1]
        counted = without([piece], phones) == []
        uncounted = without([piece], phones) == [piece]
        assert counted if window.on_phones else uncounted or window.kind == "early"


@given(
    st.lists(st.tuples(st.integers(0, 100), st.integers(0, 100)), max_size=4),
    st.lists(st.tuples(st.integers(0, 100), st.integers(0, 100)), max_size=4),
)
def test_taking_away_leaves_exactly_the_other_minutes(
    some: list[tuple[int, int]], taken: list[tuple[int, int]]
) -> None:
    def minutes(pieces: list[tuple[int, int]]) -> set[int]:
        return {at for start, end in pieces for at in range(start, end)}

    assert minutes(without(some, taken)) == minutes(some) - minutes(taken)
