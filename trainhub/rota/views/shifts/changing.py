"""Changing one date of somebody's rota; swapping two people's shifts."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from zoneinfo import ZoneInfo

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import ngettext

from trainhub import clock
from trainhub.db import end_read, transaction
from trainhub.errors import Conflict, DomainError, NotFound
from trainhub.people.models import Person
from trainhub.rota.forms.changing import NOTHING_SAID, EditShiftForm, SwapForm
from trainhub.rota.models import ShiftCode
from trainhub.rota.queries.changes import list_changes_of
from trainhub.rota.queries.engagements import engagements_of
from trainhub.rota.queries.first_fills import find_first_fill
from trainhub.rota.queries.rota import (
    days_of_person,
    get_person_in_rota,
    list_teammates,
    site_of,
)
from trainhub.rota.queries.shift_codes import find_code, list_codes
from trainhub.rota.services import changing
from trainhub.rota.views.asked_dates import asked_date
from trainhub.rota.views.blueprint import bp
from trainhub.rota.views.shifts.classes_hit import warn_of_classes
from trainhub.rota.views.words import code_words
from trainhub.web.access import current_person, requires
from trainhub.web.locale import current_language
from trainhub.web.settings import current_settings

AROUND = 3  # days shown on either side of the one that is changed


@dataclass(frozen=True)
class DayPage:
    """One date of one person, with the days around it."""

    person: Person
    on: date
    today: date
    days: dict[date, ShiftCode]

    @property
    def code(self) -> ShiftCode | None:
        """What the rota says of the date."""
        return self.days.get(self.on)

    @property
    def around(self) -> list[tuple[date, ShiftCode | None]]:
        """The days before and after, and what the rota says of them."""
        return [
            (on, self.days.get(on))
            for on in (self.on + timedelta(days=at) for at in range(-AROUND, AROUND + 1))
        ]


def _asked_day(person_id: int) -> DayPage:
    person = get_person_in_rota(person_id, current_person())
    today = today_of(person)
    on = asked_date("on", today) or today
    wide = timedelta(days=AROUND)
    return DayPage(person, on, today, days_of_person(person, on - wide, on + wide))


def today_of(person: Person) -> date:
    """The date at the person's site; of the centre for a team without a place."""
    site = site_of(person)
    return clock.today(ZoneInfo(site.time_zone) if site else current_settings().zone)


@bp.route("/rota/people/<int:person_id>/shift", methods=["GET", "POST"])
@requires("rota.write")
def edit_shift(person_id: int) -> ResponseReturnValue:
    """Have a date say another code, with the reason."""
    page = _asked_day(person_id)
    form = EditShiftForm()
    form.code.choices = [
        *((code.code, code_words(code)) for code in list_codes()),
        (NOTHING_SAID, _("Nothing: the rota leaves this day open")),
    ]
    if request.method == "GET":
        form.code.data = form.seen.data = _said(page.code)
        return _edit_answer(page, form)
    if not form.validate():
        return _edit_answer(page, form, 422)
    try:
        rests = _store_edit(page, form)
    except Conflict as refused:
        form.take_error(refused)
        end_read()
        page = _asked_day(person_id)
        form.seen.data = _said(page.code)
        return _edit_answer(page, form, refused.status)
    except DomainError as refused:
        form.take_error(refused)
        return _edit_answer(page, form, refused.status)
    _tell(len(rests), _("The day is changed."))
    warn_of_classes([person_id], page.on, page.on)
    return redirect(url_for("rota.show_rota", team=page.person.team_id, on=page.on))


def _store_edit(page: DayPage, form: EditShiftForm) -> list[object]:
    with transaction():
        code = None if form.code.data == NOTHING_SAID else find_code(form.code.data)
        return list(
            changing.change_shift(
                page.person,
                page.on,
                code,
                form.reason.data or "",
                seen=form.seen.data or "",
                accept=bool(form.accept.data),
                today=page.today,
                actor=current_person(),
                now=clock.now(),
            )
        )


def _edit_answer(page: DayPage, form: EditShiftForm, status: int = 200) -> ResponseReturnValue:
    return render_template(
        "rota/edit_shift.html",
        page=page,
        form=form,
        asks_rest="accept" in form.errors or bool(form.accept.data),
        changes=list_changes_of(page.person, page.on, page.on),
        filled=find_first_fill(page.person, page.on),
        classes=engagements_of([page.person.id], page.on, page.on, current_language()),
    ), status


@bp.route("/rota/people/<int:person_id>/swap", methods=["GET", "POST"])
@requires("rota.write")
def swap_shifts(person_id: int) -> ResponseReturnValue:
    """Give each of two people of a team the other's shift."""
    page = _asked_day(person_id)
    mates = list_teammates(page.person)
    form = SwapForm()
    mates_days = {mate.id: days_of_person(mate, page.on, page.on).get(page.on) for mate in mates}
    form.other.choices = [
        (f"{mate.id}:{_said(mates_days[mate.id])}", _choice_words(mate, mates_days[mate.id]))
        for mate in mates
    ]
    if request.method == "GET":
        form.on.data, form.seen.data = page.on, _said(page.code)
        return _swap_answer(page, form)
    if not form.validate():
        return _swap_answer(page, form, 422)
    try:
        rests = _store_swap(page, form)
    except DomainError as refused:
        form.take_error(refused)
        if isinstance(refused, Conflict):
            end_read()
            form.seen.data = _said(_asked_day(person_id).code)
        return _swap_answer(page, form, refused.status)
    _tell(len(rests), _("The shifts are swapped."))
    dates = [form.on.data, form.also_on.data or form.on.data]
    other_id = int((form.other.data or "0").partition(":")[0])
    warn_of_classes([person_id, other_id], min(dates), max(dates))
    return redirect(url_for("rota.show_rota", team=page.person.team_id, on=page.on))


def _said(code: ShiftCode | None) -> str:
    return code.code if code else ""


def _choice_words(mate: Person, code: ShiftCode | None) -> str:
    said = code_words(code) if code else _("not rostered")
    return f"{mate.name} ({mate.employee_no or mate.username}) · {said}"


def _store_swap(page: DayPage, form: SwapForm) -> list[object]:
    dates = [form.on.data, *([form.also_on.data] if form.also_on.data else [])]
    other_id, _colon, shown = (form.other.data or "").partition(":")
    with transaction():
        mates = list_teammates(page.person)
        other = next((mate for mate in mates if str(mate.id) == other_id), None)
        if other is None:
            raise NotFound()
        seen = {(page.person.id, page.on): form.seen.data or "", (other.id, page.on): shown}
        return list(
            changing.swap_shifts(
                page.person,
                other,
                dates,
                form.reason.data or "",
                seen=seen,
                accept=bool(form.accept.data),
                today=page.today,
                actor=current_person(),
                now=clock.now(),
            )
        )


def _swap_answer(page: DayPage, form: SwapForm, status: int = 200) -> ResponseReturnValue:
    return render_template(
        "rota/swap_shifts.html",
        page=page,
        classes=engagements_of([page.person.id], page.on, page.on, current_language()),
        form=form,
        asks_rest="accept" in form.errors or bool(form.accept.data),
    ), status


def _tell(short_rests: int, words: str) -> None:
    flash(words, "success")
    if short_rests:
        warning = ngettext(
            "There are now less than 11 hours of rest in %(num)d place.",
            "There are now less than 11 hours of rest in %(num)d places.",
            short_rests,
        )
        flash(warning, "warning")
