"""What does not change while a problem is solved: slots, who may sit in them, head-room, needs.

A *slot* is a course at a site, a day and a start at which at least one agent, room and trainer
could be together; a class is opened in a slot with one of its rooms and trainers.
"""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass

from trainhub.planner.problem import DAY_MIN, WEEK_DAYS, Course, Problem, Span, Window
from trainhub.planner.problem.duties import Duties, touched
from trainhub.planner.solving import prospects
from trainhub.planner.solving.masks import mask_of
from trainhub.planner.solving.nights import Nights

HOUR_MIN = 60


@dataclass(slots=True, frozen=True, eq=False)
class Slot:
    """`begin` and `end` are minutes from the calendar's first midnight. `on` and `off` are the
    agents with a window then (H3, H4, H5, H7) on and off the phones, `outside` those of them
    whose window lies outside the shift. `late` is what a seat costs for its day."""

    course: int
    site: int
    day: int
    start: int
    begin: int
    end: int
    intervals: range
    on: int
    off: int
    outside: int
    rooms: tuple[int, ...]
    trainers: tuple[int, ...]
    late: float
    is_dawn: bool

    @property
    def week(self) -> int:
        return self.day // WEEK_DAYS


@dataclass(slots=True, frozen=True)
class Edge:
    """H8: the course `after` lies at least `gap` days after `before`; 0: starts after its end."""

    before: int
    after: int
    gap: int


