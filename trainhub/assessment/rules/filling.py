"""Filling quotas from a pool at the least cost, never with two of one enemy group.

Quotas may overlap, so taking the best for one can leave another short. Where every item is in one
enemy group at most this is a flow of least cost: source → quotas (as many as they count) → items
(once) → groups (once) → sink; successive shortest paths find the optimum (Ahuja, Magnanti, Orlin,
Network Flows, 9.7). Items of several groups make it as hard as finding independent sets, so there
the flow, which then minds one group of each item, is a lower bound of branch and bound: two
enemies in a filling are forbidden in turn. It gives up after `MOST_FILLINGS` of them; then, and
only then, it may miss a filling that exists.
"""

from __future__ import annotations

import heapq
from collections import Counter, deque
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import count

MOST_FILLINGS = 2_000


@dataclass(frozen=True)
class Task:
    """`fitting[q]` are the items, cheapest first, of which quota q takes `counts[q]`."""

    counts: Sequence[int]
    fitting: Sequence[Sequence[int]]
    groups: Sequence[frozenset[str]]  # by item
    costs: Sequence[int]


@dataclass(frozen=True)
class Shortfall:
    """Quota `quota` cannot be met beside the others: `found` at most."""

    quota: int
    found: int


Filling = list[list[int]]  # the items of each quota


def fill(task: Task) -> Filling | Shortfall:
    """The filling of least total cost, or why there is none."""
    at_once = [list(items[:size]) for items, size in zip(task.fitting, task.counts, strict=True)]
    if _is_full(task, at_once) and _find_enemies(task, at_once) is None:
        return at_once  # each quota has its own best: nothing can be better
    return _search(_with_reachable(task))


def _is_full(task: Task, filling: Filling) -> bool:
    return all(len(held) == size for held, size in zip(filling, task.counts, strict=True))


def _find_enemies(task: Task, filling: Filling) -> tuple[int, int] | None:
    """Two that may not be in one paper, or one twice."""
    seen: dict[str | int, int] = {}
    for item in sorted(item for held in filling for item in held):
        names: list[str | int] = [item, *sorted(task.groups[item])]
        for name in names:
            if name in seen:
                return seen[name], item
            seen[name] = item
    return None


def _with_reachable(task: Task) -> Task:
    """The task without items that no best filling holds.

    Each of the other items of a paper stands in the way of itself and its enemies. So among that
    many of a quota's cheapest, and one more, some are free, and a dearer one is not needed.
    """
    sizes = Counter(name for names in task.groups for name in names)
    enemies = max((sum(sizes[name] - 1 for name in names) for names in task.groups), default=0)
    most = (sum(task.counts) - 1) * (enemies + 1) + 1
    return Task(task.counts, [items[:most] for items in task.fitting], task.groups, task.costs)


def _search(task: Task) -> Filling | Shortfall:
    """Best first: the first filling without enemies is the cheapest."""
    ticket = count()
    first = _flow(task, frozenset())
    if isinstance(first, Shortfall):
        return first
    waiting = [(_cost(task, first), next(ticket), frozenset[int](), first)]
    while waiting and next(ticket) < MOST_FILLINGS:
        _, _, banned, filling = heapq.heappop(waiting)
        enemies = _find_enemies(task, filling)
        if enemies is None:
            return filling
        for one in enemies:
            without = banned | {one}
            other = _flow(task, without)
            if not isinstance(other, Shortfall):
                heapq.heappush(waiting, (_cost(task, other), next(ticket), without, other))
    scarcest = min(range(len(task.counts)), key=lambda q: len(task.fitting[q]) - task.counts[q])
    return Shortfall(scarcest, task.counts[scarcest] - 1)


def _cost(task: Task, filling: Filling) -> int:
    return sum(task.costs[item] for held in filling for item in held)


def _flow(task: Task, banned: frozenset[int]) -> Filling | Shortfall:
    """The cheapest filling that minds one group of each item, without some items."""
    net = _Net(task, banned)
    while net.push():
        pass
    filling = net.held()
    for quota, held in enumerate(filling):
        if len(held) < task.counts[quota]:
            return Shortfall(quota, len(held))
    return filling


class _Net:
    """A network in arrays: edge `e` and its reverse `e ^ 1`."""

    def __init__(self, task: Task, banned: frozenset[int]) -> None:
        self.ends: list[int] = []
        self.room: list[int] = []
        self.costs: list[int] = []
        self.out: list[list[int]] = []
        self.source, self.sink = self._node(), self._node()
        self.choices: list[list[tuple[int, int]]] = []  # by quota: (edge, item)
        sizes = Counter(name for names in task.groups for name in names)
        groups: dict[str, int] = {}
        items: dict[int, int] = {}
        for size, fitting in zip(task.counts, task.fitting, strict=True):
            quota = self._node()
            self._edge(self.source, quota, size, 0)
            choices = []
            for item in fitting:
                if item in banned:
                    continue
                if item not in items:
                    items[item] = self._add_item(task, item, sizes, groups)
                choices.append((self._edge(quota, items[item], 1, 0), item))
            self.choices.append(choices)

    def _add_item(self, task: Task, item: int, sizes: Counter[str], groups: dict[str, int]) -> int:
        node, end = self._node(), self.sink
        if task.groups[item]:
            name = max(task.groups[item], key=lambda one: (sizes[one], one))
            if name not in groups:
                groups[name] = self._node()
                self._edge(groups[name], self.sink, 1, 0)
            end = groups[name]
        self._edge(node, end, 1, task.costs[item])
        return node

    def _node(self) -> int:
        self.out.append([])
        return len(self.out) - 1

    def _edge(self, start: int, end: int, room: int, cost: int) -> int:
        edge = len(self.ends)
        for here, there, space, price in ((start, end, room, cost), (end, start, 0, -cost)):
            self.out[here].append(len(self.ends))
            self.ends.append(there)
            self.room.append(space)
            self.costs.append(price)
        return edge

    def push(self) -> bool:
        """Send one more along the cheapest way; False if there is none."""
        reached_by = self._cheapest_ways()
        if self.sink not in reached_by:
            return False
        node = self.sink
        while node != self.source:
            edge = reached_by[node]
            self.room[edge] -= 1
            self.room[edge ^ 1] += 1
            node = self.ends[edge ^ 1]
        return True

    def _cheapest_ways(self) -> dict[int, int]:
        """The edge by which each node is reached (Bellman and Ford, with a queue)."""
        reached_by: dict[int, int] = {}
        far = {self.source: 0}
        queue, waiting = deque([self.source]), {self.source}
        while queue:
            node = queue.popleft()
            waiting.discard(node)
            for edge in self.out[node]:
                if not self.room[edge]:
                    continue
                end, distance = self.ends[edge], far[node] + self.costs[edge]
                if end not in far or distance < far[end]:
                    far[end], reached_by[end] = distance, edge
                    if end not in waiting:
                        queue.append(end)
                        waiting.add(end)
        return reached_by

    def held(self) -> Filling:
        """Which items each quota holds."""
        return [list(self._held(choices)) for choices in self.choices]

    def _held(self, choices: Sequence[tuple[int, int]]) -> Iterator[int]:
        return (item for edge, item in choices if not self.room[edge])
