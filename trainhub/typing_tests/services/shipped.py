"""The passages and phrases that come with the program, and files of them on disk."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

from trainhub import paths
from trainhub.errors import N_, InputError, InputErrors
from trainhub.tables.encodings import decode_text
from trainhub.typing_tests.rules.passage_files import (
    LONGEST_FILE,
    PassageEntry,
    PassageFile,
    read_file,
)
from trainhub.typing_tests.services.passages import ImportCounts, import_passages
from trainhub.typing_tests.services.phrases import add_phrases

_LARGE = N_("The file is larger than %(most)s MB.")
_TWICE = N_("The key “%(key)s” stands in another file as well.")
_NO_FILES = N_("There are no files of passages here.")


def read_passage_files(places: Sequence[Path]) -> list[PassageFile]:
    """Every YAML file named, or in a folder named. Raises `InputErrors` with all that is wrong."""
    files: list[PassageFile] = []
    errors: list[InputError] = []
    for file in _files_of(places):
        name = file.as_posix()
        try:
            files.append(read_file(_text_of(file, name), name))
        except InputErrors as refused:
            errors += refused.errors
    errors += _keys_twice(entry for file in files for entry in file.passages)
    if not files and not errors:
        errors.append(InputError("files_missing", _NO_FILES))
    if errors:
        raise InputErrors(errors)
    return files


def _files_of(places: Sequence[Path]) -> list[Path]:
    found: dict[Path, None] = {}
    for place in places:
        inside = sorted(place.glob("*.y*ml")) if place.is_dir() else [place]
        found |= dict.fromkeys(file for file in inside if not file.name.startswith("."))
    return list(found)


def _text_of(file: Path, name: str) -> str:
    if file.stat().st_size > LONGEST_FILE:
        params = {"most": LONGEST_FILE // 1024 // 1024}
        raise InputErrors([InputError("file_too_large", _LARGE, params, file=name)])
    return decode_text(file.read_bytes(), name)


def _keys_twice(entries: Iterable[PassageEntry]) -> list[InputError]:
    seen: set[str] = set()
    errors = []
    for entry in entries:
        if entry.key in seen:
            params = {"key": entry.key}
            errors.append(InputError("key_twice", _TWICE, params, file=entry.file, line=entry.line))
        seen.add(entry.key)
    return errors


@dataclass(frozen=True)
class LoadedPassages:
    """What loading files has done to passages and to phrases."""

    passages: ImportCounts = field(default_factory=ImportCounts)
    phrases: ImportCounts = field(default_factory=ImportCounts)

    @property
    def touched(self) -> int:
        """How many are new or changed."""
        both = (self.passages, self.phrases)
        return sum(counts.new + counts.changed for counts in both)

    def as_dict(self) -> dict[str, Any]:
        """The counts by name, for programs."""
        return asdict(self)


def load_files(
    files: Sequence[PassageFile], *, actor: Any, now: datetime, is_shipped: bool = False
) -> LoadedPassages:
    """Store passages and phrases of files; how many of each. Raises `InputErrors`."""
    entries = [entry for file in files for entry in file.passages]
    loaded = LoadedPassages(import_passages(entries, actor=actor, now=now, is_shipped=is_shipped))
    for file in files:
        if file.phrases:
            found = add_phrases(
                file.phrases, file.language, actor=actor, now=now, is_shipped=is_shipped
            )
            loaded.phrases.new += found.new
            loaded.phrases.changed += found.changed
            loaded.phrases.unchanged += found.unchanged
    return loaded


def load_shipped_passages(now: datetime) -> LoadedPassages:
    """Store what is new or changed in the files that come with the program.

    Inside the caller's transaction; a second time changes nothing. Raises `InputErrors`.
    """
    return load_files(read_passage_files([paths.PASSAGES]), actor=None, now=now, is_shipped=True)
