"""Asking for a supervised retest, which settles a flagged run by itself if it agrees."""

from __future__ import annotations

from datetime import datetime

from trainhub.audit.services import append_entry
from trainhub.errors import N_, Conflict
from trainhub.people.models import Person
from trainhub.typing_tests.models import TypingRun
from trainhub.typing_tests.queries.reviews import find_asked_retests
from trainhub.typing_tests.queries.runs import get_run
from trainhub.typing_tests.queries.tests import get_test, settings_of, tries_of
from trainhub.typing_tests.rules.starting import attempts_left
from trainhub.typing_tests.rules.states import Review, RunState
from trainhub.typing_tests.services.allowing import grant_allowance
from trainhub.typing_tests.services.noting import RunEvent, hold_person, note_event
from trainhub.typing_tests.services.reviewing import NotToReview, OwnRun, checked_reason


class RetestAsked(Conflict):
    """The retest has been asked for, and nobody has taken it yet."""

    code = "retest_asked"
    message = N_("A supervised retest of this run is asked for already.")


def ask_for_retest(run_id: int, *, reason: str, actor: Person, now: datetime) -> TypingRun:
    """Have the typist of a waiting run take the test once more under supervision; whoever has no
    attempt left is granted one. The run goes on waiting.

    Raises `ReasonMissing`, `OwnRun`, `NotToReview`, `RetestAsked`, `NotFound`.
    """
    reason = checked_reason(reason)
    run = get_run(run_id)
    if run.person_id == actor.id:
        raise OwnRun()
    hold_person(run.person_id)
    run = get_run(run_id, for_update=True)
    if run.test_id is None or run.state != RunState.CLOSED or run.review != Review.WAITING:
        raise NotToReview()
    if find_asked_retests([run.id]):
        raise RetestAsked()
    test = get_test(run.test_id)
    if attempts_left(settings_of(test), tries_of(run.person_id, test.id)) == 0:
        grant_allowance(run.person, test, extra_attempts=1, reason=reason, actor=actor, now=now)
    note_event(run.id, RunEvent.RETEST_ASKED, now=now, by_id=actor.id, reason=reason)
    append_entry(
        "typing_run.retest_asked", actor=actor, object_type="typing_run",
        object_key=str(run.id), now=now, reason=reason,
    )  # fmt: skip
    return run
