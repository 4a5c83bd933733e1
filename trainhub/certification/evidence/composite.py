"""The combined result of several requirements, with weights and gates."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import date
from typing import Any

from trainhub.certification.evidence import EvidenceKind, Fact, Facts, Wanted, register
from trainhub.certification.rules.programmes.content import Requirement
from trainhub.certification.rules.programmes.settings import Part, SettingField
from trainhub.certification.rules.standing.composite import Composite, combine
from trainhub.certification.rules.standing.findings import (
    Evidence,
    Finding,
    State,
    Step,
    Words,
)
from trainhub.errors import N_

NAME = "composite"


def load(wanted: Collection[Wanted]) -> Facts:
    """Nothing of its own: it is put together of what has been found for its parts."""
    return {}


def combined(requirement: Requirement, findings: Mapping[str, Finding]) -> Composite:
    """The parts of a composite with what has been found for each."""
    parts = [Part(**part) for part in requirement.settings["parts"]]
    return combine(parts, requirement.settings["pass_permille"], findings)


def judge(
    requirement: Requirement,
    facts: Sequence[Fact],
    today: date,
    others: Mapping[str, Finding],
) -> Finding:
    """Met where the weighted sum is reached and every gate is open."""
    result = combined(requirement, others)
    formula = {"formula": result.formula, "needed": result.pass_permille}
    if result.permille is None:
        lacking = sum(part.permille is None for part in result.parts)
        return Finding(
            State.OPEN,
            said=Words(N_("Parts without a result: %(count)s"), {"count": lacking}),
            step=Step(Words(N_("Finish the parts that have no result"))),
        )
    evidence = tuple(
        piece for part in result.parts for piece in others[part.part.requirement].evidence
    )
    if result.is_passed:
        whole = _together(evidence, result)
        ends = [finding.ends_on for part in result.parts
                if (finding := others[part.part.requirement]).ends_on]  # fmt: skip
        return Finding(
            State.MET,
            said=Words(N_("Combined result %(formula)s, needed %(needed)s"), formula),
            evidence=whole,
            ends_on=min(ends, default=None),
            score_permille=result.permille,
        )
    message = N_("Combined result %(formula)s, needed %(needed)s")
    if any(part.is_failed_gate for part in result.parts):
        message = N_("A part that has to be passed by itself is not; combined %(formula)s")
    return Finding(
        State.FAILED,
        said=Words(message, formula),
        score_permille=result.permille,
        step=Step(Words(N_("Better the weakest part"))),
    )


def _together(evidence: tuple[Evidence, ...], result: Composite) -> tuple[Evidence, ...]:
    if not evidence:
        return ()
    last = max(evidence, key=lambda one: one.at)
    values = {"formula": result.formula, "permille": result.permille}
    return (Evidence(NAME, last.at, last.on, values=values), *evidence)


def words(settings: Mapping[str, Any]) -> Words:
    """What is asked for."""
    return Words(
        N_("Reach a combined result of %(needed)s %% in %(count)s parts"),
        {"needed": settings["pass_permille"] / 10, "count": len(settings["parts"])},
    )


register(
    EvidenceKind(
        NAME,
        N_("Combined result of several parts"),
        80,
        (
            SettingField("parts", N_("Parts"), "parts"),
            SettingField(
                "pass_permille", N_("Combined result needed (per cent)"), "permille", 1, 1000
            ),
        ),
        load,
        judge,
        words,
        judged=2,
    )
)
