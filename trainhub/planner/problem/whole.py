"""A whole planning problem: how it is read from and written to JSON (schema trainhub-sched/1)."""

from __future__ import annotations

from dataclasses import asdict, dataclass

from trainhub.planner.problem import references
from trainhub.planner.problem.entities import (
    DAY_MIN,
    KINDS,
    OFF,
    POLICIES,
    Agents,
    Calendar,
    Course,
    Dislike,
    Leave,
    PinnedSession,
    Precedence,
    PreviousSeat,
    Queue,
    Room,
    Rules,
    Shift,
    Swap,
    Team,
    Trainer,
    Weights,
    Window,
)
from trainhub.planner.problem.fields import BadProblem, Fields, rows, text, whole

SCHEMA = "trainhub-sched/1"
MOST_DAYS = 400
MOST_AGENTS = 100_000
MOST_ROWS = 2_000_000
MOST_ENTITIES = 20_000
MINUTES = 2 * DAY_MIN


@dataclass(frozen=True, slots=True)
class Problem:
    name: str
    seed: int
    note: str
    calendar: Calendar
    rules: Rules
    weights: Weights
    shifts: dict[str, Shift]
    queues: tuple[Queue, ...]
    teams: tuple[Team, ...]
    patterns: tuple[str, ...]
    agents: Agents
    rooms: tuple[Room, ...]
    trainers: tuple[Trainer, ...]
    courses: tuple[Course, ...]
    precedences: tuple[Precedence, ...] = ()
    pinned_sessions: tuple[PinnedSession, ...] = ()
    pinned_seats: tuple[tuple[int, str], ...] = ()
    previous: tuple[PreviousSeat, ...] = ()
    dislike: tuple[Dislike, ...] = ()

    @property
    def days(self) -> int:
        return self.calendar.days

    @property
    def interval_min(self) -> int:
        return self.calendar.interval_min

    @property
    def agent_count(self) -> int:
        return len(self.agents.team)

    def as_json(self) -> dict[str, object]:
        """The problem in the file format; `read_problem` of it gives an equal problem."""
        raw = asdict(self)
        raw["schema"] = SCHEMA
        for shift in raw["shifts"].values():
            del shift["code"]
        raw["previous"] = {"seats": raw["previous"]}
        found = _plain(raw)
        assert isinstance(found, dict)
        return found


def _plain(value: object) -> object:
    """Tuples as lists, so that the JSON equals what a reader of the file sees."""
    if isinstance(value, dict):
        return {key: _plain(inner) for key, inner in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(inner) for inner in value]
    return value


def read_problem(raw: object) -> Problem:
    """The problem in parsed JSON. Raises BadProblem naming every fault by its place."""
    faults: list[str] = []
    top = Fields(raw, "", faults)
    if top.raw.get("schema") != SCHEMA:
        top.fault("schema", f"must be {SCHEMA}")
    previous = top.inner("previous") if top.raw.get("previous") else Fields({}, "previous", faults)
    problem = Problem(
        name=top.text("name", "problem"),
        seed=top.whole("seed", 0, 2**31 - 1, 0),
        note=str(top.raw.get("note") or ""),
        calendar=_calendar(top.inner("calendar")),
        rules=_rules(top.inner("rules")),
        weights=_weights(top.inner("weights")),
        shifts=_shifts(top.inner("shifts")),
        queues=top.by_id("queues", MOST_ENTITIES, _queue),
        teams=top.by_id("teams", MOST_ENTITIES, _team),
        patterns=tuple(text(*entry, faults) for entry in top.rows("patterns", MOST_AGENTS)),
        agents=_agents(top.inner("agents")),
        rooms=top.by_id("rooms", MOST_ENTITIES, _room),
        trainers=top.by_id("trainers", MOST_ENTITIES, _trainer),
        courses=top.by_id("courses", 2_000, _course),
        precedences=tuple(_precedence(entry) for entry in top.objects("precedences", 5_000)),
        pinned_sessions=top.by_id("pinned_sessions", MOST_AGENTS, _pinned),
        pinned_seats=_agent_words(top, "pinned_seats"),
        previous=_previous(previous),
        dislike=_dislike(top),
    )
    if not faults:
        faults.extend(references.faults_of(problem))
    if faults:
        raise BadProblem(faults)
    return problem


