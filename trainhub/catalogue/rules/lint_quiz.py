"""What an author of questions should look at again."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence

from trainhub.catalogue.rules.findings import Finding, Severity
from trainhub.catalogue.rules.matching import Match, is_ambiguous, looks_like, match_of
from trainhub.catalogue.rules.quiz_text import Kind, QuizItem, QuizText
from trainhub.errors import N_

# From this many single-choice items on, a pattern is no accident.
_ENOUGH = 5
_LONGEST_SHARE = 0.7
_POSITION_SHARE = 0.6

_MESSAGES = {
    "item_no_feedback": N_("The question “%(item)s” has no feedback."),
    "right_longest": N_("The right option is the longest in %(count)s of %(total)s questions."),
    "right_position": N_("The right option stands at place %(place)s in %(count)s of %(total)s."),
    "answer_like_amount": N_(
        "“%(answer)s” looks like an amount; “match: amount” compares it to the cent."
    ),
    "answer_like_date": N_("“%(answer)s” looks like a date; “match: date” knows its writings."),
    "answer_like_code": N_("“%(answer)s” looks like a code; “match: code” takes no other sign."),
    "answer_two_dates": N_("“%(answer)s” can be two dates; write it as 2026-11-23."),
    "items_differ": N_("The quiz “%(quiz)s” has other questions in %(language)s: %(keys)s."),
    "item_kind_differs": N_("“%(item)s” has another kind or other points in %(language)s."),
    "item_level_differs": N_("“%(item)s” has another level or other groups in %(language)s."),
    "rubric_differs": N_("“%(item)s” is marked on another rubric in %(language)s."),
    "answer_balance": N_("All %(total)s true/false questions have the same answer."),
}


def lint_quiz(quiz: QuizText) -> list[Finding]:
    """Questions without feedback, keys compared too loosely, patterns that give the key away."""
    return [*_feedback(quiz), *_loose_keys(quiz), *_patterns(quiz)]


def lint_pair(quiz: QuizText, other: QuizText) -> Iterator[Finding]:
    """Where a quiz and its other language part: who is examined in either must be alike."""
    mine, yours = ([item.key for item in each.items] for each in (quiz, other))
    language = other.language
    if mine != yours:
        params = {"quiz": quiz.key, "language": language, "keys": odd_keys(mine, yours)}
        message = _MESSAGES["items_differ"]
        yield Finding("items_differ", Severity.WARNING, message, params, quiz=quiz.key)
    for item in quiz.items:
        twin = other.find_item(item.key)
        code = _difference(item, twin) if twin else None
        if code:
            params = {"item": item.key, "language": language}
            place = {"quiz": quiz.key, "item": item.key}
            yield Finding(code, Severity.WARNING, _MESSAGES[code], params, item.line, **place)


def odd_keys(mine: Iterable[str], yours: Iterable[str]) -> str:
    """The keys only one side has; where there are none, the order differs: name all."""
    odd = set(mine) ^ set(yours)
    return ", ".join(sorted(odd) if odd else mine)


def _difference(item: QuizItem, twin: QuizItem) -> str | None:
    """The code of what must not differ between languages and does."""
    if (twin.kind, twin.points) != (item.kind, item.points):
        return "item_kind_differs"
    if (twin.level, set(twin.enemies)) != (item.level, set(item.enemies)):
        return "item_level_differs"
    rubrics = [
        [(one["key"], one["points"], one["fatal"]) for one in each.content.get("rubric", ())]
        for each in (item, twin)
    ]
    return None if rubrics[0] == rubrics[1] else "rubric_differs"


def _feedback(quiz: QuizText) -> Iterator[Finding]:
    for item in quiz.items:
        options = item.content.get("options", ())
        explained = options and all(option["feedback"] for option in options)
        if not (item.feedback or explained or item.content.get("model_answer")):
            yield Finding(
                "item_no_feedback",
                Severity.WARNING,
                _MESSAGES["item_no_feedback"],
                {"item": item.key},
                item.line,
                quiz=quiz.key,
                item=item.key,
            )


def _loose_keys(quiz: QuizText) -> Iterator[Finding]:
    """Accepted wordings that another way of comparing would serve better; one an item."""
    for item in quiz.items:
        for answer, match in _typed_answers(item):
            like = looks_like(answer) if match is Match.WORDS else None
            code = f"answer_like_{like}" if like else None
            if match is Match.DATE and is_ambiguous(answer):
                code = "answer_two_dates"
            if code:
                params = {"answer": answer}
                message = _MESSAGES[code]
                place = {"quiz": quiz.key, "item": item.key}
                yield Finding(code, Severity.HINT, message, params, item.line, **place)
                break


def _typed_answers(item: QuizItem) -> Iterator[tuple[str, Match]]:
    gaps = item.content["gaps"].values() if item.kind is Kind.CLOZE else [item.content]
    for content in gaps:
        if "answers" in content:
            yield from ((answer, match_of(content)) for answer in content["answers"])


def _patterns(quiz: QuizText) -> Iterator[Finding]:
    singles = [item for item in quiz.items if item.kind is Kind.SINGLE]
    total = len(singles)
    if total >= _ENOUGH:
        longest = sum(_right_is_longest(item) for item in singles)
        if longest >= _LONGEST_SHARE * total:
            yield _pattern(quiz, "right_longest", count=longest, total=total)
        place, count = Counter(map(_right_place, singles)).most_common(1)[0]
        if count >= _POSITION_SHARE * total:
            yield _pattern(quiz, "right_position", place=place, count=count, total=total)
    answers = [item.content["answer"] for item in quiz.items if item.kind is Kind.TRUE_FALSE]
    if len(answers) >= _ENOUGH and len(set(answers)) == 1:
        yield _pattern(quiz, "answer_balance", total=len(answers))


def _pattern(quiz: QuizText, code: str, **params: int) -> Finding:
    return Finding(code, Severity.HINT, _MESSAGES[code], params, quiz=quiz.key)


def _options(item: QuizItem) -> Sequence[dict[str, object]]:
    options: Sequence[dict[str, object]] = item.content["options"]
    return options


def _right_is_longest(item: QuizItem) -> bool:
    lengths = {bool(option["correct"]): 0 for option in _options(item)}
    for option in _options(item):
        side = bool(option["correct"])
        lengths[side] = max(lengths[side], len(str(option["text"])))
    return lengths[True] > lengths[False]


def _right_place(item: QuizItem) -> int:
    return next(place for place, option in enumerate(_options(item), 1) if option["correct"])
