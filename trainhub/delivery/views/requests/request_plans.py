"""Making a campaign or a class of an approved training request."""

from __future__ import annotations

from flask import flash, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import ngettext

from trainhub import clock
from trainhub.db import end_read, transaction
from trainhub.delivery.forms.requests import seen_revision
from trainhub.delivery.queries.requests import get_request
from trainhub.delivery.rules.classes.class_plan import read_plan
from trainhub.delivery.rules.classes.conflicts import ClassConflicts
from trainhub.delivery.services.request_planning import (
    MadeClass,
    make_campaign,
    make_class,
)
from trainhub.delivery.views.blueprint import bp
from trainhub.delivery.views.requests.requests import REQUEST_PATH, own_request, request_page
from trainhub.errors import DomainError, InputErrors
from trainhub.web.access import current_person, requires
from trainhub.web.locale import current_language, current_zone
from trainhub.web.text import translated, typed_text

MOST_NAMED = 5  # people without a seat; the others are seen on the page of the class


def _revision() -> int:
    return seen_revision(request.form.get("revision"))


def _refused(request_id: int, refused: DomainError) -> ResponseReturnValue:
    end_read()
    one = own_request(request_id, "delivery.plan")
    conflicts = refused.conflicts if isinstance(refused, ClassConflicts) else ()
    text = refused.text(translated)
    if isinstance(refused, InputErrors):
        text = " ".join(each.text(translated) for each in refused.errors)
    return request_page(one, text, conflicts=conflicts), refused.status


@bp.post(f"{REQUEST_PATH}/campaign")
@requires("delivery.plan")
def plan_training_request(training_request_id: int) -> ResponseReturnValue:
    """Make a campaign of it: the planner looks at it and has it planned."""
    own_request(training_request_id, "delivery.plan")
    try:
        with transaction():
            made = make_campaign(
                get_request(training_request_id, current_person()), revision=_revision(),
                today=clock.today(current_zone()), actor=current_person(), now=clock.now(),
            )  # fmt: skip
            campaign_id = made.id
    except DomainError as refused:
        return _refused(training_request_id, refused)
    flash(_("The campaign is created. Check its limits, then have it planned."), "success")
    return redirect(url_for("delivery.show_campaign", campaign_id=campaign_id))


@bp.post(f"{REQUEST_PATH}/class")
@requires("delivery.plan")
def make_class_of_request(training_request_id: int) -> ResponseReturnValue:
    """Make one class of it, at an hour the planner names."""
    one = own_request(training_request_id, "delivery.plan")
    typed = {name: typed_text(name, 40) for name in ("on", "starts", "room_id", "seats")}
    typed |= {
        "trainer_id": str(one.trainer_id or ""),
        "duration_min": str(one.course.minutes if one.course else 60),
        "min_seats": "1",
    }
    try:
        plan = read_plan(typed)
        with transaction():
            made = make_class(
                get_request(training_request_id, current_person()), plan, revision=_revision(),
                language=current_language(), actor=current_person(), now=clock.now(),
            )  # fmt: skip
            session_id = made.session.id
    except DomainError as refused:
        return _refused(training_request_id, refused)
    _say_made(made)
    return redirect(url_for("delivery.show_class", training_session_id=session_id))


def _say_made(made: MadeClass) -> None:
    """What became of the class: who sits there, and who of those named does not."""
    if not made.seated and not made.refused:
        flash(_("The class is created. Add people, then publish it."), "success")
        return
    words = ngettext(
        "The class is made, with %(num)d person in it. Look at it, then publish it.",
        "The class is made, with %(num)d people in it. Look at it, then publish it.",
        made.seated,
    )
    flash(words, "success")
    for person, refused in made.refused[:MOST_NAMED]:
        flash(f"{person.name}: {refused.text(translated)}", "warning")
