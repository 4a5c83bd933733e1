"""How people spell whole numbers out, in Chinese and in English.

Only what is certain is a number. Approximations (两三, 二三十, 十七八), idioms (一五一十) and
numbers in a row (one two) are none, so that two different numbers never share a spelling.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from functools import lru_cache

NUMERALS = "零〇一二两三四五六七八九十百千万亿廿卅卌壹贰叁肆伍陆柒捌玖拾佰仟"
DIGIT_SIGNS = "零〇一二三四五六七八九壹贰叁肆伍陆柒捌玖幺"

_DIGITS = "零一二三四五六七八九"
_PLAIN = str.maketrans("〇两壹贰叁肆伍陆柒捌玖拾佰仟幺", "零二一二三四五六七八九十百千一")
_TENS = str.maketrans({"廿": "二十", "卅": "三十", "卌": "四十"})
_LONE_TWO = re.compile("两(?![百千万亿佰仟])")
_PARTS = re.compile("(?:([^万亿]+)亿)?(?:(零?)([^万亿]+)万)?(零?)([^万亿]*)")
_HUNDRED_MILLION, _TEN_THOUSAND = 10**8, 10**4


def read_digit_signs(text: str) -> str:
    """The digits of signs that are read one by one: 二〇二六 → 2026."""
    return "".join(str(_DIGITS.index(sign)) for sign in text.translate(_PLAIN))


def read_chinese(text: str) -> int | None:
    """The whole number below 10¹² that a Chinese numeral spells, None if it spells none.

    两 is two where people say so, 廿 and 卅 are tens, financial signs (壹拾) plain ones. A lone
    digit after 百, 千, 万 or 亿 at the end counts in the next place: 二百五 is 250.
    """
    if text == "两":
        return 2
    if _LONE_TWO.search(text):
        return None
    found = _PARTS.fullmatch(text.translate(_TENS).translate(_PLAIN))
    if found is None:
        return None
    upper, zero_middle, middle, zero_lower, lower = found.groups()
    if upper is None and middle is None:
        return _sections()[1].get(zero_lower + lower)
    parts = [
        (upper or "", _HUNDRED_MILLION, ""),
        (middle or "", _TEN_THOUSAND, zero_middle or ""),
        (lower, 1, zero_lower),
    ]
    return None if zero_lower and not lower else _sum([part for part in parts if part[0]])


def _sum(parts: Sequence[tuple[str, int, str]]) -> int | None:
    """The value of parts such as 三亿, 零五十万, 六千, each with its unit and its 零."""
    whole, ending = _sections()
    total, place, above = 0, 0, 0  # `place`: the unit of the part before, `above` its value
    for text, unit, zero in parts:
        value = (ending if unit == 1 else whole).get(text)
        if not value:
            return None
        worth = value * unit
        if place and not zero and unit == 1 and text in _DIGITS:
            worth = value * place // 10  # 两万五
        elif (place and not _zero_fits(zero, worth, place, above)) or (not place and zero):
            return None
        total, place, above = total + worth, unit, value
    return total


def _zero_fits(zero: str, worth: int, place: int, above: int) -> bool:
    """A 零 tells of an empty place; after a round number people write it or not."""
    if worth < place // 10:
        return bool(zero)
    return not zero or above % 10 == 0


@lru_cache(maxsize=1)
def _sections() -> tuple[dict[str, int], dict[str, int]]:
    """The spellings of 0 to 9,999; the second table has those that can only end a number too."""
    whole, ending = {}, {}
    for value in range(10_000):
        full = _spelled(value)
        whole[full] = value
        if 10 <= value < 20:
            whole[full.removeprefix("一")] = value
        elif 10 <= value % 100 < 20:
            whole[full.replace("百一十", "百十").replace("零一十", "零十")] = value
        if len(full) > 3 and full[-1] in "十百" and full[-3] in "百千" and full[-4] != "零":
            ending[full[:-1]] = value  # 二百五, 一千五
    return whole, whole | ending


def _spelled(value: int) -> str:
    """The full spelling of a number below 10,000, a 零 for each gap."""
    words, gap = "", False
    for unit, sign in ((1000, "千"), (100, "百"), (10, "十"), (1, "")):
        digit = value // unit % 10
        if digit:
            words += ("零" if gap and words else "") + _DIGITS[digit] + sign
        gap = digit == 0
    return words or _DIGITS[0]


_SMALL = """zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen
fifteen sixteen seventeen eighteen nineteen""".split()
_TENFOLD = "twenty thirty forty fifty sixty seventy eighty ninety".split()
_SCALES = ("billion", "million", "thousand")
_BEFORE_AND = {*_SCALES, "hundred"}

ENGLISH_DIGITS = tuple(_SMALL[:10])
ENGLISH_WORDS = (*_SMALL, *_TENFOLD, "hundred", "thousand", "million", "billion")


def read_english(words: Sequence[str]) -> int | None:
    """The whole number that English words spell, None if they spell none.

    Hyphens are blanks to the caller; “and” may follow a hundred or more, “a” stand for one.
    """
    plain = [
        word for last, word in zip(["", *words], words, strict=False)
        if word != "and" or last not in _BEFORE_AND
    ]  # fmt: skip
    if plain[:1] == ["a"] and plain[1:2] and plain[1] in _BEFORE_AND:
        plain[0] = "one"
    total = 0
    for size, scale in zip((10**9, 10**6, 10**3), _SCALES, strict=True):
        if scale in plain:
            place = plain.index(scale)
            value = _hundreds().get(" ".join(plain[:place]), 0)
            if not 0 < value < 1000:
                return None
            total, plain = total + value * size, plain[place + 1 :]
    if not plain:
        return total or None
    rest = _hundreds().get(" ".join(plain))
    if total and (rest is None or not 0 < rest < 1000):
        return None
    return None if rest is None else total + rest


@lru_cache(maxsize=1)
def _hundreds() -> dict[str, int]:
    """0 to 999 in words, and the hundreds that people count on: fifteen hundred."""
    found = {" ".join(_english(value)): value for value in range(1000)}
    for high in range(11, 100):
        if high % 10:
            head = [*_english(high), "hundred"]
            for low in range(100):
                words = head + list(_english(low) if low else ())
                found[" ".join(words)] = high * 100 + low
    return found


def _english(value: int) -> Iterator[str]:
    """The words of a number below 1,000, without “and”."""
    if value >= 100:
        yield from (_SMALL[value // 100], "hundred")
        value %= 100
        if not value:
            return
    if value >= 20:
        yield _TENFOLD[value // 10 - 2]
        value %= 10
        if not value:
            return
    yield _SMALL[value]
