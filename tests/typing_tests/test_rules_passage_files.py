"""Files of passages: read strictly, written as they are read."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from trainhub.errors import InputErrors
from trainhub.typing_tests.rules.passage_files import (
    PassageEntry,
    read_file,
    write_passages,
    write_phrases,
)
from trainhub.typing_tests.rules.passages import PassageDraft, check_draft
from trainhub.typing_tests.rules.phrases import Phrase
from trainhub.typing_tests.rules.settings import PassageKind

LONG = "A sentence that is long enough to be typed for a while."
GOOD = f"language: en\nkind: prose\npassages:\n  - key: one\n    title: One\n    text: {LONG}\n"
SIGNS = st.sampled_from("abc #:-'\"%&*{}[]|>!?@`\\\n,.12")


def problems(text: str) -> list[tuple[int | None, str]]:
    with pytest.raises(InputErrors) as refused:
        read_file(text, "some.yaml")
    assert all(error.file == "some.yaml" for error in refused.value.errors)
    return [(error.line, error.text()) for error in refused.value.errors]


def test_a_file_is_read() -> None:
    (entry,) = read_file(GOOD).passages
    assert (entry.key, entry.draft.text, entry.draft.kind) == ("one", LONG, PassageKind.PROSE)


@given(st.lists(st.text(SIGNS, min_size=50, max_size=90), min_size=1, max_size=3), st.booleans())
def test_what_is_written_is_read_as_it_was(texts: list[str], tests_width: bool) -> None:
    entries = []
    for number, text in enumerate(texts):
        draft = PassageDraft("en", PassageKind.MIXED, f"No. {number} #: x", text, tests_width)
        try:
            entries.append(PassageEntry(f"no-{number}", check_draft(draft)))
        except InputErrors:
            continue  # too short once the blanks are gone
    if entries:
        written = write_passages("en", "mixed", entries)
        read = read_file(written).passages
        assert [(one.key, one.draft) for one in read] == [(e.key, e.draft) for e in entries]
        assert write_passages("en", "mixed", read) == written


@pytest.mark.parametrize(
    ("old", "new", "line", "words"),
    [
        ("kind: prose", "kind: poem", 2, "“poem” is not allowed"),
        ("language: en", "language: fr", 1, "“fr” is not allowed"),
        ("key: one", "key: One two", 4, "is no key"),
        ("    title: One\n", "", 4, "“title” is missing"),
        ("title: One", "titel: One", 5, "“titel” is not known"),
        (LONG, "Short.", 6, "at least 40"),
        ("passages:", "passage:", 4, "“passage” is not known"),
    ],
)
def test_a_fault_names_its_line(old: str, new: str, line: int, words: str) -> None:
    found = problems(GOOD.replace(old, new))
    assert any(at == line and words in text for at, text in found), found


def test_a_sign_that_cannot_be_typed_is_found_on_its_line_of_the_file() -> None:
    text = f"    text: |-\n      {LONG}\n      {LONG[:5]}\\u200b".replace("\\u200b", "\u200b")
    (found,) = problems(GOOD.replace(f"    text: {LONG}", text))
    assert found[0] == 8
    assert found[1].startswith("Line 2, character 6: U+200B ZERO WIDTH SPACE")


def test_keys_and_phrases_stand_once() -> None:
    entry = GOOD[GOOD.index("  - key") :]
    assert problems(GOOD + entry)[0][1] == "The key “one” stands twice."
    text = write_phrases("en", [Phrase("A", "Good day."), Phrase("B", "Good day.")])
    assert problems(text)[0][1] == "The phrase “Good day.” stands twice."


@pytest.mark.parametrize(
    "text",
    [
        "",
        "a",
        "- a",
        "language: en",
        "language: en\nkind: prose\npassages: x\n",
        "language: zh\nphrases:\n  - x\n",
        "a: &x 1\nb: *x\n",
        "language: en\nkind: prose\npassages:\n  - {key: 1, title: [], text: {}}\n",
    ],
)
def test_anything_else_is_refused_in_words(text: str) -> None:
    assert problems(text)
