"""How long awards hold: month ends, leap days, windows, anchors."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from trainhub.certification.rules.awards.states import AwardState, Shown, shown_state
from trainhub.certification.rules.awards.validity import (
    Phase,
    Renewed,
    add_months,
    days_to_remind,
    last_valid_day,
    opens_on,
    phase_of,
)
from trainhub.certification.rules.programmes.content import Anchor, Validity

YEAR = Validity(months=12, window_days=60, grace_days=30)
DATES = st.dates(date(2024, 1, 1), date(2060, 12, 31))


@pytest.mark.parametrize(
    ("on", "months", "expected"),
    [
        (date(2026, 3, 15), 12, date(2027, 3, 15)),
        (date(2028, 2, 29), 12, date(2029, 2, 28)),
        (date(2028, 2, 29), 48, date(2032, 2, 29)),
        (date(2026, 1, 31), 1, date(2026, 2, 28)),
        (date(2026, 8, 31), 6, date(2027, 2, 28)),
        (date(2026, 12, 31), 1, date(2027, 1, 31)),
    ],
)
def test_months_end_where_the_month_does(on: date, months: int, expected: date) -> None:
    assert add_months(on, months) == expected


@pytest.mark.parametrize(
    ("anchor", "completed_on", "expected"),
    [
        (Anchor.OLD_END, date(2027, 1, 14), date(2028, 1, 14)),  # before the window: from now
        (Anchor.OLD_END, date(2027, 1, 15), date(2028, 3, 16)),  # the window's first day
        (Anchor.OLD_END, date(2027, 3, 16), date(2028, 3, 16)),  # the last valid day
        (Anchor.OLD_END, date(2027, 3, 17), date(2028, 3, 17)),  # a day late
        (Anchor.COMPLETION, date(2027, 2, 1), date(2028, 2, 1)),
    ],
)
def test_a_renewal_is_counted_from_the_old_end_inside_the_window(
    anchor: Anchor, completed_on: date, expected: date
) -> None:
    validity = Validity(months=12, anchor=anchor, window_days=60)
    assert last_valid_day(validity, completed_on, Renewed(date(2027, 3, 16))) == expected


@pytest.mark.parametrize(
    ("completed_on", "expected"),
    [
        (date(2026, 11, 29), date(2027, 3, 31)),
        (date(2027, 3, 1), date(2028, 3, 31)),  # the next one is nearer than the window
        (date(2026, 4, 1), date(2027, 3, 31)),
    ],
)
def test_a_fixed_date_ends_every_award(completed_on: date, expected: date) -> None:
    validity = Validity(months=12, anchor=Anchor.CALENDAR, window_days=60, calendar="03-31")
    assert last_valid_day(validity, completed_on, None) == expected


def test_an_award_without_a_period_holds_for_ever() -> None:
    assert last_valid_day(Validity(), date(2026, 1, 1), None) is None
    assert phase_of(Validity(), None, date(2099, 1, 1)) is Phase.VALID


@pytest.mark.parametrize(
    ("today", "phase"),
    [
        (date(2027, 1, 14), Phase.VALID),
        (date(2027, 1, 15), Phase.EXPIRING),
        (date(2027, 3, 16), Phase.EXPIRING),
        (date(2027, 3, 17), Phase.GRACE),
        (date(2027, 4, 15), Phase.GRACE),
        (date(2027, 4, 16), Phase.EXPIRED),
    ],
)
def test_the_phases_of_an_award_follow_its_dates(today: date, phase: Phase) -> None:
    assert phase_of(YEAR, date(2027, 3, 16), today) is phase


def test_the_public_is_told_the_truth_before_the_tick_has_written_it_down() -> None:
    late = date(2027, 5, 1)
    assert shown_state(AwardState.ACTIVE, YEAR, date(2027, 3, 16), late) is Shown.EXPIRED
    assert shown_state(AwardState.REVOKED, YEAR, date(2027, 3, 16), late) is Shown.REVOKED


@given(DATES, st.integers(0, 60), st.sampled_from([6, 12, 24]))
def test_renewing_early_in_the_window_never_costs_a_day(end: date, early: int, months: int) -> None:
    validity = Validity(months=months, window_days=60)
    early_one = last_valid_day(validity, end - timedelta(days=early), Renewed(end))
    last_one = last_valid_day(validity, end, Renewed(end))
    assert early_one == last_one
    assert early_one is not None
    assert early_one > end


@given(DATES, st.sampled_from(list(Anchor)), st.integers(1, 36), st.integers(0, 28))
def test_an_award_always_outlasts_its_completion(
    on: date, anchor: Anchor, months: int, window: int
) -> None:
    validity = Validity(months=months, anchor=anchor, window_days=window, calendar="03-31")
    until = last_valid_day(validity, on, None)
    assert until is not None
    assert until > on
    assert opens_on(validity, until) >= on or anchor is Anchor.CALENDAR


@pytest.mark.parametrize(
    ("left", "expected"),
    [(31, None), (30, 30), (20, 30), (14, 14), (7, 7), (1, 1), (0, 1), (-1, -1), (-9, -1)],
)
def test_reminders_go_out_at_their_days_and_only_the_latest_after_a_pause(
    left: int, expected: int | None
) -> None:
    end = date(2027, 3, 16)
    assert days_to_remind(end, end - timedelta(days=left), (30, 14, 7, 1), (1,)) == expected
