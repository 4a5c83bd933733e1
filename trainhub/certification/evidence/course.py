"""A course completed, as `learning` records it."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from datetime import date
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import select

from trainhub.catalogue.models import Course, CourseEdition, CourseVersion
from trainhub.certification.evidence import Choice, EvidenceKind, Fact, Facts, Wanted, register
from trainhub.certification.evidence.records import evidence_of, load_records
from trainhub.certification.rules.programmes.content import Requirement
from trainhub.certification.rules.programmes.settings import SettingField
from trainhub.certification.rules.standing.findings import Finding, State, Step, Words
from trainhub.certification.rules.standing.judging import chosen, ends_on
from trainhub.db import db
from trainhub.errors import N_
from trainhub.ledger.models import LearningRecord, Verb

NAME = "course"


def load(wanted: Collection[Wanted]) -> Facts:
    """Completions and beginnings of the courses asked for."""
    return load_records(
        wanted,
        object_type=lambda one: "course",
        object_key=lambda one: str(one.requirement.settings["course"]),
        facts_of=_facts,
    )


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
    met = [fact.evidence for fact in facts if fact.values["is_completed"]]
    if not met:
        return Finding(
            State.OPEN,
            said=Words(N_("Begun, not completed yet")) if facts else None,
            step=_step(requirement, has_begun=bool(facts)),
        )
    evidence = chosen(requirement, met)
    return Finding(
        State.MET,
        said=Words(N_("Completed")),
        evidence=(evidence,),
        ends_on=ends_on(requirement, evidence),
        score_permille=evidence.values.get("permille", 1000),
    )


def _step(requirement: Requirement, *, has_begun: bool) -> Step:
    message = N_("Go on with the course") if has_begun else N_("Take the course")
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