def _calendar(entry: Fields) -> Calendar:
    interval = entry.whole("interval_min", 5, 240)
    if DAY_MIN % interval:
        entry.fault("interval_min", "must divide a day of 1440 minutes")
    return Calendar(entry.text("start_date"), entry.whole("days", 1, MOST_DAYS), interval)


def _rules(entry: Fields) -> Rules:
    return Rules(
        min_rest_min=entry.whole("min_rest_min", 0, MINUTES),
        max_classes_per_day=entry.whole("max_classes_per_day", 0, 50),
        max_training_min_per_week=entry.whole("max_training_min_per_week", 0, 20_000),
        dawn_before_min=entry.whole("dawn_before_min", 0, DAY_MIN, 0),
        dawn_free=entry.whole("dawn_free", 0, 1_000, 0),
    )


def _weights(entry: Fields) -> Weights:
    names = Weights.__dataclass_fields__
    return Weights(**{name: entry.number(name, 0, 1e12, 0) for name in names})


def _shifts(entry: Fields) -> dict[str, Shift]:
    found = {}
    for code in entry.raw:
        shift = entry.inner(code)
        if len(code) != 1 or code == OFF:
            entry.fault(code, f"a shift's code is one character other than {OFF}")
        start, end = _stretch(shift)
        windows = []
        for window in shift.objects("windows", 50):
            first, last = _stretch(window)
            kind = window.one_of("kind", KINDS, "early")
            windows.append(Window(kind, first, last, window.flag("on_phones", True)))
        found[code] = Shift(code, start, end, tuple(windows))
    return found


def _stretch(entry: Fields) -> tuple[int, int]:
    start, end = entry.whole("start", 0, MINUTES), entry.whole("end", 0, MINUTES)
    if end <= start:
        entry.fault("end", "must be after start")
    return start, end


def _queue(entry: Fields) -> Queue:
    profiles = []
    for profile, place in entry.rows("profiles", 1_000):
        levels = rows(profile, place, DAY_MIN, entry.faults)
        profiles.append(tuple(whole(v, where, 0, 100_000, entry.faults) for v, where in levels))
    days = entry.rows("profile_of_day", MOST_DAYS)
    return Queue(
        entry.text("id"),
        entry.whole("max_short", 0, 100_000, 0),
        tuple(profiles),
        tuple(whole(day, place, 0, 999, entry.faults) for day, place in days),
    )


def _team(entry: Fields) -> Team:
    return Team(
        entry.text("id"),
        entry.text("site"),
        entry.text("queue"),
        entry.one_of("policy", POLICIES, "spread"),
        entry.number("max_share", 0, 1, 1),
    )


def _agents(entry: Fields) -> Agents:
    faults, top_agent = entry.faults, MOST_AGENTS - 1
    leave = [
        Leave(
            whole(agent, f"{place}[0]", 0, top_agent, faults),
            whole(first, f"{place}[1]", -MOST_DAYS, 3660, faults),
            whole(last, f"{place}[2]", -MOST_DAYS, 3660, faults),
        )
        for (agent, first, last), place in entry.tuples("leave", MOST_ROWS, 3)
    ]
    swap = [
        Swap(
            whole(agent, f"{place}[0]", 0, top_agent, faults),
            whole(day, f"{place}[1]", 0, MOST_DAYS, faults),
            text(shift, f"{place}[2]", faults),
        )
        for (agent, day, shift), place in entry.tuples("swap", MOST_ROWS, 3)
    ]
    dawn = [
        (
            whole(agent, f"{place}[0]", 0, top_agent, faults),
            whole(count, f"{place}[1]", 0, 10_000, faults),
        )
        for (agent, count), place in entry.tuples("dawn_history", MOST_ROWS, 2)
    ]
    patterns = entry.rows("pattern", MOST_AGENTS)
    return Agents(
        team=tuple(text(*row, faults) for row in entry.rows("team", MOST_AGENTS)),
        pattern=tuple(whole(value, place, 0, top_agent, faults) for value, place in patterns),
        leave=tuple(leave),
        swap=tuple(swap),
        dawn_history=tuple(dawn),
        done=_agent_words(entry, "done"),
    )


