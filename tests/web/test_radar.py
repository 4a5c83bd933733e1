"""The radar: nothing that it says is cut off, and a table stands beside it."""

from __future__ import annotations

import re

import pytest

from trainhub.web.charts import text_width
from trainhub.web.radar import NARROW, RADIUS, WIDTH, Axis, radar_chart

LONG = "Gaining and using knowledge of products, rules and systems"
CHINESE = "持续获取知识及应用于日常服务与投诉处理之中的能力（含系统操作）"


def texts(picture: str) -> list[str]:
    return re.findall(r"<text [^>]*>([^<]*)</text>", picture)


def wide(axes: list[Axis]) -> str:
    return str(radar_chart(axes, "A radar", goal=0.75)).split("</svg>")[0]


@pytest.mark.parametrize("label", [LONG, CHINESE])
def test_a_long_label_goes_on_in_the_next_line_with_its_value(label: str) -> None:
    axes = [Axis(label, 0.9, "90") for _place in range(11)]
    said = "".join(texts(wide(axes))).replace(" ", "")
    assert said == (label.replace(" ", "") + "90") * 11
    assert "…" not in said
    assert all(text_width(line) <= WIDTH - 2 * RADIUS for line in texts(wide(axes)))


def test_every_label_lies_inside_the_picture() -> None:
    drawn = wide([Axis(LONG, 0.5, "50") for _place in range(11)])
    height = float(re.search(r'viewBox="0 0 \S+ ([\d.]+)"', drawn).group(1))  # type: ignore[union-attr]
    places = [float(y) for y in re.findall(r'<text x="[^"]+" y="([^"]+)"', drawn)]
    assert min(places) > 9
    assert max(places) < height - 2


def test_the_narrow_one_and_one_with_many_axes_have_numbers() -> None:
    few = str(radar_chart([Axis("a", 0.5, "50")] * 5, "A radar"))
    assert texts(few)[-5:] == ["1", "2", "3", "4", "5"]
    assert f"0 0 {NARROW:.0f}" in few
    many = str(radar_chart([Axis("a", 0.5, "50")] * 20, "A radar"))
    assert texts(many)[:20] == [str(place) for place in range(1, 21)]


def test_what_has_no_value_leaves_the_shape_alone() -> None:
    axes = [Axis("a", 0.5, "50"), Axis("b", None, "–"), Axis("c", 0.7, "70")]
    assert wide(axes).count("<circle") == 2
    assert not radar_chart(axes[:2], "too few axes")
