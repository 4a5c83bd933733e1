"""A course completed, as `learning` records it."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import select

from trainhub.catalogue.models import Course, CourseEdition, CourseVersion
from trainhub.certification.evidence import Choice, EvidenceKind, Fact, Facts, Wanted, register
from trainhub.certification.evidence.records import evidence_of, load_records
from trainhub.certification.rules.programmes.content import Requirement
from trainhub.certification.rules.programmes.settings import SettingField
from trainhub.certification.rules.standing.findings import (
    Evidence,
    Finding,
    State,
    Step,
    Words,
)
from trainhub.certification.rules.standing.judging import chosen, ends_on
from trainhub.db import db
from trainhub.errors import N_
from trainhub.ledger.models import LearningRecord, Verb

NAME = "course"


def load(wanted: Collection[Wanted]) -> Facts:
    """Completions and beginnings of the courses asked for.

    Those from before `since` are told as earlier ones: they meet nothing, but whoever has
    completed the course before is to take it again.
    """
    since = {(one.enrolment_id, one.requirement.key): one.since for one in wanted}
    found = load_records(
        [replace(one, since=None) for one in wanted],
        object_type=lambda one: "course",
        object_key=lambda one: str(one.requirement.settings["course"]),
        facts_of=_facts,
    )
    return {place: [_dated(fact, since[place]) for fact in facts] for place, facts in found.items()}


def _dated(fact: Fact, since: date | None) -> Fact:
    if since is None or fact.evidence.on >= since:
        return fact
    return replace(fact, values={**fact.values, "is_earlier": True})


def _facts(records: Sequence[LearningRecord], zone: ZoneInfo) -> Iterator[Fact]:
    for record in records:
        if record.verb not in (Verb.STARTED, Verb.COMPLETED):
            continue
        marks = record.result.get("marks_permille")
        values = {"permille": marks} if marks is not None else {}
        evidence = evidence_of(NAME, record, zone, **values)
        yield Fact(evidence, {"is_completed": record.verb == Verb.COMPLETED})


def judge(
    requirement: Requirement,
    facts: Sequence[Fact],
    today: date,
    others: Mapping[str, Finding],
) -> Finding:
    """Met by a completion; the mark of its checkpoints is its score."""
    completed = [fact.evidence for fact in facts if fact.values["is_completed"]]
    met = [
        fact.evidence
        for fact in facts
        if fact.values["is_completed"] and not fact.values.get("is_earlier")
    ]
    has_begun = bool(facts) and not facts[-1].values["is_completed"]
    if not met:
        return Finding(
            State.OPEN,
            said=_said(completed, has_begun=has_begun),
            step=_step(requirement, has_begun=has_begun, was_completed=bool(completed)),
        )
    evidence = chosen(requirement, met)
    last_day = ends_on(requirement, evidence)
    is_over = last_day is not None and last_day < today
    return Finding(
        State.MET,
        said=_said(completed, has_begun=has_begun) if is_over else Words(N_("Completed")),
        evidence=(evidence,),
        ends_on=last_day,
        score_permille=evidence.values.get("permille", 1000),
        step=_step(requirement, has_begun=has_begun, was_completed=True) if is_over else None,
    )


def _said(completed: Sequence[Evidence], *, has_begun: bool) -> Words | None:
    """What is known of a course that is not completed as it is asked for."""
    if not completed:
        return Words(N_("Begun, not completed yet")) if has_begun else None
    day = {"day": max(one.on for one in completed).isoformat()}
    if has_begun:
        return Words(N_("Completed on %(day)s, being taken again"), day)
    return Words(N_("Completed on %(day)s; it is to be taken again"), day)


def _step(requirement: Requirement, *, has_begun: bool, was_completed: bool) -> Step:
    message = N_("Take the course again") if was_completed else N_("Take the course")
    if has_begun:
        message = N_("Go on with the course")
    values = {"course_key": requirement.settings["course"]}
    return Step(Words(message), endpoint="learning.show_course", values=values)


def words(settings: Mapping[str, Any]) -> Words:
    """What is asked for."""
    return Words(N_("Complete the course “%(course)s”"), {"course": {"key": settings["course"]}})


def choices() -> list[Choice]:
    """Courses with something published."""
    rows = db.session.execute(
        select(Course.key, CourseEdition.language, CourseVersion.title)
        .join(CourseEdition, CourseEdition.course_id == Course.id)
        .join(CourseVersion, CourseVersion.id == CourseEdition.published_version_id)
        .order_by(Course.key)
    )
    titles: dict[str, dict[str, str]] = {}
    for row in rows:
        titles.setdefault(row.key, {})[row.language] = row.title
    return [Choice(key, known) for key, known in titles.items()]


register(
    EvidenceKind(
        NAME,
        N_("Course completed"),
        10,
        (SettingField("course", N_("Course"), "key"),),
        load,
        judge,
        words,
        choices,
    )
)
