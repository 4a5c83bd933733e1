"""Plans in the reader's words."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

from trainhub.delivery.queries.planning.plan_review import Names, names_for
from trainhub.delivery.rules.planning import plan_in_words
from trainhub.delivery.rules.planning.agreement import Change
from trainhub.delivery.rules.sentences import Clock, Named, Sentence
from trainhub.errors import fill
from trainhub.rota.rules.clock_times import clock_time
from trainhub.web.filters import show_date, show_number
from trainhub.web.locale import current_language
from trainhub.web.text import translated


def worded(sentence: Sentence, names: Names) -> str:
    """A sentence in the reader's language."""
    params = {name: _shown(value, names) for name, value in sentence.params.items()}
    return fill(translated(sentence.message), params)


def _shown(value: Any, names: Names) -> str:
    if isinstance(value, Clock):
        return clock_time(value.minutes)
    if isinstance(value, Named):
        return names.of(value.kind, value.id)
    if isinstance(value, date):
        return show_date(value, "weekday")
    if isinstance(value, int | float):
        return show_number(value)
    return str(value)


def names_of_sentences(sentences: Iterable[Sentence]) -> Names:
    """The names that these sentences speak of."""
    people, courses = set(), set()
    for sentence in sentences:
        for value in sentence.params.values():
            if isinstance(value, Named) and value.kind in ("person", "trainer"):
                people.add(value.id)
            if isinstance(value, Named) and value.kind == "course":
                courses.add(value.id)
    return names_for(current_language(), people=people, courses=courses)


def changes_in_words(changes: Iterable[Change]) -> list[str]:
    """Why a plan does not hold any more, line by line."""
    sentences = [plan_in_words.change(one) for one in changes]
    names = names_of_sentences(sentences)
    return [worded(sentence, names) for sentence in sentences]


def run_badge(state: str) -> tuple[str, str]:
    """The kind and the words of a run's badge."""
    kinds = {
        "queued": "neutral", "running": "progress", "done": "warning", "cancelled": "neutral",
        "failed": "danger", "agreed": "success", "dismissed": "neutral",
    }  # fmt: skip
    return kinds[state], translated(plan_in_words.STATES[state])


def phase_words(state: str, progress: Mapping[str, Any]) -> str:
    """What a run is doing."""
    if state == "queued":
        return translated(plan_in_words.WAITING)
    phase = plan_in_words.PHASES.get(str(progress.get("phase", "")), plan_in_words.WORKING)
    return translated(phase)


def failure_words(code: str) -> str:
    """Why a run came to nothing."""
    return translated(plan_in_words.FAILURES.get(code, plan_in_words.FAILURES["BROKEN"]))
