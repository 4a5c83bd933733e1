"""Speed over time."""

from __future__ import annotations

from trainhub.typing_tests.rules.curve import MOST_POINTS, speed_curve, speeds_per_window
from trainhub.typing_tests.rules.replay import replay
from trainhub.typing_tests.rules.wire import Event


def keys(*times: float) -> list[Event]:
    return [Event(time, "i", "a") for time in times]


def test_each_window_has_its_speed() -> None:
    commits = replay(keys(0, 500, 1_200, 3_900)).commits
    assert speeds_per_window(commits, 0, 4_000, 1_000) == [120, 60, 0, 60]


def test_a_short_rest_is_left_out_and_a_long_one_scaled() -> None:
    commits = replay(keys(0, 1_100, 1_600)).commits
    assert speeds_per_window(commits, 0, 1_300, 1_000) == [60]
    assert speeds_per_window(commits, 0, 1_800, 1_000) == [60, 150]
    assert speeds_per_window(commits, 0, 300, 1_000) == [200]


def test_the_last_change_ends_the_last_window() -> None:
    commits = replay(keys(0, 1_000)).commits
    assert speeds_per_window(commits, 0, 1_000, 1_000) == [120]


def test_a_curve_has_windows_to_look_at() -> None:
    played = replay(keys(*range(0, 1_800_000, 400)))
    points = speed_curve(played, 0, 1_800_000)
    assert 20 <= len(points) <= MOST_POINTS
    assert points[-1].until_ms == 1_800_000
    assert {round(point.cpm) for point in points} == {150}
    assert len(speed_curve(replay(keys(0, 9_000)), 0, 10_000)) == 10
