"""The auditor's part of the home page: head, nightly check, entries, awards in question."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import datetime, timedelta

import pytest
from flask import Flask

from tests.certification.awarding import awarded
from tests.certification.counting import count_queries
from tests.checking import CheckingClient
from tests.conftest import NOON
from tests.factories import Make
from trainhub.audit.services import append_entry
from trainhub.certification.rules.awards.states import AwardState
from trainhub.certification.services.awards import change
from trainhub.config import Settings
from trainhub.db import db, transaction
from trainhub.ops.audit_heads import heads_file, write_head
from trainhub.ops.models import JobRun
from trainhub.ops.views import trail_of
from trainhub.people.models import Person, Role

Browse = Callable[..., CheckingClient]
A_DAY = timedelta(days=1)
MOST_STATEMENTS = 5


@pytest.fixture
def settings(app: Flask) -> Iterator[Settings]:
    """The settings of an instance without heads so far."""
    found: Settings = app.config["SETTINGS"]
    heads_file(found).unlink(missing_ok=True)
    yield found
    heads_file(found).unlink(missing_ok=True)


def entered(count: int, at: datetime) -> None:
    with transaction():
        for number in range(count):
            append_entry(
                "team.added", actor=None, object_type="team", object_key=f"Team {number}", now=at
            )


def checked(outcome: str, at: datetime) -> None:
    with transaction():
        db.session.add(
            JobRun(job="audit-chain", due_at=at, holder="worker", started_at=at, finished_at=at,
                   outcome=outcome)
        )  # fmt: skip


def home_of(client: Browse, make: type[Make], role: Role = Role.AUDITOR) -> str:
    return client(make.person(f"one-{role.value}", role)).get("/").get_data(as_text=True)


def test_the_auditor_sees_last_night_and_since_yesterday(
    settings: Settings, client: Browse, make: type[Make]
) -> None:
    entered(3, NOON - 5 * A_DAY)
    entered(2, NOON - A_DAY)
    head = write_head(settings, NOON - timedelta(hours=9))
    checked("chain whole, 5 entries, head written", NOON - timedelta(hours=9))
    page = home_of(client, make)
    assert head.hash[:16] in page and "entry 5" in page
    assert "The chain held" in page
    assert "/audit-trail?from=2026-11-22" in page
    assert 'href="/awards?shelf=review"' in page and 'href="/awards"' in page
    assert "Last signed head" not in home_of(client, make, Role.ADMINISTRATOR)


def test_entries_are_counted_from_the_readers_yesterday_on(
    settings: Settings, app: Flask, make: type[Make]
) -> None:
    entered(3, NOON - 5 * A_DAY)
    entered(2, NOON - A_DAY)
    entered(1, NOON)
    audrey = make.person("audrey", Role.AUDITOR)
    with app.test_request_context():
        found = trail_of(audrey)
    assert found is not None and found["entries"] == 3 and found["under_review"] == 0


def test_an_award_under_review_is_counted(settings: Settings, app: Flask, make: type[Make]) -> None:
    award, ada = awarded(), make.person("ada", Role.ADMINISTRATOR)
    with transaction():
        change(award, AwardState.UNDER_REVIEW, now=NOON, by=ada, reason="Look")
    with app.test_request_context():
        found = trail_of(make.person("audrey", Role.AUDITOR))
    assert found is not None and found["under_review"] == 1


@pytest.mark.parametrize("role", [Role.AUDITOR, Role.ADMINISTRATOR])
def test_a_check_that_did_not_hold_is_told_to_both(
    settings: Settings, client: Browse, make: type[Make], role: Role
) -> None:
    checked("failed: BrokenChain: the audit trail is broken at entry 2", NOON - A_DAY)
    page = home_of(client, make, role)
    assert "The chain did not hold" in page and "trainhub doctor" in page


def test_a_head_that_the_trail_does_not_bear_out_is_told(
    settings: Settings, client: Browse, make: type[Make]
) -> None:
    entered(2, NOON - A_DAY)
    write_head(settings, NOON - A_DAY)
    heads = heads_file(settings)
    heads.write_text(heads.read_text("utf-8").replace('"number": 2', '"number": 1'), "utf-8")
    assert "Not borne out by the trail" in home_of(client, make)


@pytest.mark.parametrize(
    ("days", "words"), [(None, "Not checked yet"), (3, "Not checked last night")]
)
def test_a_night_without_a_check_is_named(
    settings: Settings, client: Browse, make: type[Make], days: int | None, words: str
) -> None:
    if days is not None:
        checked("chain whole, 0 entries, head written", NOON - days * A_DAY)
    page = home_of(client, make)
    assert words in page and "None yet: the first is signed in the night." in page


def test_it_costs_the_same_however_long_the_trail_is(
    settings: Settings, app: Flask, make: type[Make]
) -> None:
    audrey = make.person("audrey", Role.AUDITOR)
    for entries in (1, 300):
        entered(entries, NOON)
        write_head(settings, NOON)
        with app.test_request_context():
            viewer = db.session.get_one(Person, audrey.id)
            assert viewer.has_role(Role.AUDITOR)
            trail_of(viewer)
            assert count_queries(lambda who=viewer: trail_of(who)) <= MOST_STATEMENTS
