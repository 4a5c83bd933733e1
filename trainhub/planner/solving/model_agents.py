"""What one agent may sit, as rules of a block's model: once, not too much, in order, at dawn."""

from __future__ import annotations

from collections import defaultdict

from trainhub.planner.solving.block import Block
from trainhub.planner.solving.draft import Draft, Seat, Variable, overlapping, scaled
from trainhub.planner.solving.ground import Slot


def keep_agents(draft: Draft, block: Block, seats: list[tuple[Slot, list[Seat]]]) -> None:
    """H3, H6, H8 and the price of dawn for everybody with a choice."""
    of_agent: dict[int, list[Seat]] = defaultdict(list)
    for _, row in seats:
        for seat in row:
            of_agent[seat[0].agent].append(seat)
    for agent, choices in of_agent.items():
        courses: dict[int, list[Seat]] = defaultdict(list)
        for seat in choices:
            courses[seat[0].slot.course].append(seat)
        _keep_once(draft, block, agent, courses)
        _keep_series(draft, block, agent, courses)
        if len(courses) > 1:
            _keep_time(draft, block, agent, choices)
        dawns = [variable for choice, variable in choices if choice.slot.is_dawn]
        free = block.state.rules.dawn_free - block.state.dawns[agent]
        draft.pay_beyond(dawns, free, scaled(block.state.weights.dawn))


def _keep_once(draft: Draft, block: Block, agent: int, courses: dict[int, list[Seat]]) -> None:
    for course, seats in courses.items():
        variables = [variable for _, variable in seats]
        if block.must_have_seat(agent, course):
            draft.model.add_exactly_one(variables)
        else:
            draft.model.add_at_most_one(variables)


def _keep_time(draft: Draft, block: Block, agent: int, choices: list[Seat]) -> None:
    """H6: classes of a day, minutes of a week, no two at a time."""
    state, rules = block.state, block.state.rules
    days: dict[int, list[Variable]] = defaultdict(list)
    weeks: dict[int, list[tuple[int, Variable]]] = defaultdict(list)
    for choice, variable in choices:
        days[choice.slot.day].append(variable)
        weeks[choice.slot.week].append((choice.slot.end - choice.slot.begin, variable))
    for day, variables in days.items():
        draft.at_most(variables, rules.max_classes_per_day - state.day_classes[agent, day])
    for week, entries in weeks.items():
        left = rules.max_training_min_per_week - state.week_min[agent, week]
        if sum(minutes for minutes, _ in entries) > left:
            draft.model.add(draft.total(minutes * v for minutes, v in entries) <= left)
    for meeting in overlapping([(choice.slot, variable) for choice, variable in choices]):
        draft.at_most(meeting, 1)


def _keep_series(draft: Draft, block: Block, agent: int, courses: dict[int, list[Seat]]) -> None:
    """H8 between free seats: by any day the later part may have been sat only if the earlier
    one had been, the gap before."""
    for edge in block.state.ground.edges:
        after = courses.get(edge.after)
        if not after or not block.free.get(edge.before, 0) >> agent & 1:
            continue
        before = courses.get(edge.before, [])
        for moment in sorted({moment_of(choice.slot, edge.gap) for choice, _ in after}):
            late = [v for choice, v in after if moment_of(choice.slot, edge.gap) <= moment]
            soon = [v for choice, v in before if ended_at(choice.slot, edge.gap) <= moment]
            draft.model.add(draft.total(late) <= draft.total(soon))


def moment_of(slot: Slot, gap: int) -> int:
    """When the later part lies, in the measure of the gap: days, or minutes where it is 0."""
    return slot.day if gap else slot.begin


def ended_at(slot: Slot, gap: int) -> int:
    """From when on the later part may lie, in the same measure."""
    return slot.day + gap if gap else slot.end
