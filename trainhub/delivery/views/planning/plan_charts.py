"""The cover of a date without and with a plan, drawn, with the table beside it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from flask_babel import gettext as _

from trainhub.delivery.rules.planning.plan_cover import BeforeAfter
from trainhub.rota.rules.requirement import StaffingRules
from trainhub.rota.views.cover.cover_pages import counted_on, promised, signed
from trainhub.rota.views.demand.typical_week import Drawn
from trainhub.web.cover_charts import Steps, clock_label, frame_of, step_chart
from trainhub.web.filters import show_date, show_number


def draw_before_after(pair: BeforeAfter, rules: StaffingRules, on: date) -> Drawn:
    """One chart: who is counted on without and with it, against what is required."""
    before, after = pair.before, pair.after
    lines = [
        Steps(_("Without these classes"), counted_on(before, rules), "th-cover-rostered"),
        Steps(_("With this plan"), counted_on(after, rules), "th-cover-counted"),
    ]
    if before.is_known:
        words = _("Required and buffer") if rules.buffer else _("Required")
        lines.append(Steps(words, promised(before, rules), "th-cover-required"))
    frame = frame_of([before.required, before.rostered], before.interval_min)
    caption = _(
        "People per interval on %(day)s, without and with this plan", day=show_date(on, "weekday")
    )
    short = [left < 0 for left in after.headroom]
    label = _short_words(before.headroom, after.headroom)
    chart = step_chart(lines, short, frame, caption, short_label=label, show=show_number)
    columns = [
        _("From"), _("Required"), _("Rostered"), _("Others in class"), _("In class with this plan"),
        _("Headroom without these classes"), _("Headroom with this plan"),
    ]  # fmt: skip
    rows = []
    for at in range(frame.first, frame.end):
        known = before.is_known
        rows.append(
            [
                clock_label(at * before.interval_min),
                show_number(before.required[at]) if known else "–",
                show_number(before.rostered[at]),
                show_number(before.away[at]),
                show_number(after.away[at]),
                signed(before.headroom[at]) if known else "–",
                signed(after.headroom[at]) if known else "–",
            ]
        )
    return Drawn(chart, caption, columns, rows)


def _short_words(before: Sequence[int], after: Sequence[int]) -> str:
    """What the coloured ground means: short because of the classes, or without them as well."""
    harmed = [now < 0 and now < then for then, now in zip(before, after, strict=True)]
    already = [now < 0 and now >= then for then, now in zip(before, after, strict=True)]
    words: str = _("short")
    if any(already) and any(harmed):
        words = _("short, in part without these classes too")
    elif any(already):
        words = _("short without these classes too")
    return words
