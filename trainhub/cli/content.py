"""`trainhub content import|export|lint|render`."""

from __future__ import annotations

import difflib
import sys
from contextlib import suppress
from pathlib import Path
from typing import Any, Literal, NoReturn

import click
from markupsafe import escape
from sqlalchemy.exc import DBAPIError

from trainhub import clock, create_app
from trainhub.assessment.services.bank import take_over_catalogue
from trainhub.catalogue import queries
from trainhub.catalogue.rules.course_text import CourseText, LessonText, parse_course
from trainhub.catalogue.rules.findings import Finding, Severity
from trainhub.catalogue.rules.lint_files import lint_files
from trainhub.catalogue.rules.source_files import SourceFile, decoded, sort_files
from trainhub.catalogue.rules.sync import source_hash
from trainhub.catalogue.services import Clash, ImportConflict, ImportReport, import_files
from trainhub.catalogue.views.rendering import TextPlace, render_pieces
from trainhub.cli.content_files import list_neighbours, read_paths, write_files
from trainhub.cli.database import installed_app
from trainhub.cli.report import dry_run_option, finish, json_option, refuse
from trainhub.db import transaction
from trainhub.errors import InputError, InputErrors

PATHS = click.argument(
    "paths", nargs=-1, required=True, type=click.Path(exists=True, path_type=Path)
)


@click.group()
def content() -> None:
    """Import, export, check and render courses and quizzes.

    Example: trainhub content import courses quizzes
    """


class _DryRun(Exception):
    """Ends a transaction that was only a rehearsal."""


@content.command("import")
@PATHS
@click.option(
    "--take",
    type=click.Choice(["file", "database"]),
    help="Which side wins where both have changed.",
)
@dry_run_option
@json_option
def import_(
    paths: tuple[Path, ...],
    take: Literal["file", "database"] | None,
    dry_run: bool,
    as_json: bool,
) -> None:
    """Take files, folders and ZIP bundles into the library: everything, or nothing.

    Quiz questions go into the item bank of exams as well.

    Where a text has changed both in the file and in the browser, both sides are shown and
    nothing is stored until --take says which one wins.

    Example: trainhub content import courses quizzes
    """
    report = ImportReport()
    with installed_app(as_json).app_context():
        try:
            files = read_paths(paths)
            with suppress(_DryRun), transaction():
                report = import_files(files, actor=None, now=clock.now(), take=take)
                take_over_catalogue(clock.now())
                if dry_run:
                    raise _DryRun
        except ImportConflict as conflict:
            _show_conflict(conflict, as_json)
        except InputErrors as refused:
            refuse(as_json, refused.errors)
    counts = report.counts()
    words = [f"{count} {step}" for step, count in counts.items() if count]
    changed = [
        f"{step:8} {path}" for step in ("create", "update") for path in report.paths.get(step, ())
    ]
    verb = "would be imported" if dry_run else "imported"
    finish(
        as_json,
        [*changed, f"{verb}: " + (", ".join(words) or "nothing")],
        **counts,
        republished=report.republished,
        stored=not dry_run,
    )


def diff_of(clash: Clash) -> list[str]:
    """Both sides of a conflict as a unified diff, from the database's text to the file's."""
    lines = difflib.unified_diff(
        clash.database_text.splitlines(),
        clash.file_text.splitlines(),
        f"database/{clash.path}",
        f"file/{clash.path}",
        lineterm="",
    )
    return list(lines)


def _show_conflict(conflict: ImportConflict, as_json: bool) -> NoReturn:
    if not as_json:
        for clash in conflict.clashes:
            click.echo("\n".join(diff_of(clash)))
    sides = [
        {
            "file": clash.path,
            "file_text": clash.file_text,
            "database_text": clash.database_text,
            "diff": diff_of(clash),
        }
        for clash in conflict.clashes
    ]
    refuse(as_json, conflict.errors, {"conflicts": sides})


@content.command()
@click.argument("folder", type=click.Path(file_okay=False, path_type=Path))
@json_option
def export(folder: Path, as_json: bool) -> None:
    """Write every published text and picture below FOLDER, byte for byte as imported.

    Files that are the same already are not touched; others of the folder stay.

    Example: trainhub content export .
    """
    with installed_app(as_json).app_context():
        total, changed = write_files(folder, queries.list_export_files())
    text = f"{total} file(s) exported to {folder}, {changed} of them changed"
    finish(as_json, [text], files=total, changed=changed)


