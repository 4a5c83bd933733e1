"""Taking over the questions of the catalogue's quizzes."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import selectinload

from trainhub.assessment.models import BankItem, BankItemEdition, BankPicture, BankTakeOver
from trainhub.assessment.queries.bank.catalogue import (
    find_shown_pictures,
    list_untaken_editions,
    published_item_keys,
)
from trainhub.assessment.rules.bank import ItemStatus
from trainhub.assessment.rules.bank_facts import ItemFacts
from trainhub.assessment.rules.bank_texts import EXPECTED_S, bank_key, picture_names
from trainhub.assessment.services.bank.facts import retire_item
from trainhub.assessment.services.bank.pictures import keep_catalogue_picture
from trainhub.assessment.services.bank.writing import new_item, put_text
from trainhub.catalogue.models import Item, QuizEdition, QuizVersion
from trainhub.catalogue.queries.items import as_quiz_item
from trainhub.db import db

_GONE = "no longer in the quiz"


def take_over_catalogue(now: datetime) -> int:
    """Bring the bank to the published texts of the catalogue's quizzes; how many questions moved.

    A question new to the bank is live at once and takes its level, tags, objective and enemies
    from its quiz; from then on they are the bank's, only the text follows the quiz. A question
    that one language asks no longer loses this language; one that none asks is retired, once:
    a trainer may make it live again, and it stays so. Coming back to the quiz makes no question
    live by itself, for it may be somebody's decision that it is not.

    Only quizzes published since the last time are looked at.
    """
    return sum(_take_over(edition, now) for edition in list_untaken_editions())


def _take_over(edition: QuizEdition, now: datetime) -> int:
    version = edition.published
    assert version is not None
    taken = db.session.get(BankTakeOver, edition.id)
    before = published_item_keys([taken.quiz_version_id]) if taken else set()
    known = _known(edition.quiz.key)
    pictures = _pictures(edition, version.items)
    count = 0
    for row in version.items:
        item = known.get(row.key) or _new(edition.quiz.key, row, now)
        words = {"now": now, "note": version.note}
        count += put_text(item, edition.language, as_quiz_item(row), pictures, actor=None, **words)  # type: ignore[arg-type]
    gone = before - {row.key for row in version.items}
    count += sum(_drop(known[key], edition, now) for key in sorted(gone) if key in known)
    _note(taken, edition, version, now)
    return count


def _note(
    taken: BankTakeOver | None, edition: QuizEdition, version: QuizVersion, now: datetime
) -> None:
    if taken is None:
        taken = BankTakeOver(quiz_edition_id=edition.id)
        db.session.add(taken)
    taken.quiz_version_id, taken.taken_at = version.id, now
    db.session.flush()


def _known(quiz_key: str) -> dict[str, BankItem]:
    rows = db.session.scalars(
        select(BankItem)
        .where(BankItem.quiz_key == quiz_key)
        .options(selectinload(BankItem.editions).selectinload(BankItemEdition.version))
    )
    return {str(row.item_key): row for row in rows}


def _new(quiz_key: str, row: Item, now: datetime) -> BankItem:
    text = as_quiz_item(row)
    facts = ItemFacts(
        topic=quiz_key,
        level=row.level,
        status=ItemStatus.LIVE.value,
        objective=row.objective,
        tags=tuple(row.tags),
        enemies=tuple(text.enemies),
        expected_s=EXPECTED_S[text.kind],
    )
    key = bank_key(quiz_key, row.key)
    if db.session.scalar(select(BankItem.id).where(BankItem.key == key)):
        key = bank_key(quiz_key, row.key, plain=False)
    return new_item(key, facts, actor=None, now=now, quiz_key=quiz_key, item_key=row.key)


def _pictures(edition: QuizEdition, rows: Iterable[Item]) -> dict[str, BankPicture]:
    names = {name for row in rows for name in picture_names(as_quiz_item(row))}
    found = find_shown_pictures(edition.quiz.key, edition.language, names)
    return {name: keep_catalogue_picture(picture) for name, picture in found.items()}


def _drop(item: BankItem, edition: QuizEdition, now: datetime) -> bool:
    others = [one for one in edition.quiz.editions if one.id != edition.id]
    asked = published_item_keys([n for one in others if (n := one.published_version_id)])
    mine = next((one for one in item.editions if one.language == edition.language), None)
    if item.item_key not in asked:
        return retire_item(item, reason=_GONE, actor=None, now=now)
    if mine is None:
        return False
    item.revision += 1
    item.editions.remove(mine)
    db.session.delete(mine)
    db.session.flush()
    return True
