"""Why somebody has no seat, told by the plan as it is: a code and the figures for the sentence.

Every start at which the person could sit the course is an *option*. What stands against each
option is collected, and the binding reason is the one that alone stands against most of them:
take it away and most would be free. Figures of a reason:

- always `options`, `shifts` (days that have any), `blocked` (by this reason), `days` (the first
  few of them), `release`, `deadline`, `kinds`, and `counts` (options that each reason blocks,
  also beside others);
- COVERAGE: `queue`, `day`, `from_min`, `to_min`, `short_by` of the option that lacks least, and
  `most_short_by`; TEAM_SHARE: `team`, `limit`; REST: `rest_min`, `min_rest_min`;
- NO_TRAINER, TRAINER_BUSY, NO_ROOM, ROOM_BUSY: `known`, how many there are; SESSION_FULL: `seats`;
- MIN_SEATS: `min_seats`, and `could_come`, how many without a seat could sit there and then;
- CLASH: `course`, `day`, and `teaches` if the person teaches that class;
- SERIES_ORDER: `course`, and `missing` if that part has no seat either;
- NO_WINDOW: `working_days`, `leave_days` between release and deadline.
"""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from itertools import islice
from typing import Any

from trainhub.planner.judging.reading import Reading, starts_of
from trainhub.planner.judging.seating import Refusal, Seating, Trial, sitting_of
from trainhub.planner.judging.supply import Supply
from trainhub.planner.problem import OFF, Course, Problem, Window
from trainhub.planner.problem.plan import CODES, PlannedSession, Unplaced

DAYS_TOLD = 6
_HURRIED_OPTIONS = 3


@dataclass(frozen=True, slots=True)
class Option:
    """A start at which the rota would let the person sit the course."""

    day: int
    start: int
    window: Window


@dataclass(slots=True)
class _Tally:
    """What was found against the options of one person and course."""

    options: int = 0
    shifts: set[int] = field(default_factory=set)
    blocked: Counter[str] = field(default_factory=Counter)
    alone: Counter[str] = field(default_factory=Counter)
    days: dict[str, list[int]] = field(default_factory=dict)
    figures: dict[str, dict[str, Any]] = field(default_factory=dict)
    worst: Counter[str] = field(default_factory=Counter)

    def enter(self, day: int, against: Sequence[Refusal]) -> None:
        self.options += 1
        self.shifts.add(day)
        codes = list(dict.fromkeys(refusal.code for refusal in against))
        if len(codes) == 1:
            self.alone[codes[0]] += 1
        for code in codes:
            self.blocked[code] += 1
            told = self.days.setdefault(code, [])
            if len(told) < DAYS_TOLD and day not in told:
                told.append(day)
        for refusal in against:
            self._keep(refusal)

    def _keep(self, refusal: Refusal) -> None:
        """Of several figures for one reason keep those nearest to allowing the seat."""
        kept = self.figures.setdefault(refusal.code, refusal.detail)
        if refusal.code == "COVERAGE":
            short = int(refusal.detail["short_by"])
            self.worst["COVERAGE"] = max(self.worst["COVERAGE"], short)
            if short < kept["short_by"]:
                self.figures["COVERAGE"] = refusal.detail
        elif refusal.code == "REST" and refusal.detail["rest_min"] > kept["rest_min"]:
            self.figures["REST"] = refusal.detail

    def binding(self) -> str:
        return max(
            self.blocked,
            key=lambda code: (self.alone[code], self.blocked[code], -CODES.index(code)),
        )


