"""Beginning a run: one under way a person, with a text and rules chosen here."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sqlalchemy.exc import IntegrityError

from trainhub.catalogue.rules.vocabulary import LANGUAGES
from trainhub.db import db
from trainhub.errors import N_, Conflict, DomainError, InputError, InputErrors
from trainhub.people.models import Person
from trainhub.people.services import hold_sign_in
from trainhub.typing_tests.models import TypingRun, TypingSitting, TypingTest
from trainhub.typing_tests.queries.choosing import (
    choices_for,
    find_last_text,
    list_awaited_texts,
)
from trainhub.typing_tests.queries.runs import find_open_run, get_own_run
from trainhub.typing_tests.queries.tests import (
    find_open_sitting,
    get_test,
    granted_to,
    is_assigned,
    last_number,
    settings_of,
    tries_of,
)
from trainhub.typing_tests.rules.passages import enough_text, least_keystrokes, normal_text
from trainhub.typing_tests.rules.receiving import hash_of
from trainhub.typing_tests.rules.settings import (
    DURATIONS_S,
    LONGEST_WHOLE_S,
    Mode,
    PassageKind,
    RunRules,
    TestSettings,
)
from trainhub.typing_tests.rules.starting import (
    Choice,
    StartRefusal,
    begun,
    in_turn,
    is_in,
    next_start,
    of_one_sort,
    place_in,
    refusal_to_start,
    wall_of,
)
from trainhub.typing_tests.rules.states import EndedBy, RunState
from trainhub.typing_tests.services.closing import close_run
from trainhub.typing_tests.services.noting import RunEvent, hold_person, note_event

TOKEN_BYTES = 16
LONGEST_LESSON = 4_000
_MESSAGES = {
    StartRefusal.RETIRED: N_("This typing test is no longer held."),
    StartRefusal.NOT_ASSIGNED: N_("This typing test is not assigned to you."),
    StartRefusal.ROOM_CODE: N_("No room of this test with that code is open now."),
    StartRefusal.OWN_ROOM: N_("You opened this room yourself: somebody else must hold it."),
    StartRefusal.ROOM_CODE_NEEDED: N_(
        "This test counts in a supervised room only: enter its code."
    ),
    StartRefusal.NO_ATTEMPTS_LEFT: N_("You have used all attempts of this typing test."),
    StartRefusal.PAUSE: N_("Your next attempt may not begin yet."),
    StartRefusal.NO_PASSAGE: N_("There is no passage for this. Ask a trainer to add one."),
}
_NOT_OFFERED = N_("This is not one of the choices.")
_LESSON_LENGTH = N_("A lesson has between 1 and %(most)s characters.")


class StartRefused(DomainError):
    """The run may not begin. `code` is of `StartRefusal`; `next_at` says from when on."""

    status = 403

    def __init__(self, refusal: StartRefusal, next_at: datetime | None = None) -> None:
        codes = (StartRefusal.ROOM_CODE, StartRefusal.ROOM_CODE_NEEDED, StartRefusal.OWN_ROOM)
        field = "sitting_code" if refusal in codes else None
        super().__init__(_MESSAGES[refusal], code=refusal.value, field=field)
        self.next_at = next_at


class RunUnderWay(Conflict):
    """The person has a run under way, with keys in it: it must be ended first."""

    code = "run_under_way"
    message = N_("You have a run under way: go on with it, or end it first.")

    def __init__(self, run_id: int) -> None:
        super().__init__(run_id=run_id)
        self.run_id = run_id


@dataclass(frozen=True)
class StartedRun:
    """A run that is open, and the token with which it is typed: it is told only here."""

    run: TypingRun
    token: str


def start_run(
    person: Person,
    *,
    test_id: int | None = None,
    sitting_code: str = "",
    language: str = "",
    kind: str = "",
    mode: str = "",
    duration_s: int = 0,
    passage_id: int | None = None,
    passage_text: str | None = None,
    now: datetime,
) -> StartedRun:
    """Begin a run: scored with a `test_id`, else practice.

    A scored run takes everything from its test; `sitting_code` enters a supervised room. Practice
    is of a `language`, `kind` and `mode` (`duration_s` where timed), on a passage drawn for the
    person, on `passage_id`, or on `passage_text`, a lesson made for the person. A run that was
    never typed in is put aside; raises `RunUnderWay` where one was. Raises `StartRefused`,
    `NotFound`, `InputErrors`.
    """
    hold_person(person.id)
    _end_earlier(person.id, now)
    if test_id is not None:
        plan = _scored(person, get_test(test_id), sitting_code, now)
    elif passage_text is not None:
        plan = _lesson(person, language, kind, mode, duration_s, passage_text)
    else:
        plan = _practice(person, language, kind, mode, duration_s, passage_id)
    return _begin(person, plan, now)


def renew_token(run_id: int, person_id: int, *, now: datetime) -> StartedRun:
    """Give the person's open run a new token, for another page or device; the old one is void.

    Raises `NotFound`, and `Conflict` for a run that has ended.
    """
    run = get_own_run(run_id, person_id, for_update=True)
    if run.state != RunState.OPEN or now >= run.closes_at:
        raise Conflict(code="run_closed")
    token = secrets.token_urlsafe(TOKEN_BYTES)
    run.token_hash = hash_of(token)
    db.session.flush()
    note_event(run.id, RunEvent.RESUMED, now=now, by_id=person_id)
    return StartedRun(run, token)


def _end_earlier(person_id: int, now: datetime) -> None:
    run = find_open_run(person_id)
    if run is None:
        return
    if run.events and now < run.closes_at:
        raise RunUnderWay(run.id)
    close_run(run, EndedBy.TYPIST, now)


@dataclass(frozen=True)
class _Plan:
    """What a run is going to be."""

    rules: RunRules
    text: str
    version_ids: Sequence[int] = ()
    test: TypingTest | None = None
    sitting: TypingSitting | None = None


def _scored(person: Person, test: TypingTest, code: str, now: datetime) -> _Plan:
    settings, tries = settings_of(test), tries_of(person.id, test.id)
    sitting = find_open_sitting(test.id, code, now) if code else None
    refusal = refusal_to_start(
        settings,
        tries,
        is_retired=test.retired_at is not None,
        is_assigned=is_assigned(person, test.id),
        is_code_right=sitting is not None if code else None,
        now=now,
    )
    if refusal is not None:
        raise StartRefused(refusal, next_start(settings, tries))
    if sitting is not None and sitting.created_by_id == person.id:
        raise StartRefused(StartRefusal.OWN_ROOM)
    choices = choices_for(
        person.id,
        language=settings.language,
        kinds=settings.kinds,
        passage_ids=settings.passage_ids,
    )
    if not choices:
        raise StartRefused(StartRefusal.NO_PASSAGE)
    rules = _rules_of(settings, granted_to(person.id, test.id).extra_s)
    plan = _with_text(rules, _turn_after(person.id, test.id, choices))
    return replace(plan, test=test, sitting=sitting)


def _turn_after(person_id: int, test_id: int, choices: Sequence[Choice]) -> list[Choice]:
    """The order of passages; who left the run before unused has the same ones before them again,
    so that nobody looks for easy ones, or at all of them."""
    turn = in_turn(choices, secrets.token_hex(8))
    last = find_last_text(person_id, test_id)
    if last is not None and last.state == RunState.UNUSED:
        turn.sort(key=lambda one: place_in(last.text, one))
    return turn


def _rules_of(settings: TestSettings, extra_s: int) -> RunRules:
    is_timed = settings.mode is Mode.TIMED
    return RunRules(
        language=settings.language,
        kind=settings.kinds[0],
        mode=settings.mode,
        duration_s=settings.duration_s if is_timed else LONGEST_WHOLE_S,
        extra_s=extra_s,
        min_speed=settings.min_speed,
        min_accuracy=settings.min_accuracy,
        min_duration_s=settings.min_duration_s,
    )


def _with_text(rules: RunRules, turn: Sequence[Choice]) -> _Plan:
    """Enough text for the time from passages in that order; one where the passage is the end."""
    alike = of_one_sort(turn)
    first = alike[0]
    rules = replace(
        rules,
        language=first.language,
        kind=PassageKind(first.kind),
        tests_width=first.tests_width,
    )
    if rules.mode is Mode.WHOLE:
        return _Plan(rules, first.text, [first.version_id])
    text = enough_text([(one.text, one.keystrokes) for one in alike], rules.allowed_s)
    count = begun([len(one.text) for one in alike], len(text))
    return _Plan(rules, text, [one.version_id for one in alike[:count]])


def _practice_rules(
    person: Person, language: str, kind: str, mode: str, duration_s: int
) -> RunRules:
    errors = [
        InputError("not_offered", _NOT_OFFERED, field=name)
        for name, value, offered in (
            ("language", language, tuple(LANGUAGES)),
            ("kind", kind, tuple(PassageKind)),
            ("mode", mode, tuple(Mode)),
            ("duration_s", duration_s, DURATIONS_S if mode == Mode.TIMED else (0, duration_s)),
        )
        if value not in offered
    ]
    if errors:
        raise InputErrors(errors)
    return RunRules(
        language=language,
        kind=PassageKind(kind),
        mode=Mode(mode),
        duration_s=duration_s if mode == Mode.TIMED else LONGEST_WHOLE_S,
        extra_s=granted_to(person.id, None).extra_s,
    )


def _practice(
    person: Person, language: str, kind: str, mode: str, duration_s: int, passage_id: int | None
) -> _Plan:
    rules = _practice_rules(person, language, kind, mode, duration_s)
    chosen = () if passage_id is None else (passage_id,)
    choices = choices_for(person.id, language=language, kinds=[rules.kind], passage_ids=chosen)
    awaited = list_awaited_texts(person.id)
    choices = [one for one in choices if not any(is_in(text, one) for text in awaited)]
    if not choices:
        raise StartRefused(StartRefusal.NO_PASSAGE)
    return _with_text(rules, in_turn(choices, secrets.token_hex(8)))


def _lesson(
    person: Person, language: str, kind: str, mode: str, duration_s: int, text: str
) -> _Plan:
    rules = _practice_rules(person, language, kind, mode, duration_s)
    text = normal_text(text, language).text
    if not 0 < len(text) <= LONGEST_LESSON:
        error = InputError(
            "lesson_length", _LESSON_LENGTH, {"most": LONGEST_LESSON}, field="passage_text"
        )
        raise InputErrors([error])
    if rules.mode is Mode.TIMED:
        text = enough_text([(text, least_keystrokes(text))], rules.allowed_s)
    return _Plan(rules, text)


def _begin(person: Person, plan: _Plan, now: datetime) -> StartedRun:
    token = secrets.token_urlsafe(TOKEN_BYTES)
    closes_at = wall_of(now, plan.rules.allowed_s)
    run = TypingRun(
        person_id=person.id,
        passage_version_id=plan.version_ids[0] if plan.version_ids else None,
        passage_version_ids=list(plan.version_ids),
        text=plan.text,
        rules=plan.rules.as_dict(),
        state=RunState.OPEN.value,
        token_hash=hash_of(token),
        started_at=now,
        closes_at=closes_at,
        sweep_at=closes_at,
        **_of_test(person.id, plan),
    )
    db.session.add(run)
    try:
        db.session.flush()
    except IntegrityError:  # begun at the same moment, where the person's row could not be held
        raise Conflict(code="run_under_way") from None
    note_event(run.id, RunEvent.STARTED, now=now, by_id=person.id)
    if person.sign_in_token:
        hold_sign_in(person.sign_in_token, closes_at)
    return StartedRun(run, token)


def _of_test(person_id: int, plan: _Plan) -> dict[str, Any]:
    if plan.test is None:
        return {}
    return {
        "test_id": plan.test.id,
        "test_revision": plan.test.revision,
        "sitting_id": plan.sitting.id if plan.sitting else None,
        "number": last_number(person_id, plan.test.id) + 1,
    }
