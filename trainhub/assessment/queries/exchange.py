"""What files of questions need to know of the bank: its texts and pictures as values."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import selectinload, undefer

from trainhub.assessment.models import (
    BankItem,
    BankItemEdition,
    BankItemVersion,
    BankPicture,
    PendingItemImport,
)
from trainhub.assessment.queries.items import as_quiz_item
from trainhub.assessment.rules.bank import BankQuestion, ItemStatus, Level
from trainhub.assessment.rules.bank_texts import picture_names
from trainhub.assessment.rules.exchange import Reading
from trainhub.catalogue.rules.vocabulary import LANGUAGES
from trainhub.db import db
from trainhub.errors import N_, InputError

KEPT_FOR = timedelta(hours=24)
_AT_ONCE = 500
_NO_PICTURE = N_("The picture “%(name)s” is neither in the file nor in the bank.")


def list_questions(ids: Sequence[int], language: str = "") -> list[BankQuestion]:
    """The questions in the order of `ids`, with pictures; in `language`, or in every one."""
    questions: list[BankQuestion] = []
    for start in range(0, len(ids), _AT_ONCE):
        some = ids[start : start + _AT_ONCE]
        query = (
            select(BankItem)
            .where(BankItem.id.in_(some))
            .options(selectinload(BankItem.editions).selectinload(BankItemEdition.version))
        )
        found = {item.id: item for item in db.session.scalars(query)}
        versions = [
            (found[item_id], edition.version)
            for item_id in some
            if item_id in found
            for edition in sorted(found[item_id].editions, key=_chinese_first)
            if language in ("", edition.language)
        ]
        pictures = _pictures(number for _, one in versions for number in one.pictures.values())
        questions += [_as_question(item, version, pictures) for item, version in versions]
    return questions


def _chinese_first(edition: BankItemEdition) -> int:
    return LANGUAGES.index(edition.language) if edition.language in LANGUAGES else 9


def _pictures(ids: Iterable[int]) -> dict[int, bytes]:
    wanted = sorted(set(ids))
    query = select(BankPicture).where(BankPicture.id.in_(wanted)).options(undefer(BankPicture.data))
    return {one.id: one.data for one in db.session.scalars(query)} if wanted else {}


def _as_question(
    item: BankItem, version: BankItemVersion, pictures: Mapping[int, bytes]
) -> BankQuestion:
    text = as_quiz_item(item, version)
    return BankQuestion(
        replace(text, level=item.level, enemies=tuple(item.enemies)),
        version.language,
        item.topic,
        Level(item.level),
        ItemStatus(item.status),
        tuple(item.enemies),
        {name: pictures[number] for name, number in sorted(version.pictures.items())},
    )


def completed(reading: Reading) -> Reading:
    """The reading, where the file is silent, with what the bank has for its questions already."""
    return _with_known_pictures(_with_known_facts(reading))


def _with_known_facts(reading: Reading) -> Reading:
    """A file that knows no levels, say, must not take them from questions of the bank."""
    keys = sorted({one.item.key for one in reading.questions})
    items: dict[str, BankItem] = {}
    for start in range(0, len(keys), _AT_ONCE):
        query = select(BankItem).where(BankItem.key.in_(keys[start : start + _AT_ONCE]))
        items |= {item.key: item for item in db.session.scalars(query)}
    questions = [
        _with_facts(question, items[question.item.key], silent)
        if question.item.key in items and silent
        else question
        for question, silent in zip(reading.questions, reading.unsaid, strict=True)
    ]
    return replace(reading, questions=tuple(questions))


def _with_facts(question: BankQuestion, item: BankItem, silent: frozenset[str]) -> BankQuestion:
    topic = item.topic if "topic" in silent else question.topic
    level = item.level if "level" in silent else question.level.value
    enemies = tuple(item.enemies) if "enemies" in silent else question.enemies
    text = replace(
        question.item,
        level=level,
        enemies=enemies,
        tags=tuple(item.tags) if "tags" in silent else question.item.tags,
        objective=item.objective if "objective" in silent else question.item.objective,
    )
    return replace(question, item=text, topic=topic, level=Level(level), enemies=enemies)


def _with_known_pictures(reading: Reading) -> Reading:
    """The reading with the pictures that the bank has for its questions already.

    Tables carry no pictures: a question that came out of the bank as a row and comes back keeps
    those its text shows. Of each that is nowhere a note says so.
    """
    missing = [one for one in reading.questions if picture_names(one.item) - set(one.pictures)]
    if not missing:
        return reading
    known = _known_pictures([one.item.key for one in missing])
    questions, notes = [], list(reading.notes)
    for question in reading.questions:
        wanted = sorted(picture_names(question.item) - set(question.pictures))
        kept = known.get((question.item.key, question.language), {})
        found = {name: kept[name] for name in wanted if name in kept}
        notes += [
            InputError("picture_missing", _NO_PICTURE, {"name": name}, line=question.item.line)
            for name in wanted
            if name not in found
        ]
        questions.append(replace(question, pictures={**question.pictures, **found}))
    return replace(reading, questions=tuple(questions), notes=tuple(notes))


def _known_pictures(keys: Sequence[str]) -> dict[tuple[str, str], dict[str, bytes]]:
    """The pictures in force by key and language of the question and by name."""
    known: dict[tuple[str, str], dict[str, bytes]] = {}
    for start in range(0, len(keys), _AT_ONCE):
        ids = select(BankItem.id).where(BankItem.key.in_(keys[start : start + _AT_ONCE]))
        for question in list_questions(list(db.session.scalars(ids))):
            known[question.item.key, question.language] = dict(question.pictures)
    return known


def find_pending_item_import(person_id: int, now: datetime) -> PendingItemImport | None:
    """The file the person has seen a preview of, unless that is too long ago; with its bytes."""
    query = (
        select(PendingItemImport)
        .where(
            PendingItemImport.person_id == person_id,
            PendingItemImport.uploaded_at > now - KEPT_FOR,
        )
        .order_by(PendingItemImport.id.desc())
        .options(undefer(PendingItemImport.data))
        .limit(1)
    )
    return db.session.scalar(query)
