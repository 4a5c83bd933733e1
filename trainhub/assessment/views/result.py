"""What came of an attempt, each part only once it is out for its candidate."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from flask import redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import lazy_gettext as _l
from markupsafe import Markup

from trainhub import clock
from trainhub.assessment.models import Attempt, AttemptItem, BankItemVersion, HandMark, Regrade
from trainhub.assessment.queries.attempts import (
    PaperItem,
    get_own_attempt,
    last_closes_at,
    paper_of,
    settings_of,
    visible_parts_of,
)
from trainhub.assessment.queries.regrading import (
    decision_of,
    list_in_force,
    matching_of,
    quiz_items,
)
from trainhub.assessment.queries.results import (
    list_corrections,
    list_late_responses,
    settled_hand_marks,
)
from trainhub.assessment.rules.regrading import How
from trainhub.assessment.rules.scoring import MILLION
from trainhub.assessment.rules.settings import Part, When
from trainhub.assessment.rules.states import State
from trainhub.assessment.views.blueprint import bp
from trainhub.assessment.views.result_rubric import Judged, judged
from trainhub.assessment.views.shown import PART_WORDS, WHEN_WORDS, title_in
from trainhub.assessment.views.sitting import is_running
from trainhub.assessment.views.sitting_paper import question_on_page
from trainhub.assessment.views.sitting_texts import render_bank_text
from trainhub.assessment.views.sitting_words import answer_words
from trainhub.catalogue.rules.item_views import learner_view
from trainhub.catalogue.rules.marking import PartMark, is_marked_by_hand, mark
from trainhub.catalogue.rules.quiz_text import QuizItem
from trainhub.learning.views.items import ItemOnPage
from trainhub.web.access import current_person, requires

_WHEN_MARKED = _l("as soon as it is marked")


@dataclass(frozen=True)
class GradedPart:
    """One option, step, pair or gap of an answer. `text` and `why` are rendered."""

    mark: PartMark
    text: Markup | None
    why: Markup | None


@dataclass(frozen=True)
class Graded:
    """A question of an ended attempt, with as much as is out.

    `item` and `answer` come with right-wrong, `parts` with the key, `feedback` and what people
    `judged` with the explanation; before that they are None or empty.
    """

    row: AttemptItem
    item: ItemOnPage | None = None
    answer: tuple[str, ...] = ()
    parts: tuple[GradedPart, ...] | None = None
    feedback: Markup | None = None
    judged: Judged | None = None
    regrade: Regrade | None = None

    @property
    def is_by_other_key(self) -> bool:
        """Whether the parts are those of a corrected text of the question."""
        return (
            self.regrade is not None
            and self.regrade.how == How.BY_VERSION
            and self.regrade.to_version_id != self.row.version_id
        )

    @property
    def verdict(self) -> str:
        """right, partly, wrong, open for a question without an answer, or left out."""
        if self.regrade is not None and self.regrade.how == How.LEFT_OUT:
            return "out"
        earned, whole = self.row.mark_millionths or 0, self.row.points * MILLION
        if earned >= whole:
            return "right"
        if self.row.response is None:
            return "open"
        return "partly" if earned > 0 else "wrong"


@bp.get("/attempts/<int:attempt_id>/result")
@requires("assessment.sit")
def show_result(attempt_id: int) -> ResponseReturnValue:
    """The result as released, or what happens now."""
    attempt, now = get_own_attempt(attempt_id, current_person().id), clock.now()
    if is_running(attempt, now):
        return redirect(url_for("assessment.show_attempt", attempt_id=attempt_id))
    parts, settings = visible_parts_of(attempt, now), settings_of(attempt)
    paper = paper_of(attempt_id)
    return render_template(
        "assessment/show_result.html",
        attempt=attempt,
        settings=settings,
        parts={part.value for part in parts},
        step=_step(attempt, parts),
        exam_title=title_in(attempt.version.titles, attempt.language),
        questions=graded(
            paper,
            parts,
            settled_hand_marks(attempt_id),
            list_in_force([attempt_id]).get(attempt_id, {}),
        ),
        late=_late(attempt_id, paper),
        corrections=list_corrections(attempt_id) if Part.SCORE in parts else [],
        coming=_coming(attempt, parts),
    )


def _coming(attempt: Attempt, parts: Collection[Part]) -> list[tuple[Any, Any, datetime | None]]:
    """What is not out yet: in words, when in words, and the hour where that is known."""
    release = settings_of(attempt).release
    closes_at = last_closes_at(attempt.exam_version_id)
    return [
        (
            PART_WORDS[part],
            _WHEN_MARKED if release[part] is When.AT_ONCE else WHEN_WORDS[release[part]],
            closes_at if release[part] is When.AFTER_CLOSE else None,
        )
        for part in Part
        if part not in parts and release.get(part, When.NEVER) is not When.NEVER
    ]


def _step(attempt: Attempt, parts: Collection[Part]) -> str:
    """What happens now: closing, marking, waiting (for its release), out, or void."""
    if attempt.state == State.VOIDED:
        return "void"
    if attempt.state in {State.CREATED, State.IN_PROGRESS}:
        return "closing"
    if attempt.state in {State.SUBMITTED, State.EXPIRED_SUBMITTED, State.AWAITING_MARKING}:
        return "marking"
    return "out" if Part.SCORE in parts else "waiting"


def graded(
    paper: Collection[PaperItem],
    parts: Collection[Part],
    marks: Mapping[int, Sequence[HandMark]],
    regrades: Mapping[int, Regrade],
) -> list[Graded]:
    """The questions with what of them is out."""
    return [
        _graded(each, len(paper), parts, marks.get(each.row.no, ()), regrades.get(each.row.no))
        for each in paper
    ]


def _graded(
    each: PaperItem,
    of: int,
    parts: Collection[Part],
    marks: Sequence[HandMark],
    regrade: Regrade | None,
) -> Graded:
    if Part.RIGHT_WRONG not in parts:
        return Graded(each.row)
    item = question_on_page(each, of)
    explained = Part.EXPLANATION in parts
    feedback = None
    if explained and each.version.feedback:
        feedback = render_bank_text(
            each.version, each.version.feedback, id_prefix=f"{item.name}-why-"
        ).html
    return Graded(
        each.row,
        item=item,
        answer=tuple(answer_words(item.view, each.row.response)),
        parts=_parts(each, regrade, item.name, explained) if Part.KEY in parts else None,
        feedback=feedback,
        judged=judged(each, marks, item.name) if explained else None,
        regrade=regrade,
    )


def _parts(
    each: PaperItem, regrade: Regrade | None, name: str, explained: bool
) -> tuple[GradedPart, ...] | None:
    """Part by part what was right, by the key in force; None where only people mark."""
    if is_marked_by_hand(each.item.kind):
        return None
    item, version, response = _key_in_force(each, regrade)
    found = []
    for part in mark(item, response).parts:
        prefix = f"{name}-{part.id}-"
        text = render_bank_text(version, part.text, id_prefix=f"{prefix}told-").inline
        why = None
        if explained and part.feedback:
            why = render_bank_text(version, part.feedback, id_prefix=f"{prefix}why-").inline
        found.append(GradedPart(part, text, why))
    return tuple(found)


def _key_in_force(
    each: PaperItem, regrade: Regrade | None
) -> tuple[QuizItem, BankItemVersion, Any]:
    """The text whose key counts, and the response as one to it."""
    if regrade is not None and regrade.how == How.BY_VERSION:
        decision = decision_of(regrade)
        _, item = quiz_items(decision)
        matching = matching_of(decision)
        if item is not None and matching is not None and decision.to is not None:
            return item, decision.to, matching.carry(each.row.response)
    return each.item, each.version, each.row.response


def _late(attempt_id: int, paper: Collection[PaperItem]) -> list[tuple[int, datetime, list[str]]]:
    """The candidate's own words that came after the end: number, when, lines."""
    items = {each.row.no: each for each in paper}
    found = []
    for kept in list_late_responses(attempt_id):
        each = items.get(kept.no)
        if each is None:
            continue
        seed = each.row.option_seed
        view: dict[str, Any] = learner_view(each.item, seed, shuffle_options=bool(seed))
        found.append((kept.no, kept.received_at, answer_words(view, kept.response)))
    return found