class Reasons:
    """Reasons for the people whom these classes leave without a seat."""

    def __init__(
        self, problem: Problem, sessions: Sequence[PlannedSession], reading: Reading | None = None
    ) -> None:
        self.problem = problem
        self.reading = reading or Reading(problem)
        self.seating = Seating(self.reading, sessions)
        self.supply = Supply(self.reading, sessions)
        seated = {(agent, one.course) for one in sessions for agent in one.agents}
        self.missing = [seat for seat in self.reading.needed() if seat not in seated]
        self._classes: dict[tuple[str, str, int, int], list[PlannedSession]] = {}
        for one in sessions:
            key = (self.seating.site_of(one), one.course, one.day, one.start)
            self._classes.setdefault(key, []).append(one)
        self._waiting: dict[tuple[str, str], list[int]] = {}
        for agent, name in self.missing:
            self._waiting.setdefault((self.reading.site(agent), name), []).append(agent)
        self._could_come: dict[tuple[str, str, int, int], int] = {}
        self._alike: dict[tuple[object, ...], Unplaced] = {}

    def of(self, agent: int, course: Course, most_options: int | None = None) -> Unplaced:
        """The reason for one person; `most_options` bounds how many starts are looked at.

        People with the same rota, the same needs and no class at all have the same reason.
        """
        if agent in self.seating.agenda or agent in self.seating.teaching:
            return self._look(agent, course, most_options)
        key = (course.id, most_options, *self.reading.likeness(agent))
        if key not in self._alike:
            self._alike[key] = self._look(agent, course, most_options)
        return replace(self._alike[key], agent=agent)

    def _look(self, agent: int, course: Course, most_options: int | None) -> Unplaced:
        options = list(islice(self.options(agent, course), most_options))
        if not options:
            detail = self._frame(course) | self._working_days(agent, course)
            return Unplaced(agent, course.id, "NO_WINDOW", detail)
        tally = _Tally()
        for option in options:
            tally.enter(option.day, self.against(agent, course, option))
        if not tally.blocked:  # nothing stands against it: a plan that was never filled up
            detail = self._frame(course) | {"options": tally.options, "blocked": 0, "days": []}
            return Unplaced(agent, course.id, "MIN_SEATS", detail)
        code = tally.binding()
        detail = {
            "options": tally.options,
            "shifts": len(tally.shifts),
            "blocked": tally.blocked[code],
            "days": tally.days[code],
            "counts": {one: tally.blocked[one] for one in CODES if tally.blocked[one]},
        }
        if tally.worst[code]:
            detail["most_short_by"] = tally.worst[code]
        detail |= self._frame(course) | tally.figures[code]
        return Unplaced(agent, course.id, code, detail)

    def options(self, agent: int, course: Course) -> Iterator[Option]:
        """The person's starts, in the order of the calendar."""
        for day, start, window in starts_of(self.reading, agent, course):
            yield Option(day, start, window)

    def against(self, agent: int, course: Course, option: Option) -> list[Refusal]:
        """Everything that keeps this person from sitting the course there and then."""
        personal = list(self.personal(agent, course, option))
        seats = self._no_seat(agent, course, option)
        # Too few people to open a class is a reason only for those who could come to it.
        return personal + [one for one in seats if one.code != "MIN_SEATS" or not personal]

    def personal(self, agent: int, course: Course, option: Option) -> Iterator[Refusal]:
        """What would stand against the person in any class held there and then."""
        day, start, window = option.day, option.start, option.window
        yield from self.seating.rest(agent, course, day, start, window)
        yield from self.seating.crowding(agent, course, day, start, window, joins=True)
        yield from self.seating.agenda_refusals(agent, sitting_of("", course, day, start))

    def _no_seat(self, agent: int, course: Course, option: Option) -> list[Refusal]:
        """Why there is no seat then, if there is none: what is held is full, or nothing is held."""
        site = self.reading.site(agent)
        held = self._classes.get((site, course.id, option.day, option.start), [])
        sizes = [self.seating.seats(one) for one in held]
        if any(self.seating.taken[one.id] < size for one, size in zip(held, sizes, strict=True)):
            return []
        if held:
            return [Refusal("SESSION_FULL", {"seats": sum(sizes), "classes": len(held)})]
        if course.max_sessions is not None and self.supply.held[course.id] >= course.max_sessions:
            return [Refusal("SESSION_LIMIT", {"limit": course.max_sessions})]
        place = self.supply.place(site, course, option.day, option.start)
        if place.code is not None:
            return [Refusal(place.code, {"known": place.known})]
        return [Refusal("MIN_SEATS", self._too_few(site, course, option))]

    def _too_few(self, site: str, course: Course, option: Option) -> dict[str, Any]:
        """How many without a seat could come then; enough of them means that a class was not
        worth opening, or that time ran out before it was found."""
        key = (site, course.id, option.day, option.start)
        if key not in self._could_come:
            self._could_come[key] = len(self.could_come(site, course, option.day, option.start))
        return {"min_seats": course.min_seats, "could_come": self._could_come[key]}

    def could_come(self, site: str, course: Course, day: int, start: int) -> list[int]:
        """Who waits for the course at the site and could sit it then, together, in one class."""
        trial = Trial(self.seating, course, day, start, course.seats)
        for agent in self._waiting.get((site, course.id), ()):
            window = self.reading.window(agent, course, day, start)
            if window is not None:
                trial.invite(agent, window)
            if len(trial.agents) >= course.seats:
                break
        return trial.agents

    def _frame(self, course: Course) -> dict[str, Any]:
        return {
            "release": course.release,
            "deadline": course.deadline,
            "kinds": list(course.kinds),
        }

    def _working_days(self, agent: int, course: Course) -> dict[str, int]:
        days = range(course.release, min(course.deadline, self.problem.days - 1) + 1)
        return {
            "options": 0,
            "working_days": sum(self.reading.code(agent, day) != OFF for day in days),
            "leave_days": sum(self.reading.is_away(agent, day) for day in days),
        }


def explain(
    problem: Problem,
    sessions: Sequence[PlannedSession],
    *,
    reading: Reading | None = None,
    until: float | None = None,
) -> tuple[Unplaced, ...]:
    """Every needed seat that these classes do not give, with its reason.

    `until` is a reading of `time.monotonic()`: from then on only the first few starts of each
    person are looked at, so that the reasons of a large plan still come in time.
    """
    reasons = Reasons(problem, sessions, reading)
    found = []
    for agent, name in reasons.missing:
        late = until is not None and time.monotonic() > until
        course = reasons.reading.courses[name]
        found.append(reasons.of(agent, course, _HURRIED_OPTIONS if late else None))
    return tuple(found)
