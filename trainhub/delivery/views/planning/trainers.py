"""Trainers: what they may teach, where, when and how many hours a week."""

from __future__ import annotations

from datetime import date, timedelta

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from wtforms.fields.choices import SelectChoice

from trainhub import clock
from trainhub.db import transaction
from trainhub.delivery.forms.supply import TrainerForm, site_choices
from trainhub.delivery.queries.planning import supply as queries
from trainhub.delivery.queries.planning.supply_facts import times_of
from trainhub.delivery.rules.planning.supply_checks import (
    TrainerPlan,
    lines_of,
    read_trainer,
)
from trainhub.delivery.services.planning.trainers import keep_trainer
from trainhub.delivery.views.blueprint import bp
from trainhub.errors import DomainError
from trainhub.learning.queries.courses import list_course_heads
from trainhub.rota.rules.clock_times import monday_of
from trainhub.rota.rules.weekdays import SHORT_NAMES
from trainhub.web.access import current_person, requires
from trainhub.web.locale import current_language, current_zone
from trainhub.web.text import typed_text

TRAINER_PATH = "/class-trainers/<int:person_id>"
DATE_LENGTH = 20


def this_week(today: date) -> tuple[date, date]:
    """Monday and Sunday of the week."""
    monday = monday_of(today)
    return monday, monday + timedelta(days=6)


@bp.get("/class-trainers")
@requires("delivery.write_rooms")
def list_class_trainers() -> ResponseReturnValue:
    """Everybody who teaches, with what the planner knows of them."""
    first, last = this_week(clock.today(current_zone()))
    return render_template(
        "delivery/planning/list_trainers.html",
        rows=queries.list_trainer_rows(first, last),
        has_sites=bool(queries.list_sites()),
    )


def _offered(form: TrainerForm) -> TrainerForm:
    form.site_id.choices = site_choices(queries.list_sites())
    heads = list_course_heads(current_language())
    form.course_ids.choices = [SelectChoice(head.id, head.title) for head in heads.values()]
    return form


def _stored(person_id: int) -> TrainerForm:
    profile = queries.find_profile(person_id)
    names = SHORT_NAMES[current_language()]
    return TrainerForm(
        data={
            "site_id": str(profile.site_id) if profile else "",
            "hours": f"{(profile.max_min_per_week if profile else 600) / 60:g}",
            "course_ids": list(queries.certificates_of(person_id)),
            "times": lines_of(times_of([person_id]).get(person_id, ()), names),
        }
    )


def _plan(form: TrainerForm) -> TrainerPlan:
    chosen = form.site_id.data or ""
    dates = {
        course_id: typed_text(f"certified-{course_id}", DATE_LENGTH)
        for course_id in form.course_ids.data or []
    }
    return read_trainer(
        int(chosen) if chosen.isascii() and chosen.isdigit() and len(chosen) < 9 else None,
        form.hours.data or "",
        dates,
        form.times.data or "",
        site_ids={site.id for site in queries.list_sites()},
        today=clock.today(current_zone()),
    )


@bp.route(TRAINER_PATH, methods=["GET", "POST"])
@requires("delivery.write_rooms")
def edit_class_trainer(person_id: int) -> ResponseReturnValue:
    """Say what a trainer may teach, where and when."""
    person = queries.get_trainer(person_id)
    form = _offered(_stored(person_id) if request.method == "GET" else TrainerForm())
    if form.validate_on_submit():
        try:
            plan = _plan(form)
            with transaction():
                keep_trainer(
                    queries.get_trainer(person_id), plan, actor=current_person(), now=clock.now()
                )
        except DomainError as refused:
            form.take_error(refused)
        else:
            flash(_("Saved. The next plan takes it into account."), "success")
            return redirect(url_for("delivery.list_class_trainers"))
    dates = {one: on.isoformat() for one, on in queries.certificates_of(person_id).items()}
    typed = {
        choice.value: typed_text(f"certified-{choice.value}", DATE_LENGTH)
        for choice in form.course_ids.choices
    }
    page = render_template(
        "delivery/planning/edit_trainer.html",
        form=form,
        person=person,
        dates=typed if request.method == "POST" else dates,
    )
    return page, 422 if form.errors else 200
