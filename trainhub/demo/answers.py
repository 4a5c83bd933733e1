"""A right and a wrong answer to a question, for histories."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from trainhub.catalogue.rules.item_views import choice_id, gap_ids
from trainhub.catalogue.rules.marking import mark
from trainhub.catalogue.rules.quiz_text import Kind, QuizItem


@dataclass(frozen=True)
class Answer:
    """A response and its score in permille, as the marking rule sees it."""

    response: Any
    score_permille: int


def right_response(item: QuizItem) -> Any:
    """A response that earns full marks."""
    content = item.content
    match item.kind:
        case Kind.SINGLE:
            return next(choice_id(item, o["text"]) for o in content["options"] if o["correct"])
        case Kind.MULTIPLE:
            return [choice_id(item, o["text"]) for o in content["options"] if o["correct"]]
        case Kind.TRUE_FALSE:
            return content["answer"]
        case Kind.SHORT_ANSWER:
            return content["answers"][0]
        case Kind.NUMERIC:
            return str(content["answer"])
        case Kind.ORDERING:
            return [choice_id(item, step) for step in content["steps"]]
        case Kind.MATCHING:
            return {
                choice_id(item, pair["left"], "left"): choice_id(item, pair["right"], "right")
                for pair in content["pairs"]
            }
        case Kind.CLOZE:
            names = gap_ids(item)
            return {gap: _gap_answer(item, name) for gap, name in names.items()}
        case Kind.LONG_ANSWER:
            return content["model_answer"][: content["limit"]]


def _gap_answer(item: QuizItem, name: str) -> str:
    gap = item.content["gaps"][name]
    if "options" in gap:
        return choice_id(item, gap["answer"], name)
    return str(gap["answers"][0])


def wrong_response(item: QuizItem) -> Any:
    """A response that people who are unsure give: not full marks."""
    content = item.content
    match item.kind:
        case Kind.SINGLE:
            return next(choice_id(item, o["text"]) for o in content["options"] if not o["correct"])
        case Kind.MULTIPLE:
            return right_response(item)[:-1]
        case Kind.TRUE_FALSE:
            return not content["answer"]
        case Kind.SHORT_ANSWER | Kind.LONG_ANSWER:
            return "?"
        case Kind.NUMERIC:
            return "999999"
        case Kind.ORDERING:
            steps = right_response(item)
            return [steps[1], steps[0], *steps[2:]]
        case Kind.MATCHING:
            return dict(list(right_response(item).items())[:-1])
        case Kind.CLOZE:
            return dict(list(right_response(item).items())[:-1])


def answers_to(item: QuizItem) -> tuple[Answer, Answer]:
    """A right and a wrong answer, scored."""
    right, wrong = (
        Answer(response, int(mark(item, response).score * 1000))
        for response in (right_response(item), wrong_response(item))
    )
    return right, wrong
