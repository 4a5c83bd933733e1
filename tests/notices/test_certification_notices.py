"""Reminders of certification: each once, to agent and supervisor, in peace on rest days."""

from __future__ import annotations

import sys
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from types import SimpleNamespace

import pytest
from flask import Flask
from sqlalchemy import select

from tests.assessment.racing import all_at_once
from tests.certification.awarding import EXAM, HOUR, NOW, awarded, written
from tests.certification.programmes import complete, enrolled, published, requirement
from tests.factories import Make
from tests.notices.test_jobs import body, letters, mailbox
from trainhub import clock
from trainhub.certification.jobs.reviewing import review_enrolments
from trainhub.certification.models import Award, ProgrammeEnrolment
from trainhub.certification.rules.awards.states import AwardState
from trainhub.certification.services.awards import change
from trainhub.certification.services.reminding import remind
from trainhub.db import db, transaction
from trainhub.notices import certification_notices, jobs
from trainhub.notices.models import Notice
from trainhub.people.models import Person, Role, Team
from trainhub.rota.models import CalendarDay
from trainhub.web import chat

__all__ = ["mailbox"]
pytestmark = pytest.mark.usefixtures("app")
NINE = timedelta(hours=1)  # UTC, nine in the morning in Shanghai


def day(month: int, on: int, year: int = 2027) -> datetime:
    return datetime(year, month, on, tzinfo=UTC) + NINE


def run(at: datetime) -> None:
    with clock.frozen(at):
        certification_notices.collect(at)
        jobs.send_notices(at)
    db.session.rollback()


def told(*kinds: str) -> list[tuple[str, str, str]]:
    """Who was told what, by the number of days in the key."""
    rows = db.session.scalars(select(Notice).where(Notice.kind.in_(kinds)).order_by(Notice.id))
    return [(row.person.username, row.kind, row.key.rsplit(":", 1)[1]) for row in rows]


@pytest.fixture
def team() -> Team:
    return Make.team("Red")


@pytest.fixture
def boss(team: Team) -> Person:
    return Make.person("boss", Role.SUPERVISOR, supervises=team, locale="en")


@pytest.fixture
def award(team: Team) -> Award:
    """Until Tuesday, 23 November 2027."""
    return awarded(Make.person("holder", name="欧阳晓彤", team=team, locale="zh"))


def test_agent_and_supervisor_are_reminded_on_the_days_and_once(
    award: Award, boss: Person, mailbox: Path
) -> None:
    end = datetime(2027, 11, 23, tzinfo=UTC) + NINE
    for days in range(40, -10, -1):
        for _ in range(2):
            run(end - timedelta(days=days))
    kinds = ("award_ending", "award_ending_team")
    # 24 October 2027 is a Sunday, 30 days before: said on the Monday after it.
    expected = [
        (who, kind, str(left))
        for left in (30, 14, 7, 1, -1)
        for who, kind in (("holder", kinds[0]), ("boss", kinds[1]))
    ]
    assert told(*kinds) == expected
    said = {(one["To"], one["Subject"]) for one in letters(mailbox)}
    assert ("boss@example.org", "1 certificate ends in your teams") in said
    assert len([to for to, _ in said if to.startswith("holder")]) == 2  # before, and after
    text = "".join(body(one) for one in letters(mailbox) if "holder" in one["To"])
    assert "您的证书《客服上岗》有效期至11月23日周二" in text
    assert "宽限期至12月23日周四" in text
    sunday = datetime(2027, 10, 24, tzinfo=UTC)
    created = db.session.scalars(select(Notice.created_at).where(Notice.kind == kinds[0])).all()
    assert all(not sunday <= one < sunday + timedelta(days=1) for one in created)


def test_nobody_is_woken_before_the_morning(award: Award) -> None:
    run(datetime(2027, 11, 15, 23, 30, tzinfo=UTC))  # half past seven in Shanghai
    assert told("award_ending") == []
    run(datetime(2027, 11, 16, 0, 30, tzinfo=UTC))
    assert told("award_ending") == [("holder", "award_ending", "7")]


def test_rest_days_put_it_off_but_not_beyond_the_day_itself(award: Award) -> None:
    with transaction():
        for on in (22, 23, 24, 25):
            db.session.add(CalendarDay(on=date(2027, 11, on), kind="holiday", changed_at=NOW))
    run(day(11, 16))
    run(day(11, 22))
    assert told("award_ending") == [("holder", "award_ending", "7")]
    run(day(11, 23))
    assert told("award_ending")[1:] == [("holder", "award_ending", "1")]
    run(day(11, 24))
    run(day(11, 25))
    assert len(told("award_ending")) == 2
    run(day(11, 26))
    assert told("award_ending")[2:] == [("holder", "award_ending", "-1")]


def test_after_a_pause_only_the_latest_reminder_is_sent(award: Award, mailbox: Path) -> None:
    run(day(11, 18))
    assert told("award_ending") == [("holder", "award_ending", "7")]
    (letter,) = letters(mailbox)
    assert letter["Subject"] == "您的证书将于11月23日周二到期：客服上岗"


def test_what_is_settled_meanwhile_is_not_said(award: Award, mailbox: Path) -> None:
    with clock.frozen(day(11, 16)):
        certification_notices.collect(day(11, 16))
    admin = Make.person("root", Role.ADMINISTRATOR)
    with transaction():
        change(award, AwardState.REVOKED, now=NOW, by=admin, reason="Left")
    run(day(11, 16) + HOUR)
    assert letters(mailbox) == []


