"""How a road is shown: stages, groups, lines with their words, links and minutes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from flask import url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from trainhub import permissions
from trainhub.certification.evidence.composite import combined
from trainhub.certification.models import Award, ProgrammeEnrolment, RequirementException
from trainhub.certification.queries.class_seats import Seat
from trainhub.certification.queries.named import list_named
from trainhub.certification.queries.roads import Rank, Road
from trainhub.certification.rules.programmes.content import Group, Stage
from trainhub.certification.rules.standing.composite import Composite
from trainhub.certification.rules.standing.findings import State
from trainhub.certification.rules.standing.standing import Line
from trainhub.certification.views.wording import asked_for, in_language, in_words, seat_words
from trainhub.learning.queries.courses import list_course_heads
from trainhub.people.models import Person
from trainhub.web.locale import current_language

STATE_WORDS: dict[State, tuple[str, Any]] = {
    State.MET: ("success", _l("Done")),
    State.WAIVED: ("info", _l("Waiver in force")),
    State.AWAITED: ("progress", _l("Waiting for an answer")),
    State.OPEN: ("neutral", _l("To do")),
    State.FAILED: ("warning", _l("Not reached yet")),
    State.NOT_NEEDED: ("neutral", _l("Not needed")),
}
# How somebody stands on their road: its badge.
ROAD_WORDS: dict[str, tuple[str, Any]] = {
    "left": ("neutral", _l("Left the programme")),
    "certified": ("success", _l("Certified")),
    "review": ("danger", _l("Award under review")),
    "revoked": ("danger", _l("Revoked")),
    "expired": ("warning", _l("No longer certified")),
    "late": ("danger", _l("Late")),
    "at_risk": ("warning", _l("At risk")),
    "under_way": ("progress", _l("Under way")),
}
TURN_WORDS = {
    "person": _l("your turn"),
    "supervisor": _l("the supervisor's turn"),
    "trainer": _l("the trainer's turn"),
    "planner": _l("the planner's turn"),
    "rater": _l("the rater's turn"),
}
OTHERS_TURN = {"person": _l("the agent's turn")}
# Where the award that a road has led to does not hold any more, or not for sure.
AWARD_STATES = {"under_review": "review", "revoked": "revoked", "expired": "expired"}


@dataclass(frozen=True)
class ShownLine:
    """One requirement in words. `risk` says why it will probably be late, `url` the next step.

    `seat` is in a class that is to settle it; `assigned_on` is by when its course is asked for
    beside the programme.
    """

    line: Line
    asked: str
    badge: tuple[str, str]
    is_late: bool
    risk: str
    step: str
    turn: str
    url: str
    minutes: int | None
    exceptions: Sequence[RequirementException]
    composite: Composite | None = None
    rank: Rank | None = None
    seat: Seat | None = None
    assigned_on: date | None = None


@dataclass(frozen=True)
class ShownGroup:
    """Lines of which all, or only some (`words` says how many), are needed."""

    words: str
    lines: list[ShownLine] = field(default_factory=list)


@dataclass(frozen=True)
class ShownStage:
    """A stage with its groups; "done", "current" or "todo"."""

    stage: Stage
    state: str
    groups: list[ShownGroup]


def road_badge(road: Road) -> tuple[str, str, str]:
    """How somebody stands on a road: the state, the kind of its badge, its words."""
    return enrolment_badge(road.enrolment, road.award, road.today, road.looked.standing.next_due_on)


def enrolment_badge(
    enrolment: ProgrammeEnrolment, award: Award | None, today: date, due_on: date | None
) -> tuple[str, str, str]:
    """How an enrolment stands, by the award it has led to or the next date on which it is due."""
    if enrolment.state == "awarded":
        state = AWARD_STATES.get(award.state, "certified") if award is not None else "certified"
    elif enrolment.state != "active":
        state = "left"
    elif due_on is not None and due_on < today:
        state = "late"
    else:
        state = "at_risk" if enrolment.is_at_risk else "under_way"
    kind, words = ROAD_WORDS[state]
    return state, kind, str(words)


def reminded_of(road: Road) -> list[str]:
    """What a reminder without words is about: what is late, else everything missing."""
    missing = road.looked.standing.missing
    late = [line for line in missing if line.is_late(road.today)]
    return [in_language(line.requirement.titles) for line in late or missing]


def shown_road(road: Road, viewer: Person) -> list[ShownStage]:
    """The stages of a road as its reader sees them."""
    standing = road.looked.standing
    named = list_named({line.requirement.kind for line in standing.lines})
    minutes = _course_minutes() if any(_course(line) for line in standing.missing) else {}
    lines = {
        line.requirement.key: _shown(
            line, road, viewer, asked_for(line.requirement, named), minutes
        )
        for line in standing.lines
    }
    stages, is_past = [], True
    for stage in road.looked.content.stages_of(road.enrolment.path):
        is_current = standing.stage is not None and stage.key == standing.stage.key
        is_past = is_past and not is_current
        keys = [line for line in standing.lines if line.stage.key == stage.key]
        is_done = all(line.is_settled for line in keys)
        state = "done" if is_past or is_done else "current" if is_current else "todo"
        stages.append(ShownStage(stage, state, _groups(stage.needs, lines)))
    return stages


def _groups(needs: Group, lines: Mapping[str, ShownLine]) -> list[ShownGroup]:
    plain = ShownGroup("")
    found = [plain]
    for member in needs.members:
        if isinstance(member, str):
            plain.lines.append(lines[member])
            continue
        words = (
            _("%(needed)s of these %(all)s", needed=member.needed, all=len(member.members))
            if member.least is not None
            else _("All of these")
        )
        title = in_language(member.titles)
        keys = list(member.requirement_keys())
        inner = [lines[key] for key in keys]
        found.append(ShownGroup(f"{title} – {words}" if title else str(words), inner))
    return [group for group in found if group.lines]


def _shown(
    line: Line, road: Road, viewer: Person, asked: str, minutes: Mapping[str, int]
) -> ShownLine:
    risk = road.enrolment.risk if road.enrolment.is_at_risk else {}
    is_risky = risk.get("requirement_key") == line.requirement.key and not line.is_settled
    kind, words = STATE_WORDS[line.state]
    step = None if line.is_settled else line.finding.step
    seat = road.seats.get(line.requirement.key) if step else None
    is_own = viewer.id == road.enrolment.person_id
    is_composite = line.requirement.kind == "composite"
    return ShownLine(
        line=line,
        asked=asked,
        badge=(kind, str(words)),
        is_late=line.is_late(road.today),
        risk=in_words(risk.get("reason")) if is_risky else "",
        step=seat_words(seat) if seat else in_words(step.words) if step else "",
        turn=str(_turn(step.turn, is_own)) if step else "",
        url=_url(line, road, viewer) if step and road.enrolment.state == "active" else "",
        minutes=(step.minutes or minutes.get(_course(line))) if step else None,
        exceptions=road.exceptions_of(line.requirement.key),
        composite=combined(line.requirement, road.looked.findings) if is_composite else None,
        rank=road.ranks.get(line.requirement.key),
        seat=seat,
        assigned_on=road.assigned.get(line.requirement.key),
    )


def _class_url(seat: Seat, viewer: Person, *, is_own: bool) -> str:
    """Where somebody's class stands: among their own classes, or its own page."""
    if is_own:
        return url_for("delivery.show_agenda", _anchor=f"class-{seat.session_id}")
    if permissions.allows("delivery.view_week", viewer):
        return url_for("delivery.show_class", training_session_id=seat.session_id)
    return ""


