"""One's own rota: the days to come, the classes in them, and what of them has changed."""

from __future__ import annotations

from datetime import date, timedelta

from flask import render_template
from flask.typing import ResponseReturnValue

from trainhub import clock
from trainhub.people.models import Person
from trainhub.rota.models import ShiftCode
from trainhub.rota.queries.changes import list_changes_of
from trainhub.rota.queries.engagements import Engagement, engagements_of
from trainhub.rota.queries.rota import dates_between, days_of_person, last_date_of, site_of
from trainhub.rota.views.asked_dates import asked_date, month_around, week_around
from trainhub.rota.views.blueprint import bp
from trainhub.web.access import current_person, requires
from trainhub.web.locale import current_language, current_zone

NEWS_DAYS = 14  # so far back changes of one's days are told


@bp.get("/rota/mine")
@requires("rota.own")
def show_own_rota() -> ResponseReturnValue:
    """A month of one's own days, by weeks."""
    person, today = current_person(), clock.today(current_zone())
    on = asked_date("on", today) or today
    first, last = month_around(on)
    shown = week_around(first)[0], week_around(last)[1]
    days = days_of_person(person, *shown)
    dates = dates_between(*shown)
    classes = _own_classes(person, *shown)
    since = clock.now() - timedelta(days=NEWS_DAYS)
    changes = list_changes_of(person, today, today + timedelta(days=120))
    return render_template(
        "rota/show_own_rota.html",
        weeks=[dates[at : at + 7] for at in range(0, len(dates), 7)],
        days=days,
        codes_shown=_codes_of(days),
        classes=classes,
        classes_on={on: [one for one in classes if one.on == on] for on in dates},
        month=first,
        before=first - timedelta(days=1),
        after=last + timedelta(days=1),
        today=today,
        following=next_shift(person, today),
        site=site_of(person),
        last_on=last_date_of(person),
        changes=[one for one in changes if one.changed_at >= since and not one.is_first_fill],
    )


def _own_classes(person: Person, first: date, last: date) -> list[Engagement]:
    """The classes to come that the person has been told of."""
    found = engagements_of([person.id], first, last, current_language())
    return [one for one in found if one.is_published]


def _codes_of(days: dict[date, ShiftCode]) -> list[ShiftCode]:
    """Every code of some days, once, in their order."""
    shown = {code.id: code for code in days.values()}
    return sorted(shown.values(), key=lambda code: (code.position, code.code))


def next_shift(person: Person, today: date) -> tuple[date, ShiftCode] | None:
    """The next date from today on with a shift (no rest, no leave), within two weeks."""
    days = days_of_person(person, today, today + timedelta(days=13))
    return next(((on, days[on]) for on in sorted(days) if days[on].starts_min is not None), None)
