"""Number words within a text as digits: 百分之八十 → 80%, two hundred and five → 205.

A word that only looks like a number stays a word: 一起, 统一, 十分, 万一, 两三天, no one. Where
signs could be two numbers (三点五分: a time, or 3.5 points) they are not made one of them: no
answer becomes right by a guess, and the author can accept both wordings.
"""

from __future__ import annotations

import re
from decimal import Decimal

from trainhub.catalogue.rules.number_spellings import (
    DIGIT_SIGNS,
    ENGLISH_DIGITS,
    ENGLISH_WORDS,
    NUMERALS,
    read_chinese,
    read_digit_signs,
    read_english,
)

_MOST_DIGITS = 18

_RUN = f"[{NUMERALS}幺0-9]+"
_NUMBER = re.compile(
    f"(?P<minus>(?<![胜抱欺自肩担辜背正])负)?(?:(?P<of>{_RUN})分之)?"
    f"(?P<whole>{_RUN})(?:(?P<point>[点.])(?P<part>{_RUN}))?"
)
_COEFFICIENT = r"(\d{1,12}(?:\.\d{1,8})?)"
_SCALED = re.compile(f"{_COEFFICIENT}([百千万亿]|[十百千]万|万亿)")
_DESCENDING = re.compile(r"(?:(\d{1,4})亿)?(?:(\d{1,4})万)?(?:(\d)千)?(?:(\d)百)?")
_WORTH = {"百": 2, "千": 3, "万": 4, "十万": 5, "百万": 6, "千万": 7, "亿": 8, "万亿": 12}

# One sign alone is a number where one of these follows it or stands before it …
_MEASURE = re.compile(
    "[天日月年周期秒个次元块毛分点刻人位名条项种台件张步遍级层倍字号折户句页题门节课组档]"
    "|小时|星期|礼拜|公里|[美港欧]元|[a-z%‰°]"
)
_BEFORE = ("第", "星期", "礼拜", "周", "步骤", "方案", "附件", "问题", "选项")
# … unless it is part of a word.
_WORD = re.compile("十分(?![钟之])|一块(?!钱)|一点(?![钟半整零一二两三四五六七八九十0-9])")
_INSIDE_WORD = re.compile("进一步")


def with_digits(text: str) -> str:
    """The text with its number words as digits; in simplified Chinese, lower case, half width."""
    text = _PERCENT.sub("%", _ENGLISH_SCALED.sub(_scaled_english, _ENGLISH.sub(_english, text)))
    return _NUMBER.sub(_chinese, text)


def _chinese(found: re.Match[str]) -> str:
    whole, part, of = found["whole"], found["part"], found["of"]
    if found[0].isascii():
        return found[0]
    sign = "-" if found["minus"] else ""
    if of:
        fraction = _fraction(found)
        return found[0] if fraction is None else sign + fraction
    scaled = _scaled(found[0].removeprefix("负"))
    if scaled is not None:
        return sign + scaled
    if found["point"] == "点" and found.string[found.end() : found.end() + 1] in {"分", "刻"}:
        hour, rest = _certain(whole), _certain(part)
        return found[0] if sign or hour is None or rest is None else f"{hour}点{rest}"
    if part is not None:
        number = _decimal(whole, found["point"], part)
        return found[0] if number is None else sign + number
    number = _certain(whole) if sign else _in_context(found)
    return found[0] if number is None else sign + number


def _in_context(found: re.Match[str]) -> str | None:
    """The digits of a numeral where its neighbours leave no doubt that it is one."""
    run, text, start, end = found["whole"], found.string, found.start(), found.end()
    if len(run) > 1:
        return _certain(run) or _sign_by_sign(run, text[end : end + 1])
    if run in "百千万亿幺" or _WORD.match(text, start):
        return None
    if _INSIDE_WORD.match(text, max(0, start - 1)):
        return None
    alone = not (text[start - 1 : start].isalnum() or text[end : end + 1].isalnum())
    if alone or _MEASURE.match(text, end) or text.endswith(_BEFORE, 0, start):
        return _certain(run)
    return None


def _certain(run: str) -> str | None:
    """The digits of a numeral that can be nothing else, whatever stands around it."""
    if run.isascii():
        return run
    value = read_chinese(run)
    return None if value is None else str(value)


