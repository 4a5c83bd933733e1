"""What an author decides about a question beside its text."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, fields
from typing import Any

from trainhub.assessment.rules.bank import GENERAL_TOPIC, LEVELS, STATUSES, ItemStatus, Level
from trainhub.catalogue.rules.fields import KEY, KEY_LENGTH
from trainhub.errors import N_, InputError, InputErrors

MAX_TAGS, MAX_TAG, MAX_ENEMIES, MAX_EXPECTED_S = 20, 40, 10, 3_600

_KEY_FORM = N_("Lower-case letters, digits and single hyphens, at most 80 characters.")
_TAGS = N_("At most 20 tags of at most 40 characters.")
_ENEMIES = N_("At most 10 groups.")
_CHOICE = N_("This is none of the choices.")
_SECONDS = N_("From 1 to 3600 seconds.")


@dataclass(frozen=True)
class ItemFacts:
    """`expected_s` in seconds; the rest as in `models.BankItem`."""

    topic: str = GENERAL_TOPIC
    level: str = Level.STANDARD.value
    status: str = ItemStatus.DRAFT.value
    objective: str = ""
    tags: tuple[str, ...] = ()
    enemies: tuple[str, ...] = ()
    expected_s: int = 60

    def named(self) -> dict[str, Any]:
        """The facts by their names, lists as lists."""
        values = {one.name: getattr(self, one.name) for one in fields(self)}
        return {name: list(v) if isinstance(v, tuple) else v for name, v in values.items()}


def check_facts(facts: ItemFacts) -> ItemFacts:
    """The same facts; raises `InputErrors` naming each wrong one."""
    errors = list(_wrong(facts))
    if errors:
        raise InputErrors(errors)
    return facts


def _wrong(facts: ItemFacts) -> Iterator[InputError]:
    if not is_key(facts.topic):
        yield InputError("topic_form", _KEY_FORM, field="topic")
    if facts.objective and not is_key(facts.objective):
        yield InputError("objective_form", _KEY_FORM, field="objective")
    if facts.level not in LEVELS:
        yield InputError("level_unknown", _CHOICE, field="level")
    if facts.status not in STATUSES:
        yield InputError("status_unknown", _CHOICE, field="status")
    if len(facts.tags) > MAX_TAGS or any(len(tag) > MAX_TAG for tag in facts.tags):
        yield InputError("tags_long", _TAGS, field="tags")
    if len(facts.enemies) > MAX_ENEMIES:
        yield InputError("enemies_many", _ENEMIES, field="enemies")
    if not all(is_key(enemy) for enemy in facts.enemies):
        yield InputError("enemies_form", _KEY_FORM, field="enemies")
    if not 1 <= facts.expected_s <= MAX_EXPECTED_S:
        yield InputError("expected_s_bounds", _SECONDS, field="expected_s")


def is_key(text: str) -> bool:
    """Whether a text can be a key: kebab-case, not too long."""
    return len(text) <= KEY_LENGTH and KEY.fullmatch(text) is not None


def distinct(words: Sequence[str]) -> tuple[str, ...]:
    """The words trimmed, once each, in their order, empty ones left out."""
    return tuple(dict.fromkeys(word.strip() for word in words if word.strip()))
