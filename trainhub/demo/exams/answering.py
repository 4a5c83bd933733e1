"""How people of different ability answer: an item response model with a few bad questions."""

from __future__ import annotations

from dataclasses import dataclass, field
from math import exp
from random import Random
from typing import Any

from trainhub.assessment.models import BankItem, BankItemVersion
from trainhub.assessment.queries.items import as_quiz_item
from trainhub.assessment.rules.drawing import Drawable
from trainhub.assessment.rules.rubric import rubric_of
from trainhub.assessment.rules.scoring import as_millionths
from trainhub.catalogue.rules.item_views import choice_id
from trainhub.catalogue.rules.marking import is_marked_by_hand, mark
from trainhub.catalogue.rules.quiz_text import Kind, QuizItem
from trainhub.demo.answers import right_response, wrong_response

_SHORT_TEXTS = {
    "zh": "先道歉并安抚客户情绪，再核实情况，最后告知处理时限并回访。",
    "en": "I would apologise and calm the customer, check the facts, name the time limits and"
    " call back.",
}


@dataclass(frozen=True)
class Given:
    """One possible response with its points in millionths; None where people must mark it."""

    response: Any
    mark_millionths: int | None
    is_right: bool | None


@dataclass
class Behaviour:
    """How a question behaves: how hard it is, how well it tells people apart, how long it takes.

    `slope` below 0 is a question with a wrong key: the better people know, the worse they do.
    """

    item: QuizItem
    drawable: Drawable
    difficulty: float
    slope: float
    seconds: float
    right: Given = field(init=False)
    wrong: list[Given] = field(init=False)

    def __post_init__(self) -> None:
        self.right = self._scored(right_response(self.item))
        self.wrong = [self._scored(one) for one in self._wrong_responses()]

    @property
    def is_long(self) -> bool:
        """Whether people mark it."""
        return is_marked_by_hand(self.item.kind)

    def _scored(self, response: Any) -> Given:
        if self.is_long:
            return Given(response, None, None)
        score = mark(self.item, response).score
        return Given(response, as_millionths(score * self.item.points), score == 1)

    def _wrong_responses(self) -> list[Any]:
        if self.item.kind is not Kind.SINGLE:
            return [wrong_response(self.item)]
        options = self.item.content["options"]
        return [choice_id(self.item, one["text"]) for one in options if not one["correct"]]

    def answer(self, rng: Random, ability: float, language: str) -> tuple[Given, float]:
        """A response, and the share of a rubric that it deserves (1 or 0 for other kinds)."""
        chance = 1 / (1 + exp(-1.7 * self.slope * (ability - self.difficulty)))
        if self.is_long:
            return self._long_answer(rng, chance, language)
        if rng.random() < chance:
            return self.right, 1.0
        # Some distractors draw more people than others, always the same ones.
        place = min(int(rng.expovariate(1.4)), len(self.wrong) - 1)
        return self.wrong[place], 0.0

    def _long_answer(self, rng: Random, chance: float, language: str) -> tuple[Given, float]:
        quality = min(1.0, max(0.0, rng.gauss(chance, 0.15)))
        text: str = self.item.content["model_answer"]
        kept = text[: max(20, int(len(text) * quality))]
        return Given(kept if quality > 0.45 else _SHORT_TEXTS[language], None, None), quality

    def points_by_criterion(self, rng: Random, quality: float) -> dict[str, str]:
        """What a marker gives for a long answer of this quality: half points, as text."""
        given = {}
        for one in rubric_of(self.item.content):
            halves = round(2 * one.points * min(1.0, max(0.0, rng.gauss(quality, 0.08))))
            lowest = 1 if one.is_fatal and quality > 0.3 else 0
            given[one.key] = f"{max(lowest, halves) / 2:g}"
        return given


def behaviours(
    rng: Random, rows: list[tuple[BankItem, BankItemVersion]]
) -> dict[int, dict[str, Behaviour]]:
    """How every question behaves, by item and language: alike in both languages."""
    traits: dict[int, tuple[float, float, float]] = {}
    levels = {"basic": -1.7, "standard": -1.1, "advanced": -0.4}
    found: dict[int, dict[str, Behaviour]] = {}
    for number, (item, version) in enumerate(rows):
        if item.id not in traits:
            slope = -0.5 if number % 41 == 20 else rng.uniform(0.6, 1.6)
            difficulty = levels[item.level] + rng.gauss(0, 0.4)
            if number % 37 == 18:
                difficulty = 1.9  # too hard for everybody
            traits[item.id] = difficulty, slope, rng.uniform(20, 75)
        drawable = Drawable(
            item.id, version.id, item.key, item.topic, item.level, version.points,
            tuple(item.tags), tuple(item.enemies),
        )  # fmt: skip
        made = Behaviour(as_quiz_item(item, version), drawable, *traits[item.id])
        found.setdefault(item.id, {})[version.language] = made
    return found
