"""Whether one person may sit one class of a plan, and what stands against it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from trainhub.planner.judging.costs import heads_away, load
from trainhub.planner.judging.reading import Reading
from trainhub.planner.problem import DAY_MIN, WEEK_DAYS, Course, Window
from trainhub.planner.problem.plan import PlannedSession


@dataclass(frozen=True, slots=True)
class Refusal:
    """One thing that stands against a seat: a code of the plan format, and its figures."""

    code: str
    detail: dict[str, Any]


@dataclass(frozen=True, slots=True)
class Sitting:
    """A seat somebody has: the class as the person's agenda knows it. Minutes of the calendar."""

    session: str
    course: str
    day: int
    begins: int
    ends: int

    @property
    def minutes(self) -> int:
        """How long it takes."""
        return self.ends - self.begins


class Seating:
    """All seats of a plan, in a form that answers what one seat more would break."""

    def __init__(self, reading: Reading, sessions: Sequence[PlannedSession]) -> None:
        self.reading = reading
        self.problem = reading.problem
        self.agenda: dict[int, list[Sitting]] = {}
        # What agents teach who are trainers too, by class.
        self.teaching: dict[int, dict[str, Sitting]] = {}
        self.agent_of = {
            trainer.id: trainer.agent
            for trainer in self.problem.trainers
            if trainer.agent is not None
        }
        self._pins = {pin.id for pin in self.problem.pinned_sessions}
        self.taken: dict[str, int] = {}
        self.loads = load(reading, ())
        self.surplus = self._surplus()
        self._max_short = {queue.id: queue.max_short for queue in self.problem.queues}
        self.team_sizes: dict[str, int] = {}
        for team in self.problem.agents.team:
            self.team_sizes[team] = self.team_sizes.get(team, 0) + 1
        self.team_loads = {team: [0] * reading.intervals for team in self.team_sizes}
        self._seats = {room.id: room.seats for room in self.problem.rooms}
        self._rooms = {room.id: room for room in self.problem.rooms}
        self._trainer_site = {trainer.id: trainer.site for trainer in self.problem.trainers}
        self._before: dict[str, list[tuple[str, int]]] = {}
        self._after: dict[str, list[tuple[str, int]]] = {}
        for one in self.problem.precedences:
            self._before.setdefault(one.after, []).append((one.before, one.min_gap_days))
            self._after.setdefault(one.before, []).append((one.after, one.min_gap_days))
        for session in sessions:
            self.enter(session)

    def enter(self, session: PlannedSession) -> None:
        """Count one class more, with its people."""
        self.taken[session.id] = len(session.agents)
        course = self.reading.courses[session.course]
        sitting = sitting_of(session.id, course, session.day, session.start)
        slots = self.reading.slots(session.day, session.start, session.start + course.duration_min)
        for queue, heads in heads_away(self.reading, session).items():
            for slot in slots:
                self.loads[queue][slot] += heads
        if session.trainer in self.agent_of:
            taught = self.teaching.setdefault(self.agent_of[session.trainer], {})
            taught[session.id] = sitting
        for agent in session.agents:
            self.agenda.setdefault(agent, []).append(sitting)
            line = self.team_loads[self.problem.agents.team[agent]]
            for slot in slots:
                line[slot] += 1

    def _surplus(self) -> dict[str, list[int]]:
        rostered, required = self.reading.rostered(), self.reading.required()
        return {
            queue: [have - need for have, need in zip(line, required[queue], strict=True)]
            for queue, line in rostered.items()
        }

    def team_limit(self, team: str) -> int:
        """How many of a team may be in class at once."""
        share = self.reading.team_of[team].max_share
        # A share such as 0.3 of 10 is 3, though the product is a little less in floating point.
        return max(1, int(share * self.team_sizes[team] + 1e-9))

    def seats(self, session: PlannedSession) -> int:
        """How many people a class holds."""
        return min(self.reading.courses[session.course].seats, self._seats[session.room])

    def site_of(self, session: PlannedSession) -> str:
        """Whose class it is: the trainer's site, where the room is open to it, else the room's."""
        return self._rooms[session.room].site_of_class(self._trainer_site[session.trainer])

    def refusals(
        self, agent: int, session: PlannedSession, *, joins: bool = True
    ) -> Iterator[Refusal]:
        """What stands against this person in this class; `joins` is False for one who sits there.

        The order is that of the rules: window, rest, room, cover, team, then the person's agenda.
        """
        course = self.reading.courses[session.course]
        if self.site_of(session) != self.reading.site(agent):
            yield Refusal("NO_WINDOW", {"site": self.site_of(session)})
            return
        window = self.reading.window(agent, course, session.day, session.start)
        if window is None:
            yield Refusal("NO_WINDOW", {"shift": self.reading.code(agent, session.day)})
            return
        yield from self.rest(agent, course, session.day, session.start, window)
        seats = self.seats(session)
        if self.taken[session.id] + joins > seats:
            yield Refusal("SESSION_FULL", {"seats": seats})
        yield from self.crowding(agent, course, session.day, session.start, window, joins=joins)
        mine = None if joins else session.id
        yield from self.agenda_refusals(
            agent, sitting_of(mine or "", course, session.day, session.start)
        )

    def rest(
        self, agent: int, course: Course, day: int, start: int, window: Window
    ) -> Iterator[Refusal]:
        """H5: too little rest before an early class or after a late one, from the end of all
        that the person has on the one day to the begin of all on the next."""
        begins = day * DAY_MIN + start
        ends = begins + course.duration_min
        rest = None
        if window.kind in {"early", "before"}:
            ended = [one.ends for one in self._classes(agent, day - 1) if one.ends <= begins]
            before = self.reading.shift(agent, day - 1)
            if before is not None:
                ended.append((day - 1) * DAY_MIN + before.end)
            rest = begins - max(ended) if ended else None
        elif window.kind == "after":
            duties = [one.begins for one in self._classes(agent, day + 1) if one.begins >= ends]
            after = self.reading.shift(agent, day + 1)
            if after is not None:
                duty = min([after.start, *(each.start for each in after.windows)])
                duties.append((day + 1) * DAY_MIN + duty)
            rest = min(duties) - ends if duties else None
        wanted = self.problem.rules.min_rest_min
        if rest is not None and rest < wanted:
            yield Refusal("REST", {"rest_min": rest, "min_rest_min": wanted})

    def _classes(self, agent: int, day: int) -> Iterator[Sitting]:
        """What the person sits on a day, and what pins make them teach then."""
        yield from (one for one in self.agenda.get(agent, ()) if one.day == day)
        for one in self.teaching.get(agent, {}).values():
            if one.day == day and one.session in self._pins:
                yield one

    def crowding(
        self, agent: int, course: Course, day: int, start: int, window: Window, *, joins: bool
    ) -> Iterator[Refusal]:
        """H10 and H11: heads missing on the phones, or too many of the team in class."""
        slots = self.reading.slots(day, start, start + course.duration_min)
        queue, team = self.reading.queue(agent), self.problem.agents.team[agent]
        if window.on_phones:
            worst = max(slots, key=lambda slot: self.over(queue, slot), default=None)
            if worst is not None and self.over(queue, worst) + joins > 0:
                short = self.over(queue, worst) + joins
                yield Refusal("COVERAGE", {"queue": queue, "short_by": short} | self._at(worst))
        limit, line = self.team_limit(team), self.team_loads[team]
        worst = max(slots, key=lambda slot: line[slot], default=None)
        if worst is not None and line[worst] + joins > limit:
            yield Refusal("TEAM_SHARE", {"team": team, "limit": limit} | self._at(worst))

    def over(self, queue: str, slot: int) -> int:
        """Heads taken beyond what the queue can spare in an interval; negative: still to spare."""
        return self.loads[queue][slot] - self.spare(queue, slot)

    def spare(self, queue: str, slot: int) -> int:
        """Heads that classes may take from a queue in an interval, all classes together."""
        return max(0, self.surplus[queue][slot] + self._max_short[queue])

    def _at(self, slot: int) -> dict[str, int]:
        minutes = slot % self.reading.per_day * self.problem.interval_min
        return {
            "day": slot // self.reading.per_day,
            "from_min": minutes,
            "to_min": minutes + self.problem.interval_min,
        }

    def agenda_refusals(self, agent: int, wanted: Sitting) -> Iterator[Refusal]:
        """H3, H6, H6b and H8: what the person's other classes, taught too, say to this one."""
        others = [one for one in self.agenda.get(agent, ()) if one.session != wanted.session]
        rules = self.problem.rules
        for one in others:
            if one.course == wanted.course:
                yield Refusal("CLASH", {"course": one.course, "day": one.day, "again": True})
            elif one.begins < wanted.ends and wanted.begins < one.ends:
                yield Refusal("CLASH", {"course": one.course, "day": one.day})
        for taught in self.teaching.get(agent, {}).values():
            if taught.begins < wanted.ends and wanted.begins < taught.ends:
                detail = {"course": taught.course, "day": taught.day, "teaches": True}
                yield Refusal("CLASH", detail)
        same_day = sum(one.day == wanted.day for one in others) + 1
        if same_day > rules.max_classes_per_day:
            yield Refusal("DAY_LIMIT", {"day": wanted.day, "limit": rules.max_classes_per_day})
        week = wanted.day // WEEK_DAYS
        minutes = wanted.minutes + sum(
            one.minutes for one in others if one.day // WEEK_DAYS == week
        )
        if minutes > rules.max_training_min_per_week:
            limit = rules.max_training_min_per_week
            yield Refusal("WEEK_LIMIT", {"week": week, "minutes": minutes, "limit": limit})
        yield from self._series(agent, wanted, others)

    def _series(self, agent: int, wanted: Sitting, others: Sequence[Sitting]) -> Iterator[Refusal]:
        sat = {one.course: one for one in others}
        for course, gap in self._before.get(wanted.course, ()):
            earlier = sat.get(course)
            if earlier is None:
                if self.reading.needs(agent, self.reading.courses[course]):
                    yield Refusal("SERIES_ORDER", {"course": course, "missing": True})
            elif not in_order(earlier, wanted, gap):
                yield Refusal("SERIES_ORDER", {"course": course, "day": earlier.day, "gap": gap})
        for course, gap in self._after.get(wanted.course, ()):
            later = sat.get(course)
            if later is not None and not in_order(wanted, later, gap):
                yield Refusal("SERIES_ORDER", {"course": course, "day": later.day, "gap": gap})


