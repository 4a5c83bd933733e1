"""One attempt as staff see it: paper, answers, marks, what happened. Every look is on record."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from trainhub import clock, permissions
from trainhub.assessment.models import Attempt, KeptResponse
from trainhub.assessment.queries.attempts import PaperItem, paper_of, settings_of
from trainhub.assessment.queries.regrading import list_in_force
from trainhub.assessment.queries.results import list_corrections
from trainhub.assessment.queries.staff_attempt import (
    GivenMark,
    get_attempt_in_sight,
    history_of,
    list_given_marks,
)
from trainhub.assessment.rules.regrading import How
from trainhub.assessment.rules.rubric import Criterion, rubric_of
from trainhub.assessment.rules.saving import Why
from trainhub.assessment.rules.scoring import MILLION
from trainhub.assessment.rules.states import Event
from trainhub.assessment.services.noting import NOTE, add_note
from trainhub.assessment.views.blueprint import bp
from trainhub.assessment.views.invigilation import SIGHTING_WORDS
from trainhub.assessment.views.regrading import HOW_WORDS
from trainhub.assessment.views.sitting_texts import render_bank_text
from trainhub.assessment.views.sitting_words import answer_words
from trainhub.audit.services import append_entry
from trainhub.catalogue.rules.item_views import learner_view
from trainhub.catalogue.views.questions import key_in_words
from trainhub.db import transaction
from trainhub.errors import DomainError, NotFound
from trainhub.people.models import Person
from trainhub.people.views.signed_in import note_refusal
from trainhub.web.access import current_person, requires
from trainhub.web.text import translated, typed_text

EVENT_WORDS: dict[str, Any] = {
    Event.CREATED: _l("paper drawn"),
    Event.STARTED: _l("started"),
    Event.SUBMITTED: _l("handed in"),
    Event.EXPIRED: _l("closed at the deadline with all saved answers"),
    Event.ABANDONED: _l("closed without an answer"),
    Event.WAITS_FOR_MARKING: _l("waits for markers"),
    Event.MARKED: _l("marked"),
    Event.REGRADED: _l("marked again"),
    Event.RELEASED: _l("result released"),
    Event.VOIDED: _l("voided"),
    Event.REOPENED: _l("reopened"),
}
WHY_WORDS: dict[str, Any] = {
    Why.LATE: _l("came after the end"),
    Why.SUPERSEDED: _l("older than what another device had saved"),
    Why.OVERWRITTEN: _l("overwritten from another device"),
}


@dataclass(frozen=True)
class StaffItem:
    """A question of the paper with what staff may read beside it."""

    paper: PaperItem
    stem: Any
    answer: list[str]
    key: list[str]
    kept: list[tuple[KeptResponse, list[str]]]
    given: list[GivenMark]
    rubric: tuple[Criterion, ...]
    regraded: Any

    @property
    def verdict(self) -> tuple[str, str]:
        """Kind of badge and what the mark says: right, partly, wrong, open, not marked."""
        row = self.paper.row
        if row.mark_millionths is None:
            return "neutral", "unmarked"
        if row.mark_millionths >= row.points * MILLION:
            return "success", "right"
        if row.response is None:
            return "neutral", "open"
        return ("warning", "partly") if row.mark_millionths > 0 else ("danger", "wrong")


def _get_attempt(attempt_id: int, viewer: Person) -> Attempt:
    try:
        return get_attempt_in_sight(attempt_id, viewer)
    except NotFound:
        note_refusal(viewer, "assessment.view_results", request.path)
        raise


@bp.get("/exam-results/<int:attempt_id>")
@requires("assessment.view_results")
def show_staff_attempt(attempt_id: int) -> ResponseReturnValue:
    """One attempt: answers for who marks, marks alone for supervisors."""
    return _page(attempt_id)


def _page(attempt_id: int, error: DomainError | None = None) -> ResponseReturnValue:
    viewer, now = current_person(), clock.now()
    _get_attempt(attempt_id, viewer)
    sees_answers = permissions.allows("assessment.mark", viewer)
    if sees_answers:
        _note_look(attempt_id, viewer, now)
    attempt, history = _get_attempt(attempt_id, viewer), history_of(attempt_id)
    page = render_template(
        "assessment/show_staff_attempt.html",
        attempt=attempt,
        settings=settings_of(attempt),
        items=_items(attempt, history.kept) if sees_answers else None,
        paper=paper_of(attempt_id),
        corrections=list_corrections(attempt_id),
        history=history,
        notes=[one for one in history.sightings if one.kind == NOTE],
        sightings=[one for one in history.sightings if one.kind != NOTE],
        event_words=EVENT_WORDS,
        sighting_words=SIGHTING_WORDS,
        why_words=WHY_WORDS,
        how_words=HOW_WORDS,
        error=error.text(translated) if error else None,
        now=now,
    )
    return page, error.status if error else 200


def _note_look(attempt_id: int, viewer: Person, now: datetime) -> None:
    with transaction():
        append_entry(
            "exam.answers_seen",
            actor=viewer,
            object_type="attempt",
            object_key=str(attempt_id),
            now=now,
        )


def _items(attempt: Attempt, kept: list[KeptResponse]) -> list[StaffItem]:
    given = list_given_marks(attempt.id)
    in_force = list_in_force([attempt.id]).get(attempt.id, {})
    items = []
    for each in paper_of(attempt.id):
        regrade = in_force.get(each.row.no)
        content = each.version.content
        items.append(
            StaffItem(
                paper=each,
                stem=_stem(each),
                answer=_words(each, each.row.response),
                key=key_in_words(each.item),
                kept=[(one, _words(each, one.response)) for one in kept if one.no == each.row.no],
                given=given.get(each.row.no, []),
                rubric=rubric_of(content) if "rubric" in content else (),
                regraded=HOW_WORDS[How(regrade.how)] if regrade else None,
            )
        )
    return items


def _stem(each: PaperItem) -> Any:
    return render_bank_text(each.version, each.version.stem, id_prefix=f"q{each.row.no}-").html


def _words(each: PaperItem, response: Any) -> list[str]:
    """A response in words, the options in the order in which this paper showed them."""
    seed = each.row.option_seed
    view = learner_view(each.item, seed, shuffle_options=bool(seed))
    return answer_words(view, response)


@bp.post("/exam-results/<int:attempt_id>/notes")
@requires("assessment.hold_sittings")
def add_attempt_note(attempt_id: int) -> ResponseReturnValue:
    """Put a note, an appeal say, beside somebody's attempt."""
    viewer = current_person()
    _get_attempt(attempt_id, viewer)
    try:
        with transaction():
            attempt = get_attempt_in_sight(attempt_id, viewer)
            add_note(attempt, typed_text("note", 5_000), actor=viewer, now=clock.now())
    except DomainError as error:
        return _page(attempt_id, error)
    flash(_("The note is kept."), "success")
    return redirect(url_for("assessment.show_staff_attempt", attempt_id=attempt_id))
