"""Training requests: the list, asking, the page of one with its timeline."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from trainhub import clock, permissions
from trainhub.db import transaction
from trainhub.delivery.forms.requests import RequestForm, seen_revision
from trainhub.delivery.models import TrainingRequest
from trainhub.delivery.queries import request_people
from trainhub.delivery.queries import requests as queries
from trainhub.delivery.queries.classes.trainer_choice import list_trainer_choices
from trainhub.delivery.queries.fitting_hours import FittingHours, list_fitting_hours
from trainhub.delivery.rules.request_checks import Wish, read_wish
from trainhub.delivery.rules.requests import Act, Party, State, possible_acts
from trainhub.delivery.services import requests as services
from trainhub.delivery.views.blueprint import bp
from trainhub.delivery.views.classes.class_choices import list_rooms
from trainhub.delivery.views.requests.request_words import (
    class_words,
    minutes_in_hours,
    open_question,
    path_steps,
    state_words,
    told_steps,
)
from trainhub.errors import DomainError, NotFound
from trainhub.learning.queries.courses import CourseHead, list_course_heads
from trainhub.people.views.signed_in import note_refusal
from trainhub.rota.rules.clock_times import clock_time
from trainhub.web.access import current_person, requires
from trainhub.web.converters import row_id
from trainhub.web.locale import current_language, current_zone

REQUEST_PATH = "/training-requests/<int:training_request_id>"
SHELVES = ("waiting", "open", "ended")


def request_address(request_id: int) -> str:
    """The page of a request."""
    return url_for("delivery.show_training_request", training_request_id=request_id)


def own_request(request_id: int, permission: str = "delivery.request") -> TrainingRequest:
    """A request in the reader's sight; a look at another's goes on record. Raises `NotFound`."""
    try:
        return queries.get_request(request_id, current_person())
    except NotFound:
        note_refusal(current_person(), permission, request.path)
        raise


@bp.get("/training-requests")
@requires("delivery.request")
def list_training_requests() -> ResponseReturnValue:
    """What waits for the reader, what is under way, what has ended."""
    viewer = current_person()
    asked = request.args.get("shelf", "")
    page = request.args.get("page", default=1, type=row_id)
    shelf = asked if asked in SHELVES else ""
    if not shelf:
        shelf = "waiting" if queries.count_waiting(viewer) else "open"
    return render_template(
        "delivery/requests/list_requests.html",
        found=queries.find_requests(viewer, shelf, page),
        shelf=shelf,
        heads=list_course_heads(current_language()),
        state_words=state_words,
        is_reviewer=queries.reviews(viewer),
        page_url=lambda number: url_for(
            "delivery.list_training_requests", shelf=shelf, page=number
        ),
    )


def _open_heads() -> dict[int, CourseHead]:
    heads = list_course_heads(current_language())
    return {key: head for key, head in heads.items() if head.is_open}


def _offered_form(form: RequestForm) -> RequestForm:
    viewer = current_person()
    form.offer(
        _open_heads().values(),
        request_people.list_teams_to_ask_for(viewer),
        lambda team_id: request_people.list_nameable(viewer, team_id),
        needs_team=request_people.needs_team(viewer),
        names_all=lambda team_id: request_people.names_all(viewer, team_id),
    )
    return form


def _wish(form: RequestForm) -> Wish:
    viewer = current_person()
    return read_wish(
        form.typed(),
        today=clock.today(current_zone()),
        team_ids={one.id for one in request_people.list_teams_to_ask_for(viewer)},
        course_ids=_open_heads().keys(),
        needs_team=request_people.needs_team(viewer),
        person_ids={value for value, *_rest in form.person_ids.iter_choices()},
    )


@bp.route("/training-requests/new", methods=["GET", "POST"])
@requires("delivery.request")
def ask_for_training() -> ResponseReturnValue:
    """Ask for a class: as a draft, or handed in at once."""
    form = _offered_form(RequestForm())
    if "people" not in request.form and form.validate_on_submit():
        try:
            wish = _wish(form)
            with transaction():
                made = services.write_request(wish, actor=current_person(), now=clock.now())
                if "submit" in request.form:
                    services.submit(
                        made, revision=made.revision, actor=current_person(), now=clock.now()
                    )
        except DomainError as refused:
            form.take_error(refused)
        else:
            flash(_said(made), "success")
            return redirect(request_address(made.id))
    page = render_template("delivery/requests/edit_request.html", form=form, one=None)
    return page, 422 if form.errors else 200


def _said(made: TrainingRequest) -> str:
    kept: str = _("The draft is kept. Nobody else sees it until you send it in.")
    sent: str = _("Sent in. Each step appears here, and you hear of it by mail.")
    return kept if made.submitted_at is None else sent


@bp.route(f"{REQUEST_PATH}/edit", methods=["GET", "POST"])
@requires("delivery.request")
def edit_training_request(training_request_id: int) -> ResponseReturnValue:
    """Change a draft of one's own."""
    one = own_request(training_request_id)
    viewer = current_person()
    if Act.WRITE not in possible_acts(queries.standing_of(one), queries.parties(one, viewer)):
        flash(_("Only the requester can change a request, and only as a draft."), "info")
        return redirect(request_address(one.id))
    form = RequestForm() if request.method == "POST" else RequestForm(data=RequestForm.stored(one))
    _offered_form(form)
    if "people" not in request.form and form.validate_on_submit():
        try:
            wish, revision = _wish(form), seen_revision(form.revision.data)
            with transaction():
                draft = queries.get_request(training_request_id, viewer)
                services.change_request(
                    draft, wish, revision=revision, actor=viewer, now=clock.now()
                )
                if "submit" in request.form:
                    services.submit(draft, revision=draft.revision, actor=viewer, now=clock.now())
        except DomainError as refused:
            form.take_error(refused)
        else:
            flash(_said(draft) if "submit" in request.form else _("Saved."), "success")
            return redirect(request_address(training_request_id))
    page = render_template("delivery/requests/edit_request.html", form=form, one=one)
    return page, 422 if form.errors else 200


