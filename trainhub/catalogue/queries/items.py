"""Questions as the rules know them."""

from __future__ import annotations

from trainhub.catalogue.models import Item
from trainhub.catalogue.rules.quiz_text import Kind, QuizItem


def as_quiz_item(row: Item) -> QuizItem:
    """A stored question as the value that the marking rules take."""
    return QuizItem(
        key=row.key,
        kind=Kind(row.kind),
        stem=row.stem,
        content=row.content,
        points=row.points,
        objective=row.objective,
        tags=tuple(row.tags),
        feedback=row.feedback,
        level=row.level,
        enemies=tuple(row.enemies or ()),
    )
