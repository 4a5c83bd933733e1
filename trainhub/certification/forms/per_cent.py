"""A share that is typed and shown in per cent, and kept in thousandths as files have it."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

from flask_babel import gettext as _
from wtforms import Field
from wtforms.widgets import TextInput

from trainhub.web.forms import stripped

_TYPED = re.compile(r"(\d{1,4})(?:[.,](\d))?", re.ASCII)


class PerCentField(Field):
    """`data` is a whole number of thousandths from `low` to `high`; None where nothing is typed."""

    widget = TextInput()

    def __init__(self, label: str, validators: Any = (), *, low: int, high: int, **given: Any):
        super().__init__(label, validators, **given)
        self.low, self.high = low, high

    def _value(self) -> str:
        if self.raw_data:
            return str(self.raw_data[0])
        return "" if self.data is None else shown_per_cent(self.data)

    def process_formdata(self, valuelist: Sequence[str]) -> None:
        """Read what was typed; what is no share within the bounds is refused."""
        typed = stripped(valuelist[0]) if valuelist else None
        if not isinstance(typed, str):
            return
        found = _TYPED.fullmatch(typed)
        self.data = int(found[1]) * 10 + int(found[2] or 0) if found else None
        if self.data is None or not self.low <= self.data <= self.high:
            bounds = {"low": shown_per_cent(self.low), "high": shown_per_cent(self.high)}
            raise ValueError(
                _("From %(low)s to %(high)s per cent, with at most one decimal.", **bounds)
            )


def shown_per_cent(permille: int) -> str:
    """Thousandths as people type them: 800 is “80”, 855 “85.5”."""
    whole, tenth = divmod(permille, 10)
    return f"{whole}.{tenth}" if tenth else str(whole)
