"""What people thought of a class: figures that give nobody's answer away.

Answers are shown in *blocks* of at least five: a class with five answers or more is a block of
its own; smaller ones of the same course are put together in the order in which their surveys
closed, until there are five. Every figure sums whole blocks, so whatever two figures are
compared, they differ by no answer or by at least five. Only closed surveys count, so that a
figure never moves by the one answer that has just come in.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from trainhub.errors import N_, InputError

LEAST_ANSWERS = 5
OPEN_FOR = timedelta(days=7)
HIGHEST = 5
FEW_ANSWERS = 30  # below this a percentage moves by points when one person changes their mind
COMMENT_LIMIT = 1_000
QUESTIONS = ("content", "trainer", "usefulness", "fit")
QUESTION_WORDS = {
    "content": N_("The content was clear and right for me"),
    "trainer": N_("The trainer taught it well"),
    "usefulness": N_("I can use it at work"),
    "fit": N_("A short class in the shift suits my work"),
}
POINT_WORDS = {
    5: N_("Strongly agree"),
    4: N_("Agree"),
    3: N_("Neither agree nor disagree"),
    2: N_("Disagree"),
    1: N_("Strongly disagree"),
}


@dataclass(frozen=True)
class Tally:
    """The answers of one class whose survey is closed, added up. `sums` in order of `QUESTIONS`;
    `satisfied`: answers whose mean is four points or more.
    """

    session_id: int
    course_id: int
    on: date
    answers: int
    sums: tuple[int, ...]
    satisfied: int = 0


@dataclass(frozen=True)
class Block:
    """Classes of one course with at least five answers together."""

    course_id: int
    tallies: tuple[Tally, ...]

    @property
    def answers(self) -> int:
        """How many answers."""
        return sum(one.answers for one in self.tallies)

    @property
    def session_ids(self) -> frozenset[int]:
        """The classes in it."""
        return frozenset(one.session_id for one in self.tallies)

    def lies_in(self, first: date | None, last: date | None) -> bool:
        """Whether every class of it lies between two dates."""
        return all(
            (first is None or first <= one.on) and (last is None or one.on <= last)
            for one in self.tallies
        )


def blocks_of(tallies: Iterable[Tally]) -> list[Block]:
    """The blocks of tallies given in the order in which their surveys closed.

    A block never changes once it is there: later tallies only make further ones. What has not
    come to five answers yet is in none.
    """
    found: list[Block] = []
    waiting: dict[int, list[Tally]] = {}
    for one in tallies:
        if one.answers >= LEAST_ANSWERS:
            found.append(Block(one.course_id, (one,)))
        elif one.answers:
            row = waiting.setdefault(one.course_id, [])
            row.append(one)
            if sum(tally.answers for tally in row) >= LEAST_ANSWERS:
                found.append(Block(one.course_id, tuple(waiting.pop(one.course_id))))
    return found


@dataclass(frozen=True)
class Satisfaction:
    """A figure from at least five answers.

    `share` is the mean of all points over the four questions as a share of the highest (five):
    4.845 points are 96.9 %. `by_question` is the same question by question, `satisfied` the
    share of answers with a mean of four points or more.
    """

    answers: int
    share: float
    by_question: tuple[float, ...]
    satisfied: float

    @property
    def is_few(self) -> bool:
        """Whether one more answer may move the figure by a point or more."""
        return self.answers < FEW_ANSWERS


def satisfaction_of(blocks: Collection[Block]) -> Satisfaction | None:
    """The figure of whole blocks; None where there are none."""
    tallies = [one for block in blocks for one in block.tallies]
    answers = sum(one.answers for one in tallies)
    if answers < LEAST_ANSWERS:
        return None
    sums = [sum(one.sums[place] for one in tallies) for place in range(len(QUESTIONS))]
    by_question = tuple(total / answers / HIGHEST for total in sums)
    return Satisfaction(
        answers,
        sum(by_question) / len(by_question),
        by_question,
        sum(one.satisfied for one in tallies) / answers,
    )


def check_points(points: Sequence[int | None]) -> list[InputError]:
    """What is missing or impossible in an answer's points, in order of `QUESTIONS`."""
    return [
        InputError("points_missing", N_("Choose one of the five."), field=name)
        for name, given in zip(QUESTIONS, points, strict=True)
        if given is None or not 1 <= given <= HIGHEST
    ]
