"""Changing a quiz question by question, on top of whatever its newest text is."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from hashlib import sha256
from typing import Any

from trainhub.catalogue.models import QuizEdition
from trainhub.catalogue.rules.quiz_text import QuizItem, QuizText, parse_quiz
from trainhub.catalogue.rules.quiz_writing import dump_quiz, item_as_mapping
from trainhub.catalogue.services.drafts import current_source, draft_token, hold, save_draft
from trainhub.errors import N_, Conflict


class QuestionMoved(Conflict):
    """Somebody else changed this question in between; `saved` is theirs."""

    code = "question_moved"
    message = N_("Somebody else changed this question in the meantime. Their text is shown below.")

    def __init__(self, saved: QuizItem | None) -> None:
        super().__init__()
        self.saved = saved


def item_token(item: QuizItem | None) -> str:
    """A word for the state of a question: whoever saves names the one they have seen."""
    if item is None:
        return ""
    return sha256(repr(item_as_mapping(item)).encode()).hexdigest()[:16]


def change_quiz(
    edition: QuizEdition,
    change: Callable[[QuizText], QuizText],
    *,
    actor: Any,
    now: datetime,
    key: str | None = None,
    seen_item: str = "",
) -> QuizText:
    """Write the newest questions anew after `change`; the quiz as it is then.

    Two people may work on different questions at once: only a question `key` that is not
    the one `seen_item` names is refused, with `QuestionMoved`. Raises `InputErrors` when the
    newest text cannot be read.
    """
    hold(edition)
    quiz = parse_quiz(current_source(edition))
    if key is not None and item_token(quiz.find_item(key)) != seen_item:
        raise QuestionMoved(quiz.find_item(key))
    changed = change(quiz)
    if changed != quiz:
        seen = draft_token(edition)
        save_draft(edition, dump_quiz(changed), seen=seen, actor=actor, now=now)
    return changed
