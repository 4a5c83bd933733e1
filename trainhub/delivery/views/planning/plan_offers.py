"""What could be given way for a plan, and what was, as the pages show it."""

from __future__ import annotations

from dataclasses import dataclass

from trainhub.delivery.models import PlanRun
from trainhub.delivery.queries.planning.extra_trainers import who_could_teach
from trainhub.delivery.queries.planning.plan_runs import RunResult
from trainhub.delivery.rules.planning import plan_in_words
from trainhub.delivery.rules.planning.giving_way import BY_BUTTON
from trainhub.delivery.views.planning.plan_words import names_of_sentences, worded
from trainhub.people.models import Person


@dataclass(frozen=True)
class Offer:
    """What could be given way: in words, how many seats it brought when tried, by whose help."""

    number: int
    kind: str
    text: str
    gained: int
    has_button: bool
    trainers: list[Person]


def offers(run: PlanRun, result: RunResult) -> list[Offer]:
    """What could be given way, the most helpful first."""
    raw = run.progress.get("offers", [])
    sentences = [plan_in_words.offer(one, result.problem) for one in raw]
    names = names_of_sentences(sentences)
    found = []
    for number, (one, sentence) in enumerate(zip(raw, sentences, strict=True)):
        is_class = one["kind"] == "session"
        trainers = who_could_teach(one["detail"], result) if is_class else []
        found.append(
            Offer(
                number,
                one["kind"],
                worded(sentence, names),
                len(one["placed"]),
                one["kind"] in BY_BUTTON and (not is_class or bool(trainers)),
                trainers,
            )
        )
    return found


def given_way(run: PlanRun) -> list[str]:
    """What was given way for this plan, line by line."""
    sentences = [
        sentence
        for one in run.progress.get("given_way", [])
        for sentence in plan_in_words.given_way(one)
    ]
    names = names_of_sentences(sentences)
    return [worded(sentence, names) for sentence in sentences]
