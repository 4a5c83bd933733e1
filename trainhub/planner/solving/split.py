"""Parts of a problem that share no site, queue or limited course: they are solved on their own."""

from __future__ import annotations

from collections.abc import Hashable, Iterable
from dataclasses import dataclass, replace

from trainhub.planner.problem import Agents, Problem


@dataclass(frozen=True, slots=True)
class Part:
    """A problem of its own; `agents` are the numbers its people have in the whole problem."""

    problem: Problem
    agents: tuple[int, ...]


class _Groups:
    """Things that belong together, by union and find."""

    def __init__(self) -> None:
        self.parent: dict[Hashable, Hashable] = {}

    def find(self, thing: Hashable) -> Hashable:
        self.parent.setdefault(thing, thing)
        while self.parent[thing] != thing:
            self.parent[thing] = self.parent[self.parent[thing]]
            thing = self.parent[thing]
        return thing

    def join(self, things: Iterable[Hashable]) -> None:
        first, *others = [self.find(thing) for thing in things] or [None]
        for other in others:
            self.parent[self.find(other)] = self.find(first)


def split(problem: Problem) -> list[Part]:
    """The independent parts, the one with the most people first."""
    groups = _linked(problem)
    site_of_team = {team.id: team.site for team in problem.teams}
    members: dict[Hashable, list[int]] = {}
    for room in problem.rooms:
        members.setdefault(groups.find(("site", room.site)), [])
    for trainer in problem.trainers:
        members.setdefault(groups.find(("site", trainer.site)), [])
    for team in problem.teams:
        members.setdefault(groups.find(("site", team.site)), [])
    for agent, name in enumerate(problem.agents.team):
        members[groups.find(("site", site_of_team[name]))].append(agent)
    pinned_rooms = {room.id: room.site for room in problem.rooms}
    busy = {groups.find(("site", pinned_rooms[pin.room])) for pin in problem.pinned_sessions}
    parts = [
        _part(problem, groups, root, tuple(agents))
        for root, agents in members.items()
        if agents or root in busy
    ]
    return sorted(parts, key=lambda part: -len(part.agents))


def _linked(problem: Problem) -> _Groups:
    groups = _Groups()
    for team in problem.teams:
        groups.join([("site", team.site), ("queue", team.queue)])
    for room in problem.rooms:
        groups.join(("site", site) for site in room.sites)
    if any(course.max_sessions is not None for course in problem.courses):
        # The number of classes left for a course is shared by all sites.
        groups.join(("site", team.site) for team in problem.teams)
    room_site = {room.id: room.site for room in problem.rooms}
    trainer_site = {trainer.id: trainer.site for trainer in problem.trainers}
    pin_site = {}
    for pin in problem.pinned_sessions:
        pin_site[pin.id] = room_site[pin.room]
        groups.join([("site", room_site[pin.room]), ("site", trainer_site[pin.trainer])])
    team_site = {team.id: team.site for team in problem.teams}
    for trainer in problem.trainers:
        if trainer.agent is not None:
            site = team_site[problem.agents.team[trainer.agent]]
            groups.join([("site", trainer.site), ("site", site)])
    for agent, name in problem.pinned_seats:
        site = team_site[problem.agents.team[agent]]
        groups.join([("site", pin_site[name]), ("site", site)])
    return groups


def _part(problem: Problem, groups: _Groups, root: Hashable, numbers: tuple[int, ...]) -> Part:
    place = {agent: position for position, agent in enumerate(numbers)}

    def here(site: str) -> bool:
        return groups.find(("site", site)) == root

    whole = problem.agents
    teams = tuple(team for team in problem.teams if here(team.site))
    queues = {team.queue for team in teams}
    rooms = tuple(room for room in problem.rooms if here(room.site))
    names = {room.id for room in rooms}
    agents = Agents(
        team=tuple(whole.team[agent] for agent in numbers),
        pattern=tuple(whole.pattern[agent] for agent in numbers),
        leave=tuple(r._replace(agent=place[r.agent]) for r in whole.leave if r.agent in place),
        swap=tuple(r._replace(agent=place[r.agent]) for r in whole.swap if r.agent in place),
        dawn_history=tuple((place[a], times) for a, times in whole.dawn_history if a in place),
        done=tuple((place[a], name) for a, name in whole.done if a in place),
    )
    return Part(
        replace(
            problem,
            agents=agents,
            teams=teams,
            queues=tuple(queue for queue in problem.queues if queue.id in queues),
            rooms=rooms,
            trainers=tuple(
                replace(trainer, agent=None if trainer.agent is None else place[trainer.agent])
                for trainer in problem.trainers
                if here(trainer.site)
            ),
            pinned_sessions=tuple(p for p in problem.pinned_sessions if p.room in names),
            pinned_seats=tuple((place[a], n) for a, n in problem.pinned_seats if a in place),
            previous=tuple(
                r._replace(agent=place[r.agent]) for r in problem.previous if r.agent in place
            ),
            dislike=tuple(
                r._replace(agent=place[r.agent]) for r in problem.dislike if r.agent in place
            ),
        ),
        numbers,
    )
