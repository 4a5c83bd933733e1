"""A question as the reader shows it: open, or answered with what was right.

What is open is made from `learner_view` alone, so that nothing of the key can reach the page
before an answer is stored.
"""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from markupsafe import Markup

from trainhub.catalogue.markdown import fill_gaps
from trainhub.catalogue.models import Item
from trainhub.catalogue.queries.items import as_quiz_item
from trainhub.catalogue.rules.item_views import learner_view
from trainhub.catalogue.rules.marking import Mark, PartMark, mark
from trainhub.catalogue.rules.quiz_text import QuizItem
from trainhub.catalogue.views.rendering import TextPlace, render_text
from trainhub.learning.models import CheckpointResponse


@dataclass(frozen=True)
class Answered:
    """What came of the newest try, or the solution shown to trainers (`response` is None)."""

    mark: Mark
    response: Any
    at: datetime | None
    number: int
    feedback: Markup | None
    parts: tuple[tuple[PartMark, Markup | None, Markup | None], ...]

    @property
    def is_solution(self) -> bool:
        """Shown without anybody having answered."""
        return self.number == 0


@dataclass(frozen=True)
class ItemOnPage:
    """A question on the page. `name` is the prefix of its fields, `key` that of its next try.

    `view` is `learner_view`'s; `stem` its rendered stem; `options` the rendered options.
    """

    name: str
    place: int
    of: int
    quiz: str
    view: dict[str, Any]
    stem: Markup
    options: tuple[tuple[str, Markup], ...]
    answered: Answered | None = None
    again: bool = False
    given: Any = None
    key: str = field(default_factory=lambda: secrets.token_urlsafe(12))

    @property
    def is_open(self) -> bool:
        """Whether its fields are shown rather than its outcome."""
        return self.answered is None or self.again

    @property
    def steps(self) -> list[dict[str, str]]:
        """The steps to be put in order: as put last, if a try is under way again."""
        steps: list[dict[str, str]] = self.view["steps"]
        places = {step_id: place for place, step_id in enumerate(self.given or ())}
        return sorted(steps, key=lambda step: places.get(step["id"], 0))

    @property
    def on_paper(self) -> Markup:
        """The stem with numbered lines in its gaps."""
        gaps = self.view.get("gaps", ())
        return self.filled({gap["id"]: Markup("({}) ________").format(gap["id"]) for gap in gaps})

    def filled(self, fields: Mapping[str, Markup]) -> Markup:
        """The stem of a cloze with fields in its gaps."""
        return fill_gaps(self.stem, fields)


@dataclass(frozen=True)
class ItemSource:
    """A question of a lesson with everything its page needs. `number` counts from 1."""

    row: Item
    quiz: str
    number: int
    place: int
    of: int

    @property
    def item(self) -> QuizItem:
        """The question as the rules know it."""
        return as_quiz_item(self.row)

    @property
    def name(self) -> str:
        """The prefix of the question's fields."""
        return f"q{self.number}"


def item_on_page(
    source: ItemSource,
    text_place: TextPlace,
    *,
    seed: int,
    newest: CheckpointResponse | None = None,
    again: bool = False,
    solution: bool = False,
) -> ItemOnPage:
    """The question, answered if there is a newest try, solved for trainers."""
    item, name = source.item, source.name
    view = learner_view(item, seed)
    answered = None
    if newest is not None:
        answered = _answered(item, newest.response, name, text_place, newest)
    elif solution:
        answered = _answered(item, None, name, text_place, None)
    return ItemOnPage(
        name=name,
        place=source.place,
        of=source.of,
        quiz=source.quiz,
        view=view,
        stem=_rendered(text_place, view["stem"], name).html,
        options=tuple(
            (option["id"], _rendered(text_place, option["text"], f"{name}-{option['id']}").inline)
            for option in view.get("options", ())
        ),
        answered=answered,
        again=again and not solution,
        given=newest.response if newest is not None else None,
    )


def _rendered(place: TextPlace, text: str, name: str) -> Any:
    return render_text(place, text, id_prefix=f"{name}-", heading_level=4)


def _answered(
    item: QuizItem,
    response: Any,
    name: str,
    place: TextPlace,
    newest: CheckpointResponse | None,
) -> Answered:
    outcome = mark(item, response)
    parts = []
    for part in outcome.parts:
        text = feedback = None
        if part.text and item.kind in {"single", "multiple"}:
            text = _rendered(place, part.text, f"{name}-{part.id}-text").inline
        if part.feedback:
            feedback = _rendered(place, part.feedback, f"{name}-{part.id}-why").inline
        parts.append((part, text, feedback))
    explained = _rendered(place, outcome.feedback, f"{name}-why") if outcome.feedback else None
    return Answered(
        mark=outcome,
        response=response,
        at=newest.responded_at if newest is not None else None,
        number=newest.number if newest is not None else 0,
        feedback=explained.html if explained else None,
        parts=tuple(parts),
    )
