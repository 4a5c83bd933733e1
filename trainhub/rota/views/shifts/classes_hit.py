"""Telling whoever changed the rota which classes that has hit."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date, timedelta

from flask import flash
from flask_babel import gettext as _
from flask_babel import ngettext

from trainhub.rota.queries.engagements import engagements_of
from trainhub.rota.rules.clock_times import clock_time
from trainhub.web.filters import show_date
from trainhub.web.locale import current_language

MOST_NAMED = 5  # classes told one by one


def warn_of_classes(person_ids: Collection[int], first: date, last: date) -> None:
    """Name the classes for which the rota, as it stands now, leaves no time any more.

    Rest counts as well, so the days beside the changed ones are looked at too.
    """
    day = timedelta(days=1)
    found = engagements_of(person_ids, first - day, last + day, current_language())
    lost = [one for one in found if not one.fits]
    for one in lost[:MOST_NAMED]:
        flash(
            _(
                "%(name)s has a seat in “%(course)s” on %(on)s, %(start)s–%(end)s, which the rota "
                "no longer allows. The seat stays: take it back, or plan the campaign again.",
                name=one.name, course=one.title, on=show_date(one.on, "weekday"),
                start=clock_time(one.starts_min), end=clock_time(one.ends_min),
            ),
            "warning",
        )  # fmt: skip
    if len(lost) > MOST_NAMED:
        more = ngettext(
            "%(num)d more seat does not fit the rota.",
            "%(num)d more seats do not fit the rota.",
            len(lost) - MOST_NAMED,
        )
        flash(more, "warning")
