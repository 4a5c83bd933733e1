"""A small centre to attack, and the ways into it.

Everything that somebody must not see carries a canary: a word found nowhere else, so that one
search of an answer tells whether it leaked.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select
from werkzeug.routing import Rule

from tests.assessment.papers import add_exam, add_item, add_sitting
from tests.catalogue.texts import SERIES, course_text, picture, quiz_text, source, take
from tests.catalogue.writing import add_course, write
from tests.certification.attacked import hold_awards, write_programmes
from tests.certification.attacked_roads import ROAD_PLACES, walk_roads
from tests.checking import CheckingClient
from tests.delivery.asking import ask_for_classes
from tests.delivery.attacked import hold_classes
from tests.delivery.attacked_plans import plan_classes, plan_for
from tests.factories import Make
from tests.rota.rotas import lay_down as lay_down_rota
from tests.typing_tests.runs import add_sitting as add_typing_room
from tests.typing_tests.runs import begin as begin_run
from tests.typing_tests.runs import ready as ready_typing_test
from tests.typing_tests.runs import send as send_chunk
from trainhub import clock
from trainhub.assessment.models import AttemptItem, Candidate
from trainhub.assessment.rules.states import EndedBy
from trainhub.assessment.services import close_attempt, start_attempt
from trainhub.catalogue import queries as catalogue
from trainhub.catalogue.services.retiring import retire_course
from trainhub.db import db, transaction
from trainhub.learning.queries.progress import find_published, get_enrolment
from trainhub.learning.services import Targets, answer_item, assign, save_note, start_course
from trainhub.people.models import Person, Role, Team
from trainhub.rota.models import TeamPlace
from trainhub.typing_tests.models import TypingPhrase

# For tests of what no database has a part in.
ONE_ENGINE = pytest.mark.parametrize("whole_app", ["sqlite"], indirect=True)
ROLES = ("nobody", "agent", "trainer", "supervisor", "planner", "auditor", "administrator")
NOTE, KEY, FEEDBACK, DRAFT = "CANARYNOTE", "CANARYKEY", "CANARYFEEDBACK", "CANARYDRAFT"
BLUE, EVE, COHORT, EVES = "CANARYBLUE", "CANARYEVE", "CANARYCOHORT", "CANARYOWNNOTE"
UNSAID = "CANARYUNSAID"
MISSING = dict.fromkeys(
    (
        "person_id",
        "team_id",
        "assignment_id",
        "attempt_id",
        "run_id",
        "typing_assignment_id",
        "training_request_id",
        "queue_id",
        "training_session_id",
        "booking_id",
        "make_up_id",
        "campaign_id",
        "programme_id",
        "enrolment_id",
        "case_id",
        "rating_id",
        "model_id",
        "award_id",
        "request_id",
    ),
    4_242_424,
)

LESSONS = f"""
## The greeting {{#greeting}}

Say your name.

::: trainer minutes=3
{NOTE}: let two play the scene.
:::

::: checkpoint quiz=opening items="first-word typed"
:::

## The farewell {{#farewell}}

Say thank you.
"""
QUIZ = f"""\
quiz: opening
language: en
title: Opening
items:
  - key: first-word
    kind: single
    objective: greet
    stem: What comes first?
    options:
      - text: My name
        correct: true
        feedback: {FEEDBACK} yes
      - text: The weather
        feedback: {FEEDBACK} no
    feedback: {FEEDBACK} whole
  - key: typed
    kind: short_answer
    objective: greet
    stem: Type the word.
    answers: [{KEY}]
    feedback: {FEEDBACK} typed
  - key: unasked
    kind: short_answer
    objective: greet
    stem: {UNSAID} question?
    answers: [{KEY}]
