"""Publishing a class or a campaign, and what is shown when seats do not fit any more."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import ngettext

from trainhub import clock
from trainhub.db import transaction
from trainhub.delivery.queries.course_titles import titles_of
from trainhub.delivery.queries.planning import campaigns as queries
from trainhub.delivery.queries.scope import get_class
from trainhub.delivery.services.classes import publishing
from trainhub.delivery.services.classes.publishing import Published, SeatsUnfit
from trainhub.delivery.views.blueprint import bp
from trainhub.delivery.views.classes.classes import CLASS_PATH, class_address
from trainhub.delivery.views.planning.campaigns import CAMPAIGN_PATH
from trainhub.web.access import current_person, requires
from trainhub.web.locale import current_language


@dataclass(frozen=True)
class _Way:
    """Where a refused publishing came from, and where one can go from there."""

    back: str
    back_words: str
    plan_again: str | None


@bp.post(f"{CLASS_PATH}/publish")
@requires("delivery.plan")
def publish_class(training_session_id: int) -> ResponseReturnValue:
    """Let people see the class; those with a seat are told."""
    session = get_class(training_session_id, current_person())
    address, title = class_address(training_session_id), titles_of(
        [session.course_id], current_language()
    )[session.course_id]  # fmt: skip
    campaign_id = session.campaign_id
    again = url_for("delivery.plan_campaign", campaign_id=campaign_id) if campaign_id else None
    return _publish(
        lambda leave_out: publishing.publish_class(
            training_session_id, now=clock.now(), actor=current_person(), leave_out=leave_out,
            language=current_language(),
        ),
        _Way(address, title, again),
        lambda told: ngettext(
            "Published: %(num)d person is told.", "Published: %(num)d people are told.", told.seats
        ) if told.seats else _("Published. Nobody has a seat in it yet."),
    )  # fmt: skip


@bp.post(f"{CAMPAIGN_PATH}/publish")
@requires("delivery.plan")
def publish_campaign(campaign_id: int) -> ResponseReturnValue:
    """Tell everybody of the classes agreed to."""
    name = queries.get_campaign(campaign_id).name
    return _publish(
        lambda leave_out: publishing.publish_campaign(
            queries.get_campaign(campaign_id), now=clock.now(), actor=current_person(),
            leave_out=leave_out, language=current_language(),
        ),
        _Way(
            url_for("delivery.show_campaign", campaign_id=campaign_id),
            name,
            url_for("delivery.plan_campaign", campaign_id=campaign_id),
        ),
        lambda told: ngettext(
            "%(num)d class is published: its people are told.",
            "%(num)d classes are published: their people are told.",
            told.classes,
        ),
    )  # fmt: skip


def _publish(
    act: Callable[[bool], Published], way: _Way, words: Callable[[Published], str]
) -> ResponseReturnValue:
    try:
        with transaction():
            told = act(request.form.get("leave_out") == "yes")
    except SeatsUnfit as refused:
        return _refused(refused, way)
    if told.classes or not told.held_back:
        flash(words(told), "success")
    if told.left_out:
        flash(
            ngettext(
                "%(num)d seat that no longer fitted has been given back.",
                "%(num)d seats that no longer fitted have been given back.",
                told.left_out,
            ),
            "warning",
        )
    if told.held_back:
        flash(
            ngettext(
                "%(num)d class stays unpublished: a queue would be short. Move it, or plan again.",
                "%(num)d classes stay unpublished: a queue would be short. Move them, or plan"
                " again.",
                len(told.held_back),
            ),
            "warning",
        )
    return redirect(way.back)


def _refused(refused: SeatsUnfit, way: _Way) -> ResponseReturnValue:
    titles = titles_of({one.session.course_id for one in refused.classes}, current_language())
    return render_template(
        "delivery/classes/publish_refused.html",
        classes=refused.classes,
        titles=titles,
        seats=sum(len(one.seats) for one in refused.classes),
        way=way,
    ), refused.status
