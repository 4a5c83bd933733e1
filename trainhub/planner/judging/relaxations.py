"""What little could be given way so that more people get a seat, and what each would bring.

Proposals come from what stands against the people without a seat. The effect of each is tried,
not guessed: the problem is changed so and the plan on the table taken further, with everybody
in it staying where they are. A solver that may move people will do at least as well.

Kinds, and what `detail` says:

- `session`: a class more of `course` at `site` on `day` at `start`, for which `trainer` or `room`
  (or both) would have to be found, or the limit of classes raised (`limit`);
- `seats`: `more` seats in the classes of `course`; `room_seats`: `more` seats in `room`;
- `min_seats`: a class of `course` is held for `people` already, as many as could come to one;
- `deadline`: `course` may be held one day later, on `day`;
- `trainer_hours`: `trainer` teaches `more_min` minutes a week more;
- `max_short`: `queue` may be one head shorter, `heads` in all;
- `team_share`: one person more of `team` in class at once, `people` in all;
- `week_limit`: `more_min` minutes of training a week more for everybody.
"""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any

from trainhub.planner.judging.extension import Extension, Seat
from trainhub.planner.judging.reasons import Option, Reasons
from trainhub.planner.problem import Course, Problem, Room, Span, Trainer
from trainhub.planner.problem.plan import Plan, PlannedSession

MOST_PER_KIND = 4
MORE_SEATS = 2
EXTRA = "extra"
# The reader is offered what costs least first, where two bring the same.
KINDS = (
    "seats", "room_seats", "min_seats", "deadline", "trainer_hours", "team_share", "session",
    "week_limit", "max_short",
)  # fmt: skip
_NO_TRAINER = {"NO_TRAINER", "TRAINER_BUSY"}
_NO_ROOM = {"NO_ROOM", "ROOM_BUSY"}


@dataclass(frozen=True, slots=True)
class Relaxation:
    """One thing given way. When it was tried, `more` seats were given on balance; `placed` are
    those that nobody got without it."""

    kind: str
    detail: dict[str, Any]
    placed: tuple[Seat, ...] = ()
    more: int = 0

    def as_json(self) -> dict[str, object]:
        """For files and pages."""
        placed = [list(seat) for seat in self.placed]
        return {"kind": self.kind, "detail": self.detail, "more": self.more, "placed": placed}


def relaxations(problem: Problem, plan: Plan, *, time_limit_s: float) -> list[Relaxation]:
    """Relaxations that help, the one that helps most people first; those not tried in time are
    not offered."""
    until = time.monotonic() + time_limit_s
    without = set(Extension(problem, plan.sessions, until).run())
    tried: list[Relaxation] = []
    longest = 0.0
    for proposal in proposals(problem, plan.sessions, until):
        started = time.monotonic()
        if started + longest > until:
            break
        after = Extension(relaxed(problem, proposal), plan.sessions, until).run()
        gained = tuple(seat for seat in after if seat not in without)
        more = len(after) - len(without)
        if more > 0:
            tried.append(replace(proposal, placed=gained, more=more))
        longest = max(longest, time.monotonic() - started)
    return sorted(tried, key=lambda one: (-one.more, KINDS.index(one.kind)))


def proposals(
    problem: Problem, sessions: Sequence[PlannedSession], until: float | None = None
) -> list[Relaxation]:
    """What could be given way, by what stands against the people without a seat, in turn by kind
    so that a short time still tries one of each."""
    found = _Proposals(problem, sessions, until)
    kinds = [found.of_kind(kind) for kind in KINDS]
    return [kind[number] for number in range(MOST_PER_KIND) for kind in kinds if number < len(kind)]


