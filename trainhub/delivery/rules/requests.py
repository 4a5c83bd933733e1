"""The life of a training request: which step follows which, who takes it, who hears of it.

draft → submitted → in review → approved → planned → delivered → evaluated → closed, with ways
out to rejected and withdrawn, and back to draft when the reviewer asks for more. Beside it runs
the answer of the trainer who is proposed once a request is approved.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum

from trainhub.errors import N_, Conflict, DomainError


class State(StrEnum):
    """Where a request stands."""

    DRAFT = "draft"
    SUBMITTED = "submitted"
    IN_REVIEW = "in_review"
    APPROVED = "approved"
    REJECTED = "rejected"
    WITHDRAWN = "withdrawn"
    PLANNED = "planned"
    DELIVERED = "delivered"
    EVALUATED = "evaluated"
    CLOSED = "closed"


class TrainerState(StrEnum):
    """How the proposed trainer answered."""

    NONE = ""
    PROPOSED = "proposed"
    ACCEPTED = "accepted"
    DECLINED = "declined"


class Party(StrEnum):
    """What somebody is to one request. `RULE` is the program, when a class has been held."""

    ASKER = "asker"
    REVIEWER = "reviewer"
    TRAINER = "trainer"
    RULE = "rule"


class Act(StrEnum):
    """A step of a request; also the kind of its event."""

    WRITE = "write"
    SUBMIT = "submit"
    WITHDRAW = "withdraw"
    TAKE_UP = "take_up"
    ASK_BACK = "ask_back"
    APPROVE = "approve"
    REJECT = "reject"
    PROPOSE = "propose"
    ACCEPT = "accept"
    DECLINE = "decline"
    START_PLAN = "start_plan"
    PLAN = "plan"
    UNPLAN = "unplan"
    DELIVER = "deliver"
    EVALUATE = "evaluate"
    CLOSE = "close"


# The way of a request that goes well, for the steps shown above its page.
PATH = (
    State.DRAFT,
    State.SUBMITTED,
    State.IN_REVIEW,
    State.APPROVED,
    State.PLANNED,
    State.DELIVERED,
    State.EVALUATED,
    State.CLOSED,
)
ENDED = frozenset((State.REJECTED, State.WITHDRAWN, State.CLOSED))
# The effect of a class is asked for within this time; later the survey alone has to do.
EVALUATE_WITHIN = timedelta(days=30)
CLOSE_AFTER = timedelta(days=7)  # after the evaluation, when nobody has closed it by hand


@dataclass(frozen=True)
class Standing:
    """What the rules need to know of a request."""

    state: State = State.DRAFT
    trainer: TrainerState = TrainerState.NONE


@dataclass(frozen=True)
class Step:
    """From where and by whom an act is possible, where it leads, and who is told of it.

    `to` None leaves the state as it is. `trainers` are the trainer's answers from which the act
    is possible (None: any), `trainer` the answer afterwards.
    """

    by: frozenset[Party]
    states: frozenset[State]
    to: State | None = None
    trainers: frozenset[TrainerState] | None = None
    trainer: TrainerState | None = None
    needs_words: bool = False
    told: tuple[Party, ...] = ()


def _step(
    by: Party | Iterable[Party],
    states: State | Iterable[State],
    to: State | None = None,
    *,
    told: tuple[Party, ...] = (),
    trainers: Iterable[TrainerState] | None = None,
    trainer: TrainerState | None = None,
    needs_words: bool = False,
) -> Step:
    return Step(
        frozenset((by,) if isinstance(by, Party) else by),
        frozenset((states,) if isinstance(states, State) else states),
        to,
        None if trainers is None else frozenset(trainers),
        trainer,
        needs_words,
        told,
    )


_ACCEPTED = (TrainerState.ACCEPTED,)
_ASKER, _REVIEWER, _TRAINER, _RULE = Party.ASKER, Party.REVIEWER, Party.TRAINER, Party.RULE
STEPS: dict[Act, Step] = {
    Act.WRITE: _step(_ASKER, State.DRAFT),
    Act.SUBMIT: _step(_ASKER, State.DRAFT, State.SUBMITTED, told=(_REVIEWER,)),
    Act.WITHDRAW: _step(
        _ASKER,
        (State.DRAFT, State.SUBMITTED, State.IN_REVIEW, State.APPROVED),
        State.WITHDRAWN,
        told=(_REVIEWER, _TRAINER),
    ),
    Act.TAKE_UP: _step(_REVIEWER, State.SUBMITTED, State.IN_REVIEW, told=(_ASKER,)),
    Act.ASK_BACK: _step(
        _REVIEWER, State.IN_REVIEW, State.DRAFT, told=(_ASKER,), needs_words=True
    ),
    Act.APPROVE: _step(_REVIEWER, State.IN_REVIEW, State.APPROVED, told=(_ASKER,)),
    Act.REJECT: _step(
        _REVIEWER, State.IN_REVIEW, State.REJECTED, told=(_ASKER,), needs_words=True
    ),
    Act.PROPOSE: _step(
        _REVIEWER, State.APPROVED, trainer=TrainerState.PROPOSED, told=(_TRAINER, _ASKER)
    ),
    Act.ACCEPT: _step(
        _TRAINER,
        State.APPROVED,
        trainers=(TrainerState.PROPOSED,),
        trainer=TrainerState.ACCEPTED,
        told=(_REVIEWER, _ASKER),
    ),
    Act.DECLINE: _step(
        _TRAINER,
        State.APPROVED,
        trainers=(TrainerState.PROPOSED, TrainerState.ACCEPTED),
        trainer=TrainerState.DECLINED,
        told=(_REVIEWER, _ASKER),
        needs_words=True,
    ),
    Act.START_PLAN: _step(_REVIEWER, State.APPROVED, trainers=_ACCEPTED, told=(_ASKER,)),
    Act.PLAN: _step(
        (_REVIEWER, _RULE), State.APPROVED, State.PLANNED, trainers=_ACCEPTED,
        told=(_ASKER, _TRAINER),
    ),
    Act.UNPLAN: _step(_RULE, State.PLANNED, State.APPROVED, told=(_ASKER, _REVIEWER)),
    Act.DELIVER: _step(_RULE, State.PLANNED, State.DELIVERED, told=(_ASKER,)),
    Act.EVALUATE: _step(
        (_ASKER, _RULE), State.DELIVERED, State.EVALUATED, told=(_REVIEWER, _TRAINER)
    ),
    Act.CLOSE: _step((_REVIEWER, _RULE), State.EVALUATED, State.CLOSED, told=(_ASKER,)),
}  # fmt: skip


class NotNow(Conflict):
    """The request stands where this step does not follow, or the step is somebody else's."""

    code = "request_not_there"
    message = N_("The request has moved on, or this step is not yours to take. Reload the page.")


