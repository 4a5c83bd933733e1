"""What authors should look at, over the whole bank."""

from __future__ import annotations

from typing import Any

from flask import render_template
from flask.typing import ResponseReturnValue
from flask_babel import lazy_gettext as _l

from trainhub.assessment.queries import statistics as queries
from trainhub.assessment.queries.statistics import Neglect
from trainhub.assessment.views.blueprint import bp
from trainhub.assessment.views.statistics.shown import fewest
from trainhub.web.access import requires

SHOWN = 100
NEGLECT_WORDS: dict[Neglect, tuple[Any, Any]] = {
    Neglect.OVER_EXPOSED: (
        _l("Drawn too often"),
        _l(
            "At least 30 papers, and twice as many as the median question: soon everybody knows "
            "them. Write more questions of the same topic and level."
        ),
    ),
    Neglect.NEVER_DRAWN: (
        _l("Never drawn"),
        _l("Live, but no paper has held them. No blueprint asks their topic and level, or none "
           "is sat."),
    ),
    Neglect.ONE_LANGUAGE: (
        _l("In one language only"),
        _l("Papers in the other language leave them out, so the two papers differ."),
    ),
}  # fmt: skip


@bp.get("/question-bank/hygiene")
@requires("assessment.view_statistics")
def list_flagged_items() -> ResponseReturnValue:
    """Questions that their answers speak against, and questions that papers neglect."""
    return render_template(
        "assessment/list_flagged_items.html",
        queue=queries.hygiene_queue(),
        words=NEGLECT_WORDS,
        most=SHOWN,
        fewest=fewest(),
    )
