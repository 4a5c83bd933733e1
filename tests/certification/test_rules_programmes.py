"""What a programme file may say: read, written, judged, changed piece by piece, compared."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.certification.programmes import read, requirement, texts, values
from trainhub import paths
from trainhub.certification.evidence import kind_fields
from trainhub.certification.rules.programmes.content import (
    Anchor,
    Group,
    ProgrammeContent,
    Requirement,
    Stage,
    Validity,
)
from trainhub.certification.rules.programmes.differing import differences
from trainhub.certification.rules.programmes.editing import (
    dissolve,
    free_key,
    gather,
    get_group,
    move_member,
    move_stage,
    put_requirement,
    regroup,
    remove_requirement,
    remove_stage,
)
from trainhub.certification.rules.programmes.reading import ProgrammeText, read_programme
from trainhub.certification.rules.programmes.writing import write_programme
from trainhub.errors import InputErrors

FILES = sorted(paths.PROGRAMMES.glob("*.yaml"))


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
def test_a_shipped_programme_is_written_as_it_is_read(file: Path) -> None:
    text = file.read_text("utf-8")
    assert write_programme(read_programme(text, kind_fields(), file=file.name)) == text


def test_four_programmes_come_with_the_program() -> None:
    kinds = {read_programme(file.read_text("utf-8"), kind_fields()).kind for file in FILES}
    assert kinds == {"onboarding", "renewal", "duty", "trainer"}


def part(key: str, weight: int = 1) -> dict[str, Any]:
    return {"requirement": key, "weight": weight}


def combined(*parts: dict[str, Any], key: str = "sum", needed: int = 800) -> dict[str, Any]:
    return requirement(key, "composite", settings={"parts": list(parts), "pass_permille": needed})


A, B = requirement("a1"), requirement("b1")
SUM = combined(part("a1"), part("b1"))


@pytest.mark.parametrize(
    ("raw", "code"),
    [
        (values(A, A), "key_twice"),
        (values(A, B, needs=["a1"]), "requirement_unused"),
        (values(A, needs=["a1", "zz"]), "requirement_unknown"),
        (values(A, B, needs=["a1", "b1", "a1"]), "requirement_twice"),
        (values(A, B, needs=[{"at_least": 3, "of": ["a1", "b1"]}]), "group_out_of_reach"),
        (values(A, B, needs=[{"any": ["a1"], "all": ["b1"]}]), "group_shape"),
        (values(A, needs=[{"any": [{"any": [{"any": [{"any": ["a1"]}]}]}]}]), "group_deep"),
        (values(A, combined(part("a1"), part("sum"))), "part_itself"),
        (values(A, combined(part("a1"), part("zz"))), "requirement_unknown"),
        (values(A, combined(part("a1"), part("a1"))), "part_twice"),
        (values(A, B, SUM, combined(part("sum"), part("a1"), key="s2")), "part_composite"),
        (values(A, B, combined(part("a1"), part("b1", 0))), "field_whole"),
        (values(A, B, combined(part("a1"), part("b1", -5))), "field_whole"),
        (values(A, B, combined(part("a1"), part("b1"), needed=1001)), "field_whole"),
        (values(A, combined(part("a1"))), "field_count"),
        (values(requirement("a1", "no-such-kind")), "field_choice"),
        (values(requirement("a1", colour="red")), "field_unknown"),
        (values(requirement("a1", due_days=0)), "field_whole"),
        (values(requirement("k" * 41)), "field_long"),
        (values(A, renewal=["a1"]), "renewal_without_end"),
        (values(A, validity={"months": 12, "anchor": "calendar"}), "calendar_date"),
        (values(A, validity={"months": 12, "anchor": "calendar", "calendar": "02-29"}),
         "calendar_date"),
        (values(A, validity={"months": 12, "calendar": "03-31"}), "calendar_needless"),
        (values(A, validity={"anchor": "calendar", "calendar": "03-31"}), "anchor_needless"),
        (values(A, validity={"months": 1, "window_days": 60}), "window_long"),
        (values(A, remind_before=[0]), "field_whole"),
    ],
)  # fmt: skip
def test_what_makes_no_sense_is_refused(raw: Any, code: str) -> None:
    with pytest.raises(InputErrors) as refused:
        read(raw)
    assert code in {one.code for one in refused.value.errors}


def test_every_error_of_a_file_names_its_line() -> None:
    text = FILES[0].read_text("utf-8")
    broken = text.replace("kind: exam", "kind: exma").replace("months: 12", "months: 999")
    with pytest.raises(InputErrors) as refused:
        read_programme(broken, kind_fields(), file="broken.yaml")
    lines = {one.line for one in refused.value.errors}
    wanted = [n for n, line in enumerate(broken.splitlines(), 1) if "exma" in line or "999" in line]
    assert set(wanted) <= lines
    assert {one.file for one in refused.value.errors} == {"broken.yaml"}


# --- whatever can be written can be read again -------------------------------------------

_LINES = st.text(
    st.characters(codec="utf-8", exclude_categories=("C", "Z")), min_size=1, max_size=30
)
_TITLES = st.fixed_dictionaries({"zh": _LINES, "en": _LINES})
_KEYS = st.from_regex(r"[a-z][a-z0-9]{1,8}", fullmatch=True)


@st.composite
def programmes(draw: st.DrawFn) -> ProgrammeText:
    keys = draw(st.lists(_KEYS, min_size=1, max_size=8, unique=True))
    made = [
        Requirement(
            key,
            "exam",
            draw(_TITLES),
            {"exam": draw(_KEYS), "min_percent": draw(st.integers(0, 100))},
            draw(st.none() | st.integers(1, 750)),
            draw(st.none() | st.integers(1, 3660)),
            draw(st.booleans()),
            draw(st.just({}) | _TITLES),
        )
        for key in keys
    ]
    cut = draw(st.integers(0, len(keys) - 1))
    members: list[Any] = list(keys[cut:])
    if len(members) > 1 and draw(st.booleans()):
        least = draw(st.none() | st.integers(1, len(members)))
        members = [Group(tuple(members), least, draw(st.just({}) | _TITLES))]
    stages = [Stage("last", draw(_TITLES), Group(tuple(members)))]
    if cut:
        stages.insert(0, Stage("first", draw(_TITLES), Group(tuple(keys[:cut]))))
    months = draw(st.none() | st.integers(3, 120))
    validity = Validity(months, window_days=draw(st.integers(0, 84)))
    if months and draw(st.booleans()):
        validity = Validity(months, Anchor.CALENDAR, 30, draw(st.integers(0, 180)), "03-31")
    content = ProgrammeContent(
        tuple(stages), tuple(made), validity,
        tuple(keys[:1]) if months and draw(st.booleans()) else (),
        draw(st.sampled_from([(30, 14, 7, 1), (), (9, 2)])),
        description=draw(st.just({}) | _TITLES),
    )  # fmt: skip
    return ProgrammeText("some-programme", "duty", draw(_TITLES), content)


@given(programmes())
@settings(max_examples=30, deadline=None)
def test_what_is_written_reads_the_same(programme: ProgrammeText) -> None:
    written = write_programme(programme)
    assert read_programme(written, kind_fields()) == programme
    assert write_programme(read_programme(written, kind_fields())) == written


# --- changing a programme piece by piece --------------------------------------------------


def content(*requirements: dict[str, Any], **more: Any) -> ProgrammeContent:
    return read(values(*requirements, **more)).content


def members(whole: ProgrammeContent, stage: str = "first") -> tuple[Any, ...]:
    return get_group(whole, stage, ()).members


THREE = [requirement(key) for key in ("a1", "b1", "c1")]


def test_removing_a_requirement_takes_it_out_of_everything() -> None:
    whole = content(
        *THREE, combined(part("a1"), part("b1"), part("c1")),
        needs=[{"any": ["a1"]}, "b1", "c1", "sum"],
        renewal=["a1", "b1"], validity={"months": 12},
    )  # fmt: skip
    left = remove_requirement(whole, "a1")
    assert members(left) == ("b1", "c1", "sum"), "an empty group is gone as well"
    assert left.renewal == ("b1",)
    parts = left.requirement("sum").settings["parts"]
    assert [one["requirement"] for one in parts] == ["b1", "c1"]


def test_a_new_key_is_known_wherever_the_old_one_was() -> None:
    whole = content(
        *THREE, combined(part("a1"), part("b1")), needs=[{"any": ["a1", "b1"]}, "c1", "sum"],
        renewal=["a1"], validity={"months": 12},
    )  # fmt: skip
    changed = put_requirement(whole, read(values(requirement("zz"))).content.requirements[0],
                              "first", was="a1")  # fmt: skip
    assert members(changed)[0] == Group(("zz", "b1"), 1)
    assert changed.renewal == ("zz",)
    assert changed.requirement("sum").settings["parts"][0]["requirement"] == "zz"


def test_members_move_within_their_group_and_stop_at_its_edge() -> None:
    whole = content(*THREE, needs=[{"any": ["a1", "b1"]}, "c1"])
    swapped = move_member(whole, "first", (0, 0), 1)
    assert members(swapped)[0] == Group(("b1", "a1"), 1)
    assert move_member(whole, "first", (0, 0), -1) == whole
    assert move_member(whole, "first", (0,), -1) == whole, "there is no stage before it"
    assert members(move_member(whole, "first", (0,), 1))[0] == "c1"


def test_gathering_and_dissolving_are_each_other_s_reverse() -> None:
    whole = content(*THREE)
    gathered = gather(whole, "first", (), [0, 1], 1, texts("One"))
    assert members(gathered) == (Group(("a1", "b1"), 1, texts("One")), "c1")
    assert dissolve(gathered, "first", (0,)) == whole


def test_regrouping_lets_members_out_and_neighbours_in() -> None:
    whole = content(*THREE, needs=[{"any": ["a1", "b1"]}, "c1"])
    changed = regroup(whole, "first", (0,), [1], [1], 2, {})
    assert members(changed) == (Group(("b1", "c1"), 2), "a1")


def test_stages_move_and_go_with_what_is_asked_in_them() -> None:
    raw = values(*THREE)
    raw["stages"] = [
        {"key": "one", "titles": texts("One"), "needs": ["a1"]},
        {"key": "two", "titles": texts("Two"), "needs": ["b1", "c1"]},
    ]
    whole = read(raw).content
    assert [stage.key for stage in move_stage(whole, "two", -1).stages] == ["two", "one"]
    assert move_stage(whole, "one", -1) == whole
    left = remove_stage(whole, "two")
    assert [one.key for one in left.requirements] == ["a1"]
    assert free_key(left, "a1") == "a1-2"


def test_differences_name_what_they_are_about() -> None:
    old = content(*THREE, validity={"months": 12})
    raw = values(
        requirement("a1", due_days=9), THREE[1], requirement("d1"),
        needs=["b1", "a1", "d1"], validity={"months": 24},
    )  # fmt: skip
    found = differences(texts("Old"), old, texts("New"), read(raw).content)
    named = {(one.of.get("en", ""), one.what) for one in found}
    assert named == {
        ("", "titles"), ("", "months"), ("First", "needs"), ("c1", "removed"), ("d1", "added"),
        ("a1", "due_days"),
    }  # fmt: skip
    assert differences(texts("Old"), old, texts("Old"), old) == []
