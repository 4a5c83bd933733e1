"""Taking questions of a file into the bank: all, or none."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import selectinload

from trainhub.assessment.models import BankItem, BankItemEdition, BankPicture
from trainhub.assessment.rules.bank import BankQuestion, ItemStatus
from trainhub.assessment.rules.bank_facts import check_facts
from trainhub.assessment.rules.bank_texts import content_hash, picture_names
from trainhub.assessment.services.bank.facts import change_facts, current_facts
from trainhub.assessment.services.bank.pictures import keep_pictures
from trainhub.assessment.services.bank.writing import CatalogueText, facts_of, new_item, put_text
from trainhub.audit.services import append_entry
from trainhub.db import db
from trainhub.errors import N_, DomainError, InputError, InputErrors

_TWICE = N_("The question “%(key)s” stands twice in this language.")


@dataclass(frozen=True)
class ImportOutcome:
    """How many questions were new, had something changed, or were the same; one in two
    languages counts once. `states` says “new”, “changed” or “unchanged” by key."""

    new: int = 0
    changed: int = 0
    unchanged: int = 0
    states: Mapping[str, str] = field(default_factory=dict, compare=False)


def outcome_of(states: Mapping[str, str]) -> ImportOutcome:
    """The counts of states by key."""
    found = list(states.values())
    counts = {word: found.count(word) for word in ("new", "changed", "unchanged")}
    return ImportOutcome(**counts, states=states)


def import_questions(
    questions: Sequence[BankQuestion], *, actor: Any, now: datetime
) -> ImportOutcome:
    """Store the questions of one file, those with the bank's keys as new versions where they
    differ.

    Topic, level, tags, objective and enemies are those of the first entry with a key. A known
    question keeps its status where the file says draft, which is also what files say that know
    no status. Inside the caller's transaction; raises `InputErrors` with the line of each
    question that is refused (twice in the file, a picture not taken, the text of a quiz changed,
    a wrong topic), and nothing may be kept then.
    """
    known = find_known(questions)
    errors: list[InputError] = list(list_twice(questions))
    states: dict[str, str] = {}
    for question in [] if errors else questions:
        key = question.item.key
        try:
            state = _take(question, known, states.get(key), actor=actor, now=now)
        except InputErrors as refused:
            errors += [replace(one, line=question.item.line) for one in refused.errors]
        except DomainError as refused:
            errors.append(as_input_error(refused, question))
        else:
            states[key] = state
    if errors:
        raise InputErrors(errors)
    outcome = outcome_of(states)
    _record(outcome, actor=actor, now=now)
    return outcome


def find_known(questions: Sequence[BankQuestion]) -> dict[str, BankItem]:
    """The bank's questions with the keys of these, by key, their texts in force loaded."""
    keys = sorted({question.item.key for question in questions})
    found: dict[str, BankItem] = {}
    for start in range(0, len(keys), 500):
        rows = db.session.scalars(
            select(BankItem)
            .where(BankItem.key.in_(keys[start : start + 500]))
            .options(selectinload(BankItem.editions).selectinload(BankItemEdition.version))
        )
        found |= {row.key: row for row in rows}
    return found


def list_twice(questions: Sequence[BankQuestion]) -> list[InputError]:
    """An error for each question that stands twice in its language."""
    seen: set[tuple[str, str]] = set()
    errors = []
    for question in questions:
        place = (question.item.key, question.language)
        if place in seen:
            params = {"key": question.item.key}
            errors.append(InputError("question_twice", _TWICE, params, line=question.item.line))
        seen.add(place)
    return errors


def as_input_error(refused: DomainError, question: BankQuestion) -> InputError:
    """A refused question as an error with its line."""
    return InputError(
        refused.code, refused.message, refused.params, line=question.item.line, field="item"
    )


def _take(
    question: BankQuestion,
    known: dict[str, BankItem],
    state: str | None,
    *,
    actor: Any,
    now: datetime,
) -> str:
    """Store one question; `state` is what its other language has made of the item so far."""
    item = known.get(question.item.key)
    if item is None:
        item = new_item(question.item.key, facts_of(question), actor=actor, now=now)
        known[item.key] = item
        state = "new"
    elif state is None:
        state = "changed" if _other_facts(item, question, actor=actor, now=now) else "unchanged"
    pictures = keep_pictures({name: question.pictures[name] for name in sorted(question.pictures)})
    if item.quiz_key is not None:
        _refuse_other_text(item, question, pictures)
    elif put_text(item, question.language, question.item, pictures, actor=actor, now=now):
        state = "new" if state == "new" else "changed"
    return state


def _other_facts(item: BankItem, question: BankQuestion, *, actor: Any, now: datetime) -> bool:
    facts = facts_of(question)
    status = item.status if question.status is ItemStatus.DRAFT else facts.status
    facts = check_facts(replace(facts, status=status, expected_s=item.expected_s))
    return facts != current_facts(item) and change_facts(item, facts, actor=actor, now=now)


def _refuse_other_text(
    item: BankItem, question: BankQuestion, pictures: dict[str, BankPicture]
) -> None:
    """A question of a quiz may come along as long as it says what the quiz says."""
    shown = picture_names(question.item)
    hashes = {name: row.sha256 for name, row in pictures.items() if name in shown}
    digest = content_hash(question.item, hashes)
    editions = {one.language: one.version.content_hash for one in item.editions}
    if editions.get(question.language) != digest:
        raise CatalogueText(key=item.key, quiz=item.quiz_key)


def _record(outcome: ImportOutcome, *, actor: Any, now: datetime) -> None:
    if not outcome.new and not outcome.changed:
        return
    append_entry(
        "bank.imported",
        actor=actor,
        object_type="bank",
        object_key="bank",
        now=now,
        changes={"new": [None, outcome.new], "changed": [None, outcome.changed]},
    )
