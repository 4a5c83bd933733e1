"""How far raters agree on the work of people in sight. Settled cases only: raters stay blind."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import joinedload, selectinload

from trainhub.certification.models import (
    CompetencyModelVersion,
    ObservedCase,
    ProgrammeEnrolment,
    Rating,
)
from trainhub.certification.queries.scope import people_in_sight
from trainhub.certification.rules.competencies.agreeing import (
    OneRating,
    RatedCase,
    RaterFigures,
    marks_of_pairs,
    stand_raters,
    weighted_kappa,
)
from trainhub.certification.rules.competencies.model import ModelContent, model_from
from trainhub.certification.rules.competencies.raters import (
    Agreement,
    Scores,
    agreement,
    permille_of,
)
from trainhub.db import db
from trainhub.people.models import Person

STANDARD_LEAST = 800
MOST_CASES = 2_000


@dataclass(frozen=True)
class CriterionAgreement:
    """How often two raters are at most one step apart on one indicator."""

    titles: Mapping[str, str]
    pairs: int
    near_permille: int


@dataclass(frozen=True)
class ModelAgreement:
    """Agreement on one model: as a whole, by indicator (the least agreed first) and by rater."""

    key: str
    titles: Mapping[str, str]
    whole: Agreement
    kappa_of_marks: float | None
    thirds: int
    criteria: Sequence[CriterionAgreement]
    raters: Sequence[tuple[Person, RaterFigures]]


def asked_settings(enrolment: ProgrammeEnrolment | None, key: str) -> Mapping[str, Any]:
    """What a requirement asks for; nothing for work that none asked for."""
    requirements = enrolment.version.content["requirements"] if enrolment is not None else ()
    return next((one["settings"] for one in requirements if one["key"] == key), {})


def least_of(case: ObservedCase) -> int:
    """The score a case has to reach, in thousandths: its requirement's, or the usual one."""
    asked = asked_settings(case.enrolment, case.requirement_key)
    return int(asked.get("min_permille", STANDARD_LEAST))


def find_agreement(viewer: Person, since: datetime) -> list[ModelAgreement]:
    """Agreement by model, the most rated first, on cases of people in sight settled since."""
    by_model: dict[str, list[ObservedCase]] = {}
    for case in _rated_twice(viewer, since):
        by_model.setdefault(case.model_version.model.key, []).append(case)
    found = [_of_model(key, cases) for key, cases in by_model.items()]
    return sorted(found, key=lambda one: (-one.whole.pairs, one.key))


def _rated_twice(viewer: Person, since: datetime) -> Sequence[ObservedCase]:
    seen = select(Person.id).where(people_in_sight(viewer), Person.id != viewer.id)
    twice = (
        select(Rating.case_id)
        .where(Rating.handed_in_at.is_not(None))
        .group_by(Rating.case_id)
        .having(func.count(Rating.id) > 1)
    )
    query = (
        select(ObservedCase)
        .where(
            ObservedCase.state == "settled",
            ObservedCase.settled_at >= since,
            ObservedCase.person_id.in_(seen),
            ObservedCase.id.in_(twice),
        )
        .options(
            joinedload(ObservedCase.model_version).joinedload(CompetencyModelVersion.model),
            joinedload(ObservedCase.enrolment).joinedload(ProgrammeEnrolment.version),
            selectinload(ObservedCase.ratings).joinedload(Rating.rater),
        )
        .order_by(ObservedCase.id.desc())
        .limit(MOST_CASES)
    )
    return db.session.scalars(query).all()


def _of_model(key: str, cases: Sequence[ObservedCase]) -> ModelAgreement:
    contents: dict[int, ModelContent] = {}
    rated = []
    for case in cases:
        version = case.model_version
        content = contents.setdefault(version.id, model_from(version.content))
        rated.append(_rated(case, content))
    people = {one.rater_id: one.rater for case in cases for one in case.ratings}
    pairs = [
        (case.ratings[0].permille, case.ratings[1].permille, case.least_permille) for case in rated
    ]
    latest = contents[max(contents)]
    return ModelAgreement(
        key,
        cases[0].model_version.model.titles,
        agreement(pairs),
        weighted_kappa(marks_of_pairs(rated)),
        sum(len(case.ratings) > 2 for case in rated),
        _by_criterion(latest, rated),
        [(people[one.rater_id], one) for one in stand_raters(rated)],
    )


def _rated(case: ObservedCase, content: ModelContent) -> RatedCase:
    ratings = []
    for one in case.ratings:
        scores = Scores(one.rater.name, one.scores, frozenset(one.fatal))
        ratings.append(OneRating(one.rater_id, permille_of(content, scores) or 0, scores))
    return RatedCase(tuple(ratings), least_of(case))


def _by_criterion(model: ModelContent, cases: Sequence[RatedCase]) -> list[CriterionAgreement]:
    found = []
    for _area, one, _weight in model.indicators():
        both = [
            (first.points[one.key], second.points[one.key])
            for case in cases
            for first, second in [(case.ratings[0].scores, case.ratings[1].scores)]
            if one.key in first.points and one.key in second.points
        ]
        if both:
            near = sum(abs(mark - other) <= 1 for mark, other in both)
            found.append(CriterionAgreement(one.titles, len(both), 1000 * near // len(both)))
    return sorted(found, key=lambda each: each.near_permille)
