"""Dates, numbers and lengths as a reader of each language expects them."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime, timedelta

import pytest
from flask import Flask, render_template_string
from flask_babel import force_locale

from trainhub.web import filters

AT = datetime(2026, 11, 23, 17, 30, tzinfo=UTC)  # half past one in Shanghai, the next day
TODAY = date(2026, 11, 23)


@contextmanager
def reading(app: Flask, language: str) -> Iterator[None]:
    with app.test_request_context(), force_locale(language):
        yield


@pytest.mark.parametrize(
    ("source", "english", "chinese"),
    [
        ("day|date", "Nov 23, 2026", "2026年11月23日"),
        ("day|date('short')", "Nov 23", "11月23日"),
        ("day|date('weekday')", "Mon, Nov 23", "11月23日周一"),
        ("at|date", "Nov 24, 2026", "2026年11月24日"),
        ("at|datetime", "Nov 24, 2026 01:30", "2026年11月24日 01:30"),
        ("at|time", "01:30", "01:30"),
        ("ago|relative", "3 hours ago", "3小时前"),
        ("1234567.5|number", "1,234,567.5", "1,234,567.5"),
        ("3|number(1)", "3.0", "3.0"),
        ("0.825|percent", "82%", "82%"),
        ("0.825|percent(1)", "82.5%", "82.5%"),
        ("65|duration", "1 hr 5 min", "1小时5分钟"),
        ("0|duration", "0 min", "0分钟"),
        ("120|duration", "2 hr", "2小时"),
        ("1500|bytes", "1.5 kB", "1.5 kB"),
        ("none|date", "–", "–"),
        ("none|number", "–", "–"),
    ],
)
def test_values_read_naturally(
    app: Flask, now: datetime, source: str, english: str, chinese: str
) -> None:
    values = {"day": TODAY, "at": AT, "ago": now - timedelta(hours=3)}
    for language, expected in (("en", english), ("zh", chinese), ("en", english)):
        with reading(app, language):
            assert render_template_string("{{ " + source + " }}", **values) == expected


def test_a_constant_in_a_template_is_shown_in_each_readers_language(app: Flask) -> None:
    template = app.jinja_env.from_string("{{ 60|duration }}")
    with reading(app, "zh"):
        assert template.render() == "1小时"
    with reading(app, "en"):
        assert template.render() == "1 hr"


def test_no_narrow_space_reaches_the_page(app: Flask) -> None:
    with reading(app, "en"):
        assert "\u202f" not in filters.show_datetime(AT) + filters.show_number(1e6)


def test_a_moment_tells_the_exact_instant_when_pointed_at(app: Flask, now: datetime) -> None:
    with reading(app, "en"):
        shown = filters.show_moment(now - timedelta(seconds=20))
    assert shown.startswith('<time datetime="2026-11-23T03:59:40+00:00"')
    assert shown.endswith(">just now</time>")


@pytest.mark.parametrize(
    ("days", "kind", "english", "chinese"),
    [
        (-3, "danger", "3 days overdue", "逾期 3 天"),
        (-1, "danger", "1 day overdue", "逾期 1 天"),
        (0, "warning", "due today", "今天到期"),
        (1, "warning", "due tomorrow", "明天到期"),
        (3, "warning", "due in 3 days", "3 天后到期"),
        (9, "neutral", "due in 9 days", "9 天后到期"),
    ],
)
def test_a_due_date_is_said_in_words(
    app: Flask, days: int, kind: str, english: str, chinese: str
) -> None:
    for language, words in (("en", english), ("zh", chinese)):
        with reading(app, language):
            assert filters.due_words(TODAY + timedelta(days=days), TODAY) == (kind, words)


@pytest.mark.parametrize(
    ("name", "letters"),
    [("王晓明", "晓明"), ("欧阳淑珍", "淑珍"), ("李 四", "李四"), ("Alice Brown", "AB"),
     ("Ann Mary Fox", "AF"), ("bob", "B"), ("", "?")],
)  # fmt: skip
def test_initials_are_what_colleagues_would_write(name: str, letters: str) -> None:
    assert filters.initials(name) == letters
