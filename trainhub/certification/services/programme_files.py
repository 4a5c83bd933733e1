"""Programmes of files: those that come with the program, and those that somebody hands in."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path

from sqlalchemy import select

from trainhub import paths
from trainhub.certification.evidence import kind_fields, standard
from trainhub.certification.models import Programme, ProgrammeVersion
from trainhub.certification.queries.programmes import find_programme
from trainhub.certification.rules.programmes.reading import (
    MAX_BYTES,
    ProgrammeText,
    read_programme,
)
from trainhub.certification.services.programmes import (
    change_programme,
    create_programme,
    publish_programme,
)
from trainhub.db import db
from trainhub.errors import N_, InputError, InputErrors
from trainhub.people.models import Person
from trainhub.tables.encodings import decode_text

assert standard  # the kinds of evidence have been entered
_LARGE = N_("The file is larger than %(most)s KB.")
_TWICE = N_("The programme “%(key)s” stands in another file as well.")
_NO_FILES = N_("There are no programme files here.")


@dataclass
class Taken:
    """How many programmes of files were new, changed, as they were, or left to their authors."""

    new: int = 0
    changed: int = 0
    unchanged: int = 0
    kept: int = 0

    def as_dict(self) -> dict[str, int]:
        """The counts by name, for programs."""
        return asdict(self)


def read_programme_bytes(data: bytes, name: str) -> ProgrammeText:
    """One file. Raises `InputErrors` naming every error with its line."""
    if len(data) > MAX_BYTES:
        params = {"most": MAX_BYTES // 1024}
        raise InputErrors([InputError("file_too_large", _LARGE, params, file=name)])
    return read_programme(decode_text(data, name), kind_fields(), file=name)


def read_programme_files(places: Sequence[Path]) -> list[ProgrammeText]:
    """Every YAML file named, or in a folder named. Raises `InputErrors` with all that is wrong."""
    found: list[ProgrammeText] = []
    errors: list[InputError] = []
    for file in _files_of(places):
        name = file.as_posix()
        try:
            with file.open("rb") as source:
                text = read_programme_bytes(source.read(MAX_BYTES + 1), name)
        except InputErrors as refused:
            errors += refused.errors
            continue
        if any(one.key == text.key for one in found):
            params = {"key": text.key}
            errors.append(InputError("key_twice", _TWICE, params, file=name, line=1))
        found.append(text)
    if not found and not errors:
        errors.append(InputError("files_missing", _NO_FILES))
    if errors:
        raise InputErrors(errors)
    return found


def _files_of(places: Sequence[Path]) -> list[Path]:
    found: dict[Path, None] = {}
    for place in places:
        inside = sorted(place.glob("*.y*ml")) if place.is_dir() else [place]
        found |= dict.fromkeys(file for file in inside if not file.name.startswith("."))
    return list(found)


def take_programme(
    text: ProgrammeText, *, actor: Person | None, now: datetime, publish: bool = False
) -> tuple[Programme, str]:
    """Store a file as what is being written; "new", "changed" or "unchanged".

    Versions in force stay, unless `publish` makes one of it: people under way stay where they
    are. Raises `ProgrammeRetired`, `InputErrors`.
    """
    programme = find_programme(text.key)
    if programme is None:
        programme = create_programme(text.key, text.kind, text.titles, actor=actor, now=now)
        change_programme(programme, text, revision=None, actor=actor, now=now)
        state = "new"
    else:
        is_new = change_programme(programme, text, revision=None, actor=actor, now=now)
        state = "changed" if is_new else "unchanged"
    if publish and not _says(programme, programme.published):
        publish_programme(programme, revision=None, those_under_way="stay", actor=actor, now=now)
    return programme, state


def take_programmes(
    texts: Sequence[ProgrammeText], *, actor: Person | None, now: datetime, publish: bool = False
) -> Taken:
    """`take_programme` for several."""
    taken = Taken()
    for text in texts:
        _programme, state = take_programme(text, actor=actor, now=now, publish=publish)
        setattr(taken, state, getattr(taken, state) + 1)
    return taken


def load_shipped_programmes(now: datetime) -> Taken:
    """Publish the programmes that come with the program; those that people changed stay theirs.

    Inside the caller's transaction; a second time changes nothing. Raises `InputErrors`.
    """
    taken = Taken()
    for text in read_programme_files([paths.PROGRAMMES]):
        known = find_programme(text.key)
        if known is not None and not _is_as_loaded(known):
            taken.kept += 1
            continue
        _programme, state = take_programme(text, actor=None, now=now, publish=True)
        setattr(taken, state, getattr(taken, state) + 1)
    return taken


def _is_as_loaded(programme: Programme) -> bool:
    """Whether nobody has had a hand in it: not made, written on, published or retired by one."""
    if programme.owner_id is not None or programme.retired_at is not None:
        return False
    by_hand = select(ProgrammeVersion.id).where(
        ProgrammeVersion.programme_id == programme.id,
        ProgrammeVersion.published_by_id.is_not(None),
    )
    return _says(programme, programme.published) and db.session.scalar(by_hand.limit(1)) is None


def _says(programme: Programme, version: ProgrammeVersion | None) -> bool:
    return (
        version is not None
        and version.content == programme.content
        and version.titles == programme.titles
    )
