"""`trainhub typing passages lint|import|export`: passages and quick phrases as files."""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path

import click

from trainhub import clock
from trainhub.catalogue.rules.vocabulary import LANGUAGES
from trainhub.cli.content_files import write_files
from trainhub.cli.database import installed_app
from trainhub.cli.report import dry_run_option, finish, json_option, refuse
from trainhub.db import transaction
from trainhub.errors import InputErrors
from trainhub.typing_tests.queries.passages import list_entries
from trainhub.typing_tests.queries.phrases import list_phrases
from trainhub.typing_tests.rules.passage_files import (
    PHRASES_FILE,
    file_name,
    write_passages,
    write_phrases,
)
from trainhub.typing_tests.rules.settings import PassageKind
from trainhub.typing_tests.services.shipped import (
    LoadedPassages,
    load_files,
    read_passage_files,
)

PATHS = click.argument(
    "paths", nargs=-1, required=True, type=click.Path(exists=True, path_type=Path)
)


@click.group()
def passages() -> None:
    """Check, import and export passages to type and quick phrases.

    Example: trainhub typing passages import passages
    """


@passages.command()
@PATHS
@json_option
def lint(paths: tuple[Path, ...], as_json: bool) -> None:
    """Check files of passages: form, length, and that every character can be typed.

    Needs no database. Exit status 1 if there are errors, each with its line.

    Example: trainhub typing passages lint passages
    """
    try:
        files = read_passage_files(paths)
    except InputErrors as refused:
        refuse(as_json, refused.errors)
    counts = {
        "files": len(files),
        "passages": sum(len(file.passages) for file in files),
        "phrases": sum(len(file.phrases) for file in files),
    }
    words = ", ".join(f"{count} {name}" for name, count in counts.items())
    finish(as_json, [f"{words}, no errors"], **counts)


class _DryRun(Exception):
    """Ends a transaction that was only a rehearsal."""


@passages.command("import")
@PATHS
@dry_run_option
@json_option
def import_(paths: tuple[Path, ...], dry_run: bool, as_json: bool) -> None:
    """Take passages and phrases of files or folders over: all of them, or none.

    A passage whose key is known gets a new version where its text differs; runs keep the
    version they were typed from.

    Example: trainhub typing passages import passages --dry-run
    """
    loaded = LoadedPassages()
    with installed_app(as_json).app_context():
        try:
            files = read_passage_files(paths)
            with suppress(_DryRun), transaction():
                loaded = load_files(files, actor=None, now=clock.now())
                if dry_run:
                    raise _DryRun
        except InputErrors as refused:
            refuse(as_json, refused.errors)
    verb = "would be imported" if dry_run else "imported"
    lines = [
        f"{verb}: {counts.new} {name} new, {counts.changed} changed, {counts.unchanged} unchanged"
        for name, counts in (("passages", loaded.passages), ("phrases", loaded.phrases))
    ]
    finish(as_json, lines, **loaded.as_dict(), stored=not dry_run)


@passages.command()
@click.argument("folder", type=click.Path(file_okay=False, path_type=Path))
@json_option
def export(folder: Path, as_json: bool) -> None:
    """Write the passages and phrases in use below FOLDER, one file a language and kind.

    What is written can be imported again and changes nothing then. Files that are the same
    already are not touched.

    Example: trainhub typing passages export /tmp/passages
    """
    with installed_app(as_json).app_context():
        total, changed = write_files(folder, _list_files())
    text = f"{total} file(s) exported to {folder}, {changed} of them changed"
    finish(as_json, [text], files=total, changed=changed)


def _list_files() -> list[tuple[str, bytes]]:
    files = []
    for language in LANGUAGES:
        for kind in PassageKind:
            entries = list_entries(language, kind)
            if entries:
                text = write_passages(language, kind, entries)
                files.append((file_name(language, kind), text.encode()))
        phrases = list_phrases(language)
        if phrases:
            text = write_phrases(language, phrases)
            files.append((file_name(language, PHRASES_FILE), text.encode()))
    return files
