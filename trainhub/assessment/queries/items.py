"""Bank questions as the catalogue's rules know them."""

from __future__ import annotations

from trainhub.assessment.models import BankItem, BankItemVersion
from trainhub.catalogue.rules.quiz_text import Kind, QuizItem


def as_quiz_item(item: BankItem, version: BankItemVersion) -> QuizItem:
    """A text of a bank question as the value that marking and views take.

    Its key is the bank item's, whatever quiz it came from: identifiers of options hang on it.
    """
    return QuizItem(
        key=item.key,
        kind=Kind(version.kind),
        stem=version.stem,
        content=version.content,
        points=version.points,
        objective=item.objective,
        tags=tuple(item.tags),
        feedback=version.feedback,
    )
