"""Files handed in for an import, kept in the instance folder until the person confirms.

Each upload is one bundle under a name made here, in a folder only this program reads; it
belongs to the person who sent it and is forgotten after a day.
"""

from __future__ import annotations

import re
import secrets
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from flask import current_app
from werkzeug.datastructures import FileStorage

from trainhub.catalogue.rules.bundles import (
    MAX_ENTRIES,
    MAX_PACKED,
    read_bundle,
    size_limit,
    write_bundle,
)
from trainhub.catalogue.rules.source_files import PICTURE_ENDINGS, SourceFile
from trainhub.errors import N_, InputError, InputErrors, NotFound

KEPT_FOR = timedelta(days=1)
_TOKEN = re.compile(r"[0-9a-f]{32}\Z")
_SEPARATORS = re.compile(r"[\\/]")
_UNSAFE = re.compile(r"[\x00-\x1f\x7f]")
_MANY = N_("At most %(limit)s files can be imported at once.")
_LARGE = N_("This file is larger than %(limit)s bytes.")
_EMPTY = N_("Choose at least one file.")


def read_uploads(uploads: Sequence[FileStorage], series_key: str) -> list[SourceFile]:
    """The files of a form, bundles opened; loose pictures go to the series chosen.

    Raises `InputErrors`.
    """
    given = [one for one in uploads if one.filename]
    if not given:
        raise InputErrors([InputError("file_missing", _EMPTY, field="files")])
    if len(given) > MAX_ENTRIES:
        raise InputErrors([InputError("files_many", _MANY, {"limit": MAX_ENTRIES})])
    files: list[SourceFile] = []
    errors: list[InputError] = []
    for one in given:
        try:
            files += _files_of(one, series_key)
        except InputErrors as refused:
            errors += refused.errors
    if errors:
        raise InputErrors(errors)
    return files


def _files_of(upload: FileStorage, series_key: str) -> list[SourceFile]:
    # A browser may send a whole path, a hostile client anything: only the last part counts.
    name = _UNSAFE.sub("", _SEPARATORS.split(upload.filename or "")[-1])[-120:]
    name = name.lstrip(". ") or "file"
    is_bundle = name.lower().endswith(".zip")
    limit = MAX_PACKED if is_bundle else size_limit(name)
    data = upload.stream.read(limit + 1)
    if len(data) > limit:
        raise InputErrors([InputError("file_large", _LARGE, {"limit": limit}, file=name)])
    if is_bundle:
        return read_bundle(data, name)
    if name.lower().endswith(PICTURE_ENDINGS) and series_key:
        name = f"courses/{series_key}/media/{name}"
    return [SourceFile(name, data)]


def _folder() -> Path:
    folder: Path = current_app.config["SETTINGS"].instance / "uploads"
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    return folder


def _file(person: Any, token: str) -> Path:
    if not _TOKEN.match(token):
        raise NotFound()
    return _folder() / f"{person.id}-{token}.zip"


def keep_files(person: Any, files: Sequence[SourceFile], now: datetime) -> str:
    """Keep files for a later confirmation; the token to find them by. Old ones are removed.

    Raises `InputErrors` for names that no bundle may have.
    """
    forget_old(now)
    token = secrets.token_hex(16)
    written = write_bundle((file.path, file.data) for file in files)
    read_bundle(written, "upload")  # names we could not read again are refused now
    target = _file(person, token)
    part = target.with_suffix(".part")
    part.write_bytes(written)
    part.replace(target)
    return token


def get_kept(person: Any, token: str) -> list[SourceFile]:
    """The files this person has handed in. Raises `NotFound`, also for another's token."""
    file = _file(person, token)
    if not file.is_file():
        raise NotFound()
    return read_bundle(file.read_bytes(), file.name)


def forget(person: Any, token: str) -> None:
    """Remove what was kept."""
    _file(person, token).unlink(missing_ok=True)


def forget_old(now: datetime) -> None:
    """Remove uploads that nobody confirmed within a day."""
    for file in _folder().iterdir():
        if now - datetime.fromtimestamp(file.stat().st_mtime, UTC) > KEPT_FOR:
            file.unlink(missing_ok=True)
