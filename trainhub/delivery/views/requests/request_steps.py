"""The steps of a training request: handing in, reviewing, the trainer's answer, the effect."""

from __future__ import annotations

from collections.abc import Callable

from flask import flash, redirect, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from trainhub import clock
from trainhub.db import end_read, transaction
from trainhub.delivery.forms.requests import chosen_id, seen_revision
from trainhub.delivery.models import TrainingRequest
from trainhub.delivery.queries.requests import find_course, get_request
from trainhub.delivery.rules.request_checks import REASON_LENGTH, VALUE_LENGTH
from trainhub.delivery.rules.requests import Act
from trainhub.delivery.services import requests as services
from trainhub.delivery.views.blueprint import bp
from trainhub.delivery.views.requests.requests import (
    REQUEST_PATH,
    own_request,
    request_address,
    request_page,
)
from trainhub.errors import DomainError, NotFound
from trainhub.people.views.signed_in import note_refusal
from trainhub.web.access import current_person, requires
from trainhub.web.text import translated, typed_text

_DECISIONS = {"approve": Act.APPROVE, "reject": Act.REJECT, "ask-back": Act.ASK_BACK}


def _take(
    request_id: int, step: Callable[[TrainingRequest], None], done: str, permission: str
) -> ResponseReturnValue:
    """Take a step in one transaction; a refusal shows the page again with what was typed."""
    try:
        with transaction():
            step(get_request(request_id, current_person()))
    except NotFound:
        note_refusal(current_person(), permission, request.path)
        raise
    except DomainError as refused:
        end_read()
        page = request_page(own_request(request_id, permission), refused.text(translated), _note())
        return page, refused.status
    flash(done, "success")
    return redirect(request_address(request_id))


def _note() -> str:
    return typed_text("note", REASON_LENGTH)


def _revision() -> int:
    return seen_revision(request.form.get("revision"))


@bp.post(f"{REQUEST_PATH}/submit")
@requires("delivery.request")
def submit_training_request(training_request_id: int) -> ResponseReturnValue:
    """Hand a draft in."""
    return _take(
        training_request_id,
        lambda one: services.submit(
            one, revision=_revision(), actor=current_person(), now=clock.now()
        ),
        _("Sent in. Each step appears here, and you hear of it by mail."),
        "delivery.request",
    )


@bp.post(f"{REQUEST_PATH}/withdraw")
@requires("delivery.request")
def withdraw_training_request(training_request_id: int) -> ResponseReturnValue:
    """Take a request of one's own back."""
    return _take(
        training_request_id,
        lambda one: services.withdraw(
            one, revision=_revision(), note=_note(), actor=current_person(), now=clock.now()
        ),
        _("The request is withdrawn."),
        "delivery.request",
    )


@bp.post(f"{REQUEST_PATH}/take-up")
@requires("delivery.review_requests")
def take_up_training_request(training_request_id: int) -> ResponseReturnValue:
    """Begin the review: whoever asked sees that somebody is at it."""
    return _take(
        training_request_id,
        lambda one: services.take_up(
            one, revision=_revision(), actor=current_person(), now=clock.now()
        ),
        _("You are now reviewing this request."),
        "delivery.review_requests",
    )


@bp.post(f"{REQUEST_PATH}/answer")
@requires("delivery.review_requests")
def answer_training_request(training_request_id: int) -> ResponseReturnValue:
    """Approve, reject, or give back with a question."""
    decision = _DECISIONS.get(request.form.get("decision", ""), Act.WRITE)
    course_id = chosen_id(request.form.get("course_id"))

    def step(one: TrainingRequest) -> None:
        course = find_course(course_id)
        services.answer(
            one, decision, revision=_revision(), note=_note(), course=course,
            actor=current_person(), now=clock.now(),
        )  # fmt: skip

    said = {
        Act.APPROVE: _("Approved. Now propose a trainer."),
        Act.REJECT: _("Rejected. Your reason is sent to the requester."),
        Act.ASK_BACK: _("Sent back. Your question is sent to the requester."),
    }
    done = said.get(decision, "")
    return _take(training_request_id, step, done, "delivery.review_requests")


@bp.post(f"{REQUEST_PATH}/propose-trainer")
@requires("delivery.review_requests")
def propose_trainer(training_request_id: int) -> ResponseReturnValue:
    """Ask a certified trainer with time left to teach it."""
    trainer_id = chosen_id(request.form.get("trainer_id")) or 0
    return _take(
        training_request_id,
        lambda one: services.propose_trainer(
            one, trainer_id, revision=_revision(), note=_note(), actor=current_person(),
            now=clock.now(),
        ),
        _("The trainer has been asked and will answer."),
        "delivery.review_requests",
    )  # fmt: skip


@bp.post(f"{REQUEST_PATH}/answer-proposal")
@requires("delivery.request")
def answer_trainer_proposal(training_request_id: int) -> ResponseReturnValue:
    """The proposed trainer says yes, or no with a reason."""
    accepts = request.form.get("decision") == "accept"
    return _take(
        training_request_id,
        lambda one: services.answer_proposal(
            one, accepts=accepts, revision=_revision(), note=_note(), actor=current_person(),
            now=clock.now(),
        ),
        _("You will teach it. The planner finds the hour.")
        if accepts
        else _("You will not teach it. The reviewer looks for somebody else."),
        "delivery.request",
    )  # fmt: skip


@bp.post(f"{REQUEST_PATH}/evaluate")
@requires("delivery.request")
def evaluate_training_request(training_request_id: int) -> ResponseReturnValue:
    """Say what became of the figure."""
    return _take(
        training_request_id,
        lambda one: services.evaluate(
            one, figure_after=typed_text("figure_after", VALUE_LENGTH), note=_note(),
            revision=_revision(), actor=current_person(), now=clock.now(),
        ),
        _("Thank you: the request is evaluated."),
        "delivery.request",
    )  # fmt: skip


@bp.post(f"{REQUEST_PATH}/close")
@requires("delivery.review_requests")
def close_training_request(training_request_id: int) -> ResponseReturnValue:
    """End an evaluated request."""
    return _take(
        training_request_id,
        lambda one: services.close(
            one, revision=_revision(), actor=current_person(), now=clock.now()
        ),
        _("The request is closed."),
        "delivery.review_requests",
    )
