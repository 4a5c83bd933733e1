"""`trainhub items import|export`: questions of the bank in the formats of other systems."""

from __future__ import annotations

import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import click

from trainhub import clock
from trainhub.assessment.queries.bank.listing import ALL, BankCriteria, list_bank_ids
from trainhub.assessment.queries.exchange import completed, list_questions
from trainhub.assessment.rules.bank import STATUSES
from trainhub.assessment.rules.exchange import (
    EXPORT_FORMATS,
    FORMATS,
    MAX_BYTES,
    Reading,
    guess_format,
    write_questions,
)
from trainhub.assessment.rules.exchange.options import ImportOptions, placed, read_with
from trainhub.assessment.services.bank import ImportOutcome, import_questions, rehearse_import
from trainhub.assessment.services.exchange import note_item_export
from trainhub.catalogue.rules.vocabulary import LANGUAGES
from trainhub.cli.database import installed_app
from trainhub.cli.report import dry_run_option, finish, json_option, place, refuse
from trainhub.db import transaction
from trainhub.errors import InputError, InputErrors
from trainhub.tables.encodings import ENCODINGS

_NONE = "No question of the bank fits."
_UNKNOWN = "The format of this file cannot be told. Name it with --format."


@click.group()
def items() -> None:
    """Import and export questions of the bank.

    Example: trainhub items import questions.xml --format moodle-xml --dry-run
    """


def _options(*options: Callable[[Any], Any]) -> Callable[[Any], Any]:
    def decorated(command: Any) -> Any:
        for option in reversed(options):
            command = option(command)
        return command

    return decorated


@items.command("import")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@_options(
    click.option("--format", "form", type=click.Choice(FORMATS), help="Told by content if not."),
    click.option(
        "--language",
        type=click.Choice(LANGUAGES),
        default="zh",
        show_default=True,
        help="Of questions that name none; of several, the one to take.",
    ),
    click.option("--topic", default="", help="For questions that name none: a kebab-case key."),
    click.option("--status", type=click.Choice(STATUSES), help="For every question of the file."),
    click.option("--encoding", type=click.Choice(ENCODINGS), help="Where it had to be asked."),
)
@dry_run_option
@json_option
def import_(
    file: Path,
    form: str | None,
    language: str,
    topic: str,
    status: str | None,
    encoding: str | None,
    dry_run: bool,
    as_json: bool,
) -> None:
    """Take the questions of FILE into the bank: all of them, or none.

    A known key gets a new version where the text differs. Errors name the line, or the row and
    column; what was left out is listed as notes.

    Example: trainhub items import questions.xml --format moodle-xml --topic refunds
    """
    data = _read(file)
    name = file.as_posix()
    form = form or guess_format(file.name, data)
    if form is None:
        refuse(as_json, [InputError("format_unknown", _UNKNOWN, file=name)])
    options = ImportOptions(form, language, topic, status or "", encoding or "")
    with installed_app(as_json).app_context():
        try:
            reading = completed(read_with(data, options, file=name))
            outcome = _store(reading, dry_run)
        except InputErrors as refused:
            refuse(as_json, placed(refused.errors, options, file=name))
    _finish(reading, outcome, placed(reading.notes, options, file=name), dry_run, as_json)


def _read(file: Path) -> bytes:
    """The file, but no more of it than any format allows."""
    with file.open("rb") as opened:
        return opened.read(max(MAX_BYTES.values()) + 1)


def _store(reading: Reading, dry_run: bool) -> ImportOutcome:
    if dry_run:
        return rehearse_import(reading.questions)
    with transaction():
        return import_questions(reading.questions, actor=None, now=clock.now())


def _finish(
    reading: Reading,
    outcome: ImportOutcome,
    notes: Sequence[InputError],
    dry_run: bool,
    as_json: bool,
) -> None:
    counts = {
        "new": outcome.new,
        "changed": outcome.changed,
        "unchanged": outcome.unchanged,
    }
    lines = [f"{place(note)}: note: {note.text()} [{note.code}]" for note in notes]
    lines += [f"topic {key}: {name}" for key, name in reading.topics.items()]
    words = ", ".join(f"{count} {word}" for word, count in counts.items() if count)
    verb = "would be imported" if dry_run else "imported"
    finish(
        as_json,
        [*lines, f"{verb}: {words or 'nothing'}"],
        **counts,
        questions=len(reading.questions),
        stored=not dry_run,
        topics=dict(reading.topics),
        notes=[note.as_dict() for note in notes],
    )


@items.command()
@click.argument("file", required=False, type=click.Path(dir_okay=False, path_type=Path))
@_options(
    click.option("--format", "form", type=click.Choice(EXPORT_FORMATS), required=True),
    click.option("--topic", default="", help="Only this topic."),
    click.option("--tag", default="", help="Only questions with this tag."),
    click.option(
        "--status",
        type=click.Choice([*STATUSES, ALL]),
        help="Only this status; otherwise all but the retired ones.",
    ),
    click.option("--language", type=click.Choice(LANGUAGES), help="Only texts in this language."),
)
@json_option
def export(
    file: Path | None,
    form: str,
    topic: str,
    tag: str,
    status: str | None,
    language: str | None,
    as_json: bool,
) -> None:
    """Write questions with their right answers to FILE, or to the screen.

    What is written can be imported again and changes nothing then. Tables carry no pictures.

    Example: trainhub items export bank.xml --format moodle-xml --topic refunds
    """
    if file is None and as_json:
        raise click.UsageError("With --json name a FILE: the answer goes to the screen.")
    criteria = BankCriteria(topic=topic, tag=tag, status=status or "")
    with installed_app(as_json).app_context():
        questions = list_questions(list_bank_ids(criteria), language or "")
        if not questions:
            refuse(as_json, [InputError("questions_none", _NONE)])
        try:
            data = write_questions(questions, form)
        except InputErrors as refused:
            refuse(as_json, refused.errors)
        with transaction():
            note_item_export(len(questions), form, actor=None, now=clock.now())
    if file is None:
        sys.stdout.buffer.write(data)
        return
    file.write_bytes(data)
    finish(
        as_json,
        [f"{len(questions)} question(s) written to {file}"],
        questions=len(questions),
        file=file.as_posix(),
        bytes=len(data),
    )
