"""Live work observed: opening a case, rating it apart from the others, settling it.

Raters never see each other's scores before the case is settled. What changes a standing is
reviewed by the caller in the same transaction (`enrolment_of`).
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import date, datetime
from typing import Any, cast

from sqlalchemy import CursorResult, select, update

from trainhub.audit.services import append_entry
from trainhub.certification.models import (
    CompetencyModel,
    CompetencyModelVersion,
    ObservedCase,
    ProgrammeEnrolment,
    Rating,
)
from trainhub.certification.queries.agreement import asked_settings, least_of
from trainhub.certification.rules.competencies.model import ModelContent, model_from
from trainhub.certification.rules.competencies.raters import (
    POINTS,
    needs_third,
    settle,
)
from trainhub.certification.services.awards import ReasonNeeded
from trainhub.certification.services.competency_models import ModelRetired
from trainhub.certification.services.rating_coverage import check_is_enough, scores_of
from trainhub.db import db
from trainhub.errors import N_, Conflict, DomainError, InputError, InputErrors, NotFound
from trainhub.people.models import Person

MAX_WHAT, MAX_COMMENT = 200, 4_000
_POINTS = N_("Choose 1 to 5, or leave it out where it could not be seen.")


class NotPublished(DomainError):
    """Work is rated on a published model only."""

    code = "model_not_published"
    status = 409
    message = N_("This competency model has no published version.")


class RatersAskedWrong(DomainError):
    """One rater, or two different ones; never the person observed."""

    code = "raters_wrong"
    message = N_("Name one or two raters, none of them the person observed.")


class SecondRaterNeeded(DomainError):
    """The requirement asks for two raters, apart from each other."""

    code = "second_rater_needed"
    message = N_("The programme asks for two raters: name two different ones.")

    def __init__(self) -> None:
        super().__init__(field="second")


class SameWork(Conflict):
    """One call rated twice would count as two."""

    code = "same_work"
    message = N_(
        "A piece of work of that day is called so already. If this is another one, say its number."
    )

    def __init__(self) -> None:
        super().__init__(field="what")


class RatingMoved(Conflict):
    """Handed in already, or the case is over."""

    code = "rating_moved"
    message = N_("This rating has been handed in, or the case is over.")


class RatingChanged(Conflict):
    """Saved in another window in between."""

    code = "rating_changed"
    message = N_("This rating has changed in another window. Save once more to keep what is here.")


class CaseMoved(Conflict):
    """Settled or void in the meantime."""

    code = "case_moved"
    message = N_("This case is no longer open.")


def open_case(
    person: Person,
    model: CompetencyModel,
    *,
    what: str,
    held_on: date,
    raters: Collection[Person],
    actor: Person,
    now: datetime,
    enrolment: ProgrammeEnrolment | None = None,
    requirement_key: str = "",
) -> ObservedCase:
    """Ask one or two people to rate a piece of work.

    Raises `NotPublished`, `ModelRetired`, `RatersAskedWrong`, `SecondRaterNeeded`.
    """
    if model.retired_at is not None:
        raise ModelRetired()
    if model.published_version_id is None:
        raise NotPublished()
    chosen = {one.id: one for one in raters}
    if not 1 <= len(chosen) <= 2 or person.id in chosen:
        raise RatersAskedWrong()
    if len(chosen) < int(asked_settings(enrolment, requirement_key).get("raters", 1)):
        raise SecondRaterNeeded()
    case = ObservedCase(
        person_id=person.id,
        enrolment_id=enrolment.id if enrolment else None,
        requirement_key=requirement_key,
        model_version_id=model.published_version_id,
        what=what.strip()[:MAX_WHAT],
        held_on=held_on,
        state="open",
        raters_needed=len(chosen),
        result={},
        created_at=now,
        created_by_id=actor.id,
    )
    db.session.add(case)
    db.session.flush()
    for place, rater in enumerate(chosen.values(), start=1):
        _ask(case, rater, place, now)
    _make_stale(case)
    names = ", ".join(one.name for one in chosen.values())
    changes = {"what": [None, case.what], "raters": [None, names]}
    _record("observation.opened", case, person, actor, now, changes)
    return case


def check_is_new(person: Person, model: CompetencyModel, *, what: str, held_on: date) -> None:
    """Hold the person, and judge that no case is about this work yet. Raises `SameWork`."""
    db.session.refresh(person, with_for_update={"of": Person})
    query = (
        select(ObservedCase.what)
        .join(CompetencyModelVersion, CompetencyModelVersion.id == ObservedCase.model_version_id)
        .where(
            ObservedCase.person_id == person.id,
            ObservedCase.held_on == held_on,
            ObservedCase.state != "void",
            CompetencyModelVersion.model_id == model.id,
        )
    )
    known = {one.casefold() for one in db.session.scalars(query)}
    if what.strip()[:MAX_WHAT].casefold() in known:
        raise SameWork()


def _ask(case: ObservedCase, rater: Person, place: int, now: datetime) -> None:
    db.session.add(
        Rating(case_id=case.id, rater_id=rater.id, place=place, scores={}, fatal=[], asked_at=now)
    )
    db.session.flush()


def save_rating(
    rating: Rating,
    points: Mapping[str, int],
    fatal: Collection[str],
    comment: str,
    *,
    revision: int,
) -> None:
    """Keep what a rater has chosen so far.

    Raises `RatingMoved`, `RatingChanged`, `InputErrors`.
    """
    if rating.handed_in_at is not None or rating.case.state != "open":
        raise RatingMoved()
    if revision != rating.revision:
        raise RatingChanged()
    model = model_from(rating.case.model_version.content)
    _check(model, points, fatal)
    rating.scores = dict(points)
    rating.fatal = sorted(fatal)
    rating.comment = comment.strip()[:MAX_COMMENT]
    rating.revision += 1
    db.session.flush()


def _check(model: ModelContent, points: Mapping[str, int], fatal: Collection[str]) -> None:
    known = {one.key for _area, one, _weight in model.indicators()}
    errors = [
        InputError("points", _POINTS, field=key)
        for key, value in points.items()
        if key not in known or value not in POINTS
    ]
    if errors:
        raise InputErrors(errors)
    if not set(fatal) <= {one.key for one in model.fatal}:
        raise NotFound()


def hand_in_rating(rating: Rating, *, now: datetime) -> ObservedCase:
    """Hand a rating in; with the last one the case is settled, or a third rater is needed.

    Raises `RatingMoved`, `InputErrors` (nothing rated, or too little of the weight).
    """
    case = lock_case(rating.case_id)
    if case.state != "open":
        raise RatingMoved()
    check_is_enough(rating, model_from(case.model_version.content))
    changed = db.session.execute(
        update(Rating)
        .where(Rating.id == rating.id, Rating.handed_in_at.is_(None))
        .values(handed_in_at=now)
    )
    if cast("CursorResult[Any]", changed).rowcount != 1:
        raise RatingMoved()
    db.session.refresh(rating)
    _settle(case, now)
    _make_stale(case)
    state = {"state": ["open", case.state]} if case.state != "open" else {}
    _record("observation.rated", case, case.person, rating.rater, now, state)  # never the scores
    return case


def lock_case(case_id: int) -> ObservedCase:
    """Hold a case and read it as it is stored now. Raises `NotFound`."""
    query = (
        select(ObservedCase)
        .where(ObservedCase.id == case_id)
        .with_for_update(of=ObservedCase)
        .execution_options(populate_existing=True)
    )
    case = db.session.scalars(query).one_or_none()
    if case is None:
        raise NotFound()
    return case


def _settle(case: ObservedCase, now: datetime) -> None:
    ratings = db.session.scalars(
        select(Rating).where(Rating.case_id == case.id).order_by(Rating.place)
    ).all()
    done = [one for one in ratings if one.handed_in_at is not None]
    if len(done) < case.raters_needed:
        return
    model = model_from(case.model_version.content)
    scores = [scores_of(one) for one in done]
    if len(scores) == 2 and needs_third(model, scores[0], scores[1], least_of(case)):
        case.raters_needed = 3
        db.session.flush()
        return
    settled = settle(model, scores)
    case.state, case.settled_at = "settled", now
    case.result = {
        "permille": settled.permille,
        "is_fatal": settled.is_fatal,
        "points": dict(settled.points),
        "raters": [int(one) for one in settled.raters],  # no names: people can be erased
        "gap_permille": settled.gap_permille,
        "is_enough": settled.covered_permille >= model.least_fresh_permille,
        "unseen_gates": list(settled.unseen_gates),
        "missed_gates": list(settled.missed_gates),
    }
    db.session.flush()


def ask_third(case: ObservedCase, rater: Person, *, actor: Person, now: datetime) -> None:
    """Name the third rater of a case two disagree on. Raises `CaseMoved`, `RatersAskedWrong`."""
    case = lock_case(case.id)
    ratings = db.session.scalars(select(Rating).where(Rating.case_id == case.id)).all()
    if case.state != "open" or case.raters_needed != 3 or len(ratings) >= 3:
        raise CaseMoved()
    if rater.id == case.person_id or rater.id in {one.rater_id for one in ratings}:
        raise RatersAskedWrong()
    _ask(case, rater, 3, now)
    _make_stale(case)
    changes = {"raters": [None, rater.name]}
    _record("observation.third_asked", case, case.person, actor, now, changes)


def void_case(case: ObservedCase, *, reason: str, actor: Person, now: datetime) -> None:
    """Let a case count for nothing, and say why. Raises `CaseMoved`, `ReasonNeeded`."""
    if not reason.strip():
        raise ReasonNeeded()
    case = lock_case(case.id)
    if case.state == "void":
        raise CaseMoved()
    old = case.state
    case.state, case.void_reason = "void", reason.strip()[:MAX_COMMENT]
    _make_stale(case)
    changes = {"state": [old, "void"]}
    _record("observation.voided", case, case.person, actor, now, changes, reason.strip())


def _record(
    action: str,
    case: ObservedCase,
    person: Person,
    actor: Person,
    now: datetime,
    changes: Mapping[str, Any],
    reason: str = "",
) -> None:
    """After the enrolments have been marked: rows are locked before the trail is."""
    append_entry(
        action,
        actor=actor,
        object_type="observed_case",
        object_key=str(case.id),
        now=now,
        changes={**changes, "person": [None, person.name]},
        reason=reason,
    )


def _make_stale(case: ObservedCase) -> None:
    """Everybody's standing that could rest on this piece of work is looked at anew."""
    db.session.execute(
        update(ProgrammeEnrolment)
        .where(
            ProgrammeEnrolment.person_id == case.person_id,
            ProgrammeEnrolment.state.in_(("active", "awarded")),
        )
        .values(is_stale=True)
    )
