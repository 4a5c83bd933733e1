"""Two plans side by side: what a new plan would change for each person and each class.

A seat is *kept* when the person sits the course at the same day and start as before (whatever the
room or trainer), *moved* when at another, *lost* when not any more, *new* when not before.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import Literal

from trainhub.planner.problem.plan import Plan, PlannedSession

SeatChange = Literal["kept", "moved", "lost", "new"]
SessionChange = Literal["kept", "changed", "cancelled", "new"]


@dataclass(frozen=True, slots=True)
class SeatDifference:
    """What becomes of one person's course; a class is None where there is none."""

    agent: int
    course: str
    change: SeatChange
    before: PlannedSession | None
    after: PlannedSession | None


@dataclass(frozen=True, slots=True)
class SessionDifference:
    """What becomes of one class. `changed` names the parts that differ: day, start, room,
    trainer; `joined` and `left` are the people who come to it or go from it."""

    id: str
    course: str
    change: SessionChange
    before: PlannedSession | None
    after: PlannedSession | None
    changed: tuple[str, ...] = ()
    joined: tuple[int, ...] = ()
    left: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Comparison:
    """All differences; seats in the order of people, classes in the order of the calendar."""

    seats: tuple[SeatDifference, ...]
    sessions: tuple[SessionDifference, ...]
    cost_before: float
    cost_after: float
    seat_counts: dict[str, int] = field(default_factory=dict)
    session_counts: dict[str, int] = field(default_factory=dict)

    @property
    def cost_change(self) -> float:
        """Negative when the new plan is the cheaper one."""
        return self.cost_after - self.cost_before

    @property
    def moved_share(self) -> float:
        """Seats moved or lost, as a share of the seats there were before."""
        counts = self.seat_counts
        before = counts["kept"] + counts["moved"] + counts["lost"]
        return (counts["moved"] + counts["lost"]) / before if before else 0.0

    def of_agent(self, agent: int) -> tuple[SeatDifference, ...]:
        """What changes for one person, what stays included."""
        return tuple(seat for seat in self.seats if seat.agent == agent)


def compare(before: Plan, after: Plan) -> Comparison:
    """What the plan `after` would change of the plan `before`, of the same centre."""
    seats = _seats(before, after)
    sessions = _sessions(before, after)
    seat_counts: Counter[str] = Counter(seat.change for seat in seats)
    session_counts: Counter[str] = Counter(session.change for session in sessions)
    return Comparison(
        seats,
        sessions,
        before.objective.total,
        after.objective.total,
        {"kept": 0, "moved": 0, "lost": 0, "new": 0} | dict(seat_counts),
        {"kept": 0, "changed": 0, "cancelled": 0, "new": 0} | dict(session_counts),
    )


def _seats(before: Plan, after: Plan) -> tuple[SeatDifference, ...]:
    old, new = _seat_map(before), _seat_map(after)
    return tuple(
        SeatDifference(agent, course, _seat_change(was, will), was, will)
        for agent, course in sorted(old.keys() | new.keys())
        for was, will in [(old.get((agent, course)), new.get((agent, course)))]
    )


def _seat_map(plan: Plan) -> dict[tuple[int, str], PlannedSession]:
    return {(agent, one.course): one for one in plan.sessions for agent in one.agents}


def _seat_change(was: PlannedSession | None, will: PlannedSession | None) -> SeatChange:
    if was is None:
        return "new"
    if will is None:
        return "lost"
    return "kept" if (was.day, was.start) == (will.day, will.start) else "moved"


def _sessions(before: Plan, after: Plan) -> tuple[SessionDifference, ...]:
    """Classes are the same when they are held at the same time in the same room; of the others
    those that share most people, which is how people would say that a class was moved."""
    pairs = _paired(before.sessions, after.sessions)
    found = [_session(was, will) for was, will in pairs]
    return tuple(sorted(found, key=_in_calendar))


def _paired(
    before: tuple[PlannedSession, ...], after: tuple[PlannedSession, ...]
) -> list[tuple[PlannedSession | None, PlannedSession | None]]:
    pairs: list[tuple[PlannedSession | None, PlannedSession | None]] = []
    by_place = {_place(one): one for one in after}
    same = {_place(was) for was in before} & by_place.keys()
    pairs += [(was, by_place[_place(was)]) for was in before if _place(was) in same]
    new = {one.id: one for one in after if _place(one) not in same}
    sat = {(agent, one.course): one.id for one in new.values() for agent in one.agents}
    taken: set[str] = set()
    for was in before:
        if _place(was) in same:
            continue
        names = (sat.get((agent, was.course)) for agent in was.agents)
        shared = Counter(name for name in names if name is not None and name not in taken)
        name = shared.most_common(1)[0][0] if shared else None
        if name is not None:
            taken.add(name)
        pairs.append((was, new[name] if name is not None else None))
    return pairs + [(None, one) for one in new.values() if one.id not in taken]


def _place(session: PlannedSession) -> tuple[str, int, int, str]:
    """A class in the same room at the same time is the same class, whatever its name."""
    return (session.course, session.day, session.start, session.room)


def _session(was: PlannedSession | None, will: PlannedSession | None) -> SessionDifference:
    one = will or was
    assert one is not None
    if was is None:
        return SessionDifference(one.id, one.course, "new", None, will, joined=one.agents)
    if will is None:
        return SessionDifference(one.id, one.course, "cancelled", was, None, left=one.agents)
    changed = tuple(
        part
        for part in ("day", "start", "room", "trainer")
        if getattr(was, part) != getattr(will, part)
    )
    joined = tuple(sorted(set(will.agents) - set(was.agents)))
    left = tuple(sorted(set(was.agents) - set(will.agents)))
    change: SessionChange = "changed" if changed or joined or left else "kept"
    return SessionDifference(one.id, one.course, change, was, will, changed, joined, left)


def _in_calendar(one: SessionDifference) -> tuple[int, int, str]:
    session = one.after or one.before
    assert session is not None
    return (session.day, session.start, session.id)
