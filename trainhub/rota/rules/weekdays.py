"""Weekdays as people write them, in Chinese and English."""

from __future__ import annotations

from trainhub.rota.rules.shift_codes import folded

SHORT_NAMES = {  # by language, Monday first, as `read_weekday` reads them
    "en": ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"),
    "zh": ("周一", "周二", "周三", "周四", "周五", "周六", "周日"),
}
_ENGLISH = (
    "mon monday", "tue tues tuesday", "wed wednesday", "thu thur thurs thursday", "fri friday",
    "sat saturday", "sun sunday",
)  # fmt: skip
_NUMBERS = {
    **{f"{week}{sign}": number
       for week in ("周", "星期", "礼拜")
       for number, sign in enumerate("一二三四五六日")},
    "周天": 6, "星期天": 6, "礼拜天": 6,
    **{word: number for number, words in enumerate(_ENGLISH) for word in words.split()},
}  # fmt: skip


def read_weekday(text: str) -> int | None:
    """The weekday a text names (0 = Monday), a dot or colon behind it or not; None for none."""
    return _NUMBERS.get(folded(text).rstrip(".:"))
