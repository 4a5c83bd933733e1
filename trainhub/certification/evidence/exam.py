"""An exam passed, as `assessment` records it, at the exam's own pass mark or a higher one."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from datetime import date
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import select

from trainhub.assessment.models import Exam
from trainhub.certification.evidence import Choice, EvidenceKind, Fact, Facts, Wanted, register
from trainhub.certification.evidence.records import evidence_of, load_records, standing_records
from trainhub.certification.rules.programmes.content import Requirement
from trainhub.certification.rules.programmes.settings import SettingField
from trainhub.certification.rules.standing.findings import Finding, State, Step, Words
from trainhub.certification.rules.standing.judging import chosen, ends_on
from trainhub.db import db
from trainhub.errors import N_
from trainhub.ledger.models import LearningRecord, Verb

NAME = "exam"


def load(wanted: Collection[Wanted]) -> Facts:
    """The result in force of each attempt at the exams asked for."""
    return load_records(
        wanted,
        object_type=lambda one: "exam",
        object_key=lambda one: str(one.requirement.settings["exam"]),
        facts_of=_facts,
    )


def _facts(records: Sequence[LearningRecord], zone: ZoneInfo) -> Iterator[Fact]:
    for record in standing_records(records, "attempt_id", (Verb.PASSED, Verb.FAILED)):
        permille = permille_of(record.result["mark_millionths"], record.result["max_points"])
        evidence = evidence_of(
            NAME, record, zone, {"attempt_id": record.result["attempt_id"]},
            permille=permille, pass_mark=record.result["pass_mark"],
            marking_round=record.result["marking_round"],
        )  # fmt: skip
        yield Fact(evidence, {"is_passed": record.verb == Verb.PASSED, "permille": permille})


def permille_of(mark_millionths: int, max_points: int) -> int:
    """A mark in thousandths of the points, rounded down: nobody passes by rounding."""
    return mark_millionths // (1000 * max_points) if max_points else 0


def judge(
    requirement: Requirement,
    facts: Sequence[Fact],
    today: date,
    others: Mapping[str, Finding],
) -> Finding:
    """Met by an attempt that passed with the mark asked for; the best mark is the score."""
    least = 10 * requirement.settings["min_percent"]
    best = max((fact.values["permille"] for fact in facts), default=None)
    met = [
        fact.evidence
        for fact in facts
        if fact.values["is_passed"] and fact.values["permille"] >= least
    ]
    if not met:
        return Finding(
            State.FAILED if facts else State.OPEN,
            said=Words(N_("Best mark so far %(percent)s %%"), {"percent": (best or 0) / 10})
            if facts
            else None,
            score_permille=best,
            step=Step(Words(N_("Sit the exam")), endpoint="assessment.list_mine"),
        )
    evidence = chosen(requirement, met)
    percent = evidence.values["permille"] / 10
    return Finding(
        State.MET,
        said=Words(N_("Passed with %(percent)s %%"), {"percent": percent}),
        evidence=(evidence,),
        ends_on=ends_on(requirement, evidence),
        score_permille=best,
    )


def words(settings: Mapping[str, Any]) -> Words:
    """What is asked for."""
    exam = {"exam": {"key": settings["exam"]}}
    if settings["min_percent"]:
        least = {"percent": settings["min_percent"]}
        return Words(N_("Pass the exam “%(exam)s” with at least %(percent)s %%"), exam | least)
    return Words(N_("Pass the exam “%(exam)s”"), exam)


def choices() -> list[Choice]:
    """Exams that are published."""
    query = select(Exam).where(Exam.published_version_id.is_not(None)).order_by(Exam.key)
    return [Choice(exam.key, exam.titles) for exam in db.session.scalars(query)]


register(
    EvidenceKind(
        NAME,
        N_("Exam passed"),
        20,
        (
            SettingField("exam", N_("Exam"), "key"),
            SettingField(
                "min_percent", N_("Least mark (%)"), "whole", 0, 100, default=0,
                help=N_("0: the pass mark of the exam itself."),
            ),
        ),
        load,
        judge,
        words,
        choices,
    )
)  # fmt: skip
