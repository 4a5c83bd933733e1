"""My exams: what is open, what comes, what is past; and the page before the start."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from typing import Any

from flask import redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import lazy_gettext as _l
from markupsafe import Markup

from trainhub import clock
from trainhub.assessment import services
from trainhub.assessment.models import Attempt
from trainhub.assessment.queries.attempts import visible_parts_of
from trainhub.assessment.queries.mine import MyExam, Phase, get_my_exam, list_my_exams
from trainhub.assessment.queries.results import corrected_attempts
from trainhub.assessment.rules.settings import Part
from trainhub.assessment.rules.sitting import is_in_networks
from trainhub.assessment.services.quick_starting import Wanted, start_quickly
from trainhub.assessment.views.blueprint import bp
from trainhub.assessment.views.code_tries import count_try
from trainhub.catalogue.markdown import render
from trainhub.db import transaction
from trainhub.errors import DomainError
from trainhub.people.queries import Caller
from trainhub.people.views.quick import quick_first
from trainhub.people.views.signed_in import client_address
from trainhub.prepared import Connection
from trainhub.web.access import current_person, requires
from trainhub.web.locale import current_language
from trainhub.web.navigation import NavigationEntry, register
from trainhub.web.text import translated

register(
    NavigationEntry(
        "assessment.list_mine",
        _l("My exams"),
        "patch-check",
        "learn",
        "assessment.sit",
        20,
        (
            "assessment.show_start",
            "assessment.show_question",
            "assessment.show_review",
            "assessment.show_result",
        ),
    )
)


@bp.get("/my-exams")
@requires("assessment.sit")
def list_mine() -> ResponseReturnValue:
    """One's own exams: open ones first, the past ones last, the newest of these first."""
    now = clock.now()
    exams = list_my_exams(current_person().id)
    phases = {phase: [one for one in exams if one.phase(now) is phase] for phase in Phase}
    return render_template(
        "assessment/list_mine.html",
        open_now=phases[Phase.OPEN],
        upcoming=phases[Phase.UPCOMING],
        past=phases[Phase.PAST][::-1],
        now=now,
        **_results_of([attempt for exam in exams for attempt in exam.attempts], now),
    )


def _results_of(attempts: Collection[Attempt], now: datetime) -> dict[str, Any]:
    """Of which attempts the mark is out, and which of these marks a regrade has changed."""
    scores = {one.id: Part.SCORE in visible_parts_of(one, now) for one in attempts}
    return {
        "scores": scores,
        "corrected": corrected_attempts([n for n, out in scores.items() if out]),
    }


@bp.get("/my-exams/<int:sitting_id>")
@requires("assessment.sit")
def show_start(sitting_id: int) -> ResponseReturnValue:
    """Everything a candidate should know before the clock runs."""
    return _start_page(get_my_exam(sitting_id, current_person().id))


def _start_page(exam: MyExam, error: DomainError | None = None) -> ResponseReturnValue:
    now = clock.now()
    languages = exam.settings.languages
    asked = request.form.get("language", current_language())
    language = asked if asked in languages else languages[0]
    values: dict[str, Any] = {
        "exam": exam,
        "now": now,
        "under_way": exam.under_way(now),
        "refusal": exam.refusal(now),
        "next_at": exam.next_start(),
        "is_in_network": is_in_networks(client_address(), exam.sitting.networks),
        "address": client_address(),
        "language": language,
        "instructions": _instructions(exam, language),
        "error": error.text(translated) if error else None,
        "error_field": error.field if error else None,
        **_results_of(exam.attempts, now),
    }
    status = error.status if error else 200
    return render_template("assessment/show_start.html", **values), status


def _instructions(exam: MyExam, language: str) -> Markup | None:
    """What the author wrote for candidates, in this language or else in another."""
    written = exam.settings.instructions
    found = language if written.get(language) else next(iter(written), "")
    text = written.get(found, "")
    if not text.strip():
        return None
    return render(text, language=found, id_prefix="instructions-").html


def _start_quickly(
    connection: Connection, caller: Caller, sitting_id: int, now: datetime
) -> ResponseReturnValue | None:
    language, code = request.form.get("language"), request.form.get("access_code", "")
    if language is None:
        return None
    try:
        count_try(caller.person_id, code)
        wanted = Wanted(sitting_id, language, code, client_address())
        attempt = start_quickly(connection, caller, wanted, now=now)
    except DomainError:  # the page says it
        return None
    return None if attempt is None else _to_attempt(attempt.id)


def _to_attempt(attempt_id: int) -> ResponseReturnValue:
    return redirect(url_for("assessment.show_attempt", attempt_id=attempt_id))


@bp.post("/my-exams/<int:sitting_id>/start")
@quick_first(_start_quickly)
@requires("assessment.sit")
def start(sitting_id: int) -> ResponseReturnValue:
    """Begin, or go back to the attempt under way; pressed twice it is one attempt."""
    person = current_person()
    exam = get_my_exam(sitting_id, person.id)
    access_code = request.form.get("access_code", "")
    try:
        count_try(person.id, access_code)
        with transaction():
            attempt_id = services.start_attempt(
                sitting_id,
                person,
                request.form.get("language", exam.settings.languages[0]),
                access_code=access_code,
                address=client_address(),
                now=clock.now(),
            ).id
    except DomainError as error:
        return _start_page(get_my_exam(sitting_id, person.id), error)
    return _to_attempt(attempt_id)
