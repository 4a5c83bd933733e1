"""Giving a question a text: a new version, or nothing if it says the same."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import func, select

from trainhub.assessment.models import BankItem, BankItemEdition, BankItemVersion, BankPicture
from trainhub.assessment.rules.bank import BankQuestion
from trainhub.assessment.rules.bank_facts import ItemFacts, check_facts
from trainhub.assessment.rules.bank_texts import EXPECTED_S, content_hash, picture_names
from trainhub.assessment.services.bank.pictures import keep_pictures
from trainhub.audit.services import append_entry
from trainhub.catalogue.rules.quiz_text import QuizItem
from trainhub.db import db
from trainhub.errors import N_, Conflict, DomainError


class CatalogueText(DomainError):
    """The text of a question taken over from a quiz is changed in the quiz."""

    code = "text_of_the_catalogue"
    message = N_("The text of “%(key)s” belongs to the quiz “%(quiz)s”: change it there.")


class KeyTaken(DomainError):
    """Another question has this key."""

    code = "item_key_taken"
    status = 409
    message = N_("Another question of the bank has the key “%(key)s”.")


class TextMoved(Conflict):
    """Somebody else published a text of this question in between."""

    code = "item_text_moved"
    message = N_("Somebody else changed this question in the meantime. Look at their text first.")


def put_text(
    item: BankItem,
    language: str,
    text: QuizItem,
    pictures: Mapping[str, BankPicture],
    *,
    actor: Any,
    now: datetime,
    note: str = "",
) -> bool:
    """Make `text` the one in force of a question in a language; False if it was already.

    `pictures` are those the text shows, by name; others are left out. Going back to a text of
    long ago makes a version too, so that the numbers tell what was in force after what.
    """
    shown = {name: pictures[name] for name in sorted(picture_names(text)) if name in pictures}
    digest = content_hash(text, {name: one.sha256 for name, one in shown.items()})
    edition = _edition(item, language)
    newest = edition.version if edition else _newest_version(item.id, language)
    changed = newest is None or newest.content_hash != digest
    if newest is None or changed:
        newest = _new_version(item, language, text, digest, actor=actor, now=now, note=note)
        newest.pictures = {name: one.id for name, one in shown.items()}
        db.session.add(newest)
    if edition is None:
        item.editions.append(BankItemEdition(language=language, version=newest))
        changed = True
    elif changed:
        edition.version = newest
    db.session.flush()
    return changed


def _edition(item: BankItem, language: str) -> BankItemEdition | None:
    return next((one for one in item.editions if one.language == language), None)


def _newest_version(item_id: int, language: str) -> BankItemVersion | None:
    return db.session.scalars(
        select(BankItemVersion)
        .where(BankItemVersion.item_id == item_id, BankItemVersion.language == language)
        .order_by(BankItemVersion.number.desc())
        .limit(1)
    ).one_or_none()


def _new_version(
    item: BankItem, language: str, text: QuizItem, digest: str, *, actor: Any, **words: Any
) -> BankItemVersion:
    highest = db.session.scalar(
        select(func.max(BankItemVersion.number)).where(
            BankItemVersion.item_id == item.id, BankItemVersion.language == language
        )
    )
    return BankItemVersion(
        item=item,
        language=language,
        number=(highest or 0) + 1,
        kind=text.kind.value,
        points=text.points,
        stem=text.stem,
        feedback=text.feedback,
        content=dict(text.content),
        content_hash=digest,
        created_at=words["now"],
        created_by_id=actor.id if actor else None,
        note=words["note"],
    )


def new_item(key: str, facts: ItemFacts, *, actor: Any, now: datetime, **origin: str) -> BankItem:
    """A question without a text yet. `origin`: `quiz_key` and `item_key` of the catalogue."""
    item = BankItem(
        key=key,
        created_at=now,
        created_by_id=actor.id if actor else None,
        **check_facts(facts).named(),
        **origin,
    )
    item.editions = []
    db.session.add(item)
    db.session.flush()
    return item


def facts_of(question: BankQuestion) -> ItemFacts:
    """The facts that come with a question written or imported."""
    return ItemFacts(
        topic=question.topic,
        level=question.level.value,
        status=question.status.value,
        objective=question.item.objective,
        tags=tuple(question.item.tags),
        enemies=tuple(question.enemies),
        expected_s=EXPECTED_S[question.item.kind],
    )


def save_item(
    item: BankItem | None,
    question: BankQuestion,
    *,
    seen_version_id: int | None,
    note: str = "",
    actor: Any,
    now: datetime,
) -> BankItem:
    """Store a question written in the browser: a new one (`item` None), or a text of an own one.

    `seen_version_id` is the version that the author had before the eyes in this language, None
    for none. Facts count for a new question only. Pictures that the text shows and that are not
    in `question.pictures` are those of the version before. Raises `KeyTaken`, `CatalogueText`,
    `TextMoved`, `PictureNotAllowed`, `PictureTooLarge`, and `InputErrors` for the facts.
    """
    if item is None:
        item = _first_text(question, actor=actor, now=now)
    db.session.refresh(item, with_for_update={"of": BankItem})
    if item.quiz_key is not None:
        raise CatalogueText(key=item.key, quiz=item.quiz_key)
    edition = _edition(item, question.language)
    if seen_version_id != (edition.version_id if edition else None):
        raise TextMoved()
    pictures = _pictures_before(edition) | keep_pictures(question.pictures)
    if put_text(item, question.language, question.item, pictures, actor=actor, now=now, note=note):
        _record(item, question.language, actor=actor, now=now, note=note)
    return item


def _first_text(question: BankQuestion, *, actor: Any, now: datetime) -> BankItem:
    key = question.item.key
    if db.session.scalar(select(BankItem.id).where(BankItem.key == key)):
        raise KeyTaken(key=key)
    return new_item(key, facts_of(question), actor=actor, now=now)


def _pictures_before(edition: BankItemEdition | None) -> dict[str, BankPicture]:
    names = edition.version.pictures if edition else {}
    rows = db.session.scalars(select(BankPicture).where(BankPicture.id.in_(names.values())))
    by_id = {row.id: row for row in rows}
    return {name: by_id[number] for name, number in names.items()}


def _record(item: BankItem, language: str, *, actor: Any, now: datetime, note: str) -> None:
    edition = _edition(item, language)
    assert edition is not None
    append_entry(
        "bank_item.written",
        actor=actor,
        object_type="bank_item",
        object_key=item.key,
        now=now,
        changes={"version": [None, f"{language} {edition.version.number}"]},
        reason=note,
    )
