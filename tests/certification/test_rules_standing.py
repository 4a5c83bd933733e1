"""The one rule: granted, what is missing, what will expire."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from trainhub.certification.rules.programmes.content import (
    Group,
    ProgrammeContent,
    Requirement,
    Stage,
)
from trainhub.certification.rules.programmes.settings import Part
from trainhub.certification.rules.standing.composite import combine
from trainhub.certification.rules.standing.due_days import due_dates, nth_working_days
from trainhub.certification.rules.standing.findings import Evidence, Finding, State
from trainhub.certification.rules.standing.standing import Exempted, Standing, stand

TODAY = date(2026, 11, 23)
NOW = datetime(2026, 11, 23, 4, 0, tzinfo=UTC)
A_DAY = timedelta(days=1)


def content(needs: Group, **more: Any) -> ProgrammeContent:
    keys = dict.fromkeys(needs.requirement_keys())
    requirements = tuple(Requirement(key, "record", {}) for key in keys)
    return ProgrammeContent((Stage("only", {}, needs),), requirements, **more)


def met(*, at: datetime = NOW, ends_on: date | None = None, permille: int = 1000) -> Finding:
    piece = Evidence("record", at, at.date())
    return Finding(State.MET, evidence=(piece,), ends_on=ends_on, score_permille=permille)


def standing(needs: Group, findings: dict[str, Finding], **more: Any) -> Standing:
    values = {"due_on": {}, "today": TODAY} | more
    return stand(content(needs), "full", findings, **values)


def test_everything_of_a_group_without_a_number_is_needed() -> None:
    needs = Group(("a", "b"))
    assert not standing(needs, {"a": met()}).is_complete
    assert standing(needs, {"a": met(), "b": met()}).is_complete


def test_one_of_several_is_enough_and_the_others_are_not_needed() -> None:
    found = standing(Group((Group(("a", "b"), least=1), "c")), {"b": met(), "c": met()})
    assert found.is_complete
    assert [line.state for line in found.lines] == [State.NOT_NEEDED, State.MET, State.MET]
    assert found.done == len(found.counted) == 2


def test_an_award_is_dated_by_its_last_piece_of_evidence() -> None:
    found = standing(Group(("a", "b")), {"a": met(at=NOW - A_DAY), "b": met(at=NOW - 3 * A_DAY)})
    assert found.completed_at == NOW - A_DAY


def test_an_award_on_earlier_evidence_is_dated_when_somebody_was_taken_in() -> None:
    findings = {"a": met(at=NOW - 3 * A_DAY)}
    assert standing(Group(("a",)), findings, begins_at=NOW - A_DAY).completed_at == NOW - A_DAY
    long_before = NOW - 5 * A_DAY
    found = standing(Group(("a",)), findings, begins_at=long_before)
    assert found.completed_at == NOW - 3 * A_DAY


def test_evidence_that_has_worn_off_is_asked_for_again() -> None:
    needs = Group(("a",))
    assert standing(needs, {"a": met(ends_on=TODAY)}).is_complete
    assert not standing(needs, {"a": met(ends_on=TODAY - A_DAY)}).is_complete


def test_a_waiver_counts_to_its_last_day_and_says_why() -> None:
    waiver = Exempted("a", "waiver", TODAY, "came from the other centre", "Gao Feng", NOW)
    found = standing(Group(("a",)), {}, exempted=[waiver])
    assert found.is_complete
    assert found.lines[0].exempted is waiver
    assert not standing(Group(("a",)), {}, exempted=[waiver], today=TODAY + A_DAY).is_complete


def test_an_extension_moves_the_due_date_and_never_forward() -> None:
    due = {"a": TODAY - A_DAY}
    assert standing(Group(("a",)), {}, due_on=due).lines[0].is_late(TODAY)
    longer = Exempted("a", "extension", TODAY + A_DAY, "was ill", "Gao Feng", NOW)
    found = standing(Group(("a",)), {}, due_on=due, exempted=[longer])
    assert not found.lines[0].is_late(TODAY)
    sooner = Exempted("a", "extension", TODAY - 3 * A_DAY, "slip", "Gao Feng", NOW)
    found = standing(Group(("a",)), {}, due_on=due, exempted=[sooner])
    assert found.lines[0].due_on == TODAY - A_DAY


def test_a_programme_that_asks_for_nothing_certifies_nobody() -> None:
    assert not stand(ProgrammeContent(), "full", {}, due_on={}, today=TODAY).is_complete


def test_due_days_count_days_at_work_from_the_start() -> None:
    rest = {date(2026, 11, 24), date(2026, 11, 25)}
    found = nth_working_days(TODAY, [1, 2, 3], lambda on: on not in rest)
    assert found == {1: TODAY, 2: date(2026, 11, 26), 3: date(2026, 11, 27)}


def test_what_has_no_due_day_is_due_with_the_last() -> None:
    requirements = (
        Requirement("a", "record", {}, due_days=2),
        Requirement("b", "record", {}, due_days=5),
        Requirement("c", "record", {}),
    )
    whole = ProgrammeContent((Stage("only", {}, Group(("a", "b", "c"))),), requirements)
    found = due_dates(whole, "full", TODAY, lambda on: True)
    assert found == {"a": TODAY + A_DAY, "b": TODAY + 4 * A_DAY, "c": TODAY + 4 * A_DAY}


PARTS = [Part("written", 40), Part("phrases", 20), Part("typing", 40, is_gate=True)]


def test_the_combined_result_is_the_weighted_mean() -> None:
    found = {"written": met(permille=900), "phrases": met(permille=800), "typing": met()}
    result = combine(PARTS, 900, found)
    assert result.permille == 920
    assert result.is_passed
    assert result.formula == "(40×900 + 20×800 + 40×1000) ÷ 100 = 920"


def test_a_gate_that_stays_shut_fails_the_best_sum() -> None:
    shut = Finding(State.FAILED, score_permille=990)
    result = combine(PARTS, 500, {"written": met(), "phrases": met(), "typing": shut})
    assert result.permille == 996
    assert not result.is_passed


def test_without_all_parts_there_is_no_combined_result() -> None:
    assert combine(PARTS, 500, {"written": met()}).permille is None


KEYS = st.sampled_from(["a", "b", "c", "d"])
TREES = st.recursive(
    KEYS,
    lambda inner: st.lists(inner, min_size=1, max_size=3).flatmap(
        lambda members: st.builds(
            Group,
            st.just(tuple(members)),
            st.one_of(st.none(), st.integers(1, len(members))),
        )
    ),
    max_leaves=4,
).filter(
    lambda one: (
        isinstance(one, Group)
        and len(set(one.requirement_keys())) == len(list(one.requirement_keys()))
    )
)


@settings(deadline=None)
@given(TREES, st.sets(KEYS), KEYS)
def test_one_more_piece_of_evidence_never_takes_an_award_away(
    needs: Group, known: set[str], more: str
) -> None:
    before = standing(needs, {key: met() for key in known})
    after = standing(needs, {key: met() for key in known | {more}})
    assert after.is_complete or not before.is_complete


@settings(deadline=None)
@given(TREES, st.sets(KEYS))
def test_it_is_complete_exactly_when_nothing_is_missing(needs: Group, known: set[str]) -> None:
    found = standing(needs, {key: met() for key in known})
    assert found.is_complete == (not found.missing)
    assert found.is_complete == (found.done == len(found.counted))


@pytest.mark.parametrize("path", ["full", "renewal"])
def test_the_shorter_way_asks_for_what_it_names_alone(path: str) -> None:
    whole = content(Group(("a", Group(("b", "c"), least=1))), renewal=("b",))
    found = stand(whole, path, {"b": met()}, due_on={}, today=TODAY)
    assert found.is_complete == (path == "renewal")