def test_due_requirements_come_as_one_message(team: Team, boss: Person, mailbox: Path) -> None:
    person = Make.person("newcomer", team=team, locale="zh")
    raw = written(requirement("opening", due_days=15), requirement("farewell", due_days=15), EXAM)
    enrolment = enrolled(published(raw), person)
    review_enrolments(NOW)
    due = db.session.get_one(ProgrammeEnrolment, enrolment.id).next_due_on
    assert due == date(2026, 12, 4)
    for on in range(20, 38):
        run(datetime(2026, 11, 1, tzinfo=UTC) + NINE + timedelta(days=on - 1))
    kinds = ("requirement_due", "requirement_due_team")
    left = [key for who, _, key in told(*kinds) if who == "newcomer"]
    assert left == [each for each in ("14", "7", "1", "-1") for _ in range(3)]
    assert len([who for who, _, _ in told(*kinds) if who == "boss"]) == 12
    mine = [one for one in letters(mailbox) if one["To"].startswith("newcomer")]
    assert {one["Subject"] for one in mine} == {"您的认证有 3 项要求到期"}
    assert any("farewell（客服上岗）：12月4日周五到期" in body(one) for one in mine)


def test_what_is_done_is_not_reminded_of(team: Team) -> None:
    person = Make.person("newcomer", team=team)
    enrolled(published(written(requirement("opening", due_days=15), EXAM)), person)
    complete(person, "opening", at=NOW - HOUR)
    review_enrolments(NOW)
    run(day(12, 3, 2026))
    found = db.session.scalars(select(Notice).where(Notice.kind == "requirement_due")).all()
    assert [one.values["requirement"] for one in found] == ["exam"]


def test_a_supervisors_reminder_goes_out_at_once_with_their_words(
    team: Team, boss: Person, mailbox: Path
) -> None:
    enrolment = enrolled(published(written(requirement("opening", due_days=15), EXAM)))
    review_enrolments(NOW)
    with transaction():
        remind(enrolment, words="Ask me if in doubt", actor=boss, now=NOW)
    run(NOW + timedelta(minutes=1))
    run(NOW + timedelta(minutes=2))
    (letter,) = [one for one in letters(mailbox) if "reminds you" in one["Subject"]]
    for words in ("Ask me if in doubt", "opening", "exam"):
        assert words in body(letter)


def late_team(team: Team) -> None:
    person = Make.person("late", name="LATE-CANARY", team=team)
    enrolled(published(written(requirement("opening", due_days=1), EXAM)), person)
    review_enrolments(NOW)


def test_supervisors_get_their_teams_week_on_monday_once(
    team: Team, boss: Person, mailbox: Path
) -> None:
    other = Make.person("other", Role.SUPERVISOR, supervises=Make.team("Blue"))
    late_team(team)
    for at in (NOW, NOW + HOUR, NOW + timedelta(days=1), NOW + timedelta(days=4)):
        run(at)
    found = [one for one in letters(mailbox) if "this week" in one["Subject"]]
    assert [one["To"] for one in found] == ["boss@example.org"]
    assert "Late: 1 (LATE-CANARY)" in body(found[0])
    assert other.email not in {one["To"] for one in letters(mailbox)}


def test_a_chat_gets_figures_without_names(
    app: Flask, team: Team, boss: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    posted: list[tuple[str, str]] = []

    class Fake:
        def add(self, url: str) -> bool:
            return url.startswith("json://")

        def notify(self, title: str, body: str) -> bool:
            posted.append((title, body))
            return True

    monkeypatch.setitem(sys.modules, "apprise", SimpleNamespace(Apprise=Fake))
    monkeypatch.setattr(chat, "has_chat", lambda: True)
    with_chats(app, monkeypatch, "json://chat.example/hook")
    late_team(team)
    run(NOW)
    run(NOW + HOUR)
    ((title, text),) = posted
    assert title == "Certification: the week of Red"
    assert "Late: 1" in text and "LATE-CANARY" not in text


def with_chats(app: Flask, monkeypatch: pytest.MonkeyPatch, urls: str) -> None:
    from dataclasses import replace

    monkeypatch.setitem(app.config, "SETTINGS", replace(app.config["SETTINGS"], chat_urls=urls))


def test_without_the_extra_the_message_says_what_is_missing(
    app: Flask, team: Team, boss: Person, monkeypatch: pytest.MonkeyPatch, mailbox: Path
) -> None:
    monkeypatch.setattr(chat, "has_chat", lambda: False)
    with_chats(app, monkeypatch, "wecombot://key")
    late_team(team)
    run(NOW)
    waiting = db.session.scalars(select(Notice).where(Notice.kind == "team_week_chat")).one()
    assert "pip install 'trainhub[notify]'" in waiting.error
    assert [one["To"] for one in letters(mailbox) if "this week" in one["Subject"]], "mail goes on"


def test_two_workers_and_one_that_died_say_it_once(
    app: Flask, award: Award, boss: Person, mailbox: Path
) -> None:
    at = day(11, 16)
    with clock.frozen(at):
        all_at_once(app, [lambda: certification_notices.collect(at)] * 4)
        ids = db.session.scalars(select(Notice.id)).all()
        assert len(told("award_ending", "award_ending_team")) == 2
        from trainhub.notices.services import claim_notices

        with transaction():  # one claims everything and is killed before it sends
            claim_notices(ids, now=at)
        all_at_once(app, [lambda: jobs.send_notices(at)] * 4)
        assert letters(mailbox) == [], "claimed by another"
    later = at + timedelta(minutes=11)
    with clock.frozen(later):
        all_at_once(app, [lambda: (certification_notices.collect(later),
                                   jobs.send_notices(later))] * 4)  # fmt: skip
    found = [one["To"] for one in letters(mailbox) if "week" not in one["Subject"]]
    assert sorted(found) == ["boss@example.org", "holder@example.org"]
