"""Beginning an attempt: once, whatever is pressed twice, with a paper drawn here."""

from __future__ import annotations

import secrets
from datetime import datetime, timedelta
from typing import Any, cast

from sqlalchemy import Table, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import joinedload

from trainhub.assessment.models import (
    Attempt,
    AttemptEvent,
    AttemptItem,
    Candidate,
    ExamVersion,
    Sitting,
)
from trainhub.assessment.queries.attempts import find_open_attempt, window_of
from trainhub.assessment.queries.drawing import drawables, drawn_before
from trainhub.assessment.queries.exam_history import ExamHistory
from trainhub.assessment.rules.drawing import Drawable, draw
from trainhub.assessment.rules.saving import GRACE
from trainhub.assessment.rules.settings import ExamSettings, Form, settings_from
from trainhub.assessment.rules.sitting import (
    StartRefusal,
    deadline,
    is_in_networks,
    next_start,
    refusal_to_start,
)
from trainhub.assessment.rules.states import AttemptKind, Event, State
from trainhub.assessment.services.pools import own_pool
from trainhub.db import db
from trainhub.errors import N_, Conflict, DomainError, NotFound
from trainhub.people.models import Person
from trainhub.people.rules.codes import is_code_right
from trainhub.people.services import hold_sign_in

_ITEMS, _EVENTS = cast(Table, AttemptItem.__table__), cast(Table, AttemptEvent.__table__)
_MESSAGES = {
    StartRefusal.CANCELLED: N_("This sitting was cancelled."),
    StartRefusal.TOO_EARLY: N_("This sitting is not open yet."),
    StartRefusal.TOO_LATE: N_("This sitting is over."),
    StartRefusal.NO_ATTEMPTS_LEFT: N_("You have used all attempts of this sitting."),
    StartRefusal.PAUSE: N_("Your next attempt may not begin yet."),
    StartRefusal.ACCESS_CODE: N_("The access code is not right."),
    StartRefusal.NETWORK: N_("This exam may be taken from the exam room's network only."),
}


class StartRefused(DomainError):
    """The attempt may not begin. `code` is of `StartRefusal`; `next_at` says from when on."""

    status = 403

    def __init__(self, refusal: StartRefusal, next_at: datetime | None = None) -> None:
        field = "access_code" if refusal is StartRefusal.ACCESS_CODE else None
        super().__init__(_MESSAGES[refusal], code=refusal.value, field=field)
        self.next_at = next_at


class OpenElsewhere(Conflict):
    """The person has this exam under way in another sitting."""

    code = "attempt_open_elsewhere"
    message = N_("You have an attempt at this exam under way in another sitting: end that first.")


class LanguageNotOffered(DomainError):
    """The exam is not held in that language."""

    code = "language_not_offered"
    message = N_("This exam is not held in that language.")


def start_attempt(
    sitting_id: int,
    person: Person,
    language: str,
    *,
    access_code: str = "",
    address: str = "",
    now: datetime,
) -> Attempt:
    """Begin, or give back the attempt that is under way.

    The candidate's row is held, so that attempts are numbered one after another. Raises
    `NotFound` for who is no candidate, `StartRefused`, `OpenElsewhere`, `LanguageNotOffered`,
    and `BlueprintUnfillable` where the bank has too few questions.
    """
    candidate = _lock_candidate(sitting_id, person.id)
    sitting = candidate.sitting
    settings = settings_from(sitting.version.settings)
    history = ExamHistory.of(person.id, sitting.exam_id)
    under_way = history.under_way()
    if under_way is not None:
        if under_way.candidate_id != candidate.id:
            raise OpenElsewhere()
        return under_way
    _refuse_unless_allowed(candidate, settings, history, access_code, address, now)
    if language not in settings.languages:
        raise LanguageNotOffered(field="language")
    closes_at = deadline(now, settings.duration_s, candidate.extra_s, window_of(candidate))
    if person.sign_in_token:
        hold_sign_in(person.sign_in_token, closes_at + GRACE)
    return _begin(
        settings,
        _draw_for(sitting, settings, language, person.id),
        candidate=candidate,
        version=sitting.version,
        person_id=person.id,
        kind=AttemptKind.PRACTICE if settings.is_practice else AttemptKind.SITTING,
        language=language,
        number=history.next_number(candidate.id),
        closes_at=closes_at,
        now=now,
    )


def start_preview(version: ExamVersion, language: str, *, actor: Person, now: datetime) -> Attempt:
    """An author's try at an exam version: it counts for nothing and nowhere."""
    # Held, so that pressing twice is one try.
    held = select(Person.id).where(Person.id == actor.id).with_for_update(key_share=True)
    db.session.execute(held)
    under_way = find_open_attempt(actor.id, version.exam_id)
    if under_way is not None:
        return under_way
    settings = settings_from(version.settings)
    if language not in settings.languages:
        raise LanguageNotOffered(field="language")
    seed = secrets.token_hex(8)
    paper = draw(
        settings.blueprint, drawables(language, None), seed, shuffle=settings.shuffle_items
    )
    return _begin(
        settings,
        paper,
        candidate=None,
        version=version,
        person_id=actor.id,
        kind=AttemptKind.PREVIEW,
        language=language,
        number=1,
        closes_at=now + timedelta(seconds=settings.duration_s),
        now=now,
    )