def _turn(turn: str, is_own: bool) -> Any:
    return TURN_WORDS[turn] if is_own or turn not in OTHERS_TURN else OTHERS_TURN[turn]


def _course(line: Line) -> str:
    return str(line.requirement.settings["course"]) if line.requirement.kind == "course" else ""


def _course_minutes() -> dict[str, int]:
    heads = list_course_heads(current_language())
    return {head.key: head.minutes for head in heads.values()}


def _url(line: Line, road: Road, viewer: Person) -> str:
    """Where the next step is taken, by the one whose turn it is; empty for everybody else."""
    enrolment, key, step = road.enrolment, line.requirement.key, line.finding.step
    is_own = viewer.id == enrolment.person_id
    acts = not is_own and permissions.allows("certification.act", viewer)
    values: dict[str, Any] = {"enrolment_id": enrolment.id, "requirement_key": key}
    if key in road.seats:
        return _class_url(road.seats[key], viewer, is_own=is_own)
    if line.requirement.kind == "summary":
        is_handed_in = line.state == State.AWAITED
        may = acts if is_handed_in else is_own
        return url_for("certification.show_summary", **values) if may else ""
    if acts and line.requirement.kind == "sign_off":
        return url_for("certification.sign_off_requirement", **values)
    if acts and line.requirement.kind == "observation":
        if line.state == State.AWAITED:
            shelf = "third" if step is not None and step.turn == "supervisor" else None
            return url_for("certification.list_observations", shelf=shelf)
        return url_for(
            "certification.open_observation",
            person_id=enrolment.person_id, enrolment=enrolment.id, requirement=key,
        )  # fmt: skip
    if is_own and step is not None and step.endpoint:
        return url_for(step.endpoint, **step.values)
    return ""


def next_line(stages: Sequence[ShownStage], *, is_own: bool) -> ShownLine | None:
    """What is best done next: by due date, what is late first, then in order.

    To the person themselves, their own turn goes before waiting for somebody else; a class in
    which they have a seat only has to be waited for.
    """
    open_lines = _open_lines(stages)
    return min(
        open_lines,
        key=lambda one: (
            one.seat is not None or (is_own and not one.url),
            one.line.due_on or date.max,
        ),
        default=None,
    )


def minutes_left(stages: Sequence[ShownStage]) -> int:
    """About how long the person needs for what is still open, as far as that is known."""
    return sum(one.minutes or 0 for one in _open_lines(stages))


def _open_lines(stages: Sequence[ShownStage]) -> list[ShownLine]:
    return [
        one
        for stage in stages
        for group in stage.groups
        for one in group.lines
        if not one.line.is_settled
    ]
