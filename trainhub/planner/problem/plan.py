"""A plan: classes with their people, the seats not given, and what it costs."""

from __future__ import annotations

from dataclasses import dataclass, field, fields
from typing import Literal

from trainhub.planner.problem import SCHEMA
from trainhub.planner.problem.fields import BadProblem, Fields, number, whole

Status = Literal["optimal", "feasible", "interrupted"]
STATUSES: tuple[Status, ...] = ("optimal", "feasible", "interrupted")
Detail = dict[str, object]

# Why a seat could not be given, the binding reason first.
CODES = (
    "NO_WINDOW", "REST", "NO_TRAINER", "NO_ROOM", "TRAINER_BUSY", "ROOM_BUSY", "SESSION_FULL",
    "COVERAGE", "TEAM_SHARE", "WEEK_LIMIT", "DAY_LIMIT", "CLASH", "SERIES_ORDER", "MIN_SEATS",
    "SESSION_LIMIT",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class PlannedSession:
    """A class of the plan; agents in rising order."""

    id: str
    course: str
    day: int
    start: int
    room: str
    trainer: str
    agents: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Unplaced:
    """A needed seat that the plan does not give; `detail` holds figures for the sentence."""

    agent: int
    course: str
    code: str
    detail: Detail = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Objective:
    """The cost of a plan by the weights of its problem; `total` is the sum of the others."""

    total: float = 0.0
    unplaced: float = 0.0
    shortfall: float = 0.0
    sessions: float = 0.0
    seats: float = 0.0
    dawn: float = 0.0
    split_team: float = 0.0
    moved: float = 0.0


@dataclass(frozen=True, slots=True)
class Plan:
    """`lower_bound` is a cost below which no plan of the problem can be; `seconds` were spent."""

    instance: str
    sessions: tuple[PlannedSession, ...]
    unplaced: tuple[Unplaced, ...]
    objective: Objective
    lower_bound: float
    status: Status
    seconds: float

    @property
    def placed(self) -> int:
        """Seats given."""
        return sum(len(session.agents) for session in self.sessions)

    @property
    def gap(self) -> float:
        """How far the cost may be from the best, as a share of the cost: 0.02 is two per cent."""
        total = self.objective.total
        return max(0.0, total - self.lower_bound) / total if total > 0 else 0.0

    def as_json(self) -> dict[str, object]:
        """The plan in the file format."""
        return {
            "schema": SCHEMA,
            "instance": self.instance,
            "sessions": [
                {name: getattr(session, name) for name in session.__dataclass_fields__}
                | {"agents": list(session.agents)}
                for session in self.sessions
            ],
            "unplaced": [
                {"agent": seat.agent, "course": seat.course, "code": seat.code}
                | {"detail": seat.detail}
                for seat in self.unplaced
            ],
            "objective": {part.name: getattr(self.objective, part.name) for part in OBJECTIVE},
            "lower_bound": self.lower_bound,
            "status": self.status,
            "seconds": self.seconds,
        }


OBJECTIVE = fields(Objective)


def read_plan(raw: object) -> Plan:
    """The plan in parsed JSON. Raises BadProblem naming every fault by its place.

    Whether its classes exist in a problem is for the checker to say.
    """
    faults: list[str] = []
    top = Fields(raw, "", faults)
    if top.raw.get("schema") != SCHEMA:
        top.fault("schema", f"must be {SCHEMA}")
    objective = top.inner("objective")
    plan = Plan(
        instance=top.text("instance", "problem"),
        sessions=top.by_id("sessions", 1_000_000, _session),
        unplaced=tuple(_unplaced(entry) for entry in top.objects("unplaced", 10_000_000)),
        objective=Objective(
            **{part.name: objective.number(part.name, 0, 1e15, 0) for part in OBJECTIVE}
        ),
        lower_bound=number(top.raw.get("lower_bound", 0), "lower_bound", -1e15, 1e15, faults),
        status=top.one_of("status", STATUSES, "feasible"),
        seconds=top.number("seconds", 0, 1e9, 0),
    )
    if faults:
        raise BadProblem(faults)
    return plan


def _session(entry: Fields) -> PlannedSession:
    agents = (
        whole(agent, place, 0, 10_000_000, entry.faults)
        for agent, place in entry.rows("agents", 1_000_000)
    )
    return PlannedSession(
        id=entry.text("id"),
        course=entry.text("course"),
        day=entry.whole("day", 0, 3660),
        start=entry.whole("start", 0, 4320),
        room=entry.text("room"),
        trainer=entry.text("trainer"),
        agents=tuple(sorted(agents)),
    )


def _unplaced(entry: Fields) -> Unplaced:
    detail = entry.raw.get("detail") or {}
    if not isinstance(detail, dict):
        entry.fault("detail", "must be an object")
        detail = {}
    code = entry.one_of("code", CODES, "NO_WINDOW")
    return Unplaced(entry.whole("agent", 0, 10_000_000), entry.text("course"), code, detail)
