"""A plan while it is being made: classes and seats with their running cost, checks and undo.

Every change goes through `open`, `close`, `join` and `leave`, which keep the cost and the arrays
in step; with a journal they can be taken back. The arrays make a hard rule a look-up: masks of
agents who are full that day or week, head-room per queue and interval, share per team.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator

from trainhub.planner.problem.duties import window_of_shift
from trainhub.planner.solving.agreed import Agreed
from trainhub.planner.solving.ground import HOUR_MIN, Ground, Slot
from trainhub.planner.solving.masks import mask_of
from trainhub.planner.solving.places import Places
from trainhub.planner.solving.series import Series


class Held:
    """A class that is held. `fixed` are pinned people; `fixed_on` those of them off the phones'
    cover although no window says so any more; `pin` is the name of a pinned class."""

    __slots__ = ("capacity", "fixed", "fixed_on", "members", "pin", "room", "serial", "slot",
                 "trainer")  # fmt: skip

    def __init__(
        self, serial: int, slot: Slot, room: int, trainer: int, capacity: int, pin: str | None
    ) -> None:
        self.serial = serial
        self.slot = slot
        self.room = room
        self.trainer = trainer
        self.capacity = capacity
        self.pin = pin
        self.members: set[int] = set()
        self.fixed: set[int] = set()
        self.fixed_on = 0

    @property
    def free(self) -> int:
        return self.capacity - len(self.members)

    @property
    def movable(self) -> list[int]:
        """The people who are not pinned, in rising order."""
        return sorted(self.members - self.fixed)


Step = tuple[str, Held, list[int]]


class State:
    """Classes and seats over a ground; `cost` is the objective of what stands in it."""

    def __init__(self, ground: Ground) -> None:
        self.ground = ground
        problem = ground.problem
        self.rules, self.weights = problem.rules, problem.weights
        self.class_cost = [
            problem.weights.open + problem.weights.trainer_hour * course.duration_min / HOUR_MIN
            for course in problem.courses
        ]
        self.unplaced_cost = [problem.weights.unplaced * c.priority for c in problem.courses]
        self.todo = list(ground.need)
        self.held: list[dict[int, Held]] = [{} for _ in problem.courses]
        self.seats: list[dict[int, Held]] = [{} for _ in range(ground.count)]
        self.journal: list[Step] | None = None
        self.cost = sum(
            price * need.bit_count()
            for price, need in zip(self.unplaced_cost, ground.need, strict=True)
        ) + problem.weights.moved * len(problem.previous)
        self._serial = 0
        self._clear_people()
        self._clear_places()
        for number in range(len(problem.pinned_sessions)):
            self._pin(number)

    def _clear_people(self) -> None:
        ground, days = self.ground, self.ground.days
        everybody = (1 << ground.count) - 1
        self.day_full = [0 if self.rules.max_classes_per_day else everybody] * days
        durations = sorted({course.duration_min for course in ground.courses})
        weeks = days // 7 + 1
        most = self.rules.max_training_min_per_week
        self.week_full = {
            minutes: [everybody if minutes > most else 0] * weeks for minutes in durations
        }
        self.day_classes: dict[tuple[int, int], int] = defaultdict(int)
        self.week_min: dict[tuple[int, int], int] = defaultdict(int)
        self.series = Series(ground)
        self.agreed = Agreed(ground)
        self.dawns = list(ground.dawn_history)

    def _clear_places(self) -> None:
        ground = self.ground
        self.out_left = [list(row) for row in ground.most_out]
        self.free_left = [list(row) for row in ground.free_out]
        length = ground.days * ground.problem.calendar.intervals_per_day
        self.share_left = [[most] * length for most in ground.team_most]
        self.places = Places(ground)
        self.team_classes: dict[tuple[int, int], dict[int, int]] = defaultdict(dict)

    def _pin(self, number: int) -> None:
        """H12: the class and its seats as they are, whatever the other rules say."""
        ground, pin = self.ground, self.ground.problem.pinned_sessions[number]
        course, room = ground.course_index[pin.course], ground.room_index[pin.room]
        trainer = ground.trainer_index[pin.trainer]
        site = ground.site_of_class(room, trainer)
        slot = ground.pinned_slot(course, site, pin.day, pin.start)
        held = self.open(slot, room, trainer, pin.id)
        agents = [agent for agent, name in ground.problem.pinned_seats if name == pin.id]
        wanted, shifts = ground.courses[course], ground.duties
        on_phones = []
        for agent in agents:
            shift = shifts.shift(agent, pin.day)
            window = window_of_shift(shift, wanted, pin.start) if shift else None
            if window is not None and window.on_phones:
                on_phones.append(agent)
        held.fixed_on = mask_of(on_phones, ground.count)
        held.fixed = set(agents)
        if agents:
            self.join(held, sorted(agents))

    @property
    def weighed(self) -> float:
        """The cost by which plans are compared: with the agreed seats moved beyond the budget."""
        return self.cost + self.agreed.penalty

    # ---- classes

    def may_open(self, course: int) -> bool:
        """H1: whether the course may have one more class."""
        most = self.ground.courses[course].max_sessions
        return most is None or len(self.held[course]) < most

    def open(self, slot: Slot, room: int, trainer: int, pin: str | None = None) -> Held:
        seats = min(self.ground.courses[slot.course].seats, self.ground.problem.rooms[room].seats)
        held = Held(self._serial, slot, room, trainer, seats, pin)
        self._serial += 1
        self._reopen(held)
        return held

    def _reopen(self, held: Held) -> None:
        slot = held.slot
        self.held[slot.course][held.serial] = held
        self.places.take(slot, held.room, held.trainer)
        self.cost += self.class_cost[slot.course]
        self._note("open", held, [])

    def close(self, held: Held) -> None:
        """Give up a class that nobody sits."""
        slot = held.slot
        del self.held[slot.course][held.serial]
        self.places.release(slot, held.room, held.trainer)
        self.cost -= self.class_cost[slot.course]
        self._note("close", held, [])

    def dissolve(self, held: Held) -> list[int]:
        """Everybody out who is not pinned, and the class closed unless it is; who had to go."""
        agents = held.movable
        if agents:
            self.leave(held, agents)
        if held.pin is None:
            self.close(held)
        return agents

    # ---- seats

    def candidates(self, slot: Slot) -> int:
        """Agents without a seat of the course who may sit then as their other seats stand.

        Cover and team share are not looked at; nor are two classes at the same time, which
        `clashes` says.
        """
        mask = (slot.on | slot.off) & self.todo[slot.course]
        if mask:
            mask &= ~self.day_full[slot.day]
            mask &= ~self.week_full[slot.end - slot.begin][slot.week]
            for edge in self.ground.edges_into[slot.course]:
                mask &= self.series.later_ok[edge][slot.day]
            for edge in self.ground.edges_from[slot.course]:
                mask &= self.series.earlier_ok[edge][slot.day]
        return mask

    def clashes(self, agent: int, slot: Slot) -> bool:
        """H6, H6b, H8 without a gap: overlaps a class of the agent, or stands before its part."""
        seats = self.seats[agent]
        for other in seats.values():
            if slot.begin < other.slot.end and other.slot.begin < slot.end:
                return True
        if self.places.is_teaching(agent, slot):
            return True
        for number in self.ground.edges_into[slot.course]:
            before = seats.get(self.ground.edges[number].before)
            if before is not None and before.slot.end > slot.begin:
                return True
        for number in self.ground.edges_from[slot.course]:
            after = seats.get(self.ground.edges[number].after)
            if after is not None and slot.end > after.slot.begin:
                return True
        return False

    def seat_cost(self, agent: int, slot: Slot) -> float:
        """What the seat would add to the cost, without cover, class and team."""
        cost = self.static_cost(agent, slot)
        if slot.is_dawn and self.dawns[agent] >= self.rules.dawn_free:
            cost += self.weights.dawn
        return cost

    def static_cost(self, agent: int, slot: Slot) -> float:
        """The part of it that no other seat changes: all but the dawn classes beyond the free."""
        cost = slot.late
        if slot.outside >> agent & 1:
            cost += self.weights.out_of_shift * (slot.end - slot.begin) / HOUR_MIN
        ground = self.ground
        if ground.dislike:
            cost += ground.dislike.get((agent, slot.day, slot.start), 0.0)
        if ground.previous:
            kept = ground.previous.get((agent, slot.course, slot.day, slot.start), 0)
            cost -= self.weights.moved * kept
        return cost

    def join(self, held: Held, agents: list[int]) -> None:
        """Give seats. The caller has made sure that the hard rules hold."""
        slot, mask = held.slot, mask_of(agents, self.ground.count)
        for agent in agents:
            self.cost += self.seat_cost(agent, slot)
            self.dawns[agent] += slot.is_dawn
            self.seats[agent][slot.course] = held
        held.members.update(agents)
        given = mask & self.ground.need[slot.course]
        self.cost -= self.unplaced_cost[slot.course] * given.bit_count()
        self.todo[slot.course] &= ~mask
        self._count_time(slot, agents, mask, 1)
        self.series.give(slot, mask)
        self.agreed.count(slot, agents, 1)
        self._count_heads(held, agents, 1)
        self._note("join", held, agents)

    def leave(self, held: Held, agents: list[int]) -> None:
        """Take seats back."""
        slot, mask = held.slot, mask_of(agents, self.ground.count)
        for agent in agents:
            self.dawns[agent] -= slot.is_dawn
            self.cost -= self.seat_cost(agent, slot)
            del self.seats[agent][slot.course]
        held.members.difference_update(agents)
        given = mask & self.ground.need[slot.course]
        self.cost += self.unplaced_cost[slot.course] * given.bit_count()
        self.todo[slot.course] |= given
        self._count_time(slot, agents, mask, -1)
        self.series.take(slot, mask)
        self.agreed.count(slot, agents, -1)
        self._count_heads(held, agents, -1)
        self._note("leave", held, agents)

    def _count_time(self, slot: Slot, agents: list[int], mask: int, sign: int) -> None:
        """H6: who has had enough of this day and of this week; H6b: who cannot teach then."""
        self.places.learn(slot, agents, sign)
        most, day, week = self.rules.max_classes_per_day, slot.day, slot.week
        minutes, limit = slot.end - slot.begin, self.rules.max_training_min_per_week
        bounds = [(row, limit - length) for length, row in self.week_full.items()]
        for agent in agents:
            self.day_classes[agent, day] += sign
            before = self.week_min[agent, week]
            after = self.week_min[agent, week] = before + sign * minutes
            for row, bound in bounds:
                if (before > bound) != (after > bound):
                    row[week] ^= 1 << agent
        if most == 1 and sign == 1:
            self.day_full[day] |= mask
        elif most:
            full = [agent for agent in agents if self.day_classes[agent, day] >= most]
            self.day_full[day] = self.day_full[day] & ~mask | mask_of(full, self.ground.count)

    def _count_heads(self, held: Held, agents: list[int], sign: int) -> None:
        """H10 and H11: heads out per queue, people in class per team; the classes of a team."""
        ground, slot = self.ground, held.slot
        on_phones = slot.on | held.fixed_on
        out: dict[int, int] = defaultdict(int)
        teams: dict[int, int] = defaultdict(int)
        for agent in agents:
            teams[ground.team[agent]] += sign
            if on_phones >> agent & 1:
                out[ground.queue[agent]] += sign
        for queue, people in out.items():
            self._count_out(queue, slot.intervals, people)
        for team, people in teams.items():
            row = self.share_left[team]
            for interval in slot.intervals:
                row[interval] -= people
            if ground.together[team]:
                self._count_team(team, held, people)

    def _count_out(self, queue: int, intervals: range, people: int) -> None:
        most, free = self.out_left[queue], self.free_left[queue]
        for interval in intervals:
            most[interval] -= people
            short = max(0, -free[interval])
            free[interval] -= people
            self.cost += self.weights.shortfall * (max(0, -free[interval]) - short)

    def _count_team(self, team: int, held: Held, people: int) -> None:
        used = self.team_classes[team, held.slot.course]
        before = max(0, len(used) - 1)
        used[held.serial] = used.get(held.serial, 0) + people
        if not used[held.serial]:
            del used[held.serial]
        self.cost += self.weights.split_team * (max(0, len(used) - 1) - before)

    # ---- undo

    def _note(self, what: str, held: Held, agents: list[int]) -> None:
        if self.journal is not None:
            self.journal.append((what, held, agents))

    def undo(self, journal: list[Step]) -> None:
        """Take back the steps, the last one first."""
        self.journal = None
        for what, held, agents in reversed(journal):
            if what == "join":
                self.leave(held, agents)
            elif what == "leave":
                self.join(held, agents)
            elif what == "open":
                self.close(held)
            else:
                self._reopen(held)

    def classes(self) -> Iterator[Held]:
        for group in self.held:
            yield from group.values()
