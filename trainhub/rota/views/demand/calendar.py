"""The calendar: public holidays and make-up workdays, with the centre's own exceptions."""

from __future__ import annotations

from datetime import date

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from trainhub import clock
from trainhub.db import transaction
from trainhub.errors import DomainError, NotFound
from trainhub.rota.forms.demand import CalendarDayForm
from trainhub.rota.queries.calendar_days import lacks_make_up_days, list_calendar
from trainhub.rota.rules.holidays_calendar import DayKind
from trainhub.rota.services.calendar_days import FIRST_YEAR, LAST_YEAR, clear_day, set_day
from trainhub.rota.views.blueprint import bp
from trainhub.rota.views.demand.demand_words import centre_today
from trainhub.web.access import current_person, requires
from trainhub.web.locale import current_language
from trainhub.web.settings import current_settings
from trainhub.web.text import typed_text


@bp.get("/calendar")
@requires("rota.view_cover")
def show_calendar() -> ResponseReturnValue:
    """The dates of a year that are not what their weekday says."""
    return _answer(CalendarDayForm(formdata=None), _asked_year())


@bp.post("/calendar/days")
@requires("rota.write_demand")
def set_calendar_day() -> ResponseReturnValue:
    """Call a date a holiday or a working day."""
    form = CalendarDayForm()
    if not form.validate():
        return _answer(form, _asked_year(), 422)
    try:
        with transaction():
            set_day(
                form.on.data,
                DayKind(form.kind.data),
                form.name.data or "",
                actor=current_person(),
                now=clock.now(),
            )
    except DomainError as refused:
        form.take_error(refused)
        return _answer(form, _asked_year(), refused.status)
    flash(_("The calendar is changed."), "success")
    return redirect(url_for("rota.show_calendar", year=form.on.data.year))


@bp.post("/calendar/days/clear")
@requires("rota.write_demand")
def clear_calendar_day() -> ResponseReturnValue:
    """Let the public calendar say again what a date is."""
    try:
        on = date.fromisoformat(typed_text("on", 10))
    except ValueError:
        raise NotFound() from None
    with transaction():
        clear_day(on, actor=current_person(), now=clock.now())
    flash(_("The exception is removed."), "success")
    return redirect(url_for("rota.show_calendar", year=on.year))


def _asked_year() -> int:
    this_year = centre_today().year
    try:
        year = int(request.args.get("year", this_year))
    except ValueError:
        return this_year
    return year if FIRST_YEAR <= year <= LAST_YEAR else this_year


def _answer(form: CalendarDayForm, year: int, status: int = 200) -> ResponseReturnValue:
    page = render_template(
        "rota/show_calendar.html",
        form=form,
        year=year,
        rows=list_calendar(date(year, 1, 1), date(year, 12, 31)),
        is_chinese=current_language() == "zh",
        lacks_make_up_days=lacks_make_up_days(year),
        country=current_settings().holidays,
        today=centre_today(),
        years=(FIRST_YEAR, LAST_YEAR),
    )
    return page, status
