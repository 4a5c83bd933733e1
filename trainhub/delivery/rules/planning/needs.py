"""Why somebody a campaign is meant for has no seat now: by the plan, or by what came since."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime

from trainhub.delivery.rules.planning.reasons_in_words import cause_of
from trainhub.delivery.rules.sentences import Clock, Sentence
from trainhub.errors import N_
from trainhub.planner.problem.plan import Unplaced

# What stands over everybody with the same cause, beside the reasons of a plan.
CAUSES = {
    "UNPLANNED": N_("Not planned yet"),
    "NEW": N_("New since the plan"),
    "WAITING": N_("Stands in line"),
    "DECLINED": N_("Gave the seat back"),
    "CALLED_OFF": N_("The class was called off"),
    "TAKEN_OUT": N_("Was taken out of the class"),
    "MISSED": N_("Missed the class"),
    "NO_MORE": N_("Has no longer the seat of the plan"),
}
LEFT_OUT_TITLE = N_("Could not be planned at all")
SENTENCES = {
    "UNPLANNED": N_("No plan of this campaign has been agreed to yet."),
    "NEW": N_("Was not there when the plan was agreed to; planning again finds a seat."),
    "WAITING": N_("Waits for a seat in the class on %(on)s at %(start)s."),
    "DECLINED": N_("Gave back the seat in the class on %(on)s at %(start)s."),
    "CALLED_OFF": N_("The class on %(on)s at %(start)s was called off."),
    "TAKEN_OUT": N_("Was taken out of the class on %(on)s at %(start)s."),
    "MISSED": N_("Did not come to the class on %(on)s at %(start)s."),
    "NO_MORE": N_("The plan gave a seat that was changed since; planning again finds another."),
}


@dataclass(frozen=True)
class LostSeat:
    """The last booking of somebody for a course that holds no seat now."""

    state: str
    changed_at: datetime
    on: date
    starts_min: int
    is_called_off: bool


@dataclass(frozen=True)
class AgreedPlan:
    """Whom the plan that was agreed to last knew, and whom it gave no seat."""

    decided_at: datetime
    people: frozenset[int]
    unplaced: Mapping[tuple[int, int], Unplaced]
    left_out: Mapping[int, str]


@dataclass(frozen=True)
class Need:
    """Somebody without a seat in a course they are to attend.

    `cause` is a reason of the plan (then `unplaced` has its figures), why they were left out of
    it, or one of `CAUSES`.
    """

    person_id: int
    course_id: int
    cause: str
    unplaced: Unplaced | None = None
    lost: LostSeat | None = None


def need_of(person_id: int, course_id: int, plan: AgreedPlan | None, lost: LostSeat | None) -> Need:
    """Why one person has no seat: what came after the plan goes before what the plan says."""
    since = lost is not None and (plan is None or lost.changed_at > plan.decided_at)
    if lost is not None and (since or lost.state == "waiting"):
        return Need(person_id, course_id, _cause(lost), lost=lost)
    if plan is None:
        return Need(person_id, course_id, "UNPLANNED")
    unplaced = plan.unplaced.get((person_id, course_id))
    if unplaced is not None:
        return Need(person_id, course_id, cause_of(unplaced), unplaced)
    if person_id in plan.left_out:
        return Need(person_id, course_id, plan.left_out[person_id])
    return Need(person_id, course_id, "NO_MORE" if person_id in plan.people else "NEW")


def _cause(lost: LostSeat) -> str:
    if lost.state in ("waiting", "missed", "declined"):
        return lost.state.upper()
    return "CALLED_OFF" if lost.is_called_off else "TAKEN_OUT"


def sentence_of(need: Need) -> Sentence:
    """The sentence of a cause that is not the plan's."""
    places = {"on": need.lost.on, "start": Clock(need.lost.starts_min)} if need.lost else {}
    return Sentence(SENTENCES[need.cause], places)
