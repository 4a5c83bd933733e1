"""What many agents may do together, as rules of a block's model: cover, team share, teams kept
together."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable

from trainhub.planner.solving.block import Block, Choice
from trainhub.planner.solving.draft import Draft, Seat, Variable, scaled
from trainhub.planner.solving.ground import Slot

Seats = list[tuple[Slot, list[Seat]]]
Meeting = tuple[int, list[Variable], list[int]]


def keep_crowds(draft: Draft, block: Block, seats: Seats) -> None:
    """H10, H11, and the prices of falling short and of splitting a team."""
    _keep_cover(draft, block, seats)
    _keep_share(draft, block, seats)
    for (team, course), slots in _slots_of_teams(draft, block, seats).items():
        free = 0 if block.state.team_classes[team, course] else 1
        draft.pay_beyond(slots, free, scaled(block.state.weights.split_team))


def meetings(seats: Seats, crowd_of: Callable[[Choice], int | None]) -> list[Meeting]:
    """Per crowd (a queue or a team) the seats that meet in an interval; the intervals in which
    the same seats meet stand together."""
    by_slot: dict[tuple[int, int], list[Variable]] = defaultdict(list)
    meeting: dict[tuple[int, int], list[int]] = defaultdict(list)
    for number, (slot, row) in enumerate(seats):
        crowds = set()
        for choice, variable in row:
            crowd = crowd_of(choice)
            if crowd is not None:
                by_slot[crowd, number].append(variable)
                crowds.add(crowd)
        for interval in slot.intervals:
            for crowd in sorted(crowds):
                meeting[crowd, interval].append(number)
    alike: dict[tuple[int, tuple[int, ...]], list[int]] = defaultdict(list)
    for (crowd, interval), numbers in meeting.items():
        alike[crowd, tuple(numbers)].append(interval)
    return [
        (crowd, [v for number in numbers for v in by_slot[crowd, number]], intervals)
        for (crowd, numbers), intervals in alike.items()
    ]


def _keep_cover(draft: Draft, block: Block, seats: Seats) -> None:
    state, price = block.state, scaled(block.state.weights.shortfall)

    def queue_of(choice: Choice) -> int | None:
        return state.ground.queue[choice.agent] if choice.on_phones else None

    for queue, variables, intervals in meetings(seats, queue_of):
        most = max(0, min(state.out_left[queue][interval] for interval in intervals))
        draft.at_most(variables, most)
        spare = Counter(max(0, state.free_left[queue][interval]) for interval in intervals)
        for free, times in spare.items():
            if free < most:
                draft.pay_beyond(variables, free, price * times)


def _keep_share(draft: Draft, block: Block, seats: Seats) -> None:
    state = block.state
    for team, variables, intervals in meetings(seats, lambda c: state.ground.team[c.agent]):
        most = min(state.share_left[team][interval] for interval in intervals)
        draft.at_most(variables, max(0, most))


def _slots_of_teams(
    draft: Draft, block: Block, seats: Seats
) -> dict[tuple[int, int], list[Variable]]:
    """Per `together` team and course whether it uses a slot in which it has no class yet."""
    used: dict[tuple[int, int], list[Variable]] = defaultdict(list)
    state = block.state
    if not state.weights.split_team:
        return used
    for slot, row in seats:
        teams: dict[int, list[Variable]] = defaultdict(list)
        for choice, variable in row:
            team = state.ground.team[choice.agent]
            if state.ground.together[team]:
                teams[team].append(variable)
        here = {held.serial for held in block.standing[id(slot)]}
        for team, variables in teams.items():
            if not here & state.team_classes[team, slot.course].keys():
                comes = draft.yes_no()
                for variable in variables:
                    draft.model.add_implication(variable, comes)
                used[team, slot.course].append(comes)
    return used
