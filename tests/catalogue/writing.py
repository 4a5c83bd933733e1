"""Texts for the tests of writing."""

from __future__ import annotations

from typing import Any

from trainhub.catalogue import queries, services
from trainhub.catalogue.models import CourseEdition, QuizEdition, Series
from trainhub.clock import now
from trainhub.db import db, transaction

QUIZ = """\
quiz: calls
language: en
title: Calls
items:
  - key: greeting
    kind: single
    objective: first-objective
    stem: What do you say **first**?
    options:
      - text: My name
        correct: true
      - text: SECRET-WRONG
    feedback: SECRET-FEEDBACK
"""


def add_series(key: str = "moments", **values: Any) -> Series:
    """A series with a name in both languages."""
    defaults = {
        "knowledge_line": "service",
        "position": 1,
        "title_zh": "关键时刻",
        "title_en": "Moments",
    }
    with transaction():
        series = Series(key=key, **(defaults | values))
        db.session.add(series)
    return series


def add_course(actor: Any, slug: str = "say-no", language: str = "en") -> CourseEdition:
    """A course that has a draft only."""

    series = queries.find_series("moments") or add_series()
    with transaction():
        return services.start_course(
            series, slug, language, f"Course {slug}", actor=actor, now=now()
        )


def publish(edition: CourseEdition | QuizEdition, actor: Any) -> int:
    """Publish the newest text of an edition."""
    with transaction():
        seen = services.draft_token(edition)
        return services.publish_draft(edition, seen=seen, actor=actor, now=now())


def write(edition: CourseEdition | QuizEdition, source: str, actor: Any) -> str:
    """Save a draft over whatever is there."""
    with transaction():
        seen = services.draft_token(edition)
        return services.save_draft(edition, source, seen=seen, actor=actor, now=now())


def add_quiz(actor: Any, source: str = QUIZ, key: str = "calls") -> QuizEdition:
    """A published quiz."""
    with transaction():
        edition = services.start_quiz(key, "en", "Calls", actor=actor, now=now())
    write(edition, source, actor)
    publish(edition, actor)
    return edition
