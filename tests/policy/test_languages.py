"""Both languages are complete, and say the same with the same places."""

from __future__ import annotations

import re

import pytest

from trainhub.web.translations import (
    catalogue_files,
    missing_messages,
    read_catalogue,
    used_messages,
)

_PLACE = re.compile(r"%\((\w+)\)")


def test_every_message_has_its_chinese() -> None:
    missing = missing_messages()
    listed = "\n".join(f"{subject}.po: {message!r} from {at}" for subject, message, at in missing)
    assert not missing, f"write the Chinese (trainhub translations update adds these):\n{listed}"


@pytest.mark.parametrize("file", catalogue_files(), ids=lambda file: file.stem)
def test_a_translation_keeps_the_places_of_its_message(file) -> None:
    for entry in read_catalogue(file):
        if not entry.id:
            continue
        wanted = entry.id[-1] if isinstance(entry.id, tuple) else entry.id
        given = entry.string if isinstance(entry.string, tuple) else (entry.string,)
        for text in given:
            assert set(_PLACE.findall(text)) <= set(_PLACE.findall(wanted)), (
                f"{file.name}: {text!r} names a place that {wanted!r} does not fill"
            )


def test_one_message_has_one_chinese() -> None:
    seen: dict[object, tuple[str, str]] = {}
    for file in catalogue_files():
        for entry in read_catalogue(file):
            if not entry.id:
                continue
            key = entry.context, entry.id  # the same word may be a noun and a command
            before = seen.setdefault(key, (file.name, str(entry.string)))
            assert before[1] == str(entry.string), (
                f"{entry.id!r} is {before[1]!r} in {before[0]} and {entry.string!r} in {file.name}"
            )


class _Anything(dict[str, object]):
    def __missing__(self, name: str) -> int:
        return 1


def test_what_templates_say_can_be_filled_in() -> None:
    """Jinja fills places in every message, also in one that has none: “%” is written “%%”."""
    chinese = {}
    for file in catalogue_files():
        for entry in read_catalogue(file):
            key = entry.id[0] if isinstance(entry.id, tuple) else entry.id
            chinese[key] = entry.string if isinstance(entry.string, tuple) else (entry.string,)
    for messages in used_messages().values():
        for message, place in messages.items():
            if not place.startswith("templates/"):
                continue
            english = (message,) if isinstance(message, str) else message
            for text in (*english, *chinese.get(english[0], ())):
                try:
                    text % _Anything()
                except (TypeError, ValueError) as error:
                    pytest.fail(f"{place}: {text!r} cannot be filled in ({error}): write %% for %")
