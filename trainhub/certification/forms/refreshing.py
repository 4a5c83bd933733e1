"""The form by which holders are asked for a refresh."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from flask_babel import lazy_gettext as _l
from wtforms import IntegerField, SelectField, TextAreaField
from wtforms.validators import Length, NumberRange, Optional

from trainhub.certification.rules.awards.refreshing import DAYS, FEWEST_DAYS, MOST_DAYS
from trainhub.web.forms import HouseForm, stripped

QUIZ_WORDS: Any = _l(
    "A published exam; a short one that may be taken more than once suits best. Passing it after "
    "the change is what counts."
)
DAYS_WORDS: Any = _l(
    "%(fewest)s to %(most)s. Who has not passed it by then has the award put under review.",
    fewest=FEWEST_DAYS, most=MOST_DAYS,
)  # fmt: skip


def days_field() -> IntegerField:
    """How many days holders have; 14 unless something else is typed."""
    return IntegerField(
        _l("Days to do it in"),
        [Optional(), NumberRange(FEWEST_DAYS, MOST_DAYS)],
        default=DAYS,
        description=DAYS_WORDS,
    )


class RefreshForm(HouseForm):
    """Which quiz, by when, and why."""

    refresh = SelectField(_l("Quiz"), description=QUIZ_WORDS)
    refresh_days = days_field()
    note = TextAreaField(
        _l("What has changed, in a sentence for the holders"),
        [Length(max=500)],
        filters=[stripped],
    )


def due_after(days: int, now: datetime, zone: ZoneInfo) -> date:
    """The last day to do it on, by the centre's calendar."""
    return now.astimezone(zone).date() + timedelta(days=days)
