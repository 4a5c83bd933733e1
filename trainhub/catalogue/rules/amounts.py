"""Amounts as people type them: 50元, ¥50.00, 五十块, RMB 1,200, 三块五, 2 GB."""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal

from trainhub.catalogue.rules.folding import half_digits

_CURRENCIES = {
    "CNY": "¥ 元 块 块钱 圆 元钱 人民币 元人民币 人民币元 yuan rmb cny renminbi yuanrmb",
    "USD": "$ us$ usd 美元 美金 dollar usdollar",
    "HKD": "hk$ hkd 港元 港币 hongkongdollar",
    "EUR": "€ eur 欧元 euro",
    "GBP": "£ gbp 英镑 pound",
    "%": "% percent 个百分点",
}
MONEY = frozenset(_CURRENCIES) - {"%"}
_UNITS = {word: unit for unit, words in _CURRENCIES.items() for word in words.split()}
_NUMBER = r"\d{1,3}(?:[, ]\d{3})+|\d{1,18}"
_AMOUNT = re.compile(
    rf"(?P<sign>[-+]?)(?P<before>(?:[^\d\s.,+-][^\d.,+-]{{0,20}})?)(?P<inner>[-+]?)"
    rf"(?P<whole>{_NUMBER})(?P<rest>\.\d{{1,12}})?(?P<unit>[^\d+,.-]\D{{0,40}})?"
)
# 三块五, 3元5角, 3元5角2分: yuan, tenths and hundredths.
_SIGNS = "零一二三四五六七八九"
_TENTHS = rf"(?P<tenths>[\d{_SIGNS}])"
_CENTS = rf"(?:(?P<cents>[\d{_SIGNS}])"
_YUAN = re.compile(rf"(?P<yuan>\d{{1,12}})[元块圆](?:{_TENTHS}[角毛]?)?{_CENTS}分)?钱?")
_SMALL = re.compile(rf"{_TENTHS}[角毛]{_CENTS}分?)?钱?")


@dataclass(frozen=True)
class Amount:
    """A number with its unit: a currency's code, “%”, or the unit's own letters; "" for none."""

    number: Decimal
    unit: str

    def is_met_by(self, given: Amount) -> bool:
        """Whether `given` is this amount. A unit is asked for only where this one has one.

        A per-cent sign changes the number and always counts.
        """
        if self.number != given.number:
            return False
        return given.unit == self.unit or (self.unit == "" and given.unit not in ("%", "‰"))


def read_amount(text: str) -> Amount | None:
    """The amount a person typed, None for anything else, ranges and two amounts included."""
    plain = half_digits(text).removesuffix("整").strip()
    small = _YUAN.fullmatch(plain) or _SMALL.fullmatch(plain)
    if small:
        return Amount(_in_yuan(small.groupdict()), "CNY")
    found = _AMOUNT.fullmatch(plain)
    if found is None or (found["sign"] and found["inner"]):
        return None
    before, after = _unit(found["before"]), _unit(found["unit"] or "")
    if before and (before not in _CURRENCIES or after not in ("", before)):
        return None
    whole = re.sub("[, ]", "", found["whole"])
    number = Decimal(f"{found['sign']}{found['inner']}{whole}{found['rest'] or ''}")
    return Amount(number, before or after)


def _in_yuan(parts: dict[str, str | None]) -> Decimal:
    """Yuan, tenths and hundredths as one number."""
    worth = {"yuan": 0, "tenths": -1, "cents": -2}
    plain = {
        name: str(_SIGNS.find(text)) if text in _SIGNS else text
        for name, text in parts.items()
        if text
    }
    return sum((Decimal(text).scaleb(worth[name]) for name, text in plain.items()), Decimal(0))


def _unit(text: str) -> str:
    """A unit in one spelling: blanks, case and the plural of Latin words do not count."""
    return "/".join(map(_word, "".join(text.split()).rstrip("。.").split("/")))


def _word(word: str) -> str:
    singular = word[:-1] if word.isascii() and len(word) > 3 and word.endswith("s") else word
    return _UNITS.get(word) or _UNITS.get(singular) or singular
