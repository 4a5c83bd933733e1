"""The shipped courses and quizzes, loaded when they have changed since they were loaded last."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from datetime import datetime

from trainhub import paths
from trainhub.catalogue.rules.source_files import SourceFile
from trainhub.catalogue.services.importing import ImportReport, import_files
from trainhub.db import db
from trainhub.ops.models import LoadedContent

_ONE = 1


def read_shipped_files() -> list[SourceFile]:
    """Every file of `courses/` and `quizzes/`, in the order of their paths."""
    files = []
    for folder in (paths.COURSES, paths.QUIZZES):
        for file in sorted(folder.rglob("*")):
            if file.is_file() and not file.name.startswith("."):
                place = file.relative_to(folder.parent).as_posix()
                files.append(SourceFile(place, file.read_bytes()))
    return files


def digest_of(files: Sequence[SourceFile]) -> str:
    """A hash that changes with any path or byte."""
    digest = hashlib.sha256()
    for file in files:
        digest.update(f"{file.path}\0{len(file.data)}\0".encode())
        digest.update(file.data)
    return digest.hexdigest()


def load_shipped_content(now: datetime) -> ImportReport | None:
    """Import the shipped files unless they are as they were at the last import.

    Inside the caller's transaction. None when there was nothing to do. Raises `InputErrors`,
    also for texts that were edited both in the files and in the browser.
    """
    files = read_shipped_files()
    digest = digest_of(files)
    loaded = db.session.get(LoadedContent, _ONE)
    if loaded is not None and loaded.digest == digest:
        return None
    report = import_files(files, actor=None, now=now)
    if loaded is None:
        loaded = LoadedContent(id=_ONE)
        db.session.add(loaded)
    loaded.digest, loaded.loaded_at = digest, now
    return report
