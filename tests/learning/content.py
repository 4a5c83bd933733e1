"""A course of three lessons that asks every kind of question, with canaries in all that a
learner must not see before answering; in English and, shorter, in Chinese."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from sqlalchemy import event, select

from tests.catalogue.texts import SERIES, course_text, source, take
from trainhub.catalogue.models import Course, CourseEdition, Item
from trainhub.catalogue.queries.items import as_quiz_item
from trainhub.catalogue.rules.item_views import learner_view
from trainhub.catalogue.rules.quiz_text import Kind, QuizItem
from trainhub.catalogue.rules.source_files import SourceFile
from trainhub.db import db
from trainhub.demo.answers import right_response, wrong_response

CANARY = "canary"
COURSE, LESSON = "opening", "greeting"
ALL_KINDS = ("one", "some", "truth", "word", "sum", "steps", "pairs", "gaps")

LESSONS = f"""
## The greeting {{#greeting}}

Say your **name**.

::: trainer minutes=5
{CANARY}-trainer: stop after the second minute.
:::

::: phrase title="Hello"
Good morning, this is Alice.
:::

::: checkpoint quiz=opening items="{" ".join(ALL_KINDS)}"
:::

## The middle {{#middle}}

### A heading

Only text.

## The farewell {{#farewell}}

Say thank you.

::: checkpoint quiz=opening items="last"
:::
"""

QUIZ = f"""quiz: opening
language: en
title: Opening
pass_mark: 80
items:
  - key: one
    kind: single
    objective: greet
    stem: Which first?
    options:
      - {{text: The name, correct: true, feedback: {CANARY}-option-right}}
      - {{text: The number, feedback: {CANARY}-option-wrong}}
    feedback: {CANARY}-single
  - key: some
    kind: multiple
    objective: greet
    stem: Which of these?
    points: 2
    options:
      - {{text: Smile, correct: true, feedback: {CANARY}-smile}}
      - {{text: Listen, correct: true}}
      - {{text: Yawn}}
    feedback: {CANARY}-multiple
  - key: truth
    kind: true_false
    objective: greet
    stem: Say your name.
    answer: true
    feedback: {CANARY}-truth
  - key: word
    kind: short_answer
    objective: greet
    stem: The word?
    answers: [{CANARY}-word]
    feedback: {CANARY}-short
  - key: sum
    kind: numeric
    objective: greet
    stem: How many?
    answer: 73219
    unit: calls
    feedback: {CANARY}-numeric
  - key: steps
    kind: ordering
    objective: greet
    stem: In order?
    steps: [Greet, Ask, Thank]
    feedback: {CANARY}-ordering
  - key: pairs
    kind: matching
    objective: greet
    stem: Who says it?
    pairs: [{{left: Hello, right: agent}}, {{left: Help, right: customer}}]
    extra: [nobody]
    feedback: {CANARY}-matching
  - key: gaps
    kind: cloze
    objective: greet
    stem: "Say {{{{what}}}} with a {{{{how}}}}."
    gaps: {{what: {{answers: [{CANARY}-gap]}}, how: {{options: [smile, frown], answer: smile}}}}
    feedback: {CANARY}-cloze
  - key: last
    kind: true_false
    objective: greet
    stem: Thank them.
    answer: true
    feedback: {CANARY}-last
"""

QUIZ_ZH = """quiz: opening
language: zh
title: 开场
items:
  - {key: last, kind: true_false, objective: greet, stem: 要道谢。, answer: true}
"""
LESSONS_ZH = """
## 问候 {#greeting}

先报姓名。

## 告别 {#farewell}

::: checkpoint quiz=opening items="last"
:::
"""


def files(**course: Any) -> list[SourceFile]:
    """The library: one series, one course in two languages."""
    return [
        source("courses/calls/_series.yaml", SERIES),
        source("quizzes/opening.en.yaml", QUIZ),
        source("quizzes/opening.zh.yaml", QUIZ_ZH),
        source("courses/calls/opening.en.md", course_text(lessons=LESSONS, **course)),
        source(
            "courses/calls/opening.zh.md",
            course_text(lessons=LESSONS_ZH, language="zh", title="开场", intro="怎样开场。"),
        ),
    ]


def import_library() -> None:
    """Publish the course in both languages."""
    take(files())


def import_second_course(key: str = "closing", order: int = 2) -> None:
    """Another course of the series, without questions."""
    lessons = "\n## Goodbye {#goodbye}\n\nHang up last.\n"
    text = course_text(title="Closing a call", lessons=lessons)
    text = text.replace("order: 1", f"order: {order}")
    take([source("courses/calls/_series.yaml", SERIES), source(f"courses/calls/{key}.en.md", text)])


def publish_change(now: datetime) -> None:
    """A newer English version with another farewell, the middle taken out."""
    text = LESSONS.replace("Say thank you.", "Say thank you twice.")
    head, rest = text.split("## The middle")
    changed = head + "## The farewell" + rest.split("## The farewell")[1]
    take([source("courses/calls/opening.en.md", course_text(lessons=changed))], now=now)


def edition(language: str = "en") -> CourseEdition:
    """The course in a language."""
    query = select(CourseEdition).join(Course).where(Course.key == COURSE)
    return db.session.scalars(query.where(CourseEdition.language == language)).one()


def item_row(key: str, language: str = "en") -> Item:
    """A question of the version in force."""
    from trainhub.learning.queries.progress import find_item

    row = find_item(edition(language).published_version_id, "opening", key)
    assert row is not None
    return row


def right(key: str, language: str = "en") -> Any:
    """A response with full marks."""
    return right_response(as_quiz_item(item_row(key, language)))


def wrong(key: str, language: str = "en") -> Any:
    """A response without."""
    return wrong_response(as_quiz_item(item_row(key, language)))


def fields(item: QuizItem, name: str, response: Any) -> dict[str, Any]:
    """The response as the page's form sends it."""
    match item.kind:
        case Kind.TRUE_FALSE:
            return {name: str(response).lower()}
        case Kind.ORDERING:
            return {f"{name}-{step}": str(place) for place, step in enumerate(response, start=1)}
        case Kind.MATCHING | Kind.CLOZE:
            return {f"{name}-{part}": text for part, text in response.items()}
        case _:
            return {name: response}


def form_for(key: str, response: Any, *, number: int | None = None) -> dict[str, Any]:
    """The fields of one question of the first lesson, with a key for the try."""
    name = f"q{number or ALL_KINDS.index(key) + 1}"
    return fields(as_quiz_item(item_row(key)), name, response) | {"only": name}


def step_ids() -> list[str]:
    """The steps of the ordering question as a learner gets them."""
    return [step["id"] for step in learner_view(as_quiz_item(item_row("steps")), 0)["steps"]]


class Queries:
    """Counts the statements sent to the database while it is used as a context."""

    def __enter__(self) -> Queries:
        self.statements: list[str] = []
        event.listen(db.engine, "before_cursor_execute", self._note)
        return self

    def __exit__(self, *_error: object) -> None:
        event.remove(db.engine, "before_cursor_execute", self._note)

    def _note(self, _conn: object, _cursor: object, statement: str, *_rest: object) -> None:
        self.statements.append(statement)

    def __len__(self) -> int:
        return len(self.statements)

    def __iter__(self) -> Iterator[str]:
        return iter(self.statements)