class _Proposals:
    def __init__(
        self, problem: Problem, sessions: Sequence[PlannedSession], until: float | None
    ) -> None:
        self.problem = problem
        self.reasons = Reasons(problem, sessions)
        self.counts: dict[str, Counter[tuple[Any, ...]]] = {kind: Counter() for kind in KINDS}
        self.rooms: dict[tuple[str, str, int, int], str] = {}
        for one in sessions:
            site = self.reasons.seating.site_of(one)
            self.rooms[site, one.course, one.day, one.start] = one.room
        for agent, name in self.reasons.missing:
            if until is not None and time.monotonic() > until:
                break
            course = self.reasons.reading.courses[name]
            for option in self.reasons.options(agent, course):
                self._count(agent, course, option)
            if course.deadline + 1 < problem.days:
                self.counts["deadline"][course.id, course.deadline + 1] += 1

    def _count(self, agent: int, course: Course, option: Option) -> None:
        """Count an option for what alone stands against it."""
        against = {one.code: one.detail for one in self.reasons.against(agent, course, option)}
        codes = set(against)
        where = (self.reasons.reading.site(agent), course.id, option.day, option.start)
        if codes and codes <= _NO_TRAINER | _NO_ROOM | {"SESSION_LIMIT"}:
            self.counts["session"][(*where, next(iter(codes)))] += 1
        if codes == {"TRAINER_BUSY"}:
            for trainer in self.reasons.supply.trainers(where[0], course):
                self.counts["trainer_hours"][trainer.id, course.duration_min] += 1
        if codes == {"SESSION_FULL"}:
            self.counts["session"][(*where, "SESSION_FULL")] += 1
            self._count_seats(course, self.rooms[where])
        if codes == {"MIN_SEATS"}:
            could = against["MIN_SEATS"]["could_come"]
            if 0 < could < course.min_seats:
                self.counts["min_seats"][course.id, could] += 1
        if codes == {"COVERAGE"} and against["COVERAGE"]["short_by"] == 1:
            self.counts["max_short"][(against["COVERAGE"]["queue"],)] += 1
        if codes == {"TEAM_SHARE"}:
            detail = against["TEAM_SHARE"]
            self.counts["team_share"][detail["team"], detail["limit"] + 1] += 1
        if codes == {"WEEK_LIMIT"}:
            self.counts["week_limit"][(course.duration_min,)] += 1

    def _count_seats(self, course: Course, room: str) -> None:
        seats = next(one.seats for one in self.problem.rooms if one.id == room)
        if seats > course.seats:
            self.counts["seats"][course.id, MORE_SEATS] += 1
        elif seats < course.seats:
            self.counts["room_seats"][room, MORE_SEATS] += 1

    def of_kind(self, kind: str) -> list[Relaxation]:
        """The proposals of a kind that most options wait for."""
        named = {
            "session": ("site", "course", "day", "start", "lacks"),
            "seats": ("course", "more"),
            "room_seats": ("room", "more"),
            "min_seats": ("course", "people"),
            "deadline": ("course", "day"),
            "trainer_hours": ("trainer", "more_min"),
            "max_short": ("queue",),
            "team_share": ("team", "people"),
            "week_limit": ("more_min",),
        }[kind]
        found = []
        for values, _ in self.counts[kind].most_common(MOST_PER_KIND):
            detail = dict(zip(named, values, strict=True))
            if kind == "session":
                detail |= self._needs(detail)
            if kind == "max_short":
                queues = {queue.id: queue.max_short for queue in self.problem.queues}
                detail["heads"] = queues[detail["queue"]] + 1
            found.append(Relaxation(kind, detail))
        return found

    def _needs(self, detail: dict[str, Any]) -> dict[str, bool]:
        """What has to be found for a class more then: a trainer, a room, or both."""
        reasons = self.reasons
        course = reasons.reading.courses[detail["course"]]
        site, day, start = detail["site"], detail["day"], detail["start"]
        code = reasons.supply.place(site, course, day, start).code
        needs = {"trainer": code in _NO_TRAINER, "room": code in _NO_ROOM}
        if code in _NO_TRAINER:
            # The room is looked for after the trainer: ask again as if one had been found.
            needs["room"] = not reasons.supply.has_room(site, course, day, start)
        held = reasons.supply.held[course.id]
        needs["limit"] = course.max_sessions is not None and held >= course.max_sessions
        return needs


def relaxed(problem: Problem, one: Relaxation) -> Problem:
    """The problem as it is when this is given way."""
    detail = one.detail
    if one.kind == "session":
        return _with_session(problem, detail)
    if one.kind in {"seats", "min_seats", "deadline"}:
        return replace(problem, courses=tuple(_courses(problem, one)))
    if one.kind == "room_seats":
        rooms = tuple(
            replace(room, seats=room.seats + detail["more"]) if room.id == detail["room"] else room
            for room in problem.rooms
        )
        return replace(problem, rooms=rooms)
    if one.kind == "trainer_hours":
        trainers = tuple(
            replace(trainer, max_min_per_week=trainer.max_min_per_week + detail["more_min"])
            if trainer.id == detail["trainer"]
            else trainer
            for trainer in problem.trainers
        )
        return replace(problem, trainers=trainers)
    return _with_limit(problem, one)


def _with_limit(problem: Problem, one: Relaxation) -> Problem:
    detail = one.detail
    if one.kind == "max_short":
        queues = tuple(
            replace(queue, max_short=detail["heads"]) if queue.id == detail["queue"] else queue
            for queue in problem.queues
        )
        return replace(problem, queues=queues)
    if one.kind == "team_share":
        size = sum(team == detail["team"] for team in problem.agents.team)
        teams = tuple(
            replace(team, max_share=min(1.0, detail["people"] / size))
            if team.id == detail["team"]
            else team
            for team in problem.teams
        )
        return replace(problem, teams=teams)
    assert one.kind == "week_limit", one.kind
    minutes = problem.rules.max_training_min_per_week + detail["more_min"]
    return replace(problem, rules=replace(problem.rules, max_training_min_per_week=minutes))


def _courses(problem: Problem, one: Relaxation) -> Iterator[Course]:
    for course in problem.courses:
        if course.id != one.detail["course"]:
            yield course
        elif one.kind == "seats":
            yield replace(course, seats=course.seats + one.detail["more"])
        elif one.kind == "min_seats":
            yield replace(course, min_seats=one.detail["people"])
        else:
            yield replace(course, deadline=one.detail["day"])


def _with_session(problem: Problem, detail: dict[str, Any]) -> Problem:
    """A trainer and a room that are there for this one class, where they are lacking."""
    course = next(course for course in problem.courses if course.id == detail["course"])
    end = detail["start"] + course.duration_min
    trainers, rooms = problem.trainers, problem.rooms
    if detail["trainer"]:
        there = (Span(detail["day"], detail["start"], end),)
        guest = Trainer(EXTRA, detail["site"], (course.id,), there, course.duration_min)
        trainers = (*trainers, guest)
    if detail["room"]:
        # Blocked at every other time, so that it serves this class only.
        day, start = detail["day"], detail["start"]
        blocked = (*(Span(other, 0, 1440) for other in range(problem.days) if other != day),)
        blocked = (*blocked, Span(day, 0, start), Span(day, end, max(1440, end)))
        rooms = (*rooms, Room(EXTRA, detail["site"], course.seats, blocked))
    courses = tuple(
        replace(one, max_sessions=one.max_sessions + 1)
        if detail["limit"] and one.id == course.id and one.max_sessions is not None
        else one
        for one in problem.courses
    )
    return replace(problem, trainers=trainers, rooms=rooms, courses=courses)
