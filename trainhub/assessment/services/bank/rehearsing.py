"""What an import would do, without storing anything and without keeping others from storing."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from hashlib import sha256

from sqlalchemy import select

from trainhub.assessment.models import BankItem, BankPicture
from trainhub.assessment.rules.bank import BankQuestion, ItemStatus
from trainhub.assessment.rules.bank_facts import check_facts
from trainhub.assessment.rules.bank_texts import content_hash, picture_names
from trainhub.assessment.services.bank import importing
from trainhub.assessment.services.bank.facts import current_facts
from trainhub.assessment.services.bank.writing import CatalogueText, facts_of
from trainhub.catalogue.rules.pictures import clean_picture
from trainhub.db import db
from trainhub.errors import DomainError, InputError, InputErrors


def rehearse_import(questions: Sequence[BankQuestion]) -> importing.ImportOutcome:
    """The outcome that `import_questions` would have now; raises the same `InputErrors`.

    Reads only: on SQLite a rehearsal that wrote would hold up answers of a running exam.
    """
    known = importing.find_known(questions)
    errors: list[InputError] = list(importing.list_twice(questions))
    states: dict[str, str] = {}
    for question in [] if errors else questions:
        key = question.item.key
        try:
            states[key] = _state(question, known.get(key), states.get(key))
        except InputErrors as refused:
            errors += [replace(one, line=question.item.line) for one in refused.errors]
        except DomainError as refused:
            errors.append(importing.as_input_error(refused, question))
    if errors:
        raise InputErrors(errors)
    return importing.outcome_of(states)


def _state(question: BankQuestion, item: BankItem | None, state: str | None) -> str:
    hashes = _picture_hashes(question)
    if item is None:
        check_facts(facts_of(question))
        return "new"
    digest = content_hash(question.item, hashes)
    texts = {one.language: one.version.content_hash for one in item.editions}
    if texts.get(question.language) != digest:
        if item.quiz_key is not None:
            raise CatalogueText(key=item.key, quiz=item.quiz_key)
        return "changed"
    if state is not None:
        return state
    return "changed" if _has_other_facts(item, question) else "unchanged"


def _has_other_facts(item: BankItem, question: BankQuestion) -> bool:
    facts = facts_of(question)
    status = item.status if question.status is ItemStatus.DRAFT else facts.status
    return check_facts(replace(facts, status=status, expected_s=item.expected_s)) != current_facts(
        item
    )


def _picture_hashes(question: BankQuestion) -> dict[str, str]:
    """The SHA-256 that the pictures shown would be kept under."""
    shown = sorted(picture_names(question.item) & set(question.pictures))
    hashes = {name: sha256(question.pictures[name]).hexdigest() for name in shown}
    query = select(BankPicture.sha256).where(BankPicture.sha256.in_(hashes.values()))
    kept = set(db.session.scalars(query)) if hashes else set()
    return {
        name: digest if digest in kept else clean_picture(question.pictures[name], name).sha256
        for name, digest in hashes.items()
    }
