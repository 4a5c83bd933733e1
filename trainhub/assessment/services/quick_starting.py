"""Beginning an attempt the short way: a candidate's first go at an exam with papers of their own.

At the bell all do this within seconds. The paper is drawn by the rules before anything is held;
then the facts it was decided on are read once more, held, and must be the same. Every other start
(a later attempt, one under way, a refusal, a paper shared by all) is left to `services.starting`.
"""

from __future__ import annotations

import json
import secrets
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Text, bindparam, cast, func, insert, select

from trainhub.assessment.models import (
    Attempt,
    AttemptEvent,
    AttemptItem,
    Candidate,
    ExamVersion,
    Sitting,
)
from trainhub.assessment.queries.kept import AttemptShown, kept_settings
from trainhub.assessment.rules.drawing import Drawable, draw
from trainhub.assessment.rules.saving import GRACE
from trainhub.assessment.rules.settings import ExamSettings, Form
from trainhub.assessment.rules.sitting import (
    Standing,
    StartRefusal,
    Window,
    deadline,
    is_in_networks,
    own_window,
    refusal_to_start,
)
from trainhub.assessment.rules.states import AttemptKind, State
from trainhub.assessment.services.pools import own_pool
from trainhub.assessment.services.quick_saving import hold
from trainhub.assessment.services.starting import first_events, rows_of
from trainhub.db import UtcDateTime
from trainhub.people.queries import Caller
from trainhub.people.rules.codes import is_code_right
from trainhub.prepared import Connection, Statement

_any_attempt = (
    select(func.count())
    .select_from(Attempt)
    .where(Attempt.person_id == Candidate.person_id, Attempt.exam_id == Sitting.exam_id)
    .scalar_subquery()
)
_facts = (
    select(
        Candidate.id,
        Candidate.extra_s,
        Candidate.extra_attempts,
        Candidate.opens_at,
        Candidate.closes_at,
        Sitting.opens_at,
        Sitting.closes_at,
        Sitting.cancelled_at,
        Sitting.access_code,
        cast(Sitting.networks, Text),
        Sitting.exam_id,
        ExamVersion.id,
        cast(ExamVersion.settings, Text),
        cast(ExamVersion.titles, Text),
        _any_attempt,
    )
    .join(Sitting, Sitting.id == Candidate.sitting_id)
    .join(ExamVersion, ExamVersion.id == Sitting.exam_version_id)
    .where(
        Candidate.sitting_id == bindparam("of_sitting"),
        Candidate.person_id == bindparam("of_person"),
        Candidate.removed_at.is_(None),
    )
)
_FACTS = Statement(_facts)
_FACTS_HELD = Statement(_facts.with_for_update(key_share=True, of=Candidate))
_ADD_ATTEMPT = Statement(
    insert(Attempt.__table__)
    .values(
        {
            name: bindparam(name)
            for name in (
                "candidate_id", "sitting_id", "exam_id", "exam_version_id", "person_id", "kind",
                "language", "seed", "copy_key", "extra_s", "started_at", "closes_at",
                "last_seen_at", "max_points",
            )
        }
        | {"number": 1, "position": 1, "marking_round": 0, "state": State.IN_PROGRESS.value}
    )
    .returning(Attempt.id)
)  # fmt: skip
_ADD_ITEM = Statement(
    insert(AttemptItem.__table__).values(
        {
            name: bindparam(name)
            for name in ("attempt_id", "no", "item_id", "version_id", "option_seed", "points")
        }
        | {"opened_at": bindparam("opened_at", type_=UtcDateTime)}
        | {"seq": 0, "idempotency_key": "", "device": "", "active_ms": 0}
        | {"is_flagged": False, "needs_marking": False}
    )
)
ADD_EVENT = Statement(
    insert(AttemptEvent.__table__).values(
        {
            name: bindparam(name)
            for name in (
                "attempt_id", "kind", "old_state", "new_state", "occurred_at", "recorded_at",
                "by_id", "reason", "values",
            )
        }
    )
)  # fmt: skip


@dataclass(frozen=True)
class Wanted:
    """What a candidate asks for."""

    sitting_id: int
    language: str
    access_code: str
    address: str