class Ground:
    """A problem as arrays over numbers: agents, courses, teams, queues, rooms, trainers."""

    def __init__(self, problem: Problem) -> None:
        self.problem = problem
        self.duties = Duties(problem)
        self.nights = Nights(self.duties)
        self.count = problem.agent_count
        self.days = problem.days
        self.courses = problem.courses
        self._name_places()
        self._gather_people()
        self._measure_cover()
        self.need = [self._need(course) for course in problem.courses]
        self._groups = self._three_letter_groups()
        self._options: dict[tuple[str, int], dict[int, Window]] = {}
        self._masks: dict[tuple[int, int], dict[int, list[int]]] = {}
        self.edges = [
            Edge(self.course_index[row.before], self.course_index[row.after], row.min_gap_days)
            for row in problem.precedences
        ]
        pairs = range(len(problem.courses))
        self.edges_into = [
            [e for e in range(len(self.edges)) if self.edges[e].after == c] for c in pairs
        ]
        self.edges_from = [
            [e for e in range(len(self.edges)) if self.edges[e].before == c] for c in pairs
        ]
        self._read_wishes()
        self.slots = [list(self._slots(course)) for course in pairs]
        self.slot_at = {
            (slot.course, slot.site, slot.day, slot.start): slot
            for slots in self.slots
            for slot in slots
        }

        self.order = prospects.order_of(self)
        self.chances = [prospects.chances_of(self, course) for course in pairs]
        self.few_chances = [prospects.few_chances(self, course) for course in pairs]
        self.ahead = prospects.who_looks_ahead(self)

    def _name_places(self) -> None:
        problem = self.problem
        self.course_index = {course.id: number for number, course in enumerate(problem.courses)}
        self.room_index = {room.id: number for number, room in enumerate(problem.rooms)}
        self.trainer_index = {who.id: number for number, who in enumerate(problem.trainers)}
        self.queue_index = {queue.id: number for number, queue in enumerate(problem.queues)}
        names = [team.site for team in problem.teams]
        names += [site for room in problem.rooms for site in room.sites]
        names += [who.site for who in problem.trainers]
        self.site_index = {name: number for number, name in enumerate(dict.fromkeys(names))}
        self.room_sites = [{self.site_index[site] for site in room.sites} for room in problem.rooms]
        self.blocked = [[absolute(span) for span in room.blocked] for room in problem.rooms]
        self.available = [[absolute(span) for span in who.available] for who in problem.trainers]
        self.trainer_of = {
            who.agent: number
            for number, who in enumerate(problem.trainers)
            if who.agent is not None
        }
        self.self_mask = [0 if who.agent is None else 1 << who.agent for who in problem.trainers]

    def _gather_people(self) -> None:
        problem = self.problem
        number_of = {team.id: number for number, team in enumerate(problem.teams)}
        self.team = [number_of[name] for name in problem.agents.team]
        self.team_queue = [self.queue_index[team.queue] for team in problem.teams]
        self.team_site = [self.site_index[team.site] for team in problem.teams]
        self.queue = [self.team_queue[team] for team in self.team]
        members: list[list[int]] = [[] for _ in problem.teams]
        for agent, team in enumerate(self.team):
            members[team].append(agent)
        self.team_mask = [mask_of(group, self.count) for group in members]
        self.together = [team.policy == "together" for team in problem.teams]
        # The share is a decimal figure: 0.29 of 100 people are 29, not 28.
        self.team_most = [
            max(1, math.floor(team.max_share * len(group) + 1e-9))
            for team, group in zip(problem.teams, members, strict=True)
        ]
        self.site_mask = [0] * len(self.site_index)
        for team, mask in enumerate(self.team_mask):
            self.site_mask[self.team_site[team]] |= mask
        self.site_teams = [
            [team for team in range(len(problem.teams)) if self.team_site[team] == site]
            for site in range(len(self.site_index))
        ]

    def _measure_cover(self) -> None:
        """H10 per queue and interval: the most people out, and how many of them cost nothing."""
        surplus = self.duties.surplus()
        self.most_out = [
            [max(0, spare + queue.max_short) for spare in surplus[queue.id]]
            for queue in self.problem.queues
        ]
        self.free_out = [
            [max(0, spare) for spare in surplus[queue.id]] for queue in self.problem.queues
        ]

    def _need(self, course: Course) -> int:
        teams = None if course.teams is None else set(course.teams)
        mask = 0
        for team, group in zip(self.problem.teams, self.team_mask, strict=True):
            if teams is None or team.id in teams:
                mask |= group
        done = (agent for agent, name in self.problem.agents.done if name == course.id)
        return mask & ~mask_of(done, self.count)

    def _three_letter_groups(self) -> list[list[tuple[str, int]]]:
        """Per day the agents who work, by the shifts of yesterday, today and tomorrow."""
        alike: dict[str, list[int]] = defaultdict(list)
        for agent, codes in enumerate(self.duties.codes):
            alike[codes].append(agent)
        masks = [(codes, mask_of(agents, self.count)) for codes, agents in alike.items()]
        groups = []
        for day in range(self.days):
            found: dict[str, int] = defaultdict(int)
            for codes, mask in masks:
                if codes[day] in self.problem.shifts:
                    before = codes[day - 1] if day else "."
                    after = codes[day + 1] if day + 1 < self.days else "."
                    found[before + codes[day] + after] |= mask
            groups.append(list(found.items()))
        return groups

    def _read_wishes(self) -> None:
        problem, course_index = self.problem, self.course_index
        self.dislike: dict[tuple[int, int, int], float] = defaultdict(float)
        for row in problem.dislike:
            self.dislike[row.agent, row.day, row.start] += row.cost
        self.previous: dict[tuple[int, int, int, int], int] = defaultdict(int)
        for seat in problem.previous:
            self.previous[seat.agent, course_index[seat.course], seat.day, seat.start] += 1
        self.resuming = mask_of((seat.agent for seat in problem.previous), self.count)
        self.seated_before = [
            mask_of((a for a, c, _, _ in self.previous if c == course), self.count)
            for course in range(len(self.courses))
        ]
        self.dawn_history = [0] * self.count
        for agent, times in dict(problem.agents.dawn_history).items():
            self.dawn_history[agent] = times

    def options(self, three: str, course: int) -> dict[int, Window]:
        """The starts at which a person with these three shifts may sit the course (H4, H5)."""
        key = three, course
        if key not in self._options:
            wanted, today = self.courses[course], self.problem.shifts[three[1]]
            starts: set[int] = set()
            for window in today.windows:
                if window.kind in wanted.kinds:
                    first = -(-window.start // wanted.grid_min) * wanted.grid_min
                    last = window.end - wanted.duration_min
                    starts.update(range(first, last + 1, wanted.grid_min))
            found = {}
            for start in sorted(starts):
                window_ = self.duties.window_of_three(three, wanted, start)
                if window_ is not None:
                    found[start] = window_
            self._options[key] = found
        return self._options[key]

    def _day_masks(self, course: int, day: int) -> dict[int, list[int]]:
        """Per start the agents on, off and outside the phones and shift, of all sites."""
        masks: dict[int, list[int]] = {}
        for three, group in self._groups[day]:
            for start, window in self.options(three, course).items():
                _sort_in(masks.setdefault(start, [0, 0, 0]), window, group)
        return masks

    def _slots(self, course: int) -> Iterator[Slot]:
        wanted = self.courses[course]
        sites = sorted(set().union(*self.room_sites))
        for day in range(max(0, wanted.release), min(self.days - 1, wanted.deadline) + 1):
            for start, (on, off, outside) in sorted(self._day_masks(course, day).items()):
                begin = day * DAY_MIN + start
                if begin + wanted.duration_min > self.days * DAY_MIN:
                    continue
                for site in sites:
                    slot = self._slot(course, site, day, start, (on, off, outside))
                    if slot.on | slot.off and slot.rooms and slot.trainers:
                        yield slot

    def _slot(
        self, course: int, site: int, day: int, start: int, masks: tuple[int, int, int]
    ) -> Slot:
        wanted, here = self.courses[course], self.site_mask[site] & self.need[course]
        rested = here & ~self.nights.kept_from(wanted, day, start)
        begin = day * DAY_MIN + start
        end = begin + wanted.duration_min
        rules, weights = self.problem.rules, self.problem.weights
        return Slot(
            course=course,
            site=site,
            day=day,
            start=start,
            begin=begin,
            end=end,
            intervals=self._intervals(day, start, wanted.duration_min),
            on=masks[0] & rested,
            off=masks[1] & rested,
            outside=masks[2] & here,
            rooms=self._rooms(wanted, site, begin, end),
            trainers=self._trainers(wanted, site, begin, end),
            late=weights.late_day * max(0, day - wanted.due),
            is_dawn=start < rules.dawn_before_min,
        )

    def _intervals(self, day: int, start: int, duration: int) -> range:
        found = touched(self.problem.interval_min, day, start, duration)
        last = self.days * self.problem.calendar.intervals_per_day
        return range(found.start, min(found.stop, last))

    def _rooms(self, course: Course, site: int, begin: int, end: int) -> tuple[int, ...]:
        """H1: rooms of the site not blocked then that hold the fewest people, smallest first."""
        found = [
            room
            for room, place in enumerate(self.problem.rooms)
            if site in self.room_sites[room]
            and min(place.seats, course.seats) >= max(1, course.min_seats)
            and not any(first < end and begin < last for first, last in self.blocked[room])
        ]
        return tuple(sorted(found, key=lambda room: self.problem.rooms[room].seats))

    def _trainers(self, course: Course, site: int, begin: int, end: int) -> tuple[int, ...]:
        """H1: trainers of the site, certified and available then; the least versatile first."""
        found = [
            number
            for number, who in enumerate(self.problem.trainers)
            if self.site_index[who.site] == site
            and course.id in who.courses
            and any(first <= begin and end <= last for first, last in self.available[number])
        ]
        return tuple(sorted(found, key=lambda who: len(self.problem.trainers[who].courses)))

    def site_of_class(self, room: int, trainer: int) -> int:
        """The site of a class in this room with this trainer."""
        place, who = self.problem.rooms[room], self.problem.trainers[trainer]
        return self.site_index[place.site_of_class(who.site)]

    def pinned_slot(self, course: int, site: int, day: int, start: int) -> Slot:
        """The slot of a pinned class; nobody more may join outside the course's dates (H7)."""
        slot = self.slot_at.get((course, site, day, start))
        if slot is None:
            masks = [0, 0, 0]
            wanted = self.courses[course]
            if wanted.release <= day <= wanted.deadline:
                for three, group in self._groups[day]:
                    window = self.duties.window_of_three(three, wanted, start)
                    if window is not None:
                        _sort_in(masks, window, group)
            slot = self._slot(course, site, day, start, (masks[0], masks[1], masks[2]))
            self.slot_at[course, site, day, start] = slot
        return slot


def _sort_in(masks: list[int], window: Window, group: int) -> None:
    masks[0 if window.on_phones else 1] |= group
    if window.kind in ("before", "after"):
        masks[2] |= group


def absolute(span: Span) -> tuple[int, int]:
    """A stretch of a day in minutes from the calendar's first midnight."""
    return span.day * DAY_MIN + span.start, span.day * DAY_MIN + span.end
