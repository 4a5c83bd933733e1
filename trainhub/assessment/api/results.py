"""The result, as far as it is out."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import asdict
from decimal import Decimal
from typing import Any

from flask.typing import ResponseReturnValue

from trainhub import clock
from trainhub.assessment.api.blueprint import bp
from trainhub.assessment.api.schemas import ResultOut
from trainhub.assessment.models import Attempt
from trainhub.assessment.queries.attempts import (
    PaperItem,
    get_own_attempt,
    paper_of,
    settings_of,
    visible_parts_of,
)
from trainhub.assessment.rules.scoring import MILLION
from trainhub.assessment.rules.settings import Part
from trainhub.assessment.views.sitting_texts import render_bank_text
from trainhub.catalogue.rules.item_views import learner_view
from trainhub.catalogue.rules.marking import is_marked_by_hand, mark
from trainhub.errors import N_, Forbidden
from trainhub.web.access import current_person, requires
from trainhub.web.api import SECURITY, instant


class ReviewNotOpen(Forbidden):
    """Nothing of the result is out yet."""

    code = "review_not_open"
    message = N_("The result has not been released yet.")


@bp.get("/attempts/<int:attempt_id>/result")
@requires("assessment.sit")
@bp.doc(security=SECURITY, responses={403: "`review_not_open`: nothing is out yet"})
@bp.output(ResultOut)
def show_result(attempt_id: int) -> ResponseReturnValue:
    """The result as released.

    `parts` says what is out: `score`, then `right_wrong`, `key`, `explanation`, each only after
    the one before it. Fields of parts that are not out are missing.
    """
    attempt, now = get_own_attempt(attempt_id, current_person().id), clock.now()
    parts = visible_parts_of(attempt, now)
    if Part.SCORE not in parts:
        raise ReviewNotOpen()
    shape: dict[str, Any] = {
        "attempt_id": attempt.id,
        "state": attempt.state,
        "ended_at": instant(attempt.ended_at),
        "ended_by": attempt.ended_by,
        "parts": [part.value for part in Part if part in parts],
        "score": _score(attempt),
    }
    if Part.RIGHT_WRONG in parts:
        shape["questions"] = [_question(each, parts) for each in paper_of(attempt_id)]
    return shape


def points(millionths: int | None) -> str | None:
    """Points from millionths as a decimal without trailing zeros: "2.5"."""
    if millionths is None:
        return None
    return f"{Decimal(millionths) / MILLION:f}"


def _score(attempt: Attempt) -> dict[str, Any]:
    mark_millionths, most = attempt.mark_millionths or 0, attempt.max_points
    hundredths = mark_millionths * 10_000 // (most * MILLION) if most else 0
    return {
        "mark": points(mark_millionths),
        "max_points": most,
        "per_cent": f"{Decimal(hundredths) / 100:.2f}",
        "pass_mark": settings_of(attempt).pass_mark,
        "is_passed": attempt.is_passed,
    }


def _question(each: PaperItem, parts: Collection[Part]) -> dict[str, Any]:
    row, seed = each.row, each.row.option_seed
    stem = learner_view(each.item, seed, shuffle_options=bool(seed))["stem"]
    shape = {
        "no": row.no,
        "kind": each.item.kind.value,
        "stem": stem,
        "stem_html": str(render_bank_text(each.version, stem, id_prefix=f"q{row.no}-").html),
        "response": row.response,
        "seq": row.seq,
        "saved_at": instant(row.saved_at),
        "points": row.points,
        "mark": points(row.mark_millionths),
        "is_right": row.is_right,
    }
    if Part.KEY in parts and not is_marked_by_hand(each.item.kind):
        shape["solution"] = _solution(each, with_feedback=Part.EXPLANATION in parts)
    if Part.EXPLANATION in parts:
        feedback = each.version.feedback
        html = render_bank_text(each.version, feedback, id_prefix=f"q{row.no}-why-").html
        shape |= {"feedback": feedback, "feedback_html": str(html)}
    return shape


def _solution(each: PaperItem, *, with_feedback: bool) -> list[dict[str, Any]]:
    found = [asdict(part) for part in mark(each.item, each.row.response).parts]
    if not with_feedback:
        for part in found:
            del part["feedback"]
    return found
