"""Sitting an exam: the questions, the answers of plain forms, the look before handing in.

The pages of a running attempt change nothing when they are fetched: going on, which without a
way back closes what lies behind, is a form that is sent.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import datetime

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import ngettext

from trainhub import clock
from trainhub.assessment import services
from trainhub.assessment.models import Attempt
from trainhub.assessment.queries.attempts import PaperItem, get_own_attempt, paper_of
from trainhub.assessment.queries.kept import AttemptShown
from trainhub.assessment.queries.quick_paper import (
    QuestionShown,
    find_attempt,
    list_questions,
)
from trainhub.assessment.rules.saving import Decision
from trainhub.assessment.rules.settings import Layout
from trainhub.assessment.rules.states import EndedBy, State
from trainhub.assessment.services.quick_closing import hand_in_quickly
from trainhub.assessment.views.blueprint import bp
from trainhub.assessment.views.shown import title_in
from trainhub.assessment.views.sitting_forms import Kept, keep_form
from trainhub.assessment.views.sitting_paper import PaperPage, first_open, paper_page
from trainhub.assessment.views.sitting_words import answer_words
from trainhub.db import transaction
from trainhub.errors import DomainError
from trainhub.people.queries import Caller
from trainhub.people.views.quick import quick_first
from trainhub.prepared import Connection
from trainhub.web.access import current_person, requires
from trainhub.web.locale import chosen_zone
from trainhub.web.text import translated

_NUMBERED = re.compile(r"(go|flag|unflag|mine)-([0-9]{1,4})")


def is_running(attempt: Attempt | AttemptShown, now: datetime) -> bool:
    """Whether answers may still be given."""
    return (
        attempt.state == State.IN_PROGRESS
        and attempt.closes_at is not None
        and now < attempt.closes_at
    )


def _own_attempt(attempt_id: int) -> Attempt:
    return get_own_attempt(attempt_id, current_person().id)


def _to_question(attempt_id: int, no: int) -> ResponseReturnValue:
    return redirect(
        url_for("assessment.show_question", attempt_id=attempt_id, no=no, _anchor=f"question-{no}")
    )


def _to_result(attempt_id: int) -> ResponseReturnValue:
    return redirect(url_for("assessment.show_result", attempt_id=attempt_id))


def _resume_quickly(
    connection: Connection, caller: Caller, attempt_id: int, now: datetime
) -> ResponseReturnValue | None:
    found = find_attempt(connection, attempt_id, caller.person_id)
    if found is None or not is_running(found.shown, now):
        return None
    return _to_where_left_off(found.shown, list_questions(connection, attempt_id))


def _to_where_left_off(
    attempt: AttemptShown, paper: Sequence[PaperItem | QuestionShown]
) -> ResponseReturnValue:
    no = first_open(paper)
    if attempt.settings.layout is Layout.ONE and not attempt.settings.may_go_back:
        no = min(attempt.position, len(paper))
    return redirect(url_for("assessment.show_question", attempt_id=attempt.id, no=no))


@bp.get("/attempts/<int:attempt_id>")
@quick_first(_resume_quickly)
@requires("assessment.sit")
def show_attempt(attempt_id: int) -> ResponseReturnValue:
    """To the question where the candidate left off, or to what came of the attempt."""
    attempt, now = _own_attempt(attempt_id), clock.now()
    if not is_running(attempt, now):
        return _to_result(attempt_id)
    return _to_where_left_off(AttemptShown.of(attempt), paper_of(attempt_id))


@bp.get("/attempts/<int:attempt_id>/questions/<int:no>")
@requires("assessment.sit")
def show_question(attempt_id: int, no: int) -> ResponseReturnValue:
    """A question of a running attempt, or all of them on one page."""
    attempt, now = _own_attempt(attempt_id), clock.now()
    if not is_running(attempt, now):
        return _to_result(attempt_id)
    page = paper_page(attempt, no, now)
    if page.current != no:
        return redirect(url_for("assessment.show_question", attempt_id=attempt_id, no=page.current))
    return _render(page)


def _render(page: PaperPage, kept: Kept | None = None) -> str:
    own, refused = (kept.own, kept.refused) if kept else ({}, {})
    views = {one.no: one.item.view for one in page.questions if one.item is not None}
    return render_template(
        "assessment/show_question.html",
        page=page,
        exam_title=title_in(page.attempt.version.titles, page.attempt.language),
        own={no: (answer_words(views[no], mine), mine) for no, mine in own.items()},
        refused={no: error_words(error) for no, error in refused.items()},
        api=f"/api/v1/attempts/{page.attempt.id}",
        person=current_person(),
        zone=chosen_zone(),
    )


def error_words(error: DomainError) -> str:
    """What is wrong with an answer, in the reader's language."""
    found = getattr(error, "errors", (error,))
    return " ".join(one.text(translated) for one in found)


