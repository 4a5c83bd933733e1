"""How a long answer was judged, as its candidate reads it once the explanations are out."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

from markupsafe import Markup

from trainhub.assessment.models import HandMark
from trainhub.assessment.queries.attempts import PaperItem
from trainhub.assessment.rules.rubric import (
    Criterion,
    Judgement,
    points_text,
    rubric_of,
    settled_points,
    stored_judgement,
)
from trainhub.assessment.views.sitting_texts import render_bank_text
from trainhub.catalogue.rules.marking import is_marked_by_hand


@dataclass(frozen=True)
class Judged:
    """The criteria with what each marker gave, in the order they marked; none is named.

    `unmet` are criteria that had to be met, were not, and so left the whole answer no points.
    """

    criteria: tuple[tuple[Criterion, tuple[str, ...]], ...]
    unmet: tuple[str, ...]
    comments: tuple[str, ...]
    model_answer: Markup | None

    @property
    def markers(self) -> int:
        """How many have marked it."""
        return len(self.criteria[0][1])


def judged(each: PaperItem, marks: Sequence[HandMark], name: str) -> Judged | None:
    """What people made of an answer; None of a question that a machine marks."""
    if not is_marked_by_hand(each.item.kind):
        return None
    rubric = rubric_of(each.version.content)
    found = [stored_judgement(rubric, mark.criteria) for mark in marks]
    model = each.version.content.get("model_answer") or ""
    return Judged(
        tuple((one, tuple(points_text(it.points[one.key]) for it in found)) for one in rubric),
        _unmet(rubric, found),
        tuple(mark.comment for mark in marks if mark.comment),
        render_bank_text(each.version, model, id_prefix=f"{name}-model-").html if model else None,
    )


def _unmet(rubric: Sequence[Criterion], found: Sequence[Judgement]) -> tuple[str, ...]:
    if not found or settled_points(found) != Fraction(0):
        return ()
    return tuple(one.text for one in rubric if any(one.key in it.failed for it in found))