class Trial:
    """A class being filled: who is in it counts for who may still come. `trainer` teaches it."""

    def __init__(
        self,
        seating: Seating,
        course: Course,
        day: int,
        start: int,
        seats: int,
        trainer: str | None = None,
    ) -> None:
        self.seating, self.course, self.seats = seating, course, seats
        self.teacher = seating.agent_of.get(trainer or "")
        self.day, self.start = day, start
        self.slots = seating.reading.slots(day, start, start + course.duration_min)
        self.agents: list[int] = []
        self._spare: dict[str, int] = {}
        self._share: dict[str, int] = {}

    def invite(self, agent: int, window: Window) -> bool:
        """Take the person in if a seat is left and nothing stands against it."""
        seating, course = self.seating, self.course
        queue, team = seating.reading.queue(agent), seating.problem.agents.team[agent]
        if len(self.agents) >= self.seats or self._of_team(team) <= 0:
            return False
        if agent == self.teacher:
            return False
        if window.on_phones and self._of_queue(queue) <= 0:
            return False
        sitting = sitting_of("", course, self.day, self.start)
        if any(seating.agenda_refusals(agent, sitting)) or any(
            seating.rest(agent, course, self.day, self.start, window)
        ):
            return False
        self.agents.append(agent)
        self._share[team] -= 1
        if window.on_phones:
            self._spare[queue] -= 1
        return True

    def _of_queue(self, queue: str) -> int:
        """How many heads the queue can still spare for this class."""
        if queue not in self._spare:
            over = max((self.seating.over(queue, slot) for slot in self.slots), default=-self.seats)
            self._spare[queue] = -over
        return self._spare[queue]

    def _of_team(self, team: str) -> int:
        """How many of the team may still come to this class."""
        if team not in self._share:
            line = self.seating.team_loads[team]
            away = max((line[slot] for slot in self.slots), default=0)
            self._share[team] = self.seating.team_limit(team) - away
        return self._share[team]


def sitting_of(session: str, course: Course, day: int, start: int) -> Sitting:
    """A seat in such a class."""
    begins = day * DAY_MIN + start
    return Sitting(session, course.id, day, begins, begins + course.duration_min)


def in_order(earlier: Sitting, later: Sitting, gap_days: int) -> bool:
    """H8: the later part lies far enough behind the earlier one."""
    if gap_days > 0:
        return later.day - earlier.day >= gap_days
    return later.begins >= earlier.ends
