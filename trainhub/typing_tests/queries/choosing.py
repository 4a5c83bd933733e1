"""Which passages somebody may be given, and when they last had each before them."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import func, select

from trainhub.db import db
from trainhub.typing_tests.models import TypingPassage, TypingPassageVersion, TypingRun
from trainhub.typing_tests.rules.settings import PassageKind
from trainhub.typing_tests.rules.starting import Choice
from trainhub.typing_tests.rules.states import RunState
from trainhub.web.converters import LARGEST_ID

RUNS_LOOKED_AT = 500


def choices_for(
    person_id: int,
    *,
    language: str = "",
    kinds: Collection[PassageKind] = (),
    passage_ids: Collection[int] = (),
) -> list[Choice]:
    """The passages in use of a language and kinds, or the named ones alone.

    A passage seen in an earlier version has been seen.
    """
    query = select(TypingPassage, TypingPassageVersion).join(
        TypingPassageVersion, TypingPassageVersion.id == TypingPassage.version_id
    )
    query = query.where(TypingPassage.retired_at.is_(None)).order_by(TypingPassage.id)
    if passage_ids:
        possible = [one for one in passage_ids if 0 < one <= LARGEST_ID]
        query = query.where(TypingPassage.id.in_(possible))
    else:
        query = query.where(
            TypingPassage.language == language,
            TypingPassage.kind.in_([kind.value for kind in kinds]),
        )
    found = db.session.execute(query).all()
    seen = _seen_at(person_id, [passage.id for passage, _version in found])
    return [
        Choice(
            version_id=version.id,
            language=passage.language,
            kind=passage.kind,
            tests_width=version.tests_width,
            text=version.text,
            keystrokes=version.facts["keystrokes"],
            seen_at=seen.get(passage.id),
        )
        for passage, version in found
    ]


def _seen_at(person_id: int, passage_ids: Collection[int]) -> dict[int, datetime]:
    if not passage_ids:
        return {}
    versions = select(TypingPassageVersion.id, TypingPassageVersion.passage_id).where(
        TypingPassageVersion.passage_id.in_(passage_ids)
    )
    passage_of = dict(db.session.execute(versions).all())
    runs = (
        select(TypingRun.passage_version_ids, TypingRun.started_at)
        .where(TypingRun.person_id == person_id)
        .order_by(TypingRun.started_at.desc(), TypingRun.id.desc())
        .limit(RUNS_LOOKED_AT)
    )
    seen: dict[int, datetime] = {}
    for version_ids, started_at in db.session.execute(runs):
        for version_id in version_ids:
            if version_id in passage_of:
                seen.setdefault(passage_of[version_id], started_at)
    return seen


def find_last_text(person_id: int, test_id: int) -> TypingRun | None:
    """The run before, if it was left unused: who begins again has the same text before them."""
    query = (
        select(TypingRun)
        .where(TypingRun.person_id == person_id, TypingRun.test_id == test_id)
        .order_by(TypingRun.number.desc())
        .limit(1)
    )
    return db.session.scalars(query).one_or_none()


def list_awaited_texts(person_id: int) -> list[str]:
    """What the person has had before them in tests and left unused: it comes again when the test
    is begun again, and is not for practice until then."""
    last = (
        select(TypingRun.test_id, func.max(TypingRun.number).label("number"))
        .where(TypingRun.person_id == person_id, TypingRun.test_id.is_not(None))
        .group_by(TypingRun.test_id)
        .subquery()
    )
    query = select(TypingRun.text).join(
        last, (last.c.test_id == TypingRun.test_id) & (last.c.number == TypingRun.number)
    )
    query = query.where(TypingRun.person_id == person_id, TypingRun.state == RunState.UNUSED.value)
    return list(db.session.scalars(query))