def _lock_candidate(sitting_id: int, person_id: int) -> Candidate:
    candidate = db.session.scalars(
        select(Candidate)
        .where(
            Candidate.sitting_id == sitting_id,
            Candidate.person_id == person_id,
            Candidate.removed_at.is_(None),
        )
        .options(joinedload(Candidate.sitting).joinedload(Sitting.version))
        .with_for_update(key_share=True, of=Candidate)
        .execution_options(populate_existing=True)
    ).one_or_none()
    if candidate is None:
        raise NotFound()
    return candidate


def _refuse_unless_allowed(
    candidate: Candidate,
    settings: ExamSettings,
    history: ExamHistory,
    access_code: str,
    address: str,
    now: datetime,
) -> None:
    sitting, window = candidate.sitting, window_of(candidate)
    standing = history.standing(candidate, settings)
    refusal = refusal_to_start(standing, window, now, is_cancelled=sitting.cancelled_at is not None)
    if refusal is not None:
        raise StartRefused(refusal, next_start(standing, window))
    if not is_in_networks(address, sitting.networks):
        raise StartRefused(StartRefusal.NETWORK)
    if sitting.access_code and not is_code_right(access_code, sitting.access_code):
        raise StartRefused(StartRefusal.ACCESS_CODE)
    history.slow_down(now)


def _draw_for(
    sitting: Sitting, settings: ExamSettings, language: str, person_id: int
) -> list[Drawable]:
    if settings.form is Form.OWN:
        seed = secrets.token_hex(8)
        pool = own_pool(language, person_id)
        return draw(settings.blueprint, pool, seed, shuffle=settings.shuffle_items)
    return _shared_form(sitting, settings, language)


def _shared_form(sitting: Sitting, settings: ExamSettings, language: str) -> list[Drawable]:
    """The one form of a sitting, drawn at the first start from what all its languages have.

    It stays the form if a question is retired in the middle: all sit the same.
    """
    if sitting.form_item_ids is None:
        query = select(Sitting).where(Sitting.id == sitting.id)
        query = query.with_for_update(key_share=True, of=Sitting)
        db.session.scalars(query.execution_options(populate_existing=True)).one()
    if sitting.form_item_ids is None:
        first, *others = (
            {one.item_id: one for one in drawables(each, None)} for each in settings.languages
        )
        common = [one for key, one in first.items() if all(key in other for other in others)]
        paper = draw(settings.blueprint, common, sitting.form_seed, shuffle=settings.shuffle_items)
        sitting.form_item_ids = [one.item_id for one in paper]
        db.session.flush()
    return drawn_before(sitting.form_item_ids, language)


def _begin(
    settings: ExamSettings,
    paper: list[Drawable],
    *,
    candidate: Candidate | None,
    version: ExamVersion,
    now: datetime,
    closes_at: datetime,
    **values: Any,
) -> Attempt:
    seed = secrets.token_hex(8)
    attempt = Attempt(
        candidate_id=candidate.id if candidate else None,
        sitting_id=candidate.sitting_id if candidate else None,
        extra_s=candidate.extra_s if candidate else 0,
        exam_id=version.exam_id,
        exam_version_id=version.id,
        state=State.IN_PROGRESS.value,
        seed=seed,
        copy_key=secrets.token_urlsafe(32),
        max_points=sum(item.points for item in paper),
        started_at=now,
        closes_at=closes_at,
        last_seen_at=now,
        **values,
    )
    db.session.add(attempt)
    try:
        db.session.flush()
    except IntegrityError:  # begun in another sitting at the same moment
        raise OpenElsewhere() from None
    option_seed = seed if settings.shuffle_options else ""
    db.session.execute(_ITEMS.insert(), rows_of(attempt.id, paper, option_seed, now))
    db.session.execute(_EVENTS.insert(), first_events(attempt.id, attempt.person_id, now))
    attempt.is_new = True
    return attempt


def rows_of(
    attempt_id: int, paper: list[Drawable], option_seed: str, now: datetime
) -> list[dict[str, Any]]:
    """The rows of a paper. `option_seed` "" leaves the options in their author's order."""
    return [
        {
            "attempt_id": attempt_id,
            "no": no,
            "item_id": item.item_id,
            "version_id": item.version_id,
            "option_seed": f"{option_seed}:{no}" if option_seed else "",
            "points": item.points,
            "opened_at": now if no == 1 else None,
        }
        for no, item in enumerate(paper, start=1)
    ]


def first_events(attempt_id: int, person_id: int, now: datetime) -> list[dict[str, Any]]:
    """The row is made and started in one transaction, so nobody ever sees it between; its
    history tells both."""
    steps = [(Event.CREATED, "", State.CREATED), (Event.STARTED, State.CREATED, State.IN_PROGRESS)]
    return [
        {
            "attempt_id": attempt_id,
            "kind": event.value,
            "old_state": str(old),
            "new_state": new.value,
            "occurred_at": now,
            "recorded_at": now,
            "by_id": person_id,
            "reason": "",
            "values": {},
        }
        for event, old, new in steps
    ]
