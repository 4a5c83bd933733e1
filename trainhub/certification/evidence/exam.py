"""An exam passed, as `assessment` records it, at the exam's own pass mark or a higher one."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import Select, func, select
from sqlalchemy.orm import joinedload

from trainhub.assessment.models import Attempt, Candidate, Exam, Sitting
from trainhub.assessment.rules.settings import settings_from
from trainhub.assessment.rules.states import State as AttemptState
from trainhub.certification.evidence import (
    Arranged,
    Choice,
    EvidenceKind,
    Fact,
    Facts,
    Wanted,
    register,
)
from trainhub.certification.evidence.records import (
    batched_ids,
    evidence_of,
    load_records,
    local_date,
    standing_records,
)
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


def arranged(wanted: Collection[Wanted], now: datetime) -> Arranged:
    """The next sitting that somebody is called to and has an attempt left in.

    A sitting that is open takes place today.
    """
    keys = {_exam(one) for one in wanted}
    opens: dict[tuple[int, str], datetime] = {}
    for some in batched_ids(sorted({one.person_id for one in wanted})):
        for candidate, key, used in db.session.execute(_called(some, keys, now)):
            settings = settings_from(candidate.sitting.version.settings)
            if settings.attempts and used >= settings.attempts + candidate.extra_attempts:
                continue
            place = (candidate.person_id, key)
            at = max(candidate.opens_at or candidate.sitting.opens_at, now)
            opens[place] = min(opens.get(place, at), at)
    places = {
        (one.enrolment_id, one.requirement.key): (one, opens.get((one.person_id, _exam(one))))
        for one in wanted
    }
    return {place: local_date(at, one.zone) for place, (one, at) in places.items() if at}


def _exam(one: Wanted) -> str:
    return str(one.requirement.settings["exam"])


def _called(people: Sequence[int], keys: Collection[str], now: datetime) -> Select[Any]:
    used = (
        select(func.count())
        .where(
            Attempt.candidate_id == Candidate.id,
            Attempt.state.not_in((AttemptState.VOIDED.value, AttemptState.IN_PROGRESS.value)),
        )
        .scalar_subquery()
    )
    return (
        select(Candidate, Exam.key, used)
        .join(Sitting, Sitting.id == Candidate.sitting_id)
        .join(Exam, Exam.id == Sitting.exam_id)
        .where(
            Candidate.person_id.in_(people),
            Candidate.removed_at.is_(None),
            Exam.key.in_(keys),
            Sitting.cancelled_at.is_(None),
            func.coalesce(Candidate.closes_at, Sitting.closes_at) > now,
        )
        .options(joinedload(Candidate.sitting).joinedload(Sitting.version))
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
        arranged=arranged,
    )
)  # fmt: skip