@bp.get(REQUEST_PATH)
@requires("delivery.request")
def show_training_request(training_request_id: int) -> ResponseReturnValue:
    """A request: what is asked for, every step so far, and what the reader can do now."""
    return request_page(own_request(training_request_id))


def request_page(
    one: TrainingRequest, refused: str = "", note: str = "", conflicts: Sequence[Any] = ()
) -> str:
    """The page of a request; `refused` says why a step was not taken, `note` what was typed."""
    viewer = current_person()
    standing, mine = queries.standing_of(one), queries.parties(one, viewer)
    acts = possible_acts(standing, mine)
    heads = list_course_heads(current_language())
    choices: list[Any] = []
    if Act.PROPOSE in acts and one.course_id:
        choices = list_trainer_choices(
            one.course_id, one.wished_from, one.wished_until,
            class_min=one.course.minutes if one.course else services.USUAL_MINUTES,
            now=clock.now(),
        )  # fmt: skip
    events = queries.list_events(one.id)
    return render_template(
        "delivery/requests/show_request.html",
        one=one,
        acts={act.value for act in acts},
        is_asker=Party.ASKER in mine,
        badge=state_words(one),
        steps=path_steps(one),
        events=told_steps(events),
        question=open_question(events) if one.state == State.DRAFT else "",
        head=heads.get(one.course_id or 0),
        heads=_open_heads(),
        people=request_people.list_named(one.id),
        choices=choices,
        hours=minutes_in_hours,
        classes=queries.list_classes(one.id),
        campaigns=queries.list_campaigns(one.id),
        class_words=class_words,
        clock=clock_time,
        refused=refused,
        note=note,
        conflicts=conflicts,
        rooms=list_rooms() if Act.START_PLAN in acts else [],
        fitting=_fitting_hours(one) if Act.START_PLAN in acts else None,
        sees_plans=queries.reviews(viewer),
    )


def _fitting_hours(one: TrainingRequest) -> FittingHours | None:
    """Hours that fit, where a planner has asked for them: some ten queries more."""
    asks = request.args.get("hours") == "fit" and permissions.allows(
        "delivery.plan", current_person()
    )
    if not asks:
        return None
    return list_fitting_hours(one, now=clock.now(), language=current_language())
