"""The life of a training request: which step follows which, in any order of tries."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from trainhub.delivery.rules.request_checks import TypedRequest, read_wish
from trainhub.delivery.rules.requests import (
    ENDED,
    PATH,
    STEPS,
    Act,
    HeldClass,
    NotNow,
    Party,
    Standing,
    State,
    TrainerState,
    WordsMissing,
    after,
    parties_of,
    possible_acts,
    step_of_classes,
)
from trainhub.errors import InputErrors

TODAY = date(2026, 11, 23)
TYPED = TypedRequest(
    topic=" Opening a sale ",
    reason="",
    course_id=None,
    team_id=4,
    heads="１2",
    wished_from=TODAY,
    wished_until=TODAY + timedelta(days=9),
    figure="",
    figure_now="",
    figure_goal="",
)
HAPPY = (
    (Act.WRITE, Party.ASKER),
    (Act.SUBMIT, Party.ASKER),
    (Act.TAKE_UP, Party.REVIEWER),
    (Act.APPROVE, Party.REVIEWER),
    (Act.PROPOSE, Party.REVIEWER),
    (Act.ACCEPT, Party.TRAINER),
    (Act.START_PLAN, Party.REVIEWER),
    (Act.PLAN, Party.RULE),
    (Act.DELIVER, Party.RULE),
    (Act.EVALUATE, Party.ASKER),
    (Act.CLOSE, Party.REVIEWER),
)


class AnyLife(RuleBasedStateMachine):
    """Anybody tries anything at any time; what is refused changes nothing."""

    def __init__(self) -> None:
        super().__init__()
        self.standing = Standing()
        self.reached = [State.DRAFT]

    @rule(
        act=st.sampled_from(list(Act)),
        parties=st.sets(st.sampled_from(list(Party)), max_size=3),
        words=st.sampled_from(["", "  ", "because"]),
    )
    def try_a_step(self, act: Act, parties: set[Party], words: str) -> None:
        before = self.standing
        offered = possible_acts(before, parties)
        try:
            self.standing = after(before, act, parties, words)
        except NotNow:
            assert act not in offered
        except WordsMissing:
            assert act in offered and not words.strip()
        else:
            assert act in offered
            if self.standing.state is not before.state:
                self.reached.append(self.standing.state)

    @rule()
    def go_on_as_it_should(self) -> None:
        for act, party in HAPPY[1:]:
            if act in possible_acts(self.standing, {party}):
                self.standing = after(self.standing, act, {party}, "because")
                self.reached.append(self.standing.state)
                return

    @invariant()
    def nothing_is_planned_without_a_trainers_yes(self) -> None:
        if self.standing.state in PATH[PATH.index(State.PLANNED) :]:
            assert self.standing.trainer is TrainerState.ACCEPTED

    @invariant()
    def an_ended_request_stays_ended(self) -> None:
        if self.standing.state in ENDED:
            assert possible_acts(self.standing, set(Party)) == ()

    @invariant()
    def whoever_is_nothing_to_it_can_do_nothing(self) -> None:
        assert possible_acts(self.standing, ()) == ()

    @invariant()
    def every_stage_was_passed_on_the_way(self) -> None:
        if self.standing.state in PATH:
            stages = PATH[: PATH.index(self.standing.state) + 1]
            assert set(stages) <= set(self.reached)

    @invariant()
    def somebody_can_always_take_the_next_step(self) -> None:
        if self.standing.state not in ENDED:
            assert possible_acts(self.standing, set(Party))


TestAnyLife = AnyLife.TestCase


def test_the_way_of_a_request_that_goes_well() -> None:
    standing, reached = Standing(), []
    for act, party in HAPPY:
        standing = after(standing, act, {party})
        reached.append(standing.state)
    assert list(dict.fromkeys(reached)) == list(PATH)


@pytest.mark.parametrize("act", [Act.REJECT, Act.ASK_BACK])
def test_a_no_needs_words(act: Act) -> None:
    standing = Standing(State.IN_REVIEW)
    with pytest.raises(WordsMissing):
        after(standing, act, {Party.REVIEWER}, " ")
    after(standing, act, {Party.REVIEWER}, "the course exists: assign it")


def test_nobody_reviews_a_request_of_their_own() -> None:
    mine = parties_of(7, asked_by_id=7, trainer_id=None, reviews=True)
    assert mine == {Party.ASKER}
    assert parties_of(8, asked_by_id=7, trainer_id=8, reviews=True) == {
        Party.REVIEWER,
        Party.TRAINER,
    }


def test_only_steps_that_end_at_draft_go_back() -> None:
    backwards = {
        act
        for act, step in STEPS.items()
        if step.to in PATH
        and any(one in PATH and PATH.index(one) > PATH.index(step.to) for one in step.states)
    }
    assert backwards == {Act.ASK_BACK, Act.UNPLAN}


@pytest.mark.parametrize(
    ("standing", "classes", "act"),
    [
        (Standing(State.APPROVED, TrainerState.ACCEPTED), [], None),
        (Standing(State.APPROVED, TrainerState.ACCEPTED), [("scheduled", False)], None),
        (Standing(State.APPROVED, TrainerState.ACCEPTED), [("scheduled", True)], Act.PLAN),
        (Standing(State.APPROVED, TrainerState.PROPOSED), [("scheduled", True)], None),
        (Standing(State.PLANNED), [("scheduled", True), ("completed", True)], None),
        (Standing(State.PLANNED), [("cancelled", True), ("completed", True)], Act.DELIVER),
        (Standing(State.PLANNED), [("cancelled", True)], Act.UNPLAN),
        (Standing(State.DELIVERED), [("completed", True)], None),
        (Standing(State.WITHDRAWN), [("completed", True)], None),
    ],
)
def test_a_request_follows_its_classes(
    standing: Standing, classes: list[tuple[str, bool]], act: Act | None
) -> None:
    assert step_of_classes(standing, [HeldClass(*one) for one in classes]) is act


def wrong(typed: TypedRequest, *, needs_team: bool = True) -> list[str | None]:
    with pytest.raises(InputErrors) as caught:
        read_wish(typed, today=TODAY, team_ids={4}, course_ids={9}, needs_team=needs_team)
    return [one.field for one in caught.value.errors]


def test_what_was_typed_becomes_a_wish() -> None:
    wish = read_wish(TYPED, today=TODAY, team_ids={4}, course_ids=(), needs_team=True)
    assert (wish.topic, wish.heads, wish.team_id) == ("Opening a sale", 12, 4)


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"topic": " "}, "topic"),
        ({"topic": "x" * 161}, "topic"),
        ({"reason": "x" * 2_001}, "reason"),
        ({"team_id": 5}, "team_id"),
        ({"team_id": None}, "team_id"),
        ({"course_id": 8}, "course_id"),
        ({"heads": "0"}, "heads"),
        ({"heads": "many"}, "heads"),
        ({"heads": "2001"}, "heads"),
        ({"wished_from": None}, "wished_from"),
        ({"wished_until": None}, "wished_until"),
        ({"wished_from": TODAY + timedelta(days=20)}, "wished_until"),
        ({"wished_until": TODAY + timedelta(days=400)}, "wished_until"),
        ({"wished_from": date(2026, 1, 1), "wished_until": date(2026, 1, 9)}, "wished_until"),
        ({"figure_goal": "x" * 61}, "figure_goal"),
    ],
)
def test_each_fault_is_named_at_its_field(changes: dict[str, object], field: str) -> None:
    assert wrong(replace(TYPED, **changes)) == [field]  # type: ignore[arg-type]


def test_everything_wrong_is_said_at_once() -> None:
    nothing = TypedRequest("", "", None, None, "", None, None, "", "", "")
    found = ["topic", "team_id", "heads", "wished_from", "wished_until"]
    assert wrong(nothing) == found


def test_who_names_people_need_not_count_them() -> None:
    named = replace(TYPED, heads="", person_ids=[7, 8])
    wish = read_wish(
        named, today=TODAY, team_ids={4}, course_ids=(), needs_team=True, person_ids={7, 8, 9}
    )
    assert (wish.heads, wish.person_ids) == (2, {7, 8})
    with pytest.raises(InputErrors) as caught:
        read_wish(named, today=TODAY, team_ids={4}, course_ids=(), needs_team=True, person_ids={7})
    assert [one.field for one in caught.value.errors] == ["person_ids"]
