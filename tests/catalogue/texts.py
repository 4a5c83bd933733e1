"""Small courses and quizzes for tests, and a way to import them."""

from __future__ import annotations

import io
from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Any

from PIL import Image

from trainhub.catalogue.rules.source_files import SourceFile
from trainhub.catalogue.services import ImportReport, import_files
from trainhub.db import transaction

NOON = datetime(2026, 11, 23, 4, 0, tzinfo=UTC)

_LESSONS = """
## The greeting {#greeting}

Say your name.

::: checkpoint quiz={quiz} items="first-word"
:::

## The farewell {#farewell}

Say thank you.
"""


def course_text(
    *,
    language: str = "en",
    title: str = "Opening a call",
    series: str = "calls",
    quiz: str = "opening",
    lessons: str | None = None,
    intro: str = "What this is about.",
    **extra: Any,
) -> str:
    """A valid course; `extra` are further front matter fields as YAML text."""
    fields = {
        "title": title,
        "summary": "How a call begins.",
        "series": series,
        "order": 1,
        "minutes": 60,
        "knowledge_line": "service",
        "competencies": "[communication]",
        "objectives": "[{key: greet, text: Greet a customer}]",
        "language": language,
        **extra,
    }
    head = "\n".join(f"{name}: {value}" for name, value in fields.items())
    body = _LESSONS.replace("{quiz}", quiz) if lessons is None else lessons
    return f"---\n{head}\n---\n\n{intro}\n{body}"


def quiz_text(
    *, key: str = "opening", language: str = "en", title: str = "Opening", item: str = "first-word"
) -> str:
    """A valid quiz of one question."""
    return (
        f"quiz: {key}\nlanguage: {language}\ntitle: {title}\nitems:\n"
        f"  - key: {item}\n    kind: true_false\n    objective: greet\n"
        "    stem: One says one's name.\n    answer: true\n    feedback: So it is.\n"
    )


SERIES = (
    "knowledge_line: service\norder: 10\ntitle: {zh: 通话, en: Calls}\n"
    "summary: {zh: 怎样通话。, en: How to call.}\n"
)


def picture(kind: str = "PNG", size: tuple[int, int] = (8, 6), **options: Any) -> bytes:
    """A picture's bytes."""
    out = io.BytesIO()
    Image.new("RGB", size, "teal").save(out, kind, **options)
    return out.getvalue()


def source(path: str, content: str | bytes) -> SourceFile:
    """A file as the import takes it."""
    return SourceFile(path, content.encode() if isinstance(content, str) else content)


def library(**course: Any) -> list[SourceFile]:
    """A series, one course in English and its quiz."""
    return [
        source("courses/calls/_series.yaml", SERIES),
        source("quizzes/opening.en.yaml", quiz_text()),
        source("courses/calls/opening.en.md", course_text(**course)),
    ]


def take(files: Iterable[SourceFile], *, now: datetime = NOON, **options: Any) -> ImportReport:
    """Import files in a transaction of their own."""
    with transaction():
        return import_files(list(files), actor=options.pop("actor", None), now=now, **options)
