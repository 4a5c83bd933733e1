"""Charts: what they show, and that no text can break out of them."""

from __future__ import annotations

import re
from xml.etree import ElementTree as ET

import pytest
from hypothesis import given
from hypothesis import strategies as st

from trainhub.web import bars, charts
from trainhub.web.bars import Bar
from trainhub.web.charts import Goal, Series

NASTY = "<script>\"&'"
SVG_TEXT = "{http://www.w3.org/2000/svg}text"


def drawn(markup: str) -> ET.Element:
    """The picture; of bars, which are drawn for phones too, the wide one."""
    return ET.fromstring(f"<div>{markup}</div>")[0]


def words(markup: str) -> list[str]:
    return [node.text or "" for node in drawn(markup).iter() if node.tag.endswith("text")]


@pytest.mark.parametrize(
    "picture",
    [
        bars.bar_chart([Bar(NASTY, 3, note=NASTY)], NASTY, goal=Goal(2, NASTY)),
        charts.line_chart([NASTY], [Series(NASTY, [1]), Series("b", [None])], NASTY),
        charts.histogram([1, 0], [NASTY, "1", "2"], NASTY, goal=(0.5, NASTY)),
        charts.heat_map([NASTY], [NASTY], [[0.5]], NASTY),
        charts.sparkline([1, 2], NASTY),
        charts.progress_ring(0.5, NASTY, NASTY),
    ],
)
def test_every_chart_is_a_named_picture_without_inline_style(picture: str) -> None:
    root = drawn(picture)

    assert root.get("role") == "img"
    assert NASTY in (root.get("aria-label") or "")
    assert "style=" not in picture
    assert "<script" not in picture


def test_a_bar_is_as_long_as_its_value_and_carries_it_in_words() -> None:
    picture = bars.bar_chart([Bar("A", 50), Bar("B", 100)], "Both", show="{:.0f}%".format)
    widths = [float(node.get("width") or 0) for node in drawn(picture).iter() if "rect" in node.tag]

    assert widths[0] == pytest.approx(widths[1] / 2, abs=0.1)
    assert {"50%", "100%"} <= set(words(picture))


def test_bars_are_drawn_for_phones_with_every_word_in_the_picture() -> None:
    two = [Bar("A course with a rather long name " * 3, 50, note="(n = 7)"), Bar("B", 100)]
    _, narrow = ET.fromstring(f"<div>{bars.bar_chart(two, 'Both', goal=Goal(60, 'mean'))}</div>")
    assert narrow.get("class", "").split() == ["th-chart", "th-chart-narrow"]
    width = float(narrow.get("viewBox", "").split()[2])
    texts = [node for node in narrow.iter() if node.tag.endswith("text")]
    assert {"50 (n = 7)", "100", "mean"} <= {node.text for node in texts}
    for node in texts:
        x, long = float(node.get("x", "0")), charts.text_width(node.text or "")
        left = {"start": x, "middle": x - long / 2, "end": x - long}[node.get("text-anchor", "")]
        assert left >= -0.1 and left + long <= width + 0.1, node.text


def test_a_bar_with_a_warning_colour_says_it_in_words_too() -> None:
    assert "58 behind" in words(bars.bar_chart([Bar("A", 58, "danger", "behind")], "T"))


def test_a_line_breaks_at_a_missing_value() -> None:
    picture = charts.line_chart(list("abcde"), [Series("s", [1, 2, None, 3, 4])], "Gap")

    assert picture.count("<polyline") == 2
    assert picture.count("<circle") == 4


def test_several_lines_have_a_legend_and_one_has_none() -> None:
    both = charts.line_chart(["a"], [Series("North", [1]), Series("South", [2])], "T")
    alone = charts.line_chart(["a"], [Series("North", [1])], "T")

    assert {"North", "South"} <= set(words(both))
    assert "North" not in words(alone)


def test_labels_do_not_run_into_each_other() -> None:
    labels = [f"Week number {n}" for n in range(52)]
    shown = [
        w for w in words(charts.line_chart(labels, [Series("s", [1] * 52)], "T")) if "Week" in w
    ]

    assert 3 < len(shown) < 12


def test_an_empty_heat_cell_shows_no_number() -> None:
    assert words(charts.heat_map(["r"], ["c", "d"], [[None, 1.0]], "T")) == ["c", "d", "r", "1"]


def test_charts_of_nothing_are_drawn() -> None:
    for picture in (bars.bar_chart([], "T"), charts.line_chart([], [], "T")):
        drawn(picture)
    assert charts.sparkline([], "T") == ""


@given(st.floats(min_value=0.001, max_value=1e9))
def test_ticks_are_round_and_reach_the_top(top: float) -> None:
    ticks = charts.nice_ticks(top)

    assert ticks[0] == 0
    assert ticks[-1] >= top * 0.999
    assert 2 <= len(ticks) <= 7


@given(st.text(max_size=40), st.floats(min_value=20, max_value=300))
def test_a_shortened_text_fits(text: str, width: float) -> None:
    assert charts.text_width(charts.shortened(text, width)) <= max(width, charts.LETTER)


def test_a_full_ring_looks_different_from_a_nearly_full_one() -> None:
    assert "th-ring-full" in charts.progress_ring(1, "l", "100%")
    assert "th-ring-full" not in charts.progress_ring(0.99, "l", "99%")
    assert not re.search(r"th-ring-value", charts.progress_ring(0, "l", "0%"))


def test_a_histogram_warns_of_what_lies_below_the_goal() -> None:
    picture = charts.histogram([3, 0, 2], ["0", "10", "20", "30"], "Marks", goal=(2 / 3, "Pass"))

    kinds = [node.get("class") for node in drawn(picture).iter() if node.tag.endswith("rect")]
    assert [("warning" in (kind or "")) for kind in kinds] == [True, True, False]
    assert {"3", "2", "Pass", "0", "30"} <= set(words(picture))
