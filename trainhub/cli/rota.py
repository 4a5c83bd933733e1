"""`trainhub rota`: import a rota."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from typing import Any

import click

from trainhub import clock
from trainhub.cli.database import installed_app
from trainhub.cli.report import finish, json_option, refuse
from trainhub.db import transaction
from trainhub.errors import DomainError, InputError, InputErrors
from trainhub.rota.queries.shift_codes import find_code, words_of_codes
from trainhub.rota.rules.shift_codes import folded
from trainhub.rota.rules.tables.mapping import EMPTY, NOTHING, PERSON_BY, SHAPES, RotaMapping
from trainhub.rota.rules.tables.rota_import import unknown_words, words_of
from trainhub.rota.services import importing_rota as services
from trainhub.rota.services.shift_codes import add_standard_codes
from trainhub.rota.services.table_imports import hash_of
from trainhub.tables.encodings import ENCODINGS
from trainhub.web.settings import current_settings


@click.group()
def rota() -> None:
    """Import a rota as planners keep it.

    Example: trainhub rota import december.xlsx
    """


@rota.command("import")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--apply", is_flag=True, help="Store it; without this nothing is stored.")
@click.option("--encoding", type=click.Choice(ENCODINGS), help="Of a CSV file, if asked for it.")
@click.option("--month", help="First month of the table, such as 2026-12.")
@click.option("--shape", type=click.Choice(SHAPES), help="Row per person, or per person and day.")
@click.option("--person", help="Head of the column that names the person.")
@click.option("--person-by", type=click.Choice(PERSON_BY), help="What that column holds.")
@click.option("--day-first", is_flag=True, help="Heads such as 3/12 mean day/month.")
@click.option("--empty", type=click.Choice(EMPTY), help="What an empty cell does to a stored day.")
@click.option("--skip-unknown", is_flag=True, help="Pass over rows of people nobody knows.")
@click.option(
    "--word",
    "words",
    multiple=True,
    metavar="WORD=CODE",
    help="What a word of the table stands for; WORD= for nothing. May be repeated.",
)
@json_option
def import_(
    file: Path,
    apply: bool,
    encoding: str | None,
    words: tuple[str, ...],
    as_json: bool,
    **said: Any,
) -> None:
    """Import a rota from CSV or XLSX, all of it or none; a dry run unless --apply is given.

    A row per person and a column per day, or a row per person and day; heads in Chinese or
    English. People are found by employee number, user name or name. What the centre has said
    about such tables before counts; options say it anew and are remembered with --apply.

    Example: trainhub rota import december.xlsx --word 小夜=L --apply
    """
    with installed_app(as_json).app_context():
        try:
            counts = _import(file, apply, encoding, words, said)
        except InputErrors as error:
            refuse(as_json, error.errors)
        except DomainError as error:
            refuse(as_json, [InputError(error.code, error.message, error.params)])
    finish(as_json, [_in_words(counts, apply)], **counts, stored=apply)


def _import(
    file: Path, apply: bool, encoding: str | None, words: tuple[str, ...], said: dict[str, Any]
) -> dict[str, Any]:
    data, now = file.read_bytes(), clock.now()
    lines = services.read_file(data, file.name, encoding)
    known = {"file": file.name, "file_hash": hash_of(data)}
    counts: dict[str, Any] = {}
    with suppress(_OnlyLooking), transaction():
        add_standard_codes(actor=None, now=now)
        today = clock.today(current_settings().zone)
        mapping, _ = services.mapping_for(lines, file.name, today)
        mapping = replace(mapping, **{name: value for name, value in said.items() if value})
        mapping = replace(mapping, codes={**mapping.codes, **_meanings(words)})
        _check_words(lines, mapping, file.name)
        plan, _record = services.import_rota(lines, mapping, **known, actor=None, now=now)
        counts = plan.counts
        if not apply:
            raise _OnlyLooking
    return counts


class _OnlyLooking(Exception):
    """Take everything back: it was a dry run."""


def _meanings(words: tuple[str, ...]) -> dict[str, int]:
    found = {}
    for entry in words:
        word, equals, code = entry.partition("=")
        stored = find_code(code) if code else None
        if not (word and equals) or (code and stored is None):
            raise click.UsageError(f"--word {entry}: write WORD=CODE with a code that there is")
        found[folded(word)] = stored.id if stored else NOTHING
    return found


def _check_words(lines: list[list[str]], mapping: RotaMapping, file: str) -> None:
    unknown = unknown_words(words_of(lines, mapping), mapping, words_of_codes())
    if unknown:
        message = "“%(word)s” is no shift code. Say what it stands for: --word %(word)s=CODE"
        errors = [InputError("code_unknown", message, {"word": word}, file=file)
                  for word in unknown]  # fmt: skip
        raise InputErrors(errors)


def _in_words(counts: dict[str, Any], stored: bool) -> str:
    verb = "stored" if stored else "would be stored (a dry run; --apply stores it)"
    return (
        f"{counts['people']} people, {counts['first']} to {counts['last']}: {counts['new']} days "
        f"new, {counts['changed']} changed, {counts['removed']} emptied, {counts['unchanged']} as "
        f"they were, {counts['skipped']} rows passed over, {counts['short_rests']} rests under 11 "
        f"hours; {verb}."
    )
