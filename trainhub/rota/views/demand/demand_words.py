"""Queues and days of demand in the reader's words."""

from __future__ import annotations

from datetime import date

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from trainhub import clock
from trainhub.rota.models import Queue
from trainhub.rota.rules.requirement import Method
from trainhub.rota.rules.tables.demand_cells import Day
from trainhub.web.filters import show_date, show_number, show_percent
from trainhub.web.settings import current_settings

WEEKDAY_WORDS = (
    _l("Monday"), _l("Tuesday"), _l("Wednesday"), _l("Thursday"), _l("Friday"), _l("Saturday"),
    _l("Sunday"), _l("Public holiday"),
)  # fmt: skip
CHANNEL_WORDS = {"calls": _l("Calls"), "chats": _l("Chats")}
METHOD_WORDS = {
    Method.ERLANG_C: _l("Erlang C"),
    Method.ERLANG_A: _l("Erlang A"),
    Method.GIVEN: _l("Minimum given"),
}


def centre_today() -> date:
    """The date at the centre, whatever clock the reader goes by."""
    return clock.today(current_settings().zone)


def weekday_words(number: int) -> str:
    """A typical day: its weekday, or the public holidays."""
    return str(WEEKDAY_WORDS[number])


def day_words(day: Day) -> str:
    """A date, or a typical day."""
    return show_date(day, "weekday") if isinstance(day, date) else weekday_words(day)


def promise_words(queue: Queue) -> str:
    """What is promised: “80 % in 20 s”; nothing where the minimum is given."""
    if queue.method == Method.GIVEN:
        return ""
    share = show_percent(queue.service_level, _digits(queue.service_level))
    return str(_("%(share)s within %(seconds)s s", share=share, seconds=queue.answer_within_s))


def queue_words(queue: Queue) -> list[tuple[str, str]]:
    """A queue's settings as pairs of a term and what holds."""
    method = str(METHOD_WORDS[Method(queue.method)])
    pairs = [
        (_("Short name"), queue.key),
        (_("What comes in"), str(CHANNEL_WORDS[queue.channel])),
        (_("The requirement is calculated with"), method),
        (_("Interval"), str(_("%(num)s minutes", num=queue.interval_min))),
    ]
    if queue.method != Method.GIVEN:
        pairs += [
            (_("Service level"), promise_words(queue)),
            (_("Highest occupancy"), _percent(queue.max_occupancy)),
            (_("Planned shrinkage"), _percent(queue.planned_shrinkage)),
        ]
    if queue.method == Method.ERLANG_A:
        pairs.append((_("Patience"), str(_("%(num)s seconds", num=queue.patience_s))))
    if queue.channel == "chats":
        pairs.append((_("Chats at once"), show_number(queue.concurrency)))
    return [
        *pairs,
        (_("Unplanned shrinkage"), _percent(queue.unplanned_shrinkage)),
        (_("Buffer"), show_number(queue.buffer)),
    ]


def _percent(share: float) -> str:
    return show_percent(share, _digits(share))


def _digits(share: float) -> int:
    return 0 if abs(share * 100 - round(share * 100)) < 1e-9 else 1
