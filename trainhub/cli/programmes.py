"""`trainhub programmes import|export`: certification programmes as files."""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path

import click

from trainhub import clock
from trainhub.certification.queries.programmes import list_programmes
from trainhub.certification.rules.programmes.writing import write_programme
from trainhub.certification.services.programme_files import (
    Taken,
    read_programme_files,
    take_programmes,
)
from trainhub.certification.services.programmes import text_of
from trainhub.cli.content_files import write_files
from trainhub.cli.database import installed_app
from trainhub.cli.report import dry_run_option, finish, json_option, refuse
from trainhub.db import transaction
from trainhub.errors import DomainError, InputError, InputErrors


@click.group()
def programmes() -> None:
    """Import and export certification programmes as readable files.

    Example: trainhub programmes export /tmp/programmes
    """


class _DryRun(Exception):
    """Ends a transaction that was only a rehearsal."""


@programmes.command("import")
@click.argument("paths", nargs=-1, required=True, type=click.Path(exists=True, path_type=Path))
@click.option("--publish", is_flag=True, help="Make a version of each; people under way stay.")
@dry_run_option
@json_option
def import_(paths: tuple[Path, ...], publish: bool, dry_run: bool, as_json: bool) -> None:
    """Take the programmes of files or folders over: all of them, or none.

    What is taken over is what is being written; versions in force stay until somebody publishes.

    Example: trainhub programmes import programmes --dry-run
    """
    taken = Taken()
    with installed_app(as_json).app_context():
        try:
            texts = read_programme_files(paths)
            with suppress(_DryRun), transaction():
                taken = take_programmes(texts, actor=None, now=clock.now(), publish=publish)
                if dry_run:
                    raise _DryRun
        except InputErrors as refused:
            refuse(as_json, refused.errors)
        except DomainError as refused:
            refuse(as_json, [InputError(refused.code, refused.message, refused.params)])
    verb = "would be imported" if dry_run else "imported"
    counts = f"{taken.new} new, {taken.changed} changed, {taken.unchanged} unchanged"
    finish(as_json, [f"{verb}: programmes {counts}"], **taken.as_dict(), stored=not dry_run)


@programmes.command()
@click.argument("folder", type=click.Path(file_okay=False, path_type=Path))
@json_option
def export(folder: Path, as_json: bool) -> None:
    """Write every programme in use below FOLDER, one file each, as it is being written.

    What is written can be imported again and changes nothing then. Files that are the same
    already are not touched.

    Example: trainhub programmes export /tmp/programmes
    """
    with installed_app(as_json).app_context():
        texts = [text_of(row.programme) for row in list_programmes()]
        files = [(f"{one.key}.yaml", write_programme(one).encode()) for one in texts]
        total, changed = write_files(folder, files)
    text = f"{total} file(s) exported to {folder}, {changed} of them changed"
    finish(as_json, [text], files=total, changed=changed)
