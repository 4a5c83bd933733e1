"""Rating work: what one is asked for, and the rubric, each rater by themselves."""

from __future__ import annotations

from flask import flash, jsonify, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from trainhub import clock
from trainhub.certification.models import Rating
from trainhub.certification.queries.competencies import get_own_rating, list_ratings_of
from trainhub.certification.rules.competencies.model import ModelContent, model_from
from trainhub.certification.rules.competencies.raters import covered_permille
from trainhub.certification.services.observing import hand_in_rating, lock_case, save_rating
from trainhub.certification.services.rating_coverage import shown_share
from trainhub.certification.services.reviewing import review_person
from trainhub.certification.views.blueprint import bp
from trainhub.certification.views.competencies.rating_draft import read_draft
from trainhub.certification.views.refusing import on_record
from trainhub.db import transaction
from trainhub.errors import DomainError, InputErrors, NotFound
from trainhub.web.access import current_person, requires
from trainhub.web.filters import show_seconds
from trainhub.web.navigation import NavigationEntry, register
from trainhub.web.settings import current_settings
from trainhub.web.text import translated, typed_text

RATE = "certification.rate"

register(
    NavigationEntry(
        "certification.list_ratings",
        _l("Work to rate"),
        "ui-checks",
        "teach",
        RATE,
        61,
        ("certification.rate_work",),
    )
)


@bp.get("/ratings")
@requires(RATE)
def list_ratings() -> ResponseReturnValue:
    """What one is asked to rate, and what one has handed in."""
    waiting, done = list_ratings_of(current_person())
    return render_template(
        "certification/observations/list_ratings.html", waiting=waiting, done=done
    )


@bp.route("/ratings/<int:rating_id>", methods=["GET", "POST"])
@requires(RATE)
@on_record(RATE)
def rate_work(rating_id: int) -> ResponseReturnValue:
    """The rubric of one piece of work: nobody else's ratings are on it."""
    rating = get_own_rating(rating_id, current_person())
    model = model_from(rating.case.model_version.content)
    if request.method == "GET":
        return _page(rating, model, rating.scores, rating.fatal, rating.comment)
    points, fatal = _typed(model)
    comment = typed_text("comment", 4_000)
    hands_in = request.form.get("act") == "hand-in"
    try:
        revision = _revision(request.form.get("revision", ""))
        _store(rating_id, points, fatal, comment, revision=revision, hands_in=hands_in)
    except NotFound:
        raise
    except DomainError as refused:
        rating = get_own_rating(rating_id, current_person())
        first = refused.errors[0] if isinstance(refused, InputErrors) else refused
        return _page(rating, model, points, fatal, comment, first.text(translated))
    flash(_("Handed in.") if hands_in else _("Saved."), "success")
    if hands_in:
        return redirect(url_for("certification.show_observation", case_id=rating.case_id))
    return redirect(url_for("certification.rate_work", rating_id=rating_id))


def _typed(model: ModelContent) -> tuple[dict[str, int], list[str]]:
    """What was ticked: points by indicator, fatal criteria; unseen ones are left out."""
    points = {}
    for _area, one, _weight in model.indicators():
        ticked = request.form.get(f"points-{one.key}", "")
        if ticked in ("1", "2", "3", "4", "5"):
            points[one.key] = int(ticked)
    fatal = [one.key for one in model.fatal if request.form.get(f"fatal-{one.key}")]
    return points, fatal


@bp.post("/ratings/<int:rating_id>/draft")
@requires(RATE)
@on_record(RATE)
def save_rating_draft(rating_id: int) -> ResponseReturnValue:
    """What the page saves by itself while somebody rates: ``{"source", "seen"}`` as JSON."""
    rating = get_own_rating(rating_id, current_person())
    model = model_from(rating.case.model_version.content)
    sent = request.get_json(silent=True)
    draft = read_draft(sent, model)
    if draft is None:
        message = _("That cannot be saved.")
        return jsonify({"error": {"code": "draft_shape", "message": message}}), 422
    points, fatal, comment, seen = draft
    revision = _revision(seen)
    stored = _store(rating_id, points, fatal, comment, revision=revision, hands_in=False)
    return jsonify({"seen": str(stored), "saved": show_seconds(clock.now())})


def _revision(sent: str) -> int:
    return int(sent) if sent.isascii() and sent.isdigit() and len(sent) < 9 else 0


def _store(
    rating_id: int,
    points: dict[str, int],
    fatal: list[str],
    comment: str,
    *,
    revision: int,
    hands_in: bool,
) -> int:
    """Keep a rating, and hand it in if asked; the revision it now has."""
    now = clock.now()
    with transaction():
        lock_case(get_own_rating(rating_id, current_person()).case_id)
        rating = get_own_rating(rating_id, current_person())  # as it is now that nobody moves it
        save_rating(rating, points, fatal, comment, revision=revision)
        if hands_in:
            case = hand_in_rating(rating, now=now)
            review_person(case.person_id, now=now, centre_zone=current_settings().zone)
        return rating.revision


def _page(
    rating: Rating,
    model: ModelContent,
    points: dict[str, int],
    fatal: list[str],
    comment: str,
    refused: str = "",
) -> ResponseReturnValue:
    if rating.handed_in_at is not None or rating.case.state != "open":
        if refused:
            flash(refused, "danger")
        return redirect(url_for("certification.show_observation", case_id=rating.case_id))
    page = render_template(
        "certification/observations/rate_work.html",
        rating=rating,
        case=rating.case,
        model=model,
        points=points,
        fatal=fatal,
        comment=comment,
        refused=refused,
        weights={one.key: weight for _area, one, weight in model.indicators()},
        covered=shown_share(covered_permille(model, points)),
        least=shown_share(model.least_fresh_permille),
    )
    return page, 422 if refused else 200
