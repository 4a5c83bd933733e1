"""A completed course is taken again: a new round, and nothing of the old one is lost."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from itertools import count
from threading import Barrier, Thread
from typing import Any

import pytest
from flask import current_app, url_for
from hypothesis import HealthCheck, settings
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    rule,
    run_state_machine_as_test,
)
from sqlalchemy import func, select
from sqlalchemy.exc import DBAPIError

from tests.certification.programmes import enrolled, published, requirement, values
from tests.conftest import NOON
from tests.factories import Make
from tests.learning import content
from tests.learning.content import COURSE
from trainhub import clock
from trainhub.catalogue.models import Course
from trainhub.certification.jobs.reviewing import review_enrolments
from trainhub.certification.models import RequirementStanding
from trainhub.db import db, transaction
from trainhub.learning import jobs, services
from trainhub.learning.models import (
    CheckpointResponse,
    Enrolment,
    EnrolmentRound,
    LessonProgress,
)
from trainhub.learning.queries.assignments import list_assignments
from trainhub.learning.queries.planning import list_loads
from trainhub.learning.queries.progress import (
    find_enrolment,
    get_enrolment,
    list_completed_rounds,
    progress_of,
)
from trainhub.learning.services import NoLongerGiven, NotVoluntary, Targets
from trainhub.ledger.models import LearningRecord
from trainhub.notices.jobs import collect_course_notices
from trainhub.notices.models import Notice
from trainhub.people.models import Person, Role

pytestmark = pytest.mark.usefixtures("library")
DAY = timedelta(days=1)
TODAY = date(2026, 11, 23)
START = f"/learning/{COURSE}"
_names = count(1)


def begin_in_chinese(person: Person, now: datetime = NOON) -> None:
    """The Chinese edition is the short one: two lessons, one question."""
    with transaction():
        enrolment = services.enrol(person, content.edition("zh").course, now=now)
        services.start_course(enrolment, content.edition("zh"), now=now)


def work_through(person_id: int, now: datetime, *, send: str = "") -> None:
    """Read both lessons and answer the question."""
    with transaction():
        enrolment = get_enrolment(person_id, COURSE, for_update=True)
        services.finish_lesson(enrolment, "greeting", now=now)
        services.answer_item(
            enrolment, "farewell", "opening", "last", True,
            idempotency_key=send or f"answer-{enrolment.round}", now=now,
        )  # fmt: skip
        services.finish_lesson(enrolment, "farewell", now=now)


@pytest.fixture
def alice(make: type[Make]) -> Person:
    """Somebody of the red team who completed the course a year ago."""
    person = make.person("alice", team=make.team("Red"))
    begin_in_chinese(person, NOON - 366 * DAY)
    work_through(person.id, NOON - 365 * DAY)
    return person


def again(person_id: int, seen: int = 1, *, language: str = "zh", now: datetime = NOON) -> bool:
    with transaction():
        return services.take_again(
            get_enrolment(person_id, COURSE, for_update=True),
            content.edition(language),
            seen=seen,
            now=now,
        )


def completions(person_id: int) -> list[LearningRecord]:
    query = select(LearningRecord).where(
        LearningRecord.person_id == person_id, LearningRecord.verb == "completed"
    )
    return list(db.session.scalars(query.order_by(LearningRecord.id)))


def test_a_new_round_begins_empty_and_the_old_one_is_put_away(alice: Person) -> None:
    assert again(alice.id)
    enrolment = get_enrolment(alice.id, COURSE)
    progress = progress_of(enrolment)
    assert (enrolment.round, enrolment.completed_at) == (2, None)
    assert enrolment.completed_before_at == NOON - 365 * DAY
    assert (progress.read_keys, progress.scores) == (frozenset(), {})
    assert (enrolment.lessons_done, enrolment.lessons_total) == (0, 2)
    (kept,) = list_completed_rounds(enrolment)
    assert (kept.round, kept.completed_at, kept.marks_permille) == (1, NOON - 365 * DAY, 1000)
    assert (kept.lessons_done, kept.started_at) == (2, NOON - 366 * DAY)
    assert len(db.session.scalars(select(CheckpointResponse)).all()) == 1
    assert len(db.session.scalars(select(LessonProgress)).all()) == 2


def test_the_ledger_keeps_every_completion(alice: Person) -> None:
    again(alice.id)
    work_through(alice.id, NOON + DAY)
    first, second = completions(alice.id)
    assert (first.occurred_at, second.occurred_at) == (NOON - 365 * DAY, NOON + DAY)
    assert second.result == {"marks_permille": 1000, "round": 2}
    enrolment = get_enrolment(alice.id, COURSE)
    assert (enrolment.completed_at, enrolment.completed_before_at) == (
        NOON + DAY,
        NOON - 365 * DAY,
    )


def test_a_question_met_again_is_no_first_try(alice: Person) -> None:
    again(alice.id)
    work_through(alice.id, NOON)
    numbers = db.session.scalars(select(CheckpointResponse.number).order_by("number")).all()
    assert numbers == [1, 2]


def test_an_answer_sent_once_more_from_an_old_page_changes_nothing(alice: Person) -> None:
    again(alice.id)
    with transaction():
        services.answer_item(
            get_enrolment(alice.id, COURSE, for_update=True), "farewell", "opening", "last", True,
            idempotency_key="answer-1", now=NOON,
        )  # fmt: skip
    assert progress_of(get_enrolment(alice.id, COURSE)).scores == {}


def test_a_page_left_open_begins_no_further_round(alice: Person) -> None:
    assert again(alice.id)
    assert not again(alice.id)
    work_through(alice.id, NOON)
    assert not again(alice.id, seen=1)
    assert get_enrolment(alice.id, COURSE).round == 2
    assert again(alice.id, seen=2)


def test_two_windows_at_once_begin_one_round(app: Any, alice: Person) -> None:
    person_id, barrier, found = alice.id, Barrier(6), []
    db.session.rollback()

    def click() -> None:
        with app.app_context():
            barrier.wait()
            try:
                found.append(again(person_id))
            finally:
                db.session.remove()

    threads = [Thread(target=click) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(found) == [False] * 5 + [True]
    db.session.rollback()
    assert get_enrolment(person_id, COURSE).round == 2
    assert len(db.session.scalars(select(EnrolmentRound)).all()) == 1


def test_the_new_round_is_on_the_version_in_force(make: type[Make]) -> None:
    bob = make.person("bob")
    begin_in_chinese(bob)
    work_through(bob.id, NOON)
    content.publish_change(NOON + DAY)
    again(bob.id, language="en", now=NOON + 2 * DAY)
    version = get_enrolment(bob.id, COURSE).version
    assert version is not None
    assert (version.edition.language, version.number) == ("en", 2)


def test_a_retired_course_is_not_taken_again(alice: Person) -> None:
    with transaction():
        db.session.scalars(select(Course)).one().retired_at = NOON
    with pytest.raises(NoLongerGiven):
        again(alice.id)
    assert get_enrolment(alice.id, COURSE).completed_at is not None


def test_who_gives_up_has_completed_it_as_before(alice: Person) -> None:
    again(alice.id)
    with transaction():
        services.finish_lesson(get_enrolment(alice.id, COURSE), "greeting", now=NOON)
    with transaction():
        services.leave(get_enrolment(alice.id, COURSE, for_update=True), now=NOON)
    enrolment = get_enrolment(alice.id, COURSE)
    assert (enrolment.completed_at, enrolment.completed_before_at) == (NOON - 365 * DAY, None)
    assert len(progress_of(enrolment).read_keys) == 2
    with pytest.raises(NotVoluntary):
        services.leave(enrolment, now=NOON)
    assert again(alice.id)
    assert get_enrolment(alice.id, COURSE).round == 3, "the number given up is not used again"
    assert progress_of(get_enrolment(alice.id, COURSE)).read_keys == frozenset()


def test_what_was_put_away_cannot_be_changed(alice: Person) -> None:
    again(alice.id)
    with pytest.raises(DBAPIError, match="append only"), transaction():
        db.session.execute(EnrolmentRound.__table__.update().values(marks_permille=0))


def ask(people: list[Person], *, now: datetime = NOON, **more: Any) -> Any:
    trainer = db.session.scalars(select(Person).filter_by(username="lin")).one_or_none()
    with transaction():
        return services.assign(
            [content.edition().course], [], more.pop("targets", Targets(people=people)),
            due_on=more.pop("due_on", TODAY + 7 * DAY), today=TODAY,
            actor=trainer or Make.person("lin", Role.TRAINER), now=now, **more,
        )  # fmt: skip


@pytest.fixture
def lin(make: type[Make]) -> Person:
    """A trainer."""
    return make.person("lin", Role.TRAINER)


def test_assigning_leaves_in_peace_who_has_completed_it(lin: Person, alice: Person) -> None:
    (made,) = ask([alice])
    enrolment = get_enrolment(alice.id, COURSE)
    assert (enrolment.round, enrolment.due_on) == (1, None)
    assert services.count_completed([made]) == 1


def test_who_is_asked_again_explicitly_has_another_round_by_a_date(
    lin: Person, alice: Person
) -> None:
    ask([alice], again=True)
    enrolment = get_enrolment(alice.id, COURSE)
    assert (enrolment.round, enrolment.due_on) == (2, TODAY + 7 * DAY)
    assert (enrolment.version_id, enrolment.started_at) == (None, None)
    with transaction():
        services.start_course(get_enrolment(alice.id, COURSE), content.edition("zh"), now=NOON)
    work_through(alice.id, NOON + DAY)
    jobs.apply_assignments(NOON + 2 * DAY)
    assert get_enrolment(alice.id, COURSE).completed_at == NOON + DAY


def test_the_tick_asks_a_team_again_only_once(lin: Person, alice: Person) -> None:
    ask([], targets=Targets(teams=[alice.team]), again=True)
    with transaction():
        services.start_course(get_enrolment(alice.id, COURSE), content.edition("zh"), now=NOON)
    work_through(alice.id, NOON + DAY)
    for days in (2, 3):
        jobs.apply_assignments(NOON + days * DAY)
    assert get_enrolment(alice.id, COURSE).round == 2
    (row,) = list_assignments(lin, today=TODAY).rows
    assert (row.enrolled, row.completed) == (1, 1)


def test_an_old_assignment_sets_no_date_for_a_round_of_ones_own_accord(
    lin: Person, alice: Person
) -> None:
    ask([], targets=Targets(teams=[alice.team]), now=NOON - DAY)
    again(alice.id)
    jobs.apply_assignments(NOON + 30 * DAY)
    enrolment = get_enrolment(alice.id, COURSE)
    assert (enrolment.due_on, enrolment.assignment_id) == (None, None)


def test_taking_back_what_was_asked_again_forgets_no_completion(lin: Person, alice: Person) -> None:
    (made,) = ask([alice], again=True)
    with transaction():
        services.withdraw_assignment(made, actor=lin, now=NOON)
    enrolment = get_enrolment(alice.id, COURSE)
    assert (enrolment.completed_at, enrolment.due_on) == (NOON - 365 * DAY, None)


def test_asking_again_a_second_time_by_a_double_click_is_one_assignment(
    lin: Person, alice: Person
) -> None:
    (first,) = ask([alice], again=True, due_on=None)
    (second,) = ask([alice], again=True, due_on=None, now=NOON + timedelta(seconds=1))
    assert first.id == second.id


def test_who_is_asked_again_gets_a_message_and_is_planned_for(lin: Person, alice: Person) -> None:
    assert list_loads(TODAY) == []
    ask([alice], again=True)
    (load,) = list_loads(TODAY)
    assert (load.team, load.total > 0) == ("Red", True)
    collect_course_notices(NOON)
    kinds = db.session.scalars(select(Notice.kind).where(Notice.person_id == alice.id)).all()
    assert "assigned" in kinds


def test_every_list_says_completed_and_being_taken_again(
    client: Any, make: type[Make], lin: Person, alice: Person
) -> None:
    again(alice.id)
    before = "Completed on Nov 23, 2025, being taken again"
    own = client(alice)
    for address in ("/learning", "/", f"/courses/{COURSE}", f"/people/{alice.id}/learning"):
        assert before in own.page(address).text, address
    assert "take it again" in own.page(START).text
    assert "completed, being taken again" in str(own.get("/courses").data.decode())
    staff = client(lin)
    assert before in staff.page(f"/courses/{COURSE}/learners").text
    assert "Being taken again" in staff.page(f"/courses/{COURSE}/learners?standing=again").text
    boss = client(make.person("boss", Role.SUPERVISOR, supervises=alice.team))
    page = boss.page("/team-progress").text
    assert "1 of 1 completed" in page


def test_a_learner_takes_it_again_by_the_button_of_the_course(client: Any, alice: Person) -> None:
    browser = client(alice)
    page = browser.page(START)
    assert "Take the course again" in page.text
    assert "Take it again in English" in page.text
    assert "is kept and goes on counting" in page.text
    answer = browser.post(f"{START}/again", {"language": "zh", "round": "1"})
    assert answer.location.endswith("/continue")
    once_more = browser.post(f"{START}/again", {"language": "zh", "round": "1"})
    assert once_more.location.endswith(START)
    assert get_enrolment(alice.id, COURSE).round == 2
    work_through(alice.id, clock.now())
    text = browser.page(f"{START}/completed").text
    assert "Completed before, on Nov 23, 2025, with 100% of the points" in text
    browser.post(f"{START}/again", {"language": "zh", "round": "2"})
    assert "You no longer take" in browser.page(browser.post(f"{START}/leave").location).text
    assert get_enrolment(alice.id, COURSE).completed_at is not None


def test_nobody_takes_again_what_they_have_not_completed(client: Any, make: type[Make]) -> None:
    bob = make.person("bob")
    browser = client(bob)
    browser.post(f"{START}/again", {"language": "zh", "round": "1"}, status=404)
    begin_in_chinese(bob)
    browser.post(f"{START}/again", {"language": "zh", "round": "1"})
    assert get_enrolment(bob.id, COURSE).round == 1


def test_the_form_says_who_is_left_in_peace_and_asks_them_on_demand(
    client: Any, lin: Person, alice: Person
) -> None:
    browser = client(lin)
    course = content.edition().course
    fields = {"course_ids": str(course.id), "person_ids": str(alice.id)}
    page = browser.page(browser.post("/assignments/new", fields).location)
    assert "1 course of theirs is completed already and not asked again" in page.text
    browser.post("/assignments/new", fields | {"again": "y"})
    assert get_enrolment(alice.id, COURSE).round == 2
    assert "also for those who had completed it" in browser.page("/assignments").text


def test_a_renewal_that_wants_the_course_anew_says_so_and_is_met_by_it(alice: Person) -> None:
    wanted = requirement("opening", settings={"course": COURSE}, counts_earlier=False)
    enrolled(published(values(wanted)), alice)

    def row() -> RequirementStanding:
        review_enrolments(clock.now())
        query = select(RequirementStanding).execution_options(populate_existing=True)
        return db.session.scalars(query).one()

    assert row().state == "open"
    assert row().next_step["words"]["message"] == "Take the course again"
    assert row().next_step["endpoint"] == "learning.show_course"
    again(alice.id)
    review_enrolments(clock.now())
    assert row().next_step["words"]["message"] == "Go on with the course"
    work_through(alice.id, clock.now())
    assert row().state == "met"


def test_a_supervisor_asks_for_the_course_anew_from_the_road(
    client: Any, make: type[Make], alice: Person
) -> None:
    wanted = requirement("opening", settings={"course": COURSE}, counts_earlier=False)
    enrolment = enrolled(published(values(wanted)), alice)
    boss = client(make.person("boss", Role.SUPERVISOR, supervises=alice.team))
    with current_app.test_request_context():
        address = url_for(
            "certification.assign_course", enrolment_id=enrolment.id, requirement_key="opening"
        )
    page = boss.page(address)
    assert "Alice completed it on Nov 23, 2025" in page.text
    boss.post(address, {"due_on": "2026-11-30"})
    again_by = get_enrolment(alice.id, COURSE)
    assert (again_by.round, again_by.due_on) == (2, date(2026, 11, 30))


class Repeater(RuleBasedStateMachine):
    """Works, takes again, gives up, is asked again and let off, in any order."""

    @initialize()
    def arrive(self) -> None:
        person = Make.person(f"repeater{next(_names)}")
        self.person_id, self.now, self.sent = person.id, NOON, 0
        self.completed: list[datetime] = []
        self.answers = 0
        self.asked: Any = None
        begin_in_chinese(person)

    def enrolment(self) -> Enrolment:
        return get_enrolment(self.person_id, COURSE, for_update=True)

    def pass_time(self) -> None:
        self.now += DAY

    @rule()
    def complete(self) -> None:
        self.pass_time()
        with transaction():
            if self.enrolment().version_id is None:
                services.start_course(self.enrolment(), content.edition("zh"), now=self.now)
        is_open = self.enrolment().completed_at is None
        self.sent += 1
        work_through(self.person_id, self.now, send=f"sent-{self.sent}")
        self.answers += 1
        if is_open:
            self.completed.append(self.now)

    @rule()
    def read_one(self) -> None:
        self.pass_time()
        if self.enrolment().version_id is not None:
            with transaction():
                services.finish_lesson(self.enrolment(), "greeting", now=self.now)

    @rule()
    def take_again(self) -> None:
        self.pass_time()
        before = self.enrolment()
        could = before.completed_at is not None
        seen = before.round
        assert again(self.person_id, seen, now=self.now) == could
        if could:
            assert progress_of(self.enrolment()).read_keys == frozenset()
            assert not again(self.person_id, seen, now=self.now)

    @rule()
    def give_up(self) -> None:
        self.pass_time()
        before = self.enrolment()
        if before.completed_before_at is None or before.completed_at or before.assignment_id:
            return
        with transaction():
            services.leave(self.enrolment(), now=self.now)
        assert self.enrolment().completed_at == self.completed[-1]

    @rule()
    def ask_again(self) -> None:
        self.pass_time()
        person = db.session.get(Person, self.person_id)
        (self.asked,) = ask([person], now=self.now, again=True)

    @rule()
    def let_off(self) -> None:
        self.pass_time()
        if self.asked is not None and self.completed:
            actor = db.session.get(Person, self.person_id)
            with transaction():
                services.withdraw_assignment(self.asked, actor=actor, now=self.now)
            self.asked = None

    @rule()
    def tick(self) -> None:
        self.pass_time()
        jobs.apply_assignments(self.now)

    @invariant()
    def no_completion_is_lost(self) -> None:
        enrolment = find_enrolment(self.person_id, COURSE)
        assert enrolment is not None
        assert enrolment.withdrawn_at is None or not self.completed
        told = [one.occurred_at for one in completions(self.person_id)]
        assert told == self.completed
        latest = enrolment.completed_at or enrolment.completed_before_at
        assert latest == (self.completed[-1] if self.completed else None)

    @invariant()
    def rounds_are_put_away_once_each(self) -> None:
        query = (
            select(EnrolmentRound)
            .join(Enrolment, Enrolment.id == EnrolmentRound.enrolment_id)
            .where(Enrolment.person_id == self.person_id)
            .order_by(EnrolmentRound.round)
        )
        kept = list(db.session.scalars(query))
        numbers = [one.round for one in kept]
        assert numbers == list(range(1, len(kept) + 1))
        done = [one.completed_at for one in kept if one.completed_at is not None]
        assert done == self.completed[: len(done)]

    @invariant()
    def every_answer_is_there(self) -> None:
        query = (
            select(func.count())
            .select_from(CheckpointResponse)
            .join(Enrolment, Enrolment.id == CheckpointResponse.enrolment_id)
            .where(Enrolment.person_id == self.person_id)
        )
        assert db.session.scalar(query) == self.answers


def test_rounds_in_any_order_lose_nothing(make: type[Make]) -> None:
    make.person("lin", Role.TRAINER)
    run_state_machine_as_test(
        Repeater,
        settings=settings(
            max_examples=8,
            stateful_step_count=14,
            deadline=None,
            suppress_health_check=list(HealthCheck),
        ),
    )
