"""Taking a training request from step to step. Every step leaves an event and says who is told."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import update

from trainhub.audit.services import append_entry
from trainhub.catalogue.models import Course
from trainhub.db import db
from trainhub.delivery.models import TrainingRequest, TrainingRequestEvent, TrainingRequestPerson
from trainhub.delivery.queries import requests as queries
from trainhub.delivery.queries.classes.trainer_choice import list_trainer_choices
from trainhub.delivery.rules.request_checks import REASON_LENGTH, Wish
from trainhub.delivery.rules.requests import (
    CLOSE_AFTER,
    ENDED,
    EVALUATE_WITHIN,
    STEPS,
    Act,
    NotNow,
    Party,
    Standing,
    State,
    after,
    step_of_classes,
)
from trainhub.errors import N_, Conflict, DomainError
from trainhub.people.models import Person

USUAL_MINUTES = 60  # of a class whose course is not chosen yet


class RequestMoved(Conflict):
    """Somebody else took a step first."""

    code = "request_moved"
    message = N_("The request has changed since you opened it. Look at it again; nothing is lost.")


class CourseMissing(DomainError):
    """Only a course of the library can be taught."""

    code = "course_missing"
    message = N_(
        "Choose the course of the library that answers this. If there is none yet, have it "
        "written first, or answer with your reason."
    )


class NoSuchTrainer(DomainError):
    """The trainer is not certified for the course, or has no time left."""

    code = "trainer_not_free"
    message = N_("Choose a trainer who is certified for the course and has time in the window.")


def write_request(wish: Wish, *, actor: Person, now: datetime) -> TrainingRequest:
    """Write down a wish as a draft of `actor`."""
    request = TrainingRequest(
        asked_by_id=actor.id, state=State.DRAFT.value, created_at=now, revision=1, **_columns(wish)
    )
    db.session.add(request)
    _name(request, wish.person_ids)
    db.session.flush()
    _note(request, Act.WRITE, Standing(), actor=actor, now=now)
    return request


def change_request(
    request: TrainingRequest, wish: Wish, *, revision: int, actor: Person, now: datetime
) -> None:
    """Write a draft anew. Raises `NotNow`, `RequestMoved`."""
    _take(request, Act.WRITE, revision=revision, actor=actor, now=now, values=_columns(wish))
    _name(request, wish.person_ids)
    db.session.flush()


def _columns(wish: Wish) -> dict[str, Any]:
    return {name: value for name, value in vars(wish).items() if name != "person_ids"}


def _name(request: TrainingRequest, person_ids: Collection[int]) -> None:
    """Have a request name these people and no others."""
    staying = [row for row in request.people if row.person_id in person_ids]
    there = {row.person_id for row in staying}
    new = [TrainingRequestPerson(person_id=one) for one in sorted(set(person_ids) - there)]
    request.people = staying + new


def submit(request: TrainingRequest, *, revision: int, actor: Person, now: datetime) -> None:
    """Hand a draft in. Raises `NotNow`, `RequestMoved`."""
    values = {"submitted_at": now}
    _take(request, Act.SUBMIT, revision=revision, actor=actor, now=now, values=values)


def withdraw(
    request: TrainingRequest, *, revision: int, note: str, actor: Person, now: datetime
) -> None:
    """Take a request back before it is planned. Raises `NotNow`, `RequestMoved`."""
    _take(request, Act.WITHDRAW, revision=revision, actor=actor, now=now, note=note)


def take_up(request: TrainingRequest, *, revision: int, actor: Person, now: datetime) -> None:
    """Begin the review: `actor` is the reviewer. Raises `NotNow`, `RequestMoved`."""
    values = {"reviewer_id": actor.id}
    _take(request, Act.TAKE_UP, revision=revision, actor=actor, now=now, values=values)


def answer(
    request: TrainingRequest,
    decision: Act,
    *,
    revision: int,
    note: str,
    course: Course | None,
    actor: Person,
    now: datetime,
) -> None:
    """Approve (with the course that is to be taught), reject or ask back; a request nobody has
    taken up yet is taken up first. Raises `NotNow`, `RequestMoved`, `WordsMissing`,
    `CourseMissing`."""
    if decision not in (Act.APPROVE, Act.REJECT, Act.ASK_BACK):
        raise NotNow()
    if decision is Act.APPROVE and (course is None or course.retired_at is not None):
        raise CourseMissing(field="course_id")
    if request.state == State.SUBMITTED:
        take_up(request, revision=revision, actor=actor, now=now)
        revision = request.revision
    values: dict[str, Any] = {"reviewer_id": actor.id}
    if decision is Act.APPROVE and course is not None:
        values["course_id"] = course.id
    _take(request, decision, revision=revision, actor=actor, now=now, note=note, values=values)


def propose_trainer(
    request: TrainingRequest,
    trainer_id: int,
    *,
    revision: int,
    note: str,
    actor: Person,
    now: datetime,
) -> None:
    """Ask somebody certified, with time left, to teach it.

    Raises `NotNow`, `RequestMoved`, `NoSuchTrainer`.
    """
    choices = list_trainer_choices(
        request.course_id or 0, request.wished_from, request.wished_until,
        class_min=request.course.minutes if request.course else USUAL_MINUTES, now=now,
    )  # fmt: skip
    chosen = next((one for one in choices if one.person_id == trainer_id), None)
    if chosen is None or not chosen.has_time:
        raise NoSuchTrainer(field="trainer_id")
    _take(
        request,
        Act.PROPOSE,
        revision=revision,
        actor=actor,
        now=now,
        note=note,
        values={"trainer_id": trainer_id},
        facts={"trainer": chosen.name},
    )


def answer_proposal(
    request: TrainingRequest,
    *,
    accepts: bool,
    revision: int,
    note: str,
    actor: Person,
    now: datetime,
) -> None:
    """The proposed trainer says yes, or no with a reason. Raises `NotNow`, `WordsMissing`."""
    act = Act.ACCEPT if accepts else Act.DECLINE
    _take(request, act, revision=revision, actor=actor, now=now, note=note)


def note_plan_begun(
    request: TrainingRequest,
    facts: Mapping[str, Any],
    *,
    revision: int,
    actor: Person,
    now: datetime,
) -> None:
    """A campaign was made of the request; it counts as planned once its classes are published."""
    _take(request, Act.START_PLAN, revision=revision, actor=actor, now=now, facts=facts)


def evaluate(
    request: TrainingRequest,
    *,
    figure_after: str,
    note: str,
    revision: int,
    actor: Person,
    now: datetime,
) -> None:
    """The asker says what became of it. Raises `NotNow`, `RequestMoved`."""
    facts = {"figure_after": figure_after.strip().replace("\0", "")[:60]}
    _take(request, Act.EVALUATE, revision=revision, actor=actor, now=now, note=note, facts=facts)


def close(request: TrainingRequest, *, revision: int, actor: Person, now: datetime) -> None:
    """End an evaluated request. Raises `NotNow`, `RequestMoved`."""
    _take(request, Act.CLOSE, revision=revision, actor=actor, now=now)


def follow(request_id: int, *, now: datetime) -> Act | None:
    """Take the step a request's classes, or the time, have made due; None if there is none."""
    request = db.session.get(TrainingRequest, request_id, populate_existing=True)
    if request is None:
        return None
    classes = queries.list_classes(request_id)
    standing = queries.standing_of(request)
    act = step_of_classes(standing, queries.held_classes(classes)) or _due(request, now)
    if act is None:
        return None
    facts: dict[str, Any] = {}
    live = [one for one in classes if one.state != "cancelled"]
    if act in (Act.PLAN, Act.DELIVER) and live:
        facts = {
            "classes": len(live),
            "first": live[0].on.isoformat(),
            "last": live[-1].on.isoformat(),
        }
    _take(request, act, revision=request.revision, actor=None, now=now, facts=facts)
    return act


