"""What a supervisor does from the road: remind, waive, extend, sign off, take out."""

from __future__ import annotations

from collections.abc import Callable

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from trainhub import clock
from trainhub.certification.forms.acting import ExceptionForm, SignOffForm
from trainhub.certification.models import ProgrammeEnrolment
from trainhub.certification.queries.roads import get_exception
from trainhub.certification.queries.scope import get_enrolment_to_act_on
from trainhub.certification.services.awards import ReasonNeeded
from trainhub.certification.services.enrolling import withdraw
from trainhub.certification.services.exceptions import end_exception, make_exception
from trainhub.certification.services.reminding import remind
from trainhub.certification.services.reviewing import lock_enrolment, review_enrolment
from trainhub.certification.services.summaries import requirement_of, sign_off
from trainhub.certification.views.blueprint import bp
from trainhub.certification.views.matrix.asked import back_address
from trainhub.certification.views.refusing import on_record
from trainhub.certification.views.standing.roads import PATH, road_of
from trainhub.certification.views.standing.shown import shown_road
from trainhub.db import transaction
from trainhub.errors import DomainError, NotFound
from trainhub.web.access import current_person, requires
from trainhub.web.settings import current_settings
from trainhub.web.text import translated, typed_text

ACT = "certification.act"


def road_address(enrolment_id: int, place: str | None = None) -> str:
    """The page of an enrolment."""
    return url_for("certification.show_road", enrolment_id=enrolment_id, _anchor=place)


def act_on(enrolment_id: int, act: Callable[[ProgrammeEnrolment], object]) -> None:
    """Do something to a held enrolment in sight and look at its standing at once.

    Raises `NotFound`, and what `act` raises.
    """
    with transaction():
        get_enrolment_to_act_on(enrolment_id, current_person())
        enrolment = lock_enrolment(enrolment_id)
        act(enrolment)
        if enrolment.state != "withdrawn":
            review_enrolment(enrolment_id, now=clock.now(), centre_zone=current_settings().zone)


def _press(
    enrolment_id: int, act: Callable[[ProgrammeEnrolment], object], done: str, place: str = ""
) -> ResponseReturnValue:
    try:
        act_on(enrolment_id, act)
    except NotFound:
        raise
    except DomainError as refused:
        flash(refused.text(translated), "danger")
    else:
        flash(done, "success")
    return redirect(road_address(enrolment_id, place or None))


@bp.post(f"{PATH}/remind")
@requires(ACT)
@on_record(ACT)
def remind_person(enrolment_id: int) -> ResponseReturnValue:
    """Remind somebody of what is missing."""
    words = typed_text("words", 500)
    return _press(
        enrolment_id,
        lambda one: remind(one, words=words, actor=current_person(), now=clock.now()),
        _("The reminder is on its way."),
    )


@bp.post(f"{PATH}/withdraw")
@requires(ACT)
@on_record(ACT)
def withdraw_enrolment(enrolment_id: int) -> ResponseReturnValue:
    """Take somebody out of a programme, and say why."""
    reason = typed_text("reason", 500)

    def act(enrolment: ProgrammeEnrolment) -> None:
        if not reason.strip():
            raise ReasonNeeded()
        withdraw(enrolment, reason=reason, actor=current_person(), now=clock.now())

    return _press(
        enrolment_id,
        act,
        _("They have left the programme. What they have done stays."),
    )


@bp.route(f"{PATH}/requirements/<slug:requirement_key>/exception", methods=["GET", "POST"])
@requires(ACT)
@on_record(ACT)
def make_requirement_exception(enrolment_id: int, requirement_key: str) -> ResponseReturnValue:
    """Waive a requirement or give more time, with a reason and an end."""
    enrolment = get_enrolment_to_act_on(enrolment_id, current_person())
    road = road_of(enrolment)
    line = next(
        (one for one in road.looked.standing.lines if one.requirement.key == requirement_key), None
    )
    if line is None:
        raise NotFound()
    form = ExceptionForm()
    if form.validate_on_submit():
        try:
            act_on(
                enrolment_id,
                lambda one: make_exception(
                    one,
                    requirement_key,
                    form.kind.data,
                    until_on=form.until_on.data,
                    reason=form.reason.data,
                    actor=current_person(),
                    today=road.today,
                    now=clock.now(),
                ),
            )
        except NotFound:
            raise
        except DomainError as refused:
            form.take_error(refused)
        else:
            flash(_("It is in force from now on."), "success")
            return redirect(back_address(enrolment_id, f"requirement-{requirement_key}"))
    page = render_template(
        "certification/standing/make_exception.html",
        form=form,
        enrolment=enrolment,
        missing=line,
        today=road.today,
        back=back_address(enrolment_id),
    )
    return page, 422 if form.errors else 200


@bp.post(f"{PATH}/exceptions/<int:exception_id>/end")
@requires(ACT)
@on_record(ACT)
def end_requirement_exception(enrolment_id: int, exception_id: int) -> ResponseReturnValue:
    """End a waiver or an extension early, and say why."""
    reason = typed_text("reason", 500)

    def act(enrolment: ProgrammeEnrolment) -> None:
        made = get_exception(enrolment_id, exception_id)
        end_exception(made, enrolment, reason=reason, actor=current_person(), now=clock.now())

    return _press(enrolment_id, act, _("It is ended."))


@bp.route(f"{PATH}/sign-off/<slug:requirement_key>", methods=["GET", "POST"])
@requires(ACT)
@on_record(ACT)
def sign_off_requirement(enrolment_id: int, requirement_key: str) -> ResponseReturnValue:
    """Sign somebody off, or say what is missing, with everything it rests on beside it."""
    viewer = current_person()
    enrolment = get_enrolment_to_act_on(enrolment_id, viewer)
    requirement = requirement_of(enrolment, requirement_key, "sign_off")
    road = road_of(enrolment)
    missing = [
        one for one in road.looked.standing.missing if one.requirement.key != requirement_key
    ]
    form = SignOffForm()
    if form.validate_on_submit() and form.is_thought_over(bool(missing)):
        signed = form.decision.data == "signed"
        try:
            act_on(
                enrolment_id,
                lambda one: sign_off(
                    one,
                    requirement_key,
                    signed=signed,
                    comment=form.comment.data,
                    actor=current_person(),
                    now=clock.now(),
                ),
            )
        except NotFound:
            raise
        except DomainError as refused:
            form.take_error(refused)
        else:
            flash(_("Signed off.") if signed else _("Your word is noted."), "success")
            return redirect(back_address(enrolment_id))
    page = render_template(
        "certification/standing/sign_off.html",
        form=form,
        enrolment=enrolment,
        requirement=requirement,
        stages=shown_road(road, viewer),
        missing=missing,
        words=road.sign_offs_of(requirement_key),
        today=road.today,
        back=back_address(enrolment_id),
    )  # fmt: skip
    return page, 422 if form.errors else 200