"""


@dataclass
class World:
    """The centre: people by role, two teams, and the numbers that addresses need."""

    app: Flask
    people: dict[str, Person]
    values: dict[str, Any]
    foreign: dict[str, Any]

    def browser(self, role: str, **options: Any) -> CheckingClient:
        """A browser of somebody with this role; of nobody signed in for "nobody"."""
        return CheckingClient(self.app, self.people.get(role), **options)


def build(app: Flask) -> World:
    """Two teams, a person in each role, a course with everything that must stay hidden."""
    red, blue = Make.team("Red"), Make.team(f"{BLUE} team")
    people = {
        "agent": Make.person("alice", team=red),
        "trainer": Make.person("tess", Role.TRAINER),
        "supervisor": Make.person("sup", Role.SUPERVISOR, supervises=red),
        "planner": Make.person("pia", Role.PLANNER),
        "auditor": Make.person("audrey", Role.AUDITOR),
        "administrator": Make.person("root", Role.ADMINISTRATOR, password_hash="x"),
        "colleague": Make.person("bob", team=red),
        "stranger": Make.person("eve", team=blue, name=EVE, employee_no=f"{EVE}77"),
    }
    trainer, eve = people["trainer"], people["stranger"]
    cohort = Make.cohort(f"{COHORT} group", members=(eve,))
    _fill_library(trainer)
    wished = _assign(trainer, people, (red, blue))
    candidates = (people["agent"], people["colleague"], eve)
    for learner in candidates:
        _learn(learner)
    sitting_id, attempts = _sit(candidates)
    code_id, site_id = lay_down_rota(people["colleague"], eve)
    typing_test_id, runs = _type(candidates)
    requests = ask_for_classes(people["supervisor"], (red, blue), trainer)
    classes, others = hold_classes(trainer, candidates)
    plans = plan_classes(people["planner"], red)
    foreign_campaign = plan_for(blue)
    programmes = write_programmes(trainer)
    awards, other_awards = hold_awards(people["agent"], eve, trainer)
    roads, other_roads = walk_roads(people)
    return World(
        app,
        people,
        {
            "person_id": people["colleague"].id,
            "team_id": red.id,
            "cohort_id": cohort.id,
            "sign_in_id": 1,
            "assignment_id": wished[0],
            "sitting_id": sitting_id,
            "attempt_id": attempts[0],
            "test_id": typing_test_id,
            "run_id": runs[0],
            "passage_id": 1,
            "typing_assignment_id": 2,
            "phrase_id": 1,
            "candidate_id": db.session.scalar(
                select(Candidate.id).where(Candidate.person_id == people["agent"].id)
            ),
            "task_id": 1,
            "regrade_id": 1,
            "swap_id": 1,
            "sheet_id": 1,
            "picture_id": 1,
            "part": "rules",
            "no": 1,
            "training_request_id": requests[0],
            "code_id": code_id,
            "site_id": site_id,
            "queue_id": _queue_of(red),
            "course_id": 1,
            **classes,
            **plans,
            **_PLACES,
            **programmes,
            **awards,
            **roads,
        },
        {
            "person_id": eve.id,
            "team_id": blue.id,
            "assignment_id": wished[1],
            "attempt_id": attempts[2],
            "run_id": runs[2],
            "typing_assignment_id": 3,
            "training_request_id": requests[1],
            "queue_id": _queue_of(blue),
            "campaign_id": foreign_campaign,
            **others,
            **other_awards,
            **other_roads,
        },
    )


def _queue_of(team: Team) -> int | None:
    return db.session.scalar(select(TeamPlace.queue_id).where(TeamPlace.team_id == team.id))


_PLACES = {
    "act": "disable",
    "build": "0123456789ab",
    "code": 123456,
    "course_key": "opening",
    "exam_key": "entry",
    "item_key": "first-word",
    "key": "opening",
    "kind": "csv",
    "language": "en",
    "lesson_key": "greeting",
    "name": "a.png",
    "number": 1,
    "path": "css/no.css",
    "series_key": "calls",
    "shelf": "courses",
    "step": "begin",
    "token": "0" * 32,
}
_OTHERWISE = {
    ("delivery.export_plan_run", "what"): "problem",
    ("privacy.change_hold", "act"): "hold",
    **ROAD_PLACES,
    ("catalogue.add_question", "kind"): "single",
    ("assessment.add_item", "kind"): "single",
    ("rota.retire_shift_code", "act"): "retire",
    **{
        (f"assessment.{name}", "item_key"): "exam-1"
        for name in (
            "show_item", "edit_facts", "edit_item", "compare_texts", "try_wording",
            "retire_bank_item",
        )
    },
}  # fmt: skip


def _fill_library(trainer: Person) -> None:
    shown = course_text(lessons=LESSONS, intro="What this is about. ![A picture](media/a.png)")
    take(
        [
            source("courses/calls/_series.yaml", SERIES),
            source("courses/calls/media/a.png", picture()),
            source("quizzes/opening.en.yaml", QUIZ),
            source("courses/calls/opening.en.md", shown),
            source("quizzes/gone.en.yaml", quiz_text(key="gone")),
            source("courses/calls/gone.en.md", course_text(quiz="gone", title="Withdrawn course")),
        ],
        now=clock.now(),
    )
    written = catalogue.find_edition("opening", "en")
    assert written is not None
    write(written, shown.replace("Say thank you.", f"{DRAFT} sentence."), trainer)
    unpublished = add_course(trainer, slug="unpublished")
    write(unpublished, course_text(title=f"{DRAFT} title", lessons=LESSONS), trainer)
    gone = catalogue.find_course("gone")
    assert gone is not None
    with transaction():
        retire_course(gone, reason="Replaced by another one", actor=trainer, now=clock.now())


def _assign(trainer: Person, people: dict[str, Person], teams: Any) -> list[int]:
    course = catalogue.find_course("opening")
    assert course is not None
    made = []
    for team, note in zip(teams, ("For you", f"{BLUE} note"), strict=True):
        with transaction():
            made += assign(
                [course],
                [],
                Targets([], [team], []),
                due_on=clock.now().date(),
                today=clock.now().date(),
                actor=trainer,
                now=clock.now(),
                note=note,
            )
    return [one.id for one in made]


def _learn(person: Person) -> None:
    """Begin the course; a stranger also answers and writes a note of their own."""
    version = find_published("opening", "en")
    assert version is not None
    with transaction():
        enrolment = get_enrolment(person.id, "opening", for_update=True)
        start_course(enrolment, version.edition, now=clock.now())
        if person.username != "eve":
            return
        save_note(enrolment, "greeting", f"{EVES} of mine", now=clock.now())
        answer_item(
            enrolment, "greeting", "opening", "typed", "wrong",
            idempotency_key="eve-1", now=clock.now(),
        )  # fmt: skip


def _sit(candidates: tuple[Person, ...]) -> tuple[int, list[int]]:
    """An open sitting, and the candidates' attempts under way; the numbers of both."""
    with transaction():
        for number in range(1, 6):
            add_item(
                f"exam-{number}",
                kind="short_answer",
                content={"answers": [KEY], "strict": False},
                feedback=f"{FEEDBACK} of an exam",
            )
        exam = add_exam()
        sitting, past = add_sitting(exam, *candidates), add_sitting(exam, candidates[1])
    _have_sat(past.id, candidates[1])
    attempts = []
    for person in candidates:
        with transaction():
            begun = start_attempt(sitting.id, person, "en", now=clock.now())
            attempts.append(begun.id)
    return sitting.id, attempts