@dataclass(frozen=True)
class _Facts:
    """What a start is decided on, as it is stored."""

    candidate_id: int
    extra_s: int
    extra_attempts: int
    own_opens_at: datetime | None
    own_closes_at: datetime | None
    opens_at: datetime
    closes_at: datetime
    cancelled_at: datetime | None
    access_code: str
    networks: str
    exam_id: int
    version_id: int
    settings: str
    titles: str
    attempts: int

    @property
    def window(self) -> Window:
        whole = Window(self.opens_at, self.closes_at)
        return own_window(whole, self.own_opens_at, self.own_closes_at)

    def refusal(self, settings: ExamSettings, now: datetime) -> StartRefusal | None:
        allowed = settings.attempts + self.extra_attempts if settings.attempts else 0
        standing = Standing(self.attempts, allowed, None, settings.pause)
        is_cancelled = self.cancelled_at is not None
        return refusal_to_start(standing, self.window, now, is_cancelled=is_cancelled)


def start_quickly(
    connection: Connection, caller: Caller, wanted: Wanted, *, now: datetime
) -> AttemptShown | None:
    """Begin the attempt; None, with nothing stored, where it needs the longer way.

    Raises `BlueprintUnfillable`. Holds the caller's sign-in to the attempt's end.
    """
    asked = {"of_sitting": wanted.sitting_id, "of_person": caller.person_id}
    found = connection.read(_FACTS, **asked)
    if found is None:
        return None
    facts = _Facts(*found)
    settings = kept_settings(facts.settings)
    if not _is_ordinary(facts, settings, wanted, now):
        return None
    pool, seed = own_pool(wanted.language, caller.person_id, connection), secrets.token_hex(8)
    paper = draw(settings.blueprint, pool, seed, shuffle=settings.shuffle_items)
    row = _row(facts, settings, paper, wanted, caller.person_id, now)

    def write(writing: Connection) -> int | None:
        if writing.read(_FACTS_HELD, **asked) != found:
            return None
        added = writing.read(_ADD_ATTEMPT, **row)
        assert added is not None
        option_seed = row["seed"] if settings.shuffle_options else ""
        writing.run_many(_ADD_ITEM, rows_of(added[0], paper, option_seed, now))
        writing.run_many(ADD_EVENT, first_events(added[0], caller.person_id, now))
        hold(writing, caller, row["closes_at"] + GRACE, now)
        return int(added[0])

    attempt_id = connection.write(write)
    return None if attempt_id is None else _shown(attempt_id, row, facts)


def _is_ordinary(facts: _Facts, settings: ExamSettings, wanted: Wanted, now: datetime) -> bool:
    return (
        not facts.attempts
        and settings.form is Form.OWN
        and wanted.language in settings.languages
        and facts.refusal(settings, now) is None
        and is_in_networks(wanted.address, json.loads(facts.networks))
        and (not facts.access_code or is_code_right(wanted.access_code, facts.access_code))
    )


def _row(
    facts: _Facts,
    settings: ExamSettings,
    paper: list[Drawable],
    wanted: Wanted,
    person_id: int,
    now: datetime,
) -> dict[str, Any]:
    return {
        "candidate_id": facts.candidate_id,
        "sitting_id": wanted.sitting_id,
        "exam_id": facts.exam_id,
        "exam_version_id": facts.version_id,
        "person_id": person_id,
        "kind": (AttemptKind.PRACTICE if settings.is_practice else AttemptKind.SITTING).value,
        "language": wanted.language,
        "seed": secrets.token_hex(8),
        "copy_key": secrets.token_urlsafe(32),
        "extra_s": facts.extra_s,
        "started_at": now,
        "closes_at": deadline(now, settings.duration_s, facts.extra_s, facts.window),
        "last_seen_at": now,
        "max_points": sum(item.points for item in paper),
    }


def _shown(attempt_id: int, row: dict[str, Any], facts: _Facts) -> AttemptShown:
    return AttemptShown(
        id=attempt_id,
        sitting_id=row["sitting_id"],
        exam_id=row["exam_id"],
        number=1,
        kind=row["kind"],
        state=State.IN_PROGRESS.value,
        language=row["language"],
        position=1,
        extra_s=row["extra_s"],
        copy_key=row["copy_key"],
        started_at=row["started_at"],
        closes_at=row["closes_at"],
        ended_at=None,
        ended_by=None,
        titles=json.loads(facts.titles),
        settings=kept_settings(facts.settings),
    )