@content.command()
@PATHS
@json_option
def lint(paths: tuple[Path, ...], as_json: bool) -> None:
    """Check courses and quizzes: form, links, times, objectives, translations, review dates.

    Needs no database. Exit status 1 if there are errors; warnings alone give 0.

    Example: trainhub content lint courses quizzes
    """
    try:
        files = read_paths(paths)
        beside = read_paths(list_neighbours(paths))
    except InputErrors as refused:
        refuse(as_json, refused.errors)
    mine = {file.path for file in files}
    known = {file.data: file for file in files}
    _, errors = sort_files(files)
    parsed, _ = sort_files([*files, *(file for file in beside if file.data not in known)])
    found = lint_files(parsed, today=clock.now().date())
    findings = [(path, one) for path, one in found if path in mine]
    errors += [_as_error(path, one) for path, one in findings if one.severity is Severity.ERROR]
    warnings = [(path, one) for path, one in findings if one.severity is not Severity.ERROR]
    _show_lint(len(files), errors, warnings, as_json)


def _as_error(path: str, finding: Finding) -> InputError:
    return InputError(
        finding.code,
        finding.message,
        finding.params,
        file=path,
        line=finding.line,
        field=finding.field,
    )


def _show_lint(
    count: int, errors: list[InputError], warnings: list[tuple[str, Finding]], as_json: bool
) -> None:
    listed = [{"file": path, **finding.as_dict()} for path, finding in warnings]
    values: dict[str, Any] = {"files": count, "warnings": listed}
    lines = [
        f"{path}:{one.line or 1}: {one.severity.value}: {one.text()} [{one.code}]"
        for path, one in warnings
    ]
    if errors and not as_json:
        click.echo("\n".join(lines)) if lines else None
    if errors:
        refuse(as_json, errors, values)
    finish(as_json, [*lines, f"{count} file(s), no errors, {len(warnings)} warning(s)"], **values)


@content.command()
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--lesson", "key", help="Only the lesson with this key.")
@click.option("--trainer", is_flag=True, help="With the trainer's notes, as a trainer sees it.")
@json_option
def render(file: Path, key: str | None, trainer: bool, as_json: bool) -> None:
    """Print the HTML that a learner of the course would be sent, lesson by lesson.

    Checkpoints are printed as empty sections naming their questions.

    Example: trainhub content render courses/desk-skills/typing-at-work.en.md --lesson case
    """
    app = create_app()
    try:
        text = parse_course(decoded(SourceFile(file.as_posix(), file.read_bytes())))
        lessons = _chosen(text, key, file)
    except InputErrors as refused:
        refuse(as_json, [_in_file(one, file) for one in refused.errors])
    with app.test_request_context():
        place = _place_of(text, file.name.split(".")[0])
        shown = {one.key: lesson_html(place, one, for_trainer=trainer) for one in lessons}
    if as_json:
        finish(True, [], lessons=shown)
    else:
        sys.stdout.write("\n".join(shown.values()) + "\n")


def _in_file(error: InputError, file: Path) -> InputError:
    return InputError(
        error.code, error.message, error.params, file=file.as_posix(), line=error.line
    )


def _chosen(text: CourseText, key: str | None, file: Path) -> tuple[LessonText, ...]:
    chosen = tuple(lesson for lesson in text.lessons if key in {None, lesson.key})
    if not chosen:
        message = "There is no lesson “%(key)s” in this course."
        raise InputErrors([InputError("lesson_missing", message, {"key": key})])
    return chosen


def _place_of(text: CourseText, slug: str) -> TextPlace:
    """The version this text is, or would be next: its number stands in pictures' addresses."""
    number = 1
    with suppress(DBAPIError):  # there need be no database
        edition = queries.find_edition(text.meta.group(slug), text.meta.language)
        if edition is not None and edition.published is not None:
            same = edition.published.source_hash == source_hash(text.source)
            number = edition.published.number + (0 if same else 1)
    return TextPlace(text.meta.group(slug), text.meta.language, number)


def lesson_html(place: TextPlace, lesson: LessonText, *, for_trainer: bool) -> str:
    """One lesson under its heading."""
    parts = [f'<h2 id="lesson-{lesson.key}">{escape(lesson.title)}</h2>']
    for piece in render_pieces(place, lesson.body, for_trainer=for_trainer):
        if piece.rendered is not None:
            parts.append(str(piece.rendered.html))
        else:
            items = " ".join(piece.items)
            parts.append(
                f'<section class="th-checkpoint" data-quiz="{piece.quiz}" '
                f'data-items="{items}"></section>'
            )
    return "\n".join(parts)
