"""The demonstration centre is believable, repeatable and only for an empty database."""

from __future__ import annotations

from datetime import datetime
from itertools import islice
from random import Random
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import func, select

from trainhub.assessment.models import AngoffSheet
from trainhub.assessment.queries.angoff import sheet_items, sheet_result
from trainhub.audit import queries as audit
from trainhub.catalogue.rules.marking import is_marked_by_hand, mark
from trainhub.catalogue.rules.quiz_text import parse_quiz
from trainhub.db import db, transaction
from trainhub.demo import DEMO_PASSWORD, build_centre
from trainhub.demo.answers import answers_to
from trainhub.demo.centre import CentreNotEmpty, NoCourses
from trainhub.demo.names import invented_names
from trainhub.learning.models import CheckpointResponse, Enrolment, LessonProgress
from trainhub.learning.queries.progress import progress_of
from trainhub.learning.rules import lessons_done
from trainhub.ops.content import load_shipped_content
from trainhub.paths import QUIZZES
from trainhub.people.hashing import matches
from trainhub.people.models import Person, Role, Team

pytestmark = pytest.mark.usefixtures("app")


def build(
    now: datetime, size: int = 64, seed: int = 1, typists: int = 0, has_classes: bool = False
):
    zone = ZoneInfo("Asia/Shanghai")
    with transaction():
        return build_centre(
            size=size, seed=seed, now=now, zone=zone, typists=typists, has_classes=has_classes
        )


@pytest.fixture
def content(app, now: datetime) -> None:
    with transaction():
        load_shipped_content(now)


def test_it_has_every_role_and_six_teams(content: None, now: datetime) -> None:
    centre = build(now)
    assert centre.people == 64
    assert db.session.scalar(select(func.count()).select_from(Team)) == 6
    people = db.session.scalars(select(Person)).all()
    assert {role for person in people for role in person.roles} == set(Role)
    assert all(matches(person.password_hash, DEMO_PASSWORD) for person in people[:2])
    assert audit.find_broken_entry() is None


def test_what_it_says_about_progress_is_what_the_rules_say(content: None, now: datetime) -> None:
    build(now)
    started = db.session.scalars(
        select(Enrolment).where(Enrolment.started_at.is_not(None)).order_by(Enrolment.id).limit(60)
    ).all()
    assert {one.completed_at is None for one in started} == {True, False}
    for enrolment in started:
        progress = progress_of(enrolment)
        done = lessons_done(progress.plans, progress.read_keys, progress.scores)
        assert len(done) == enrolment.lessons_done
        assert (len(done) == len(progress.lessons)) == (enrolment.completed_at is not None)


def test_nothing_happens_after_now(content: None, now: datetime) -> None:
    build(now)
    for moment in (
        func.max(Enrolment.last_active_at),
        func.max(CheckpointResponse.responded_at),
        func.max(LessonProgress.updated_at),
    ):
        assert db.session.scalar(select(moment)) <= now


def test_a_pass_mark_by_judges_has_its_sheet(content: None, now: datetime) -> None:
    build(now)
    (sheet,) = db.session.scalars(select(AngoffSheet))
    result = sheet_result(sheet, sheet_items(sheet))
    assert result is not None
    assert f"{result.cut_percent:.1f} % → {sheet.cut_per_cent} %" == sheet.note
    assert (result.judges, len(result.items)) == (3, 20)
    assert sheet.closed_at is not None and sheet.closed_at <= now


def test_the_same_seed_makes_the_same_people() -> None:
    def some(seed: int) -> list[tuple[str, str]]:
        return list(islice(invented_names(Random(seed), "zh"), 200))

    assert some(7) == some(7) != some(8)
    usernames = [username for _, username in some(7)]
    assert len(set(usernames)) == 200


def test_a_centre_with_people_in_it_is_left_alone(content: None, now: datetime, make) -> None:
    make.person("alice")
    with pytest.raises(CentreNotEmpty):
        build(now)
    assert db.session.scalar(select(func.count()).select_from(Person)) == 1


def test_it_needs_courses(now: datetime) -> None:
    with pytest.raises(NoCourses):
        build(now)


@pytest.mark.parametrize("file", sorted(QUIZZES.glob("*.yaml")), ids=lambda file: file.stem)
def test_right_answers_are_right_and_wrong_ones_wrong(file) -> None:
    for item in parse_quiz(file.read_text("utf-8")).items:
        if is_marked_by_hand(item.kind):
            continue
        right, wrong = answers_to(item)
        assert mark(item, right.response).right, item.key
        assert wrong.score_permille < 1000, item.key
