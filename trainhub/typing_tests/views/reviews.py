"""The review queue, one run under review, and deciding about it."""

from __future__ import annotations

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from trainhub import clock
from trainhub.db import transaction
from trainhub.errors import DomainError, NotFound
from trainhub.typing_tests.queries.reviews import find_asked_retests, find_decided, find_waiting
from trainhub.typing_tests.queries.runs import get_run_for_staff
from trainhub.typing_tests.rules.states import Review
from trainhub.typing_tests.services.retesting import ask_for_retest
from trainhub.typing_tests.services.reviewing import review_run
from trainhub.typing_tests.services.voiding import void_run
from trainhub.typing_tests.views.blueprint import bp
from trainhub.typing_tests.views.outcomes import reason_words
from trainhub.typing_tests.views.own_runs import shown_run
from trainhub.typing_tests.views.reviewed import review_page
from trainhub.web.access import current_person, requires
from trainhub.web.converters import row_id
from trainhub.web.text import translated, typed_text

REVIEW_PATH = "/typing-reviews/<int:run_id>"
REASON_LENGTH = 1_000


@bp.get("/typing-reviews")
@requires("typing_tests.review")
def list_typing_reviews() -> ResponseReturnValue:
    """The runs that wait, or those that were decided."""
    viewer, decided = current_person(), request.args.get("shelf") == "decided"
    page = request.args.get("page", default=1, type=row_id)
    found = find_decided(viewer, page) if decided else find_waiting(viewer, page)
    shelf = "decided" if decided else None
    return render_template(
        "typing_tests/list_reviews.html",
        found=found,
        rows=[(run, shown_run(run), reason_words(run.reasons or [])) for run in found.runs],
        asked=find_asked_retests([run.id for run in found.runs]),
        decided=decided,
        page_url=lambda number: url_for(
            "typing_tests.list_typing_reviews", shelf=shelf, page=number
        ),
    )


@bp.get(REVIEW_PATH)
@requires("typing_tests.review")
def review_typing_run(run_id: int) -> ResponseReturnValue:
    """One scored run with everything that helps to judge it."""
    return _page(run_id)


def _page(run_id: int, error: DomainError | None = None) -> ResponseReturnValue:
    viewer = current_person()
    run = get_run_for_staff(run_id, viewer)
    page = render_template(
        "typing_tests/review_run.html",
        page=review_page(run),
        is_own=run.person_id == viewer.id,
        error=error.text(translated) if error else None,
        sent_reason=typed_text("reason", REASON_LENGTH) if error else "",
    )
    return page, error.status if error else 200


@bp.post(REVIEW_PATH)
@requires("typing_tests.review")
def decide_typing_run(run_id: int) -> ResponseReturnValue:
    """Confirm or reject a run, ask for a supervised retest, or declare it void."""
    viewer, now = current_person(), clock.now()
    get_run_for_staff(run_id, viewer)  # in sight, and no practice
    reason = typed_text("reason", REASON_LENGTH)
    try:
        with transaction():
            match request.form.get("do"):
                case "confirm":
                    review_run(run_id, Review.CONFIRMED, reason=reason, actor=viewer, now=now)
                    done = _("Confirmed: the run counts.")
                case "reject":
                    review_run(run_id, Review.REJECTED, reason=reason, actor=viewer, now=now)
                    done = _("Rejected: the run does not count.")
                case "void":
                    void_run(run_id, reason=reason, actor=viewer, now=now)
                    done = _("The run is void. It has used up no attempt.")
                case _:
                    ask_for_retest(run_id, reason=reason, actor=viewer, now=now)
                    done = _("Asked for. A supervised run within a fifth of its speed confirms it.")
    except NotFound:
        raise
    except DomainError as refused:
        return _page(run_id, refused)
    flash(done, "success")
    return redirect(url_for("typing_tests.review_typing_run", run_id=run_id))
