"""Attempts and exams as the JSON interface shows them to their candidate."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from trainhub.assessment.models import Attempt
from trainhub.assessment.queries.attempts import PaperItem
from trainhub.assessment.queries.kept import AttemptShown
from trainhub.assessment.queries.mine import MyExam
from trainhub.assessment.queries.quick_paper import QuestionShown
from trainhub.assessment.rules.saving import GRACE
from trainhub.assessment.rules.settings import ExamSettings, Layout
from trainhub.assessment.rules.states import State
from trainhub.assessment.services.saving import item_limit
from trainhub.assessment.views.shown import title_in
from trainhub.assessment.views.sitting_texts import render_bank_text
from trainhub.catalogue.rules.item_views import learner_view
from trainhub.web.api import instant, milliseconds

_SHOWN_APART = ("key", "kind", "points", "stem")


def exam_shape(exam: MyExam, now: datetime) -> dict[str, Any]:
    """A sitting as its candidate sees it."""
    sitting = exam.sitting
    refusal = exam.refusal(now) if exam.under_way(now) is None else None
    return {
        "sitting_id": sitting.id,
        "exam_id": sitting.exam_id,
        "title": title_in(exam.titles),
        "name": sitting.name,
        "phase": exam.phase(now).value,
        "opens_at": instant(exam.window.opens_at),
        "closes_at": instant(exam.window.closes_at),
        "deadline_if_started_now": instant(exam.deadline_from(now)),
        "languages": list(exam.settings.languages),
        "needs_access_code": bool(sitting.access_code),
        "refusal": refusal.value if refusal else None,
        "next_start_at": instant(exam.next_start()),
        "attempts_left": exam.attempts_left,
        "rules": rules_shape(exam.settings, exam.candidate.extra_s),
        "attempts": [_line(each) for each in exam.attempts],
    }


def _line(attempt: Attempt) -> dict[str, Any]:
    return {
        "id": attempt.id,
        "number": attempt.number,
        "state": attempt.state,
        "started_at": instant(attempt.started_at),
        "closes_at": instant(attempt.closes_at),
        "ended_at": instant(attempt.ended_at),
    }


def rules_shape(settings: ExamSettings, extra_s: int) -> dict[str, Any]:
    """The rules of sitting that a candidate is told."""
    return {
        "duration_s": settings.duration_s + extra_s,
        "layout": settings.layout.value,
        "may_go_back": settings.may_go_back or settings.layout is Layout.ALL,
        "item_limit_s": settings.item_limit_s,
        "pass_mark": settings.pass_mark,
        "questions": settings.blueprint.length,
        "is_practice": settings.is_practice,
        "grace_s": int(GRACE.total_seconds()),
        "release": {part.value: when.value for part, when in settings.release.items()},
    }


def now_shape(state: str, closes_at: datetime | None, now: datetime) -> dict[str, Any]:
    """Where an attempt is in time, for a caller to set its clock by."""
    return {
        "state": state,
        "closes_at": instant(closes_at),
        "server_now": instant(now),
        "remaining_ms": milliseconds(closes_at - now) if closes_at else 0,
    }


def attempt_shape(attempt: AttemptShown, now: datetime) -> dict[str, Any]:
    """An attempt with the rules frozen on it."""
    is_running = attempt.state == State.IN_PROGRESS
    return now_shape(attempt.state, attempt.closes_at, now) | {
        "id": attempt.id,
        "sitting_id": attempt.sitting_id,
        "exam_id": attempt.exam_id,
        "number": attempt.number,
        "kind": attempt.kind,
        "title": title_in(attempt.titles, attempt.language),
        "language": attempt.language,
        "position": attempt.position,
        "started_at": instant(attempt.started_at),
        "ended_at": instant(attempt.ended_at),
        "ended_by": attempt.ended_by,
        "rules": rules_shape(attempt.settings, attempt.extra_s),
        "copy_key": attempt.copy_key if is_running else None,
    }


def paper_shape(
    attempt: AttemptShown, paper: Iterable[PaperItem | QuestionShown], now: datetime
) -> dict[str, Any]:
    """The questions with what is saved of them. Where there is no going back only the one at
    the attempt's position shows its text."""
    return now_shape(attempt.state, attempt.closes_at, now) | {
        "attempt_id": attempt.id,
        "language": attempt.language,
        "position": attempt.position,
        "questions": [question_shape(each, attempt, now) for each in paper],
    }


def question_shape(
    each: PaperItem | QuestionShown, attempt: AttemptShown, now: datetime
) -> dict[str, Any]:
    """One question, made from `learner_view` alone, and the response in force."""
    row, settings = each.row, attempt.settings
    is_forward_only = settings.layout is Layout.ONE and not settings.may_go_back
    is_shown = not is_forward_only or row.no == attempt.position
    closes_at = _own_end(each.row.opened_at, attempt)
    shape = {
        "no": row.no,
        "points": row.points,
        "is_shown": is_shown,
        "is_closed": (is_forward_only and row.no < attempt.position)
        or (closes_at is not None and now >= closes_at),
        "response": row.response,
        "seq": row.seq,
        "saved_at": instant(row.saved_at),
        "is_flagged": row.is_flagged,
        "closes_at": instant(closes_at),
        "remaining_ms": milliseconds(closes_at - now) if closes_at else None,
    }
    return shape | (_texts(each) if is_shown else {})


def _texts(each: PaperItem | QuestionShown) -> dict[str, Any]:
    seed = each.row.option_seed
    view = learner_view(each.item, seed, shuffle_options=bool(seed))
    rendered = render_bank_text(each.version, view["stem"], id_prefix=f"q{each.row.no}-")
    return {
        "key": view["key"],
        "kind": view["kind"],
        "stem": view["stem"],
        "stem_html": str(rendered.html),
        "shown": {name: value for name, value in view.items() if name not in _SHOWN_APART},
    }


def _own_end(opened_at: datetime | None, attempt: AttemptShown) -> datetime | None:
    """When a question closes by its own limit, or the paper before that."""
    settings, limit = attempt.settings, attempt.settings.item_limit_s
    if limit is None or opened_at is None or attempt.closes_at is None:
        return None
    own = opened_at + item_limit(limit, settings.duration_s, attempt.extra_s)
    return min(own, attempt.closes_at)
