"""Regrading: choose a question, see what would change, decide; and what was decided before."""

from __future__ import annotations

from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from trainhub import clock
from trainhub.assessment.queries import regrade_pages as pages
from trainhub.assessment.queries.regrading import (
    Decision,
    Plan,
    get_decision,
    list_left_over,
    plan_regrade,
    quiz_items,
)
from trainhub.assessment.rules.regrading import How, tally
from trainhub.assessment.services.regrading import apply_regrade, decide_regrade
from trainhub.assessment.views.blueprint import bp
from trainhub.assessment.views.sitting_texts import render_bank_text
from trainhub.catalogue.views.questions import key_in_words
from trainhub.db import db, transaction
from trainhub.errors import DomainError, NotFound
from trainhub.people.views.signed_in import with_fresh_password
from trainhub.web.access import current_person, requires
from trainhub.web.converters import row_id
from trainhub.web.text import translated, typed_text

HOW_WORDS: dict[How, Any] = {
    How.BY_VERSION: _l("mark by the key of another version"),
    How.FULL_MARKS: _l("full marks for everybody"),
    How.LEFT_OUT: _l("leave the question out"),
}
SHOWN_PEOPLE = 200
AT_ONCE = 200  # papers done within the request; the tick goes on with the rest


@bp.get("/regrades")
@requires("assessment.write_items")
def list_regrades() -> ResponseReturnValue:
    """Every decision to mark a question again, newest first."""
    page = request.args.get("page", default=1, type=row_id)
    found, count = pages.list_regrades(page)
    return render_template(
        "assessment/list_regrades.html", regrades=found, page=page, pages=count, how_words=HOW_WORDS
    )


@bp.get("/regrades/new")
@requires("assessment.write_items")
def choose_regrade() -> ResponseReturnValue:
    """Which question, which of its texts, and what to do with it."""
    item_key, uses = request.args.get("item", "").strip()[:80], []
    item = None
    if item_key:
        try:
            item = pages.get_item(item_key)
            uses = pages.list_version_uses(item.id)
        except NotFound:
            flash(_("There is no question with the key “%(key)s”.", key=item_key), "warning")
    stems = {
        use.version.id: render_bank_text(
            use.version, use.version.stem, id_prefix=f"version-{use.version.id}-"
        ).html
        for use in uses
    }
    return render_template(
        "assessment/choose_regrade.html",
        item=item, item_key=item_key, uses=uses, stems=stems, how_words=HOW_WORDS,
        chosen=request.args.get("version", type=row_id),
    )  # fmt: skip


def _asked_decision() -> Decision:
    """The decision in the address. Raises `NotFound` for one that makes no sense."""
    version_id = request.args.get("version", type=row_id)
    how = request.args.get("how", "")
    if version_id is None or how not in set(How):
        raise NotFound()
    return get_decision(version_id, How(how), request.args.get("to", type=row_id))


@bp.route("/regrades/preview", methods=["GET", "POST"])
@requires("assessment.write_items")
@with_fresh_password
def preview_regrade() -> ResponseReturnValue:
    """What a regrade would change, and the button that does it."""
    decision, error = _asked_decision(), None
    if request.method == "POST":
        try:
            return _decide(decision)
        except DomainError as refused:
            db.session.rollback()
            decision, error = _asked_decision(), refused
    try:
        plan = plan_regrade(decision)
    except DomainError as refused:
        return _impossible(decision, refused), 422
    return _preview(plan, error), error.status if error else 200


def _impossible(decision: Decision, error: DomainError) -> str:
    return render_template(
        "assessment/refuse_regrade.html",
        decision=decision,
        error=error.text(translated),
        how_words=HOW_WORDS,
        texts=_texts(decision),
    )


def _preview(plan: Plan, error: DomainError | None) -> str:
    touched = pages.list_touched(plan.changes)
    changed = [one for one in touched if one.change.is_changed]
    return render_template(
        "assessment/preview_regrade.html",
        plan=plan,
        decision=plan.decision,
        tally=tally(plan.changes),
        shares=pages.share_by_exam(touched),
        people=changed[:SHOWN_PEOPLE],
        more=max(0, len(changed) - SHOWN_PEOPLE),
        error=error.text(translated) if error else None,
        reason=typed_text("reason", 2_000),
        how_words=HOW_WORDS,
        texts=_texts(plan.decision),
    )


def _texts(decision: Decision) -> list[tuple[Any, Any, list[str]]]:
    """The texts that a decision is about: version, stem, key in words."""
    old, new = quiz_items(decision)
    pairs = [(decision.version, old)] + ([(decision.to, new)] if new and decision.to else [])
    return [
        (
            version,
            render_bank_text(version, version.stem, id_prefix=f"text-{place}-").html,
            key_in_words(item),
        )
        for place, (version, item) in enumerate(pairs)
    ]


def _decide(decision: Decision) -> ResponseReturnValue:
    """Write the decision down, then carry it out paper by paper."""
    now = clock.now()
    with transaction():
        regrade_id = decide_regrade(
            decision,
            seen=request.form.get("seen", ""),
            reason=typed_text("reason", 2_000),
            actor=current_person(),
            now=now,
        ).id
    for each, attempt_id in list_left_over(regrade_id, limit=AT_ONCE):
        with transaction():
            apply_regrade(each, attempt_id, now=now)
    flash(_("The question is marked again. Both scores are kept."), "success")
    return redirect(url_for("assessment.show_regrade", regrade_id=regrade_id))


@bp.get("/regrades/<int:regrade_id>")
@requires("assessment.write_items")
def show_regrade(regrade_id: int) -> ResponseReturnValue:
    """A decision, how far it is carried out, and every paper it has changed."""
    past = pages.get_past_regrade(regrade_id)
    return render_template(
        "assessment/show_regrade.html",
        past=past,
        left=len(list_left_over(regrade_id)),
        papers=pages.list_changed_papers(regrade_id),
        how=HOW_WORDS[How(past.regrade.how)],
    )
