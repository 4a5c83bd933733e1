"""What becomes of an award is told once, to holder and supervisor, and so is a refresh."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import select

from tests.assessment.racing import all_at_once
from tests.certification.awarding import EXAM, HOUR, NOW, awarded, written
from tests.certification.programmes import published, requirement, sit
from tests.certification.refreshing import QUIZ, add_quiz, ask_after_version, new_version
from tests.factories import Make
from tests.notices.test_jobs import body, letters, mailbox
from trainhub import clock
from trainhub.certification.jobs.awards import expire_awards, question_refreshes
from trainhub.certification.jobs.reviewing import review_enrolments
from trainhub.certification.models import Award, Programme
from trainhub.certification.rules.awards.states import AwardState
from trainhub.certification.services.awards import change
from trainhub.db import db, transaction
from trainhub.notices import certification_notices, jobs
from trainhub.notices.models import Notice
from trainhub.people.models import Person, Role, Team

__all__ = ["mailbox"]
pytestmark = pytest.mark.usefixtures("app")
NEWS = ("award_changed", "award_changed_team")


def run(at: datetime) -> None:
    with clock.frozen(at):
        certification_notices.collect(at)
        jobs.collect_exam_notices(at)
        jobs.send_notices(at)
    db.session.rollback()


def told(*kinds: str) -> list[tuple[str, str]]:
    rows = db.session.scalars(select(Notice).where(Notice.kind.in_(kinds)).order_by(Notice.id))
    return sorted((row.person.username, row.kind) for row in rows)


def subjects(folder: Path, who: str) -> list[str]:
    return [str(one["Subject"]) for one in letters(folder) if one["To"].startswith(f"{who}@")]


@pytest.fixture
def team() -> Team:
    return Make.team("Red")


@pytest.fixture
def boss(team: Team) -> Person:
    return Make.person("boss", Role.SUPERVISOR, supervises=team, locale="en")


@pytest.fixture
def root() -> Person:
    return Make.person("root", Role.ADMINISTRATOR)


@pytest.fixture
def programme() -> Programme:
    return published(written())


@pytest.fixture
def award(team: Team, programme: Programme) -> Award:
    return awarded(Make.person("holder", name="Li Na", team=team, locale="zh"), programme)


def test_a_grant_is_told_once_to_holder_and_supervisor(
    award: Award, boss: Person, mailbox: Path
) -> None:
    for _ in range(3):
        run(NOW)
    run(NOW + timedelta(days=2))
    assert told(*NEWS) == [("boss", NEWS[1]), ("holder", NEWS[0])]
    assert subjects(mailbox, "holder") == ["您已通过认证：客服上岗"]
    assert "1 award in your teams has changed" in subjects(mailbox, "boss")
    text = "".join(body(one) for one in letters(mailbox) if one["To"].startswith("boss"))
    assert "Li Na: Ready for the phones, certified" in text


def test_awards_of_long_ago_are_no_news(award: Award, boss: Person) -> None:
    run(NOW + timedelta(days=30))
    assert told(*NEWS) == []


@pytest.mark.parametrize(
    ("states", "subject", "words"),
    [
        (["under_review"], "under review", "Reason: A complaint"),
        (["under_review", "active"], "in force again", "A complaint"),
        (["revoked"], "was revoked", "You may no longer do"),
    ],
)
def test_each_decision_is_told_with_its_reason(
    team: Team, programme: Programme, root: Person, mailbox: Path,
    states: list[str], subject: str, words: str,
) -> None:  # fmt: skip
    award = awarded(Make.person("holder", team=team, locale="en"), programme)
    run(NOW)
    for state in states:
        with transaction():
            change(award, AwardState(state), now=NOW + HOUR, by=root, reason="A complaint")
    run(NOW + 2 * HOUR)
    found = [one for one in letters(mailbox) if subject in one["Subject"]]
    assert len(found) == 1 and words in body(found[0])
    assert len(subjects(mailbox, "holder")) == 2, "what has moved on is not told"


def test_an_end_is_told_in_the_morning_and_old_ends_are_not(award: Award, boss: Person) -> None:
    after = datetime(2027, 12, 23, 16, 1, tzinfo=UTC)  # a minute past midnight, grace is over
    expire_awards(after)
    run(after)
    assert told(*NEWS) == []
    run(after + timedelta(hours=9))
    assert told(*NEWS) == [("boss", NEWS[1]), ("holder", NEWS[0])]


def test_after_a_long_pause_old_ends_are_no_flood(award: Award, boss: Person) -> None:
    much_later = datetime(2028, 6, 1, 4, tzinfo=UTC)
    expire_awards(much_later)
    run(much_later)
    assert told(*NEWS) == []


def test_a_refresh_is_told_once_reminded_of_and_its_end_explained(
    award: Award, programme: Programme, boss: Person, mailbox: Path
) -> None:
    add_quiz()
    raw = written(requirement("opening"), EXAM, validity={"months": 6})
    ask_after_version(new_version(programme, raw, boss), boss)
    for days in range(20):
        at = NOW + timedelta(days=days)
        question_refreshes(at)
        run(at)
    mine = subjects(mailbox, "holder")
    assert told("exam_called") == [], "one message, which says why"
    assert mine.count("请在12月7日周一前完成一次小测验：客服上岗") == 1
    reminders = select(Notice.key).where(Notice.kind == "refresh_due").order_by(Notice.id)
    keys = db.session.scalars(reminders).all()
    assert [one.rsplit(":", 1)[1] for one in keys] == ["7", "1", "-1"]
    theirs = "".join(body(one) for one in letters(mailbox) if one["To"].startswith("boss"))
    assert "Li Na: Ready for the phones, under review: the refresh is not done" in theirs
    assert "Li Na: Ready for the phones, due on" in theirs


def test_a_refresh_that_is_done_is_not_reminded_of(
    award: Award, programme: Programme, boss: Person
) -> None:
    add_quiz()
    raw = written(requirement("opening"), EXAM, validity={"months": 6})
    ask_after_version(new_version(programme, raw, boss), boss)
    sit(award.person, QUIZ, 90, at=NOW + HOUR, attempt=901)
    review_enrolments(NOW + 2 * HOUR)
    for days in range(20):
        run(NOW + timedelta(days=days, hours=3))
    assert told("refresh_asked", "refresh_due", "refresh_due_team") == []


def test_workers_at_the_same_time_say_it_once(app: Flask, award: Award, boss: Person) -> None:
    with clock.frozen(NOW):
        all_at_once(app, [lambda: certification_notices.collect(NOW)] * 6)
    assert told(*NEWS) == [("boss", NEWS[1]), ("holder", NEWS[0])]
