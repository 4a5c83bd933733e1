"""The planning problem of a campaign, put together from plain facts.

Names in it say which row they stand for (`plan_ids`); `people` gives the person of each number.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from zoneinfo import ZoneInfo

from trainhub.delivery.rules.planning.assembling_classes import (
    beside_courses,
    outsiders,
    pinned_of,
    previous_of,
    seated_elsewhere,
    sort_classes,
)
from trainhub.delivery.rules.planning.assembling_cover import (
    Part,
    interval_of,
    queue_lines,
    taken_by_classes,
    taken_by_trainers,
)
from trainhub.delivery.rules.planning.assembling_rota import letters_of, shifts_of, window_of
from trainhub.delivery.rules.planning.assembling_supply import places_of, rooms_of, trainers_of
from trainhub.delivery.rules.planning.assembling_teachers import with_learning
from trainhub.delivery.rules.planning.plan_ids import (
    course_name,
    queue_name,
    room_name,
    team_name,
    trainer_name,
)
from trainhub.delivery.rules.planning.planning_facts import Facts, Member
from trainhub.planner.problem import (
    OFF,
    Agents,
    Calendar,
    Course,
    Dislike,
    Kind,
    Precedence,
    Problem,
    Queue,
    Room,
    Team,
    Trainer,
)
from trainhub.planner.problem.duties import Duties

# What a class somebody has said no to costs: more than any other wish, less than no seat.
DECLINED_COST = 300.0


@dataclass(frozen=True)
class Assembled:
    """A problem with what its names and numbers stand for.

    `unknown`: per queue id the dates whose demand is not known. `left_out`: people the campaign
    is meant for who are not in the problem, with the reason's code.
    """

    problem: Problem
    people: tuple[int, ...]
    unknown: Mapping[int, int]
    left_out: tuple[tuple[int, str], ...]


def assemble(facts: Facts, *, seed: int = 1) -> Assembled:
    """The problem of these facts."""
    return _Assembly(facts).problem(seed)


class _Assembly:
    def __init__(self, facts: Facts) -> None:
        self.facts = facts
        self.existing = sort_classes(facts)
        self.elsewhere = seated_elsewhere(self.existing, facts)
        self.teaching = {one.id for one in facts.trainers if one.course_ids} | facts.certified
        self.outside = outsiders(self.existing, (member.id for member in facts.members))
        self.members = self._members()
        self.numbers = {member.id: number for number, member in enumerate(self.members)}
        self._keep_relevant()
        self.letters = letters_of(facts)
        self.parts, self.part_of_team = _parts(facts, self.members)

    def _members(self) -> list[Member]:
        """Those meant, less who teaches the courses; then others who hold a seat already."""
        meant = [one for one in self.facts.members if one.id not in self.teaching]
        teams = {
            seat.person_id: seat.team_id
            for one in (*self.existing.kept, *self.existing.free)
            for seat in one.seats
            if seat.team_id in self.facts.teams
        }
        others = [
            Member(person_id, team_id)
            for person_id, team_id in sorted(teams.items())
            if person_id in self.outside and team_id is not None
        ]
        return meant + others

    def _keep_relevant(self) -> None:
        """Forget classes to be worked around that meet nothing of the problem."""
        rooms = {room.id for room in self.facts.rooms}
        trainers = {trainer.id for trainer in self.facts.trainers}
        self.all_beside = list(self.existing.beside)
        self.existing.beside = [
            one
            for one in self.existing.beside
            if one.room_id in rooms
            or one.trainer_id in trainers
            or one.trainer_id in self.numbers
            or any(seat.person_id in self.numbers for seat in one.seats)
        ]

    def problem(self, seed: int) -> Assembled:
        facts = self.facts
        rooms, trainers = self._supply()
        sessions, seats = pinned_of(self.existing, facts, self.numbers)
        bare = Problem(
            name=f"campaign-{facts.campaign_id}",
            seed=seed,
            note=facts.name,
            calendar=Calendar(
                facts.period.start.isoformat(), facts.period.days, interval_of(facts)
            ),
            rules=facts.settings.planner_rules,
            weights=facts.settings.weights,
            shifts=shifts_of(facts, self.letters),
            queues=(),
            teams=tuple(self._teams()),
            patterns=(),
            agents=Agents((), ()),
            rooms=rooms,
            trainers=trainers,
            courses=(*self._courses(), *beside_courses(self.existing)),
            precedences=tuple(self._precedences()),
            pinned_sessions=tuple(sessions),
            pinned_seats=tuple(seats),
            previous=tuple(previous_of(self.existing, facts, self.numbers)),
            dislike=tuple(self._dislike()),
        )
        patterns, pattern = self._patterns()
        agents = Agents(
            team=tuple(team_name(member.team_id) for member in self.members),
            pattern=pattern,
            dawn_history=tuple(self._dawns()),
            done=tuple(sorted(self._done())),
        )
        return self._with_cover(replace(bare, patterns=patterns, agents=agents))

    def _with_cover(self, bare: Problem) -> Assembled:
        nameless = replace(bare, queues=tuple(_empty(part.name, bare) for part in self.parts))
        duties = Duties(nameless)
        taken = [
            *taken_by_classes(self.facts, self.all_beside, set()),
            *taken_by_classes(self.facts, self.existing.kept, self._counted(duties)),
            *taken_by_trainers(self.facts, [*self.all_beside, *self.existing.kept]),
        ]
        queues, unknown = queue_lines(self.facts, self.parts, duties.heads(), taken)
        left_out = (*self.facts.left_out, *self._teachers())
        people = tuple(member.id for member in self.members)
        return Assembled(replace(bare, queues=tuple(queues)), people, unknown, left_out)

    def _counted(self, duties: Duties) -> set[tuple[int, int]]:
        """Seats of kept classes that the planner finds on the phones by the rota."""
        courses = {course.id: course for course in self._courses()}
        found = set()
        for one in self.existing.kept:
            course, day = courses[course_name(one.course_id)], self.facts.period.day(one.on)
            for seat in one.seats:
                number = self.numbers.get(seat.person_id)
                if number is None:
                    continue
                shift = duties.shift(number, day)
                window = shift and window_of(shift, course, one)
                if window and window.on_phones:
                    found.add((one.id, seat.person_id))
        return found

    def _teachers(self) -> Iterable[tuple[int, str]]:
        meant = (one.id for one in self.facts.members)
        return ((person_id, "TEACHES") for person_id in meant if person_id in self.teaching)

    def _teams(self) -> Iterable[Team]:
        """Teams with the share that lets out as many as the share of the whole team would."""
        settings, places = self.facts.settings, places_of(self.facts)
        sizes: dict[int, int] = {}
        for member in self.members:
            sizes[member.team_id] = sizes.get(member.team_id, 0) + 1
        for team_id, size in sorted(sizes.items()):
            team = self.facts.teams[team_id]
            limit = max(1, max(team.size, size) * settings.max_share // 100)
            yield Team(
                team_name(team_id),
                places[team.site_id],
                self.part_of_team[team_id],
                "together" if settings.keeps_teams_together else "spread",
                min(1.0, (limit + 0.5) / size),
            )

    def _patterns(self) -> tuple[tuple[str, ...], tuple[int, ...]]:
        nothing = (0,) * self.facts.period.days
        found: dict[str, int] = {}
        numbers = []
        for member in self.members:
            codes = self.facts.rota.get(member.id, nothing)
            row = "".join([self.letters.get(code, OFF) for code in codes])
            numbers.append(found.setdefault(row, len(found)))
        return tuple(found), tuple(numbers)

    def _courses(self) -> list[Course]:
        period, settings = self.facts.period, self.facts.settings
        kinds: tuple[Kind, ...] = settings.course_kinds  # type: ignore[assignment]  # read from KINDS
        return [
            Course(
                id=course_name(one.id),
                duration_min=one.duration_min,
                seats=one.seats,
                min_seats=one.min_seats,
                release=period.day(period.first),
                due=max(period.day(period.first), period.day(period.due)),
                deadline=period.day(period.last),
                priority=one.priority,
                kinds=kinds,
                grid_min=settings.grid_min,
                teams=None,
                max_sessions=None,
                family=course_name(one.id),
            )
            for one in self.facts.courses
        ]

    def _precedences(self) -> Iterable[Precedence]:
        courses = self.facts.courses
        for earlier, later in pairwise(courses):
            if later.min_gap_days is not None:
                yield Precedence(course_name(earlier.id), course_name(later.id), later.min_gap_days)

    def _done(self) -> set[tuple[int, str]]:
        """Seats nobody needs: taken already, or of people who are here for another course."""
        mine = {course.id for course in self.facts.courses}
        found = {
            (self.numbers[person_id], course_name(course_id))
            for person_id, course_id in self.facts.done | self.elsewhere
            if person_id in self.numbers and course_id in mine
        }
        for person_id, wanted in self.outside.items():
            if person_id in self.numbers:
                number = self.numbers[person_id]
                found |= {(number, course_name(course_id)) for course_id in mine - wanted}
        return found

    def _dawns(self) -> Iterable[tuple[int, int]]:
        for person_id, count in sorted(self.facts.dawns.items()):
            if person_id in self.numbers and count:
                yield self.numbers[person_id], count

    def _dislike(self) -> Iterable[Dislike]:
        period = self.facts.period
        for person_id, on, start in self.facts.declined:
            if person_id in self.numbers and 0 <= period.day(on) < period.days:
                yield Dislike(self.numbers[person_id], period.day(on), start, DECLINED_COST)

    def _supply(self) -> tuple[tuple[Room, ...], tuple[Trainer, ...]]:
        """Rooms and trainers, those of existing classes among them although out of use."""
        rooms = rooms_of(self.facts)
        trainers = with_learning(self.facts, trainers_of(self.facts), self.numbers)
        places = places_of(self.facts)
        room_names = {room.id for room in rooms}
        trainer_names = {trainer.id for trainer in trainers}
        for one in (*self.existing.kept, *self.existing.beside):
            site, room, trainer = places[one.site_id], room_name(one.room_id), ""
            if room not in room_names:
                room_names.add(room)
                rooms.append(Room(room, site, 0))
            trainer = trainer_name(one.trainer_id)
            if trainer not in trainer_names:
                trainer_names.add(trainer)
                agent = self.numbers.get(one.trainer_id)
                trainers.append(Trainer(trainer, site, (), (), 0, agent))
        return tuple(rooms), tuple(trainers)


def _parts(facts: Facts, members: Sequence[Member]) -> tuple[list[Part], dict[int, str]]:
    """Queues in play; a queue whose people live by several clocks has a part for each."""
    sizes: dict[int, dict[str, int]] = {}
    zones: dict[str, ZoneInfo] = {}
    for member in members:
        team = facts.teams[member.team_id]
        zone = facts.site_zones[team.site_id]
        zones[zone.key] = zone
        by_zone = sizes.setdefault(team.queue_id, {})
        by_zone[zone.key] = by_zone.get(zone.key, 0) + 1
    parts, names = [], {}
    for queue_id, by_zone in sorted(sizes.items()):
        total = sum(by_zone.values())
        for number, (key, size) in enumerate(sorted(by_zone.items())):
            name = queue_name(queue_id, number)
            parts.append(Part(name, queue_id, zones[key], size / total))
            names[queue_id, key] = name
    of_team = {
        team_id: names[
            facts.teams[team_id].queue_id, facts.site_zones[facts.teams[team_id].site_id].key
        ]
        for team_id in {member.team_id for member in members}
    }
    return parts, of_team


def _empty(name: str, problem: Problem) -> Queue:
    width = problem.calendar.intervals_per_day
    return Queue(name, 0, ((0,) * width,), (0,) * problem.days)
