"""What the rota holds in store: the order of the courses, who has few chances, who must hurry."""

from __future__ import annotations

from collections import defaultdict
from graphlib import TopologicalSorter
from typing import TYPE_CHECKING

from trainhub.planner.solving.masks import agents_in, mask_of

if TYPE_CHECKING:
    from trainhub.planner.solving.ground import Edge, Ground


def order_of(ground: Ground) -> list[int]:
    """The courses, every one after those it builds on; those with few slots for many first."""
    builds_on = {
        course: [ground.edges[edge].before for edge in into]
        for course, into in enumerate(ground.edges_into)
    }
    graph = TopologicalSorter(builds_on)
    graph.prepare()
    found: list[int] = []
    ready = list(graph.get_ready())
    while ready:
        ready.sort(key=lambda c: (len(ground.slots[c]) / (1 + ground.need[c].bit_count()), c))
        found.append(ready.pop(0))
        graph.done(found[-1])
        ready.extend(graph.get_ready())
    return found


def chances_of(ground: Ground, course: int) -> list[int]:
    """Per agent the days on which a class of the course could find them."""
    wanted, found = ground.courses[course], [0] * ground.count
    days = range(max(0, wanted.release), min(ground.days - 1, wanted.deadline) + 1)
    known: dict[str, int] = {}
    for agent, codes in enumerate(ground.duties.codes):
        if codes not in known:
            line = f".{codes}."
            threes = (line[day : day + 3] for day in days if codes[day] != ".")
            known[codes] = sum(bool(ground.options(three, course)) for three in threes)
        found[agent] = known[codes]
    return found


def few_chances(ground: Ground, course: int) -> int:
    """The quarter of those who need the course that has the fewest chances."""
    chances = ground.chances[course]
    agents = sorted(agents_in(ground.need[course]), key=lambda agent: chances[agent])
    return mask_of(agents[: len(agents) // 4], ground.count)


def who_looks_ahead(ground: Ground) -> list[list[int]]:
    """Per course and day the agents whose later parts still have a window afterwards, or never
    had one, and for whom the later part can stay where it was in the previous plan."""
    everybody = (1 << ground.count) - 1
    found = [[everybody] * ground.days for _ in ground.courses]
    for course in reversed(ground.order):
        by_day = [0] * ground.days
        for slot in ground.slots[course]:
            by_day[slot.day] |= (slot.on | slot.off) & found[course][slot.day]
        for number in ground.edges_into[course]:
            edge = ground.edges[number]
            later, staying = _later(by_day, edge.gap), _staying(ground, edge)
            row = found[edge.before]
            for day in range(ground.days):
                row[day] &= (later[day] | ~later[0] & everybody) & staying[day]
    return found


def _later(by_day: list[int], gap: int) -> list[int]:
    """Per day who is in the mask of some day at least the gap later."""
    found, possible = [0] * len(by_day), 0
    for day in range(len(by_day) - 1 - gap, -1, -1):
        possible |= by_day[day + gap]
        found[day] = possible
    return found


def _staying(ground: Ground, edge: Edge) -> list[int]:
    """Per day the agents whose previous seat of the later part allows the earlier one then."""
    lost_from: dict[int, list[int]] = defaultdict(list)
    for agent, course, day, _ in ground.previous:
        if course == edge.after:
            lost_from[max(0, day - edge.gap + 1)].append(agent)
    found, lost = [], 0
    for day in range(ground.days):
        lost |= mask_of(lost_from.get(day, ()), ground.count)
        found.append((1 << ground.count) - 1 & ~lost)
    return found
