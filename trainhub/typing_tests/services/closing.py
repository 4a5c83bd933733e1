"""Ending a run: by its typist, by the wall, by the tick; all of them through one door."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from datetime import datetime, timedelta
from hmac import compare_digest
from typing import Any

from sqlalchemy import insert

from trainhub.db import db
from trainhub.errors import InputErrors
from trainhub.typing_tests.models import TypingRun, TypingRunPart
from trainhub.typing_tests.queries.runs import get_own_run, get_run, lasts_too_short
from trainhub.typing_tests.queries.timelines import lengths_of, timeline_of
from trainhub.typing_tests.rules.ending import is_used
from trainhub.typing_tests.rules.receiving import ChunkDecision, hash_of, since_start_ms
from trainhub.typing_tests.rules.rhythm import LEAST_GAPS
from trainhub.typing_tests.rules.starting import begun
from trainhub.typing_tests.rules.states import EndedBy, Review, RunState, Verdict
from trainhub.typing_tests.services.noting import RunEvent, hold_person, note_event
from trainhub.typing_tests.services.receiving import ChunkRefused
from trainhub.typing_tests.services.reviewing import confirm_by_retest
from trainhub.typing_tests.services.scoring import Score, Told, score_run
from trainhub.typing_tests.services.standing import bring_ledger_in_line

log = logging.getLogger(__name__)
TRY_AGAIN_AFTER = timedelta(minutes=5)
_ROUNDING = 1e-6  # a share of exactly 95 per cent is 9,500, whatever its last bit
_FAULTS = (
    ArithmeticError, AssertionError, AttributeError, LookupError, RecursionError, TypeError,
    ValueError, InputErrors,
)  # fmt: skip  # of the rules; what the database says is for the transaction


def finish_run(
    run_id: int,
    person_id: int,
    token: str,
    final_text: str | None = None,
    client_claim: Mapping[str, Any] | None = None,
    *,
    chunks: int | None = None,
    scored: Score | None = None,
    now: datetime,
) -> TypingRun:
    """End the person's run; sent again it changes nothing and gives the same run.

    `final_text` and `client_claim` are what the browser believes: they are compared, never
    taken. `chunks` is how many it has sent: `ChunkRefused` (`chunk_missing`) if one is missing.
    Raises `NotFound`, and `ChunkRefused` (`token_stale`) for another token.
    """
    run = get_own_run(run_id, person_id)
    if not compare_digest(hash_of(token), run.token_hash):
        raise ChunkRefused(ChunkDecision.STALE_TOKEN, run.next_chunk)
    if run.state == RunState.OPEN and chunks is not None and run.next_chunk <= chunks:
        raise ChunkRefused(ChunkDecision.MISSING, run.next_chunk)
    told = Told(final_text, dict(client_claim or {}))
    return close_run(run, EndedBy.TYPIST, now, told=told, scored=scored)


def close_run(
    run: TypingRun,
    by: EndedBy,
    now: datetime,
    *,
    told: Told | None = None,
    scored: Score | None = None,
) -> TypingRun:
    """End a run, score it from what is stored, and let the result count; ended ones stay.

    Past the wall it is the deadline that ends it, stamped with the wall's time, whoever comes
    first. A run without a key is unused and counts for nothing. `scored` is a score computed
    ahead (`score_ahead`); it is taken if nothing has arrived since.
    """
    hold_person(run.person_id)
    run = get_run(run.id, for_update=True)
    if run.state != RunState.OPEN:
        return run
    if now >= run.closes_at:
        by = EndedBy.DEADLINE
    elif by is EndedBy.DEADLINE:
        return run
    run.ended_at = run.closes_at if by is EndedBy.DEADLINE else now
    run.ended_by, run.sweep_at = by.value, None
    by_id = run.person_id if by is EndedBy.TYPIST else None
    ahead = scored if scored is not None and scored.fits(run) else None
    if not _is_used(run, ahead):
        run.state = RunState.UNUSED.value
        _keep_begun(run, 0)
        db.session.flush()
        note_event(run.id, RunEvent.UNUSED, now=now, by_id=by_id)
        return run
    run.state = RunState.CLOSED.value
    told = told or Told()
    score = _score(run, told, ahead, now)
    db.session.flush()
    note_event(run.id, RunEvent.CLOSED, now=now, by_id=by_id, values=_noted(run, told, score))
    if score is not None:
        _keep_parts(run, score)
        _let_count(run, now)
    return run


def close_if_over(run_id: int, *, now: datetime) -> TypingRun:
    """End a run whose wall has been reached, as the tick would; else leave it as it is."""
    return close_run(get_run(run_id), EndedBy.DEADLINE, now)


def score_again(run_id: int, *, now: datetime) -> TypingRun:
    """Score a closed run whose scoring had failed; nothing happens to any other."""
    run = get_run(run_id)
    hold_person(run.person_id)
    run = get_run(run_id, for_update=True)
    if run.state != RunState.CLOSED or run.verdict is not None:
        run.sweep_at = None if run.state != RunState.OPEN else run.sweep_at
        db.session.flush()
        return run
    run.sweep_at = None
    score = _score(run, Told(), None, now)
    if score is not None:
        db.session.flush()
        note_event(run.id, RunEvent.SCORED, now=now, values=_noted(run, Told(), score))
        _keep_parts(run, score)
        _let_count(run, now)
    db.session.flush()
    return run


def put_off(run_id: int, *, now: datetime) -> None:
    """Have the tick look at the run later: something is wrong with it, and others are due."""
    get_run(run_id, for_update=True).sweep_at = now + TRY_AGAIN_AFTER
    db.session.flush()


def score_ahead(
    run_id: int,
    person_id: int,
    final_text: str | None = None,
    client_claim: Mapping[str, Any] | None = None,
    *,
    now: datetime,
) -> Score | None:
    """The score of an open run as it stands, computed before the transaction that ends it, which
    else would keep every other writer waiting. None where it cannot be, whatever the reason."""
    run = get_own_run(run_id, person_id)
    if run.state != RunState.OPEN or not run.events or now >= run.closes_at:
        return None
    told = Told(final_text, dict(client_claim or {}))
    return _scored_ahead(run, told, EndedBy.TYPIST, now)


def score_overdue(run: TypingRun, *, now: datetime) -> Score | None:
    """`score_ahead` for a run whose wall has been reached: nothing can arrive any more."""
    if run.state != RunState.OPEN or not run.events or now < run.closes_at:
        return None
    return _scored_ahead(run, Told(), EndedBy.DEADLINE, run.closes_at)


def _scored_ahead(run: TypingRun, told: Told, by: EndedBy, ended_at: datetime) -> Score | None:
    try:
        return score_run(run, told, by=by, ended_at=ended_at)
    except _FAULTS:  # `close_run` tries again, and knows what to do if it fails
        log.exception("run %s could not be scored ahead", run.id)
        return None


def _is_used(run: TypingRun, ahead: Score | None) -> bool:
    if ahead is not None:
        return ahead.is_used
    return run.events > 0 and is_used(timeline_of(run.id).events)


def _score(run: TypingRun, told: Told, ahead: Score | None, now: datetime) -> Score | None:
    """Put the score on the run; where the scoring fails the run is kept for the tick."""
    assert run.ended_at is not None and run.ended_by is not None
    score = ahead
    if score is None:
        try:
            score = score_run(run, told, by=EndedBy(run.ended_by), ended_at=run.ended_at)
        except _FAULTS:
            log.exception("run %s could not be scored", run.id)
            run.sweep_at = now + TRY_AGAIN_AFTER
            return None
    finding = score.finding
    run.metrics, run.final_text = finding.metrics.as_dict(), finding.text
    run.speed_tenths = round(finding.metrics.net_speed * 10)
    run.accuracy = int(finding.metrics.final_accuracy * 10_000 + _ROUNDING)
    run.verdict, run.reasons = finding.verdict.value, list(finding.reasons)
    run.rhythm = finding.rhythm
    is_flagged = finding.verdict is Verdict.FLAG and run.test_id is not None
    may_count = is_flagged and not lasts_too_short(run)  # else there is nothing to decide
    run.review = (Review.WAITING if may_count else Review.NONE).value
    _keep_begun(run, len(finding.text))
    return score


def _let_count(run: TypingRun, now: datetime) -> None:
    """What follows from a scored run: a flagged one may be confirmed by it, the ledger written."""
    if run.test_id is None or run.verdict != Verdict.ACCEPT:
        return
    confirm_by_retest(run, now=now)
    bring_ledger_in_line(run.person_id, run.test_id, cause=run, now=now)


def _keep_parts(run: TypingRun, score: Score) -> None:
    """By what of which passage the run is known, should it come back."""
    rows = [
        {"passage_version_id": version_id, "run_id": run.id, "from_gap": start, "to_gap": end}
        for version_id, (start, end) in zip(run.passage_version_ids, score.parts, strict=False)
        if end - start >= LEAST_GAPS
    ]
    if rows:
        db.session.execute(insert(TypingRunPart), rows)


def _keep_begun(run: TypingRun, typed: int) -> None:
    """Of several passages only those that were reached have been seen."""
    if len(run.passage_version_ids) < 2:
        return
    count = begun(lengths_of(run), typed)
    run.passage_version_ids = run.passage_version_ids[:count]


def _noted(run: TypingRun, told: Told, score: Score | None) -> dict[str, Any]:
    """What a reader of the history wants to know of the end."""
    assert run.ended_at is not None
    return {
        "ended_ms": since_start_ms(run.started_at, run.ended_at),
        "ended_by": run.ended_by,
        "verdict": run.verdict,
        "reasons": list(run.reasons or ()),
        "notes": list(score.finding.notes) if score else ["not_scored"],
        "speed_tenths": run.speed_tenths,
        "accuracy": run.accuracy,
        "client_claim": told.noted(),
    }