def _have_sat(sitting_id: int, person: Person) -> None:
    """Answers that pages about questions look back on."""
    with transaction():
        done = start_attempt(sitting_id, person, "en", now=clock.now())
        for row in db.session.scalars(select(AttemptItem).filter_by(attempt_id=done.id)):
            row.response = "a guess"
    with transaction():
        close_attempt(done.id, by=EndedBy.CANDIDATE, now=clock.now())


def _type(typists: tuple[Person, ...]) -> tuple[int, list[int]]:
    """A typing test, and the typists' runs of it under way; the numbers of both."""
    test = ready_typing_test(*typists)
    with transaction():
        db.session.add(TypingPhrase(language="en", text="One moment.", created_at=clock.now()))
        add_typing_room(test)
    runs = []
    for person in typists:
        started = begin_run(person, clock.now(), test_id=test.id)
        send_chunk(started, 1, [[700.0, "d", "G"], [701.0, "i", "G"]], clock.now())
        runs.append(started.run.id)
    return test.id, runs


@dataclass(frozen=True)
class Route:
    """An endpoint with one method, and an address that exists in the world."""

    endpoint: str
    method: str
    rule: Rule
    arguments: frozenset[str]

    def path(self, world: World, **changes: Any) -> str:
        """The address, with the world's values unless others are given."""
        values = {
            name: _OTHERWISE.get((self.endpoint, name), (world.values | changes).get(name))
            for name in self.arguments
        }
        missing = [name for name, value in values.items() if value is None]
        assert not missing, f"give {missing} of {self.endpoint} a value in tests/attacks/world.py"
        built = self.rule.build(values, append_unknown=False)
        assert built is not None, f"{self.endpoint}: {values} do not fit {self.rule.rule}"
        return built[1]


def routes(app: Flask, *methods: str) -> Iterator[Route]:
    """Every endpoint and method (HEAD and OPTIONS aside) the application answers."""
    for rule in sorted(app.url_map.iter_rules(), key=lambda one: (one.endpoint, one.rule)):
        for method in sorted((rule.methods or set()) - {"HEAD", "OPTIONS"}):
            if not methods or method in methods:
                yield Route(rule.endpoint, method, rule, frozenset(rule.arguments))


def state(*but: str) -> dict[str, str]:
    """A hash of every table's rows; of those named in `but`, none."""
    found = {}
    db.session.rollback()
    for table in db.metadata.sorted_tables:
        if table.name not in but:
            rows = sorted(map(repr, db.session.execute(select(table)).all()))
            found[table.name] = hashlib.sha256("\n".join(rows).encode()).hexdigest()
    db.session.rollback()
    return found


def moved(before: dict[str, str], *but: str) -> list[str]:
    """The tables that are not as they were."""
    after = state(*but)
    return [name for name, was in before.items() if name not in but and after[name] != was]
