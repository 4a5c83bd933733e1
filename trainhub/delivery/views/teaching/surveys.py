"""The survey after a class: four questions and a comment on one screen."""

from __future__ import annotations

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from trainhub import clock
from trainhub.db import end_read, transaction
from trainhub.delivery.queries.course_titles import titles_of
from trainhub.delivery.queries.teaching.surveys import get_ticket
from trainhub.delivery.rules.teaching.survey import (
    COMMENT_LIMIT,
    LEAST_ANSWERS,
    POINT_WORDS,
    QUESTION_WORDS,
    QUESTIONS,
)
from trainhub.delivery.services.teaching.surveys import SurveyClosed, answer_survey
from trainhub.delivery.views.blueprint import bp
from trainhub.errors import InputErrors, NotFound
from trainhub.people.views.signed_in import note_refusal
from trainhub.web.access import current_person, requires
from trainhub.web.locale import current_language
from trainhub.web.text import translated, typed_text

SURVEY_PATH = "/surveys/<int:training_session_id>"


@bp.get(SURVEY_PATH)
@requires("delivery.attend")
def show_survey(training_session_id: int) -> ResponseReturnValue:
    """The survey of a class one attended."""
    return _page(training_session_id, {})


def _page(session_id: int, errors: dict[str, str]) -> str:
    person, now = current_person(), clock.now()
    try:
        ticket, session = get_ticket(session_id, person.id)
    except NotFound:
        note_refusal(person, "delivery.attend", request.path)
        raise
    return render_template(
        "delivery/teaching/show_survey.html",
        session=session,
        title=titles_of([session.course_id], current_language())[session.course_id],
        is_open=not ticket.is_answered and now < ticket.closes_at,
        is_answered=ticket.is_answered,
        closes_at=ticket.closes_at,
        questions=[(name, translated(QUESTION_WORDS[name])) for name in QUESTIONS],
        points=[(number, translated(words)) for number, words in POINT_WORDS.items()],
        given={name: _points(name) for name in QUESTIONS},
        comment=typed_text("comment", COMMENT_LIMIT + 1),
        limit=COMMENT_LIMIT,
        least=LEAST_ANSWERS,
        errors=errors,
    )


def _points(name: str) -> int | None:
    text = request.form.get(name, "")
    return int(text) if text in {"1", "2", "3", "4", "5"} else None


@bp.post(SURVEY_PATH)
@requires("delivery.attend")
def answer_class_survey(training_session_id: int) -> ResponseReturnValue:
    """Take the answer; who gave it is written nowhere."""
    try:
        with transaction():
            answer_survey(
                training_session_id,
                current_person().id,
                [_points(name) for name in QUESTIONS],
                typed_text("comment", COMMENT_LIMIT + 1),
                now=clock.now(),
            )
    except InputErrors as refused:
        end_read()
        errors = {one.field or "": one.text(translated) for one in refused.errors}
        return _page(training_session_id, errors), refused.status
    except SurveyClosed as refused:
        end_read()
        return _page(training_session_id, {}), refused.status
    flash(_("Thank you. Your answer has been added to the others, without your name."), "success")
    return redirect(url_for("home.show_home"))
