"""What an author decides, as a value and as JSON."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from trainhub.assessment.rules.settings import (
    Blueprint,
    ExamSettings,
    Form,
    Layout,
    Part,
    PassMarkMethod,
    Preset,
    Quota,
    When,
    preset,
    settings_from,
)

words = st.text("abc 中文-", max_size=8)
quotas = st.builds(Quota, st.integers(1, 50), words, words, st.lists(words, max_size=3).map(tuple))
blueprints = st.builds(
    Blueprint,
    st.lists(quotas, max_size=4).map(tuple),
    st.lists(words.filter(bool), max_size=4).map(tuple),
)
all_settings = st.builds(
    ExamSettings,
    languages=st.sampled_from([("zh",), ("en",), ("zh", "en")]),
    instructions=st.dictionaries(st.sampled_from(["zh", "en"]), words),
    blueprint=blueprints,
    duration_s=st.integers(60, 86_400),
    pass_mark=st.integers(1, 100),
    pass_mark_method=st.sampled_from(PassMarkMethod),
    pass_mark_note=words,
    attempts=st.integers(0, 9),
    pause_s=st.integers(0, 86_400),
    shuffle_items=st.booleans(),
    shuffle_options=st.booleans(),
    layout=st.sampled_from(Layout),
    may_go_back=st.booleans(),
    item_limit_s=st.none() | st.integers(5, 3_600),
    release=st.dictionaries(st.sampled_from(Part), st.sampled_from(When)),
    form=st.sampled_from(Form),
    is_practice=st.booleans(),
    markers=st.integers(1, 2),
)


@given(all_settings)
def test_what_is_frozen_comes_back_the_same(settings: ExamSettings) -> None:
    stored = json.loads(json.dumps(settings.as_dict()))
    assert settings_from(stored) == settings
    assert settings_from(stored).as_dict() == settings.as_dict()


@given(blueprints)
def test_a_blueprint_is_as_long_as_its_papers(blueprint: Blueprint) -> None:
    if blueprint.is_fixed:
        assert blueprint.length == len(blueprint.items)
    else:
        assert blueprint.length == sum(quota.count for quota in blueprint.quotas)


@pytest.mark.parametrize("name", Preset)
def test_every_preset_can_be_frozen(name: Preset) -> None:
    assert settings_from(json.loads(json.dumps(preset(name).as_dict()))) == preset(name)


def test_presets_differ_in_what_they_are_for() -> None:
    closed, practice, exam = (
        preset(name) for name in (Preset.CLOSED_BOOK, Preset.PRACTICE, Preset.EXAM)
    )
    assert not closed.may_go_back
    assert practice.is_practice and practice.attempts == 0
    assert set(practice.release.values()) == {When.AT_ONCE}
    assert not exam.is_practice and exam.attempts == 1
    assert When.AT_ONCE not in {*exam.release.values(), *closed.release.values()}