def _due(request: TrainingRequest, now: datetime) -> Act | None:
    since = queries.last_step_at(request.id)
    if since is None:
        return None
    if request.state == State.DELIVERED and now - since >= EVALUATE_WITHIN:
        return Act.EVALUATE
    if request.state == State.EVALUATED and now - since >= CLOSE_AFTER:
        return Act.CLOSE
    return None


def _take(
    request: TrainingRequest,
    act: Act,
    *,
    revision: int,
    actor: Person | None,
    now: datetime,
    note: str = "",
    values: Mapping[str, Any] | None = None,
    facts: Mapping[str, Any] | None = None,
) -> None:
    """Take one step: rule, guarded update, event. Who comes second gets `RequestMoved`."""
    if revision != request.revision:
        raise RequestMoved()
    before = queries.standing_of(request)
    known = {Party.RULE} if actor is None else queries.parties(request, actor)
    new = after(before, act, known, note)
    changes: dict[str, Any] = dict(values or {})
    changes |= {"state": new.state.value, "trainer_state": new.trainer.value}
    if new.state in ENDED:
        changes["ended_at"] = now
    touched = db.session.execute(
        update(TrainingRequest)
        .where(TrainingRequest.id == request.id, TrainingRequest.revision == revision)
        .values(revision=revision + 1, **changes)
        .execution_options(synchronize_session=False)
    )
    if touched.rowcount != 1:  # type: ignore[attr-defined]  # an UPDATE's result has it
        raise RequestMoved()
    db.session.refresh(request)
    _note(request, act, before, actor=actor, now=now, note=note, facts=facts)


def _note(
    request: TrainingRequest,
    act: Act,
    before: Standing,
    *,
    actor: Person | None,
    now: datetime,
    note: str = "",
    facts: Mapping[str, Any] | None = None,
) -> None:
    told = _told(request, act, before, actor)
    db.session.add(
        TrainingRequestEvent(
            request_id=request.id,
            kind=act.value,
            old_state=before.state.value,
            new_state=request.state,
            note=note.strip().replace("\0", "").replace("\r\n", "\n")[:REASON_LENGTH],
            facts={**(facts or {}), "told": told},
            occurred_at=now,
            by_id=actor.id if actor else None,
        )
    )
    append_entry(
        f"training_request.{act.value}",
        actor=actor,
        object_type="training_request",
        object_key=str(request.id),
        now=now,
        changes={"state": [before.state.value, request.state]},
    )
    db.session.flush()


def _told(request: TrainingRequest, act: Act, before: Standing, actor: Person | None) -> list[int]:
    """Ids of the people who are to hear of a step; never of who took it."""
    if before.state is State.DRAFT and act is not Act.SUBMIT:
        return []
    found: set[int] = set()
    for party in STEPS[act].told:
        if party is Party.ASKER:
            found.add(request.asked_by_id)
        elif party is Party.TRAINER and request.trainer_id is not None:
            found.add(request.trainer_id)
        elif party is Party.REVIEWER and request.reviewer_id is not None:
            found.add(request.reviewer_id)
        elif party is Party.REVIEWER:
            found.update(set(queries.list_reviewer_ids()) - {request.asked_by_id})
    return sorted(found - ({actor.id} if actor else set()))
