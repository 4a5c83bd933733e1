"""The independent checker: every hard rule and every figure of a plan, straight from the rules.

It shares nothing with the solver but the types of problem and plan. What is pinned is taken as
given: a rule that only pinned classes and seats break is not the plan's fault, a rule that they
and others break together is.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import product

from trainhub.planner.judging.costs import objective
from trainhub.planner.judging.reading import Reading
from trainhub.planner.judging.seating import Seating
from trainhub.planner.problem import DAY_MIN, WEEK_DAYS, Problem, Span
from trainhub.planner.problem.plan import OBJECTIVE, Plan, PlannedSession

# Codes of a refused seat, by the rule that they belong to.
RULES = {
    "NO_WINDOW": "H4",
    "REST": "H5",
    "SESSION_FULL": "H2",
    "COVERAGE": "H10",
    "TEAM_SHARE": "H11",
    "CLASH": "H6",
    "DAY_LIMIT": "H6",
    "WEEK_LIMIT": "H6",
    "SERIES_ORDER": "H8",
}
# These are judged for a class, a queue or a team as a whole, not once per person in it.
_SHARED = {"SESSION_FULL", "COVERAGE", "TEAM_SHARE"}
# Sums of the same figures in another order may differ in the last digits.
TOLERANCE = 1e-6


@dataclass(frozen=True, slots=True)
class Violation:
    """A broken rule ("H4", "UNPLACED", "OBJECTIVE", "PLAN"), where, and what was found."""

    rule: str
    place: str
    detail: str


def check(problem: Problem, plan: Plan) -> list[Violation]:
    """Everything that is wrong with a plan; an empty list when nothing is.

    Names that the problem does not have make the rest meaningless, so they are reported alone.
    """
    unknown = list(_names(problem, plan))
    return unknown or list(_Check(problem, plan).violations())


def _names(problem: Problem, plan: Plan) -> Iterator[Violation]:
    known = {
        "course": {course.id for course in problem.courses},
        "room": {room.id for room in problem.rooms},
        "trainer": {trainer.id for trainer in problem.trainers},
    }
    for name, times in Counter(session.id for session in plan.sessions).items():
        if times > 1:
            yield Violation("PLAN", f"class {name}", f"the name is used {times} times")
    for session in plan.sessions:
        place = f"class {session.id}"
        for what, names in known.items():
            if getattr(session, what) not in names:
                yield Violation("PLAN", place, f"there is no {what} {getattr(session, what)}")
        if not 0 <= session.day < problem.days:
            yield Violation("H1", place, f"day {session.day} lies outside the calendar")
        for agent in session.agents:
            if not 0 <= agent < problem.agent_count:
                yield Violation("PLAN", place, f"there is no agent {agent}")
    yield from _unplaced_names(problem, plan, known["course"])


def _unplaced_names(problem: Problem, plan: Plan, courses: set[str]) -> Iterator[Violation]:
    for seat in plan.unplaced:
        if seat.course not in courses or not 0 <= seat.agent < problem.agent_count:
            place = f"unplaced {_seat(seat.agent, seat.course)}"
            yield Violation("PLAN", place, "there is no such agent or course")


class _Check:
    def __init__(self, problem: Problem, plan: Plan) -> None:
        self.problem, self.plan = problem, plan
        self.reading = Reading(problem)
        self.seating = Seating(self.reading, plan.sessions)
        self.pinned = {pin.id: pin for pin in problem.pinned_sessions}
        self.pinned_seats = {(agent, name) for agent, name in problem.pinned_seats}
        self.rooms = {room.id: room for room in problem.rooms}
        self.trainers = {trainer.id: trainer for trainer in problem.trainers}

    def violations(self) -> Iterator[Violation]:
        yield from self._pins()
        for session in self.plan.sessions:
            yield from self._session(session)
        yield from self._meetings()
        yield from self._trainer_weeks()
        yield from self._session_limits()
        yield from self._teachers()
        for session in self.plan.sessions:
            yield from self._seats(session)
        yield from self._cover()
        yield from self._teams()
        yield from self._unplaced()
        yield from self._objective()

    def _pins(self) -> Iterator[Violation]:
        """H12."""
        found = {session.id: session for session in self.plan.sessions}
        for name, pin in self.pinned.items():
            session = found.get(name)
            if session is None:
                yield Violation("H12", f"class {name}", "is pinned and not in the plan")
                continue
            for part in ("course", "day", "start", "room", "trainer"):
                wanted, given = getattr(pin, part), getattr(session, part)
                if wanted != given:
                    text = f"its pinned {part} {wanted} has become {given}"
                    yield Violation("H12", f"class {name}", text)
        seated = {(agent, one.id) for one in self.plan.sessions for agent in one.agents}
        for agent, name in sorted(self.pinned_seats - seated):
            yield Violation("H12", f"class {name}", f"the pinned seat of agent {agent} is gone")

    def _session(self, session: PlannedSession) -> Iterator[Violation]:
        """H1, H2 and H7 of one class."""
        place = f"class {session.id}"
        pinned = sum((agent, session.id) in self.pinned_seats for agent in session.agents)
        seats = self.seating.seats(session)
        if len(session.agents) > max(seats, pinned):
            yield Violation("H2", place, f"{len(session.agents)} people on {seats} seats")
        if session.id in self.pinned:
            return
        course = self.reading.courses[session.course]
        if len(session.agents) < course.min_seats:
            text = f"{len(session.agents)} people, at least {course.min_seats} are needed"
            yield Violation("H2", place, text)
        if not course.release <= session.day <= course.deadline:
            text = f"day {session.day} is not from {course.release} to {course.deadline}"
            yield Violation("H7", place, text)
        end = session.start + course.duration_min
        if session.day * DAY_MIN + end > self.problem.days * DAY_MIN:
            yield Violation("H1", place, "ends after the calendar")
        if session.start % course.grid_min:
            text = f"start {session.start} is not on the grid of {course.grid_min} minutes"
            yield Violation("H1", place, text)
        yield from self._room_and_trainer(session, place, end)

    def _room_and_trainer(
        self, session: PlannedSession, place: str, end: int
    ) -> Iterator[Violation]:
        room, trainer = self.rooms[session.room], self.trainers[session.trainer]
        if trainer.site not in (room.site, *room.also):
            text = f"room {room.id} is at {room.site}, trainer {trainer.id} at {trainer.site}"
            yield Violation("H1", place, text)
        if session.course not in trainer.courses:
            text = f"trainer {trainer.id} does not teach {session.course}"
            yield Violation("H1", place, text)
        begins, ends = session.day * DAY_MIN + session.start, session.day * DAY_MIN + end
        if any(first < ends and begins < last for first, last in _stretches(room.blocked)):
            yield Violation("H1", place, f"room {room.id} is blocked")
        free = _joined(_stretches(trainer.available))
        if not any(first <= begins and ends <= last for first, last in free):
            yield Violation("H1", place, f"trainer {trainer.id} is not available")

    def _meetings(self) -> Iterator[Violation]:
        """H1: no room and no trainer in two classes at once."""
        held: dict[str, list[PlannedSession]] = {}
        for session in self.plan.sessions:
            held.setdefault(f"room {session.room}", []).append(session)
            held.setdefault(f"trainer {session.trainer}", []).append(session)
        for place, sessions in held.items():
            times = sorted((*self._span(session), session.id) for session in sessions)
            running: list[tuple[int, int, str]] = []
            for one in times:
                running = [other for other in running if other[1] > one[0]]
                for other in running:
                    if not (one[2] in self.pinned and other[2] in self.pinned):
                        text = f"classes {other[2]} and {one[2]} at the same time"
                        yield Violation("H1", place, text)
                running.append(one)

    def _span(self, session: PlannedSession) -> tuple[int, int]:
        begins = session.day * DAY_MIN + session.start
        return begins, begins + self.reading.courses[session.course].duration_min

    def _trainer_weeks(self) -> Iterator[Violation]:
        minutes: Counter[tuple[str, int]] = Counter()
        pinned: Counter[tuple[str, int]] = Counter()
        for session in self.plan.sessions:
            key = (session.trainer, session.day // WEEK_DAYS)
            minutes[key] += self.reading.courses[session.course].duration_min
            if session.id in self.pinned:
                pinned[key] += self.reading.courses[session.course].duration_min
        for key, sum_ in minutes.items():
            limit = self.trainers[key[0]].max_min_per_week
            if sum_ > max(limit, pinned[key]):
                text = f"{sum_} minutes in week {key[1]}, at most {limit}"
                yield Violation("H1", f"trainer {key[0]}", text)

    def _session_limits(self) -> Iterator[Violation]:
        held = Counter(session.course for session in self.plan.sessions)
        pinned = Counter(pin.course for pin in self.problem.pinned_sessions)
        for course, count in held.items():
            limit = self.reading.courses[course].max_sessions
            if limit is not None and count > max(limit, pinned[course]):
                yield Violation("H1", f"course {course}", f"{count} classes, at most {limit}")

    def _seats(self, session: PlannedSession) -> Iterator[Violation]:
        """H3 to H6 and H8 of the people in one class."""
        course = self.reading.courses[session.course]
        for agent, times in Counter(session.agents).items():
            place = f"agent {agent}, class {session.id}"
            if times > 1:
                yield Violation("H3", place, f"sits there {times} times")
            if (agent, session.id) in self.pinned_seats:
                continue
            if not self.reading.needs(agent, course):
                yield Violation("H3", place, f"does not need {course.id}")
            for refusal in self.seating.refusals(agent, session, joins=False):
                if refusal.code in _SHARED or "teaches" in refusal.detail:
                    continue
                rule = "H3" if refusal.detail.get("again") else RULES[refusal.code]
                yield Violation(rule, place, f"{refusal.code} {_figures(refusal.detail)}")

    def _teachers(self) -> Iterator[Violation]:
        """H6b: nobody sits in a class while teaching one, unless both are pinned."""
        for trainer in self.problem.trainers:
            if trainer.agent is None:
                continue
            taught = [one for one in self.plan.sessions if one.trainer == trainer.id]
            sat = [one for one in self.plan.sessions if trainer.agent in one.agents]
            for one, other in product(taught, sat):
                (begins, ends), (first, last) = self._span(one), self._span(other)
                pinned = one.id in self.pinned and (trainer.agent, other.id) in self.pinned_seats
                if begins < last and first < ends and not pinned:
                    text = f"sits in class {other.id} while teaching class {one.id}"
                    yield Violation("H6b", f"agent {trainer.agent}", text)

    def _pinned_sessions(self) -> list[PlannedSession]:
        """The classes with none but their pinned people."""
        return [
            PlannedSession(
                one.id, one.course, one.day, one.start, one.room, one.trainer,
                tuple(a for a in one.agents if (a, one.id) in self.pinned_seats),
            )
            for one in self.plan.sessions
            if one.id in self.pinned
        ]  # fmt: skip

    def _cover(self) -> Iterator[Violation]:
        """H10: the heads in class are counted for the queue, whoever came first."""
        pinned = Seating(self.reading, self._pinned_sessions()).loads
        for queue, line in self.seating.loads.items():
            for slot, taken in enumerate(line):
                spare = self.seating.spare(queue, slot)
                if taken > max(spare, pinned[queue][slot]):
                    text = f"{taken} heads in class, {spare} can be spared"
                    yield Violation("H10", f"queue {queue}, {self._when(slot)}", text)

    def _teams(self) -> Iterator[Violation]:
        """H11."""
        pinned = Seating(self.reading, self._pinned_sessions()).team_loads
        for team, line in self.seating.team_loads.items():
            limit = self.seating.team_limit(team)
            for slot, away in enumerate(line):
                if away > max(limit, pinned[team][slot]):
                    text = f"{away} people in class, at most {limit}"
                    yield Violation("H11", f"team {team}, {self._when(slot)}", text)

    def _when(self, slot: int) -> str:
        day, number = divmod(slot, self.reading.per_day)
        return f"day {day}, minute {number * self.problem.interval_min}"

    def _unplaced(self) -> Iterator[Violation]:
        """Who has no seat is listed, once, and truly fits into no class of the plan."""
        seated = {(agent, one.course) for one in self.plan.sessions for agent in one.agents}
        listed = Counter((seat.agent, seat.course) for seat in self.plan.unplaced)
        missing = set(self.reading.needed()) - seated
        for agent, name in sorted(missing - set(listed)):
            yield Violation("UNPLACED", _seat(agent, name), "has no seat and is not listed")
        for (agent, name), times in listed.items():
            if times > 1:
                yield Violation("UNPLACED", _seat(agent, name), f"is listed {times} times")
            if (agent, name) not in missing:
                text = "is listed but has a seat or needs none"
                yield Violation("UNPLACED", _seat(agent, name), text)
        open_: dict[tuple[str, str], list[PlannedSession]] = {}
        for one in self.plan.sessions:
            course = self.reading.courses[one.course]
            in_time = course.release <= one.day <= course.deadline
            if in_time and len(one.agents) < self.seating.seats(one):
                place = (one.course, self.seating.site_of(one))
                open_.setdefault(place, []).append(one)
        for agent, name in sorted(missing):
            for one in open_.get((name, self.reading.site(agent)), ()):
                if not any(self.seating.refusals(agent, one)):
                    yield Violation("UNPLACED", _seat(agent, name), f"fits into class {one.id}")
                    break

    def _objective(self) -> Iterator[Violation]:
        counted = objective(self.problem, self.plan.sessions, self.reading)
        for part in OBJECTIVE:
            right, given = getattr(counted, part.name), getattr(self.plan.objective, part.name)
            if abs(right - given) > TOLERANCE * max(1.0, abs(right)):
                text = f"is {right:g}, the plan says {given:g}"
                yield Violation("OBJECTIVE", part.name, text)
        if self.plan.lower_bound > counted.total * (1 + TOLERANCE) + TOLERANCE:
            text = f"{self.plan.lower_bound:g} lies above the cost {counted.total:g}"
            yield Violation("OBJECTIVE", "lower_bound", text)


def _seat(agent: int, course: str) -> str:
    return f"agent {agent}, course {course}"


def _figures(detail: dict[str, object]) -> str:
    return ", ".join(f"{name} {value}" for name, value in detail.items())


def _stretches(spans: Iterable[Span]) -> list[tuple[int, int]]:
    """Spans of days as minutes of the calendar."""
    return [(day * DAY_MIN + start, day * DAY_MIN + end) for day, start, end in spans]


def _joined(stretches: Sequence[tuple[int, int]]) -> list[tuple[int, int]]:
    """Stretches that touch or overlap as one."""
    joined: list[tuple[int, int]] = []
    for start, end in sorted(stretches):
        if joined and start <= joined[-1][1]:
            joined[-1] = (joined[-1][0], max(joined[-1][1], end))
        else:
            joined.append((start, end))
    return joined