def _sign_by_sign(run: str, after: str) -> str | None:
    """A year, a code with zeros, or a discount (九五折), read sign by sign."""
    if any(sign not in DIGIT_SIGNS for sign in run):
        return None
    digits = read_digit_signs(run)
    neighbours = len(digits) == 2 and int(digits[1]) - int(digits[0]) == 1
    is_year = len(run) == 4 and after == "年"
    is_discount = len(run) == 2 and after == "折" and not neighbours
    return digits if "0" in digits or is_year or is_discount else None


def _decimal(whole: str, point: str, part: str) -> str | None:
    """A number with 点 or a point; None for a time such as 三点五十, which is two numbers."""
    before = _certain(whole)
    if before is None or whole in "百千万亿":
        return None
    if part.isascii():
        return None
    if all(sign in DIGIT_SIGNS for sign in part):
        return f"{before}.{read_digit_signs(part)}"
    after = _certain(part)
    return None if after is None or point == "." else f"{before}点{after}"


def _fraction(found: re.Match[str]) -> str | None:
    """百分之八十 as 80%, 千分之五 as 5‰, 三分之一 as 1/3."""
    of, whole, point, part = found.group("of", "whole", "point", "part")
    number = _certain(whole) if part is None else _decimal(whole, point, part)
    if part and point == "." and f"{whole}{part}".isascii():
        number = f"{whole}.{part}"
    if of == whole == "百" and part is None:
        number = "100"
    if number is None or "点" in number:
        return None
    if of in ("百", "千"):
        return f"{number}{'%' if of == '百' else '‰'}"
    below = "10000" if of == "万" else _certain(of)
    return None if below is None else f"{number}/{below}"


def _scaled(text: str) -> str | None:
    """3万, 1.5亿, 3万5千 in digits."""
    found = _SCALED.fullmatch(text)
    if found and (found[2] not in "百千" or len(found[1]) == 1):
        return _plain(Decimal(found[1]).scaleb(_WORTH[found[2]]))
    terms = _DESCENDING.fullmatch(text)
    if terms is None or sum(term is not None for term in terms.groups()) < 2:
        return None
    worth = zip(terms.groups(), (8, 4, 3, 2), strict=True)
    return str(sum(int(term) * 10**power for term, power in worth if term))


def _plain(number: Decimal) -> str:
    text = f"{number:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


_ANY = f"(?:{'|'.join(sorted(ENGLISH_WORDS, key=len, reverse=True))})"
_DIGIT = f"(?:{'|'.join(ENGLISH_DIGITS)})"
_LARGE = "(?:hundred|thousand|million|billion)"
_AND = "".join(f"|(?<={word})[ -]+and[ -]+" for word in ("hundred", "thousand", "million"))
_ORDINAL = "(?:first|second|third|fourth|fifth|sixth|seventh|eighth|ninth)"
_ENGLISH = re.compile(
    rf"\b(?P<minus>(?:minus|negative) +)?"
    rf"(?P<whole>(?:a +(?={_LARGE}\b))?{_ANY}(?:(?:[ -]+{_AND}){_ANY})*)"
    rf"(?: +point +(?P<part>{_DIGIT}(?:[ -]+{_DIGIT})*))?\b(?!-{_ORDINAL}\b)"
)
_ENGLISH_SCALED = re.compile(rf"(?<![\w.,])(\d{{1,12}}(?:\.\d{{1,8}})?) ?({_LARGE})\b")
_ENGLISH_WORTH = {"hundred": 2, "thousand": 3, "million": 6, "billion": 9}
_PERCENT = re.compile(r"(?<=\d) *(?:percent|per cent)\b")
# “one” is a number in one day, not in no one, this one, one another, one's own.
_ONE_AFTER = re.compile(r"\b(?:no|any|some|every|each|this|that|the|which|another|other)[ -]+$")
_ONE_BEFORE = re.compile(r"[ -]+(?:another|by|of|who|that)\b|['’]")


def _english(found: re.Match[str]) -> str:
    whole, part = found["whole"], found["part"]
    sign = "-" if found["minus"] else ""
    text, start, end = found.string, found.start(), found.end()
    if whole == "one" and (_ONE_AFTER.search(text, 0, start) or _ONE_BEFORE.match(text, end)):
        return found[0]
    value = read_english(re.split("[ -]+", whole))
    if value is None:
        return found[0]
    if part is None:
        return f"{sign}{value}"
    digits = "".join(str(ENGLISH_DIGITS.index(word)) for word in re.split("[ -]+", part))
    return f"{sign}{value}.{digits}"


def _scaled_english(found: re.Match[str]) -> str:
    return _plain(Decimal(found[1]).scaleb(_ENGLISH_WORTH[found[2]]))
