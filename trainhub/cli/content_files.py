"""Course and quiz files on disk: collecting what is named, writing what is exported."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

from trainhub.catalogue.rules.bundles import MAX_PACKED, read_bundle, size_limit
from trainhub.catalogue.rules.source_files import PICTURE_ENDINGS, SourceFile
from trainhub.errors import InputError, InputErrors

_TEXT_ENDINGS = (".md", ".yaml", ".yml")
_TAKEN = (*_TEXT_ENDINGS, *PICTURE_ENDINGS)
_FOLDERS = {"courses", "quizzes"}


def read_paths(paths: Sequence[Path]) -> list[SourceFile]:
    """Every file named, in a folder named, or in a bundle named; each once.

    Folders are searched for Markdown, YAML and pictures; hidden files, links and README files
    are passed over. A file that is named itself is always read. Raises `InputErrors`.
    """
    files: dict[Path, SourceFile] = {}
    errors: list[InputError] = []
    for path in paths:
        found = sorted(_walk(path)) if path.is_dir() else [path]
        for file in found:
            try:
                for one in _read(file):
                    files.setdefault(file.resolve() / one.path, one)
            except InputErrors as refused:
                errors += refused.errors
    if errors:
        raise InputErrors(errors)
    return list(files.values())


def _walk(folder: Path) -> Iterator[Path]:
    for file in folder.rglob("*"):
        inside = file.relative_to(folder).parts
        if any(part.startswith(".") for part in inside) or file.is_symlink():
            continue
        if file.is_file() and file.suffix.lower() in _TAKEN and file.stem.upper() != "README":
            yield file


def _read(file: Path) -> list[SourceFile]:
    is_bundle = file.suffix.lower() == ".zip"
    limit = MAX_PACKED if is_bundle else size_limit(file.name)
    size = file.stat().st_size
    if size > limit:
        message = "This file is larger than %(limit)s bytes."
        raise InputErrors(
            [InputError("file_large", message, {"limit": limit}, file=file.as_posix())]
        )
    data = file.read_bytes()
    return read_bundle(data, file.as_posix()) if is_bundle else [SourceFile(_named(file), data)]


def _named(file: Path) -> str:
    """The path as the person wrote it, unless the folders that tell the series are missing."""
    return file.as_posix() if len(file.parts) > 3 else _with_series(file)


def _with_series(file: Path) -> str:
    whole = file.resolve()
    places = [place for place, part in enumerate(whole.parts) if part in _FOLDERS]
    if places:
        return "/".join(whole.parts[places[-1] :])
    return "/".join(whole.parts[-3:]) if file.suffix.lower() != ".md" else file.as_posix()


def list_neighbours(paths: Iterable[Path]) -> list[Path]:
    """The `courses` and `quizzes` folders around the paths, for what a text refers to."""
    found: dict[Path, None] = {}
    for path in paths:
        for folder in (path.resolve(), *path.resolve().parents):
            if folder.name in _FOLDERS and folder.is_dir():
                for name in sorted(_FOLDERS):
                    if (folder.parent / name).is_dir():
                        found[folder.parent / name] = None
                break
    return list(found)


def write_files(folder: Path, files: Iterable[tuple[str, bytes]]) -> tuple[int, int]:
    """Write files below a folder; how many there are, and how many of them changed."""
    total = changed = 0
    for path, data in files:
        target = folder / path
        total += 1
        if target.is_file() and target.read_bytes() == data:
            continue
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(data)
        changed += 1
    return total, changed
