"""Live work observed and rated on the rubric of a competency model."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import date
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import joinedload, selectinload

from trainhub.certification.evidence import Choice, EvidenceKind, Fact, Facts, Wanted, register
from trainhub.certification.evidence.records import batched_ids
from trainhub.certification.models import (
    CompetencyModel,
    CompetencyModelVersion,
    ObservedCase,
    Rating,
)
from trainhub.certification.rules.programmes.content import Requirement
from trainhub.certification.rules.programmes.settings import SettingField
from trainhub.certification.rules.standing.findings import (
    Evidence,
    Finding,
    State,
    Step,
    Words,
)
from trainhub.certification.rules.standing.judging import ends_on
from trainhub.db import db
from trainhub.errors import N_

NAME = "observation"


def load(wanted: Collection[Wanted]) -> Facts:
    """Settled and open cases of these people on the models asked for."""
    found: dict[tuple[int, str], list[Fact]] = {}
    cases: dict[tuple[int, str], list[ObservedCase]] = {}
    for some in batched_ids(sorted({one.person_id for one in wanted})):
        query = (
            select(ObservedCase)
            .where(ObservedCase.person_id.in_(some), ObservedCase.state != "void")
            .options(
                joinedload(ObservedCase.model_version).joinedload(CompetencyModelVersion.model),
                selectinload(ObservedCase.ratings).joinedload(Rating.rater),
            )
            .order_by(ObservedCase.id)
        )
        for case in db.session.scalars(query):
            cases.setdefault((case.person_id, case.model_version.model.key), []).append(case)
    for one in wanted:
        own = cases.get((one.person_id, one.requirement.settings["model"]), [])
        found[one.enrolment_id, one.requirement.key] = [
            _fact(case) for case in own if one.since is None or case.held_on >= one.since
        ]
    return found


def _fact(case: ObservedCase) -> Fact:
    """`result` is what `rules.competencies.raters` settled: permille, is_fatal, raters, gates.

    Cases of before gates were looked at name none.
    """
    counted = case.result.get("raters", [])
    evidence = Evidence(
        NAME,
        case.settled_at or case.created_at,
        case.held_on,
        {"observed_case_id": case.id},
        {"permille": case.result.get("permille"), "what": case.what},
        ", ".join(one.rater.name for one in case.ratings if one.rater_id in counted),
    )
    return Fact(evidence, {
        "is_settled": case.state == "settled",
        "permille": case.result.get("permille"),
        "is_fatal": case.result.get("is_fatal", False),
        "is_enough": case.result.get("is_enough", True),
        "unseen_gates": len(case.result.get("unseen_gates", ())),
        "missed_gates": len(case.result.get("missed_gates", ())),
        "raters": case.raters_needed,
        "needs_third": case.state == "open" and case.raters_needed > max(2, len(case.ratings)),
    })  # fmt: skip


def judge(
    requirement: Requirement,
    facts: Sequence[Fact],
    today: date,
    others: Mapping[str, Finding],
) -> Finding:
    """Met by enough cases that reach the score without a fatal criterion; the mean is the score.

    A case in which a gate could not be seen, or too little else, neither counts nor fails; one in
    which a gate was missed is not good, whatever its sum. Where two raters are asked for,
    work that one has rated counts for nothing.
    """
    raters = requirement.settings.get("raters", 1)
    facts = [fact for fact in facts if fact.values["raters"] >= raters]
    needed, least = requirement.settings["cases"], requirement.settings["min_permille"]
    settled = [fact for fact in facts if fact.values["is_settled"]]
    reached = [fact for fact in settled if _reaches(fact, least)]
    good = [fact for fact in reached if _is_whole(fact)]
    counts = {"count": len(good), "needed": needed}
    if len(good) >= needed:
        counted = good[-needed:] if requirement.lasts_days else good[:needed]
        evidence = tuple(fact.evidence for fact in counted)
        ends = [end for piece in evidence if (end := ends_on(requirement, piece))]
        return Finding(
            State.MET,
            said=Words(N_("%(count)s of %(needed)s observations good"), counts | {"count": needed}),
            evidence=evidence,
            ends_on=min(ends, default=None),
            score_permille=sum(fact.values["permille"] for fact in counted) // len(counted),
        )
    said = _said(counts, [fact for fact in reached if not _is_whole(fact)]) if facts else None
    if any(fact.values.get("needs_third") for fact in facts):
        step = Step(Words(N_("Name a third rater for the observed work")), turn="supervisor")
        return Finding(State.AWAITED, said=said, step=step)
    if any(not fact.values["is_settled"] for fact in facts):
        step = Step(Words(N_("Finish the rating of the observed work")), turn="rater")
        return Finding(State.AWAITED, said=said, step=step)
    step = Step(Words(N_("Observe live work and rate it")), turn="supervisor", minutes=30)
    state = State.FAILED if facts and not reached else State.OPEN
    return Finding(state, said=said, step=step)


def _reaches(fact: Fact, least: int) -> bool:
    """Whether nothing that was seen speaks against it."""
    return (
        not fact.values["is_fatal"]
        and not fact.values.get("missed_gates")
        and (fact.values["permille"] or 0) >= least
    )


def _is_whole(fact: Fact) -> bool:
    """Whether everything that has to be seen was."""
    return not fact.values.get("unseen_gates") and bool(fact.values.get("is_enough", True))


def _said(counts: Mapping[str, int], partial: Sequence[Fact]) -> Words:
    unseen = sum(1 for fact in partial if fact.values.get("unseen_gates"))
    if unseen:
        message = N_("%(count)s of %(needed)s observations good; gate not seen: %(more)s more")
        return Words(message, {**counts, "more": unseen})
    if partial:
        message = N_("%(count)s of %(needed)s observations good; too little seen: %(more)s more")
        return Words(message, {**counts, "more": len(partial)})
    return Words(N_("%(count)s of %(needed)s observations good"), counts)


def words(settings: Mapping[str, Any]) -> Words:
    """What is asked for."""
    return Words(
        N_("Pieces of live work observed: %(count)s, with at least %(percent)s %% on “%(model)s”"),
        {
            "count": settings["cases"],
            "percent": settings["min_permille"] / 10,
            "model": {"key": settings["model"]},
        },
    )


def choices() -> list[Choice]:
    """Competency models that are published; retired ones too, whose titles roads still say."""
    query = (
        select(CompetencyModel)
        .where(CompetencyModel.published_version_id.is_not(None))
        .order_by(CompetencyModel.key)
    )
    return [
        Choice(model.key, model.titles, is_retired=model.retired_at is not None)
        for model in db.session.scalars(query)
    ]


register(
    EvidenceKind(
        NAME,
        N_("Live work observed"),
        50,
        (
            SettingField("model", N_("Competency model"), "key"),
            SettingField("cases", N_("How many pieces of work"), "whole", 1, 20, default=1),
            SettingField(
                "min_permille", N_("Least score (per cent)"), "permille", 0, 1000, default=800
            ),
            SettingField("raters", N_("Raters, apart from each other"), "whole", 1, 2, default=1),
        ),
        load,
        judge,
        words,
        choices,
    )
)
