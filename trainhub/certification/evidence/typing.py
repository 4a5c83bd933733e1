"""A typing test passed with speed and accuracy, as `typing_tests` records it."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from datetime import date
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import select

from trainhub.certification.evidence import Choice, EvidenceKind, Fact, Facts, Wanted, register
from trainhub.certification.evidence.records import evidence_of, load_records, standing_records
from trainhub.certification.rules.programmes.content import Requirement
from trainhub.certification.rules.programmes.settings import SettingField
from trainhub.certification.rules.standing.findings import Finding, State, Step, Words
from trainhub.certification.rules.standing.judging import chosen, ends_on
from trainhub.db import db
from trainhub.errors import N_
from trainhub.ledger.models import LearningRecord, Verb
from trainhub.typing_tests.models import TypingTest
from trainhub.typing_tests.rules.standing import LEDGER_TYPE

NAME = "typing"


def load(wanted: Collection[Wanted]) -> Facts:
    """The result in force of each counted run of the tests asked for."""
    return load_records(
        wanted,
        object_type=lambda one: LEDGER_TYPE,
        object_key=lambda one: str(one.requirement.settings["typing_test"]),
        facts_of=_facts,
    )


def _facts(records: Sequence[LearningRecord], zone: ZoneInfo) -> Iterator[Fact]:
    for record in standing_records(records, "run_id", (Verb.PASSED, Verb.FAILED)):
        figures = {
            "speed_tenths": record.result["speed_tenths"],
            "accuracy": record.result["accuracy"],
            "min_speed": record.result["min_speed"],
            "min_accuracy": record.result["min_accuracy"],
            "language": record.result["language"],
        }
        evidence = evidence_of(NAME, record, zone, {"run_id": record.result["run_id"]}, **figures)
        yield Fact(evidence, figures | {"is_passed": record.verb == Verb.PASSED})


def judge(
    requirement: Requirement,
    facts: Sequence[Fact],
    today: date,
    others: Mapping[str, Finding],
) -> Finding:
    """Met by a run that passed with the speed and accuracy asked for.

    The score is the share of the speed asked for that was reached, at most all of it.
    """
    speed, accuracy = requirement.settings["min_speed"], requirement.settings["min_accuracy"]
    met = [
        fact.evidence
        for fact in facts
        if fact.values["is_passed"]
        and fact.values["speed_tenths"] >= 10 * speed
        and fact.values["accuracy"] >= 100 * accuracy
    ]
    score = max((_score(fact, speed) for fact in facts), default=None)
    if not met:
        best = max(facts, key=lambda fact: fact.values["speed_tenths"], default=None)
        return Finding(
            State.FAILED if best else State.OPEN,
            said=_said(N_("Best so far %(speed)s at %(accuracy)s %%"), best.evidence)
            if best
            else None,
            score_permille=score,
            step=Step(Words(N_("Take the typing test")), endpoint="typing_tests.show_hub"),
        )
    evidence = chosen(requirement, met)
    return Finding(
        State.MET,
        said=_said(N_("%(speed)s at %(accuracy)s %%"), evidence),
        evidence=(evidence,),
        ends_on=ends_on(requirement, evidence),
        score_permille=score,
    )


def _score(fact: Fact, speed: int) -> int:
    wanted = 10 * (speed or fact.values["min_speed"] or 1)
    return int(min(1000, 1000 * fact.values["speed_tenths"] // wanted))


def _said(message: str, evidence: Any) -> Words:
    figures = evidence.values
    params = {"speed": figures["speed_tenths"] / 10, "accuracy": figures["accuracy"] / 100}
    return Words(message, params)


def words(settings: Mapping[str, Any]) -> Words:
    """What is asked for."""
    test = {"test": {"key": settings["typing_test"]}}
    if settings["min_speed"] or settings["min_accuracy"]:
        least = {"speed": settings["min_speed"], "accuracy": settings["min_accuracy"]}
        return Words(
            N_("Pass the typing test “%(test)s” with at least %(speed)s at %(accuracy)s %%"),
            test | least,
        )
    return Words(N_("Pass the typing test “%(test)s”"), test)


def choices() -> list[Choice]:
    """Typing tests in use."""
    query = select(TypingTest).where(TypingTest.retired_at.is_(None)).order_by(TypingTest.key)
    return [Choice(test.key, test.titles) for test in db.session.scalars(query)]


register(
    EvidenceKind(
        NAME,
        N_("Typing test passed"),
        30,
        (
            SettingField("typing_test", N_("Typing test"), "key"),
            SettingField(
                "min_speed", N_("Least speed"), "whole", 0, 400, default=0,
                help=N_("Characters a minute for Chinese, words for English; 0: as the test says."),
            ),
            SettingField(
                "min_accuracy", N_("Least accuracy (%)"), "whole", 0, 100, default=0,
                help=N_("0: as the test says."),
            ),
        ),
        load,
        judge,
        words,
        choices,
    )
)  # fmt: skip
