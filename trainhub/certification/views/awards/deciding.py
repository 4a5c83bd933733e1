"""Grave acts on awards, each with a reason and a password typed just now."""

from __future__ import annotations

from typing import Any

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from trainhub import clock
from trainhub.certification.certificates.texts import number_of
from trainhub.certification.forms.deciding import ReasonForm
from trainhub.certification.models import Award, ProgrammeEnrolment
from trainhub.certification.queries.awards import find_active_enrolment
from trainhub.certification.queries.scope import get_award_to_decide, get_enrolment_to_act_on
from trainhub.certification.queries.standings import Looked, look_at
from trainhub.certification.rules.awards.states import AwardState
from trainhub.certification.services.awards import AwardMoved, change, grant
from trainhub.certification.services.enrolling import enrol
from trainhub.certification.services.reviewing import lock_enrolment, review
from trainhub.certification.views.awards.shown import possible_acts
from trainhub.certification.views.blueprint import bp
from trainhub.db import db, transaction
from trainhub.errors import DomainError, NotFound
from trainhub.people.views.signed_in import with_fresh_password
from trainhub.web.access import current_person, requires
from trainhub.web.settings import current_settings

DECIDES = "certification.award"
# Title, what it means, the button, what is said afterwards, the state it leads to.
ACTS: dict[str, tuple[Any, Any, Any, Any, AwardState]] = {
    "revoke": (
        _l("Revoke the award"),
        _l(
            "From now on the public page says “revoked”, and no certificate is printed. This "
            "cannot be undone; a further award is a new one, which an administrator grants."
        ),
        _l("Revoke it"),
        _l("The award is revoked."),
        AwardState.REVOKED,
    ),
    "confirm": (
        _l("Confirm the award"),
        _l("The award holds as before. The evidence that was taken back is not asked for again."),
        _l("Confirm it"),
        _l("The award is confirmed."),
        AwardState.ACTIVE,
    ),
    "question": (
        _l("Put the award under review"),
        _l("Until somebody confirms or revokes it, the public page says “under review”."),
        _l("Put it under review"),
        _l("The award is under review."),
        AwardState.UNDER_REVIEW,
    ),
}


@bp.route(
    "/awards/<int:award_id>/<any(revoke, confirm, question):award_act>", methods=["GET", "POST"]
)
@requires(DECIDES)
@with_fresh_password
def decide_award(award_id: int, award_act: str) -> ResponseReturnValue:
    """Revoke, confirm or question an award, with a reason."""
    award, form = get_award_to_decide(award_id, current_person()), ReasonForm()
    title, meaning, button, done, new = ACTS[award_act]
    status = 422 if form.is_submitted() else 200
    if form.validate_on_submit():
        try:
            with transaction():
                award = get_award_to_decide(award_id, current_person())
                change(award, new, now=clock.now(), by=current_person(), reason=form.reason.data)
        except DomainError as refused:
            form.take_error(refused)
            status = refused.status
        else:
            flash(str(done), "success")
            return _to_award(award_id)
    page = render_template(
        "certification/awards/decide_award.html",
        award=award,
        number=number_of(award),
        form=form,
        title=title,
        meaning=meaning,
        button=button,
        is_possible=award_act in possible_acts(award, current_person()),
    )
    return page, status


def _to_award(award_id: int) -> ResponseReturnValue:
    return redirect(url_for("certification.show_award", award_id=award_id))


@bp.post("/awards/<int:award_id>/again")
@requires(DECIDES)
@with_fresh_password
def award_again(award_id: int) -> ResponseReturnValue:
    """Take the holder of an ended award into its programme anew, to grant them the next one."""
    with transaction():
        award = get_award_to_decide(award_id, current_person())
        if "again" not in possible_acts(award, current_person()):
            raise AwardMoved()
        enrolment = find_active_enrolment(award.person_id, award.programme_id) or _enrol(award)
    return redirect(url_for("certification.grant_award", enrolment_id=enrolment.id))


def _enrol(award: Award) -> ProgrammeEnrolment:
    now = clock.now()
    today = now.astimezone(current_settings().zone).date()
    return enrol(award.programme, award.person, starts_on=today, actor=current_person(), now=now)


@bp.route("/standings/<int:enrolment_id>/grant", methods=["GET", "POST"])
@requires(DECIDES)
@with_fresh_password
def grant_award(enrolment_id: int) -> ResponseReturnValue:
    """Grant by hand what an enrolment leads to: only when nothing is missing, with a reason."""
    form = ReasonForm()
    status = 422 if form.is_submitted() else 200
    if form.validate_on_submit():
        try:
            award_id = _grant(enrolment_id, form.reason.data)
        except NotFound:
            raise
        except DomainError as refused:
            db.session.rollback()
            form.take_error(refused)
            status = refused.status
        else:
            flash(_("The award is granted."), "success")
            return _to_award(award_id)
    enrolment = get_enrolment_to_act_on(enrolment_id, current_person())
    page = render_template(
        "certification/awards/grant_award.html",
        enrolment=enrolment,
        standing=_look(enrolment).standing,
        form=form,
    )
    return page, status


def _look(enrolment: ProgrammeEnrolment) -> Looked:
    found = look_at([enrolment], now=clock.now(), centre_zone=current_settings().zone)
    return found[enrolment.id]


def _grant(enrolment_id: int, reason: str) -> int:
    now = clock.now()
    with transaction():
        get_enrolment_to_act_on(enrolment_id, current_person())
        enrolment = lock_enrolment(enrolment_id)
        looked = _look(enrolment)
        award = grant(enrolment, looked, now=now, by=current_person(), reason=reason)
        review(enrolment, looked, now=now)
    return award.id