def _agent_words(entry: Fields, key: str) -> tuple[tuple[int, str], ...]:
    return tuple(
        (
            whole(agent, f"{place}[0]", 0, MOST_AGENTS - 1, entry.faults),
            text(word, f"{place}[1]", entry.faults),
        )
        for (agent, word), place in entry.tuples(key, MOST_ROWS, 2)
    )


def _room(entry: Fields) -> Room:
    return Room(
        entry.text("id"),
        entry.text("site"),
        entry.whole("seats", 0, MOST_AGENTS),
        entry.spans("blocked", 20_000),
        _also(entry),
    )


def _also(entry: Fields) -> tuple[str, ...]:
    if entry.raw.get("also") is None:
        return ()
    return tuple(text(*row, entry.faults) for row in entry.rows("also", MOST_ENTITIES))


def _trainer(entry: Fields) -> Trainer:
    return Trainer(
        entry.text("id"),
        entry.text("site"),
        tuple(text(*row, entry.faults) for row in entry.rows("courses", 2_000)),
        entry.spans("available", 20_000),
        entry.whole("max_min_per_week", 0, 7 * DAY_MIN),
        entry.optional_whole("agent", 0, MOST_AGENTS - 1),
    )


def _course(entry: Fields) -> Course:
    kinds = entry.rows("kinds", len(KINDS))
    for kind, place in kinds:
        if kind not in KINDS:
            entry.faults.append(f"{place}: must be one of {', '.join(KINDS)}")
    teams = None
    if entry.raw.get("teams") is not None:
        teams = tuple(text(*row, entry.faults) for row in entry.rows("teams", MOST_ENTITIES))
    name = entry.text("id")
    return Course(
        id=name,
        duration_min=entry.whole("duration_min", 1, DAY_MIN),
        seats=entry.whole("seats", 0, MOST_AGENTS),
        min_seats=entry.whole("min_seats", 0, MOST_AGENTS, 0),
        release=entry.whole("release", 0, 3660),
        due=entry.whole("due", 0, 3660),
        deadline=entry.whole("deadline", 0, 3660),
        priority=entry.number("priority", 0, 1e6, 1),
        kinds=tuple(kind for kind in KINDS if any(kind == given for given, _ in kinds)),
        grid_min=entry.whole("grid_min", 5, DAY_MIN),
        teams=teams,
        max_sessions=entry.optional_whole("max_sessions", 0, MOST_AGENTS),
        family=entry.text("family", name or "-"),
    )


def _precedence(entry: Fields) -> Precedence:
    return Precedence(
        entry.text("before"), entry.text("after"), entry.whole("min_gap_days", 0, MOST_DAYS, 0)
    )


def _pinned(entry: Fields) -> PinnedSession:
    return PinnedSession(
        entry.text("id"),
        entry.text("course"),
        entry.whole("day", 0, MOST_DAYS),
        entry.whole("start", 0, MINUTES),
        entry.text("room"),
        entry.text("trainer"),
    )


def _previous(entry: Fields) -> tuple[PreviousSeat, ...]:
    return tuple(
        PreviousSeat(
            whole(agent, f"{place}[0]", 0, MOST_AGENTS - 1, entry.faults),
            text(course, f"{place}[1]", entry.faults),
            whole(day, f"{place}[2]", -MOST_DAYS, MOST_DAYS, entry.faults),
            whole(start, f"{place}[3]", 0, MINUTES, entry.faults),
        )
        for (agent, course, day, start), place in entry.tuples("seats", MOST_ROWS, 4)
    )


def _dislike(top: Fields) -> tuple[Dislike, ...]:
    found = []
    for (agent, day, start, cost), place in top.tuples("dislike", MOST_ROWS, 4):
        weight = Fields({"cost": cost}, place, top.faults).number("cost", 0, 1e12)
        found.append(
            Dislike(
                whole(agent, f"{place}[0]", 0, MOST_AGENTS - 1, top.faults),
                whole(day, f"{place}[1]", 0, MOST_DAYS, top.faults),
                whole(start, f"{place}[2]", 0, MINUTES, top.faults),
                weight,
            )
        )
    return tuple(found)
