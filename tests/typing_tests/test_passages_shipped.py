"""The passages and phrases that come with the program: enough of them, and all can be typed."""

from __future__ import annotations

import re
from collections import Counter
from pathlib import Path

import pytest

from trainhub import paths
from trainhub.typing_tests.rules.characters import fault_of
from trainhub.typing_tests.rules.passage_facts import keystrokes_of
from trainhub.typing_tests.rules.passage_files import (
    PHRASES_FILE,
    PassageEntry,
    file_name,
    read_file,
    write_passages,
    write_phrases,
)
from trainhub.typing_tests.rules.passages import check_passage, enough_text
from trainhub.typing_tests.rules.settings import PassageKind
from trainhub.typing_tests.services.shipped import read_passage_files

FILES = sorted(paths.PASSAGES.glob("*"))
SHIPPED = read_passage_files([paths.PASSAGES])
ENTRIES = [entry for file in SHIPPED for entry in file.passages]
LENGTHS = {"zh": (250, 700), "en": (650, 2_400)}
# What a trainer would not want an agent to learn by heart: promised days of dispatch, gifts.
PROMISES = re.compile(
    "赠品|赠送|礼品|小礼物|[今明后]天(就|一定|能|可以)?(发货|发出|寄出|送达|到货)|保证.{0,6}(到|发货)"
    "|free gift|a gift|bonus|guarantee"
    "|(ship|dispatch|deliver|arrive|leave)\\w* (today|tomorrow|by)",
    re.IGNORECASE,
)


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.name)
def test_a_file_is_written_as_the_program_writes_it(file: Path) -> None:
    text = file.read_text("utf-8")
    read = read_file(text, file.name)
    if read.passages:
        kind = read.passages[0].draft.kind
        assert text == write_passages(read.language, kind, read.passages)
        assert file.name == file_name(read.language, kind)
    else:
        assert text == write_phrases(read.language, read.phrases)
        assert file.name == file_name(read.language, PHRASES_FILE)


@pytest.mark.parametrize("entry", ENTRIES, ids=lambda entry: entry.key)
def test_a_shipped_passage_is_as_it_should_be(entry: PassageEntry) -> None:
    draft = entry.draft
    assert check_passage(draft.text, draft.language) == []
    assert not set("“”‘’×÷°±") & set(draft.text), "these are not on every keyboard"
    least, most = LENGTHS[draft.language]
    if draft.kind is not PassageKind.DIGITS:
        assert least <= len(draft.text) <= most
    assert entry.key.startswith(f"{draft.language}-")


def test_there_are_passages_of_every_kind_in_both_languages() -> None:
    count = Counter((entry.draft.language, entry.draft.kind) for entry in ENTRIES)
    assert len(ENTRIES) >= 48
    for language in LENGTHS:
        for kind in PassageKind:
            assert count[language, kind] >= 3, (language, kind)


def test_ten_minutes_of_prose_come_without_the_same_passage_twice() -> None:
    for language in LENGTHS:
        texts = [
            one.draft.text
            for one in ENTRIES
            if (one.draft.language, one.draft.kind) == (language, PassageKind.PROSE)
        ]
        whole = enough_text([(one, keystrokes_of(one, language)) for one in texts], 600)
        assert all(whole.count(text) <= 1 for text in texts)


def test_no_two_passages_are_the_same() -> None:
    assert len({entry.draft.text for entry in ENTRIES}) == len(ENTRIES)
    assert len({(one.draft.language, one.draft.title) for one in ENTRIES}) == len(ENTRIES)


@pytest.mark.parametrize("language", LENGTHS)
def test_phrases_can_be_typed_and_promise_nothing(language: str) -> None:
    phrases = [one for file in SHIPPED if file.language == language for one in file.phrases]
    assert len(phrases) >= 60
    assert len({one.group for one in phrases}) >= 8
    for phrase in phrases:
        assert not any(fault_of(sign, language) for sign in phrase.text), phrase.text
        assert not PROMISES.search(phrase.text), phrase.text
    for entry in ENTRIES:
        if entry.draft.language == language and entry.draft.kind is PassageKind.PHRASES:
            assert not PROMISES.search(entry.draft.text), entry.key