class WordsMissing(DomainError):
    """The step needs an answer in words."""

    code = "words_missing"
    message = N_("Say why, so that the requester understands the answer.")


def is_possible(standing: Standing, act: Act, parties: Iterable[Party]) -> bool:
    """Whether somebody who is `parties` to a request can take the step now."""
    step = STEPS[act]
    return (
        standing.state in step.states
        and (step.trainers is None or standing.trainer in step.trainers)
        and not step.by.isdisjoint(parties)
    )


def possible_acts(standing: Standing, parties: Iterable[Party]) -> tuple[Act, ...]:
    """The steps that somebody who is `parties` to a request can take now."""
    known = frozenset(parties)
    return tuple(act for act in Act if is_possible(standing, act, known))


def after(standing: Standing, act: Act, parties: Iterable[Party], words: str = "") -> Standing:
    """Where a request stands after a step. Raises `NotNow`, `WordsMissing`."""
    if not is_possible(standing, act, parties):
        raise NotNow()
    step = STEPS[act]
    if step.needs_words and not words.strip():
        raise WordsMissing(field="note")
    trainer = standing.trainer if step.trainer is None else step.trainer
    return Standing(step.to or standing.state, trainer)


def parties_of(
    person_id: int, *, asked_by_id: int, trainer_id: int | None, reviews: bool
) -> frozenset[Party]:
    """What somebody is to a request. Nobody reviews what they asked for themselves."""
    found = set()
    if person_id == asked_by_id:
        found.add(Party.ASKER)
    elif reviews:
        found.add(Party.REVIEWER)
    if person_id == trainer_id:
        found.add(Party.TRAINER)
    return frozenset(found)


@dataclass(frozen=True)
class HeldClass:
    """A class of a request, as far as the request follows it: `state` is the session's."""

    state: str
    is_published: bool


def step_of_classes(standing: Standing, classes: Iterable[HeldClass]) -> Act | None:
    """What the classes of a request make of it: planned, no longer planned, delivered, nothing.

    Delivered when every class that was not cancelled has been held.
    """
    live = [one for one in classes if one.state != "cancelled"]
    if standing.state is State.APPROVED:
        ready = standing.trainer is TrainerState.ACCEPTED
        return Act.PLAN if ready and any(one.is_published for one in live) else None
    if standing.state is State.PLANNED:
        if not live:
            return Act.UNPLAN
        if all(one.state == "completed" for one in live):
            return Act.DELIVER
    return None
