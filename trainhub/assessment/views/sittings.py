"""Sittings: the lists, opening one, changing it, cancelling it."""

from __future__ import annotations

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from trainhub import clock
from trainhub.assessment.forms.sittings import NewSittingForm, SittingForm, instant
from trainhub.assessment.models import Exam, Sitting
from trainhub.assessment.queries import sittings as queries
from trainhub.assessment.queries.keys import get_exam
from trainhub.assessment.queries.sittings import Phase, phase_of
from trainhub.assessment.rules.settings import Form, settings_from
from trainhub.assessment.rules.sitting_checks import SittingPlan, read_sitting
from trainhub.assessment.services import sittings as services
from trainhub.assessment.views.blueprint import bp
from trainhub.assessment.views.sittings_invited import chosen, offer_people
from trainhub.db import transaction
from trainhub.errors import DomainError
from trainhub.web.access import current_person, requires
from trainhub.web.converters import row_id
from trainhub.web.settings import current_settings
from trainhub.web.text import translated, typed_text


def sitting_address(sitting_id: int) -> str:
    """The page of a sitting."""
    return url_for("assessment.show_sitting", sitting_id=sitting_id)


@bp.get("/sittings")
@requires("assessment.view_results")
def list_sittings() -> ResponseReturnValue:
    """Sittings that run, come, or are over; for supervisors those of their people."""
    viewer, now = current_person(), clock.now()
    asked = request.args.get("phase", "")
    counts = queries.count_phases(viewer, now)
    phase = Phase(asked) if asked in set(Phase) else _first(counts)
    page = request.args.get("page", default=1, type=row_id)
    return render_template(
        "assessment/list_sittings.html",
        phase=phase,
        counts=counts,
        found=queries.find_sitting_page(viewer, phase, now, page),
        page_url=lambda number: url_for("assessment.list_sittings", phase=phase, page=number),
    )


def _first(counts: dict[Phase, int]) -> Phase:
    """The first phase that has any: what runs is looked for first."""
    return next((phase for phase, count in counts.items() if count), Phase.UPCOMING)


@bp.route("/exams/<slug:exam_key>/sittings/new", methods=["GET", "POST"])
@requires("assessment.hold_sittings")
def open_sitting(exam_key: str) -> ResponseReturnValue:
    """Open the published version of an exam to candidates."""
    exam = get_exam(exam_key)
    if exam.published is None or exam.retired_at is not None:
        flash(_("Publish the exam before opening a sitting of it."), "warning")
        return redirect(url_for("assessment.show_exam", exam_key=exam_key))
    form = NewSittingForm()
    if request.method == "GET":
        form = NewSittingForm(data={"access_code": services.new_access_code()})
    earlier = queries.list_sittings_of(exam.id)
    form.offer_forms(earlier)
    more = offer_people(form)
    if request.method == "POST" and "find" not in request.form and form.validate():
        try:
            with transaction():
                sitting_id = _open(get_exam(exam_key), form).id
        except DomainError as refused:
            form.take_error(refused)
        else:
            flash(_("The sitting is open to its candidates from its hour on."), "success")
            return redirect(sitting_address(sitting_id))
    page = render_template(
        "assessment/open_sitting.html", exam=exam, more=more, **_form_values(exam, form)
    )
    return page, 422 if form.errors else 200


def _form_values(exam: Exam, form: SittingForm) -> dict[str, object]:
    assert exam.published is not None
    settings = settings_from(exam.published.settings)
    return {
        "form": form,
        "settings": settings,
        "shared": settings.form is Form.SHARED,
        "zone": current_settings().time_zone,
    }


def _plan(form: SittingForm, duration_s: int) -> SittingPlan:
    zone = current_settings().zone
    return read_sitting(
        name=form.name.data or "",
        opens_at=instant(form.opens_at.data, zone),
        closes_at=instant(form.closes_at.data, zone),
        access_code=form.access_code.data or "",
        networks=form.networks.data or "",
        duration_s=duration_s,
        now=clock.now(),
    )


def _open(exam: Exam, form: NewSittingForm) -> Sitting:
    assert exam.published is not None
    earlier = {one.id: one for one in queries.list_sittings_of(exam.id)}
    return services.open_sitting(
        exam,
        _plan(form, settings_from(exam.published.settings).duration_s),
        chosen(form),
        same_form_as=earlier.get(form.same_form.data),
        actor=current_person(),
        now=clock.now(),
    )


@bp.route("/sittings/<int:sitting_id>/edit", methods=["GET", "POST"])
@requires("assessment.hold_sittings")
def edit_sitting(sitting_id: int) -> ResponseReturnValue:
    """Give a sitting another name, window, code or ranges."""
    sitting = queries.get_sitting(sitting_id, current_person())
    form = SittingForm()
    if request.method == "GET":
        form = SittingForm(data=SittingForm.stored(sitting, current_settings().zone))
    if form.validate_on_submit():
        try:
            plan = _plan(form, settings_from(sitting.version.settings).duration_s)
            with transaction():
                sitting = queries.get_sitting(sitting_id, current_person())
                services.change_sitting(sitting, plan, actor=current_person(), now=clock.now())
        except DomainError as refused:
            form.take_error(refused)
        else:
            flash(_("The sitting is changed."), "success")
            return redirect(sitting_address(sitting_id))
    page = render_template(
        "assessment/edit_sitting.html",
        sitting=sitting,
        form=form,
        zone=current_settings().time_zone,
        running=phase_of(sitting, clock.now()) is Phase.RUNNING,
    )
    return page, 422 if form.errors else 200


@bp.post("/sittings/<int:sitting_id>/cancel")
@requires("assessment.hold_sittings")
def cancel_sitting(sitting_id: int) -> ResponseReturnValue:
    """Let nobody begin any more."""
    actor = current_person()
    try:
        with transaction():
            sitting = queries.get_sitting(sitting_id, actor)
            reason = typed_text("reason", 500)
            services.cancel_sitting(sitting, reason=reason, actor=actor, now=clock.now())
    except DomainError as refused:
        flash(refused.text(translated), "error")
    else:
        flash(_("The sitting is cancelled: nobody can begin any more."), "success")
    return redirect(sitting_address(sitting_id))