@bp.post("/attempts/<int:attempt_id>/questions/<int:no>")
@requires("assessment.sit")
def save_answers(attempt_id: int, no: int) -> ResponseReturnValue:
    """Keep the answers of the form, then go where its button leads."""
    attempt, now = _own_attempt(attempt_id), clock.now()
    kept = keep_form(current_person(), attempt_id, paper_of(attempt_id), request.form, now=now)
    if not is_running(attempt, now):
        return _too_late(attempt_id, kept)
    if kept.needs_the_page:
        return _render(paper_page(_own_attempt(attempt_id), no, now), kept)
    if kept.receipts:
        flash(_saved_words(kept), "success")
    return _go(attempt_id, no, request.form, now)


def _saved_words(kept: Kept) -> str:
    count = kept.count(Decision.SAVED, Decision.REPEATED)
    if count < len(kept.receipts):
        return str(_("The time for this answer is over. What was saved before counts."))
    return str(ngettext("%(num)d answer saved.", "%(num)d answers saved.", count))


def _too_late(attempt_id: int, kept: Kept) -> ResponseReturnValue:
    if kept.count(Decision.LATE):
        flash(_("This came after the end. It is kept as evidence and is not marked."), "warning")
    elif kept.receipts or kept.refused:
        flash(_("This came after the end and was not kept."), "warning")
    return _to_result(attempt_id)


def _go(attempt_id: int, no: int, form: Mapping[str, str], now: datetime) -> ResponseReturnValue:
    """Do what the pressed button says and show where that leads."""
    act, target = form.get("do", "save"), no
    numbered = _NUMBERED.fullmatch(act)
    if numbered:
        act, target = numbered[1], int(numbered[2])
    if act == "review" or (act == "next" and no >= len(_own_attempt(attempt_id).items)):
        return redirect(url_for("assessment.show_review", attempt_id=attempt_id))
    if act in {"flag", "unflag"}:
        with transaction():
            services.flag_item(attempt_id, current_person().id, target, act == "flag", now=now)
        return _to_question(attempt_id, target)
    target = {"next": no + 1, "previous": max(1, no - 1)}.get(act, target)
    if act in {"next", "previous", "go"} and not _opened(attempt_id, target, now):
        return redirect(url_for("assessment.show_attempt", attempt_id=attempt_id))
    return _to_question(attempt_id, target)


def _opened(attempt_id: int, no: int, now: datetime) -> bool:
    """Whether the question may be looked at: not from a page that was left open behind."""
    try:
        with transaction():
            services.open_item(attempt_id, current_person().id, no, now=now)
    except DomainError:
        return False
    return True


@bp.get("/attempts/<int:attempt_id>/review")
@requires("assessment.sit")
def show_review(attempt_id: int) -> ResponseReturnValue:
    """The look before handing in: what is unanswered, what has a flag."""
    attempt, now = _own_attempt(attempt_id), clock.now()
    if not is_running(attempt, now):
        return _to_result(attempt_id)
    page = paper_page(attempt, attempt.position, now)
    return render_template(
        "assessment/show_review.html",
        page=page,
        exam_title=title_in(attempt.version.titles, attempt.language),
        person=current_person(),
        own={},
    )


def _submit_quickly(
    connection: Connection, caller: Caller, attempt_id: int, now: datetime
) -> ResponseReturnValue | None:
    attempt = hand_in_quickly(connection, caller, attempt_id, now=now)
    return None if attempt is None else _to_result(attempt_id)


@bp.post("/attempts/<int:attempt_id>/submit")
@quick_first(_submit_quickly)
@requires("assessment.sit")
def submit(attempt_id: int) -> ResponseReturnValue:
    """Hand the paper in. Pressed twice, or after the end, it comes to the same."""
    _own_attempt(attempt_id)
    with transaction():
        services.close_attempt(attempt_id, by=EndedBy.CANDIDATE, now=clock.now())
    return _to_result(attempt_id)
