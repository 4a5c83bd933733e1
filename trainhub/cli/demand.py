"""`trainhub demand`: import what customers ask for."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import click

from trainhub import clock
from trainhub.cli.database import installed_app
from trainhub.cli.report import finish, json_option, refuse
from trainhub.db import transaction
from trainhub.errors import DomainError, InputError, InputErrors
from trainhub.rota.queries.demand import get_queue, list_queues
from trainhub.rota.rules.shift_codes import folded
from trainhub.rota.rules.tables.demand_merging import Lost
from trainhub.rota.rules.tables.demand_reader import MOST_HANDLING_S
from trainhub.rota.rules.tables.demand_tables import FIGURES, Shape
from trainhub.rota.services import importing_demand as services
from trainhub.rota.services.calendar_days import FIRST_YEAR, LAST_YEAR
from trainhub.rota.services.table_imports import hash_of
from trainhub.tables.encodings import ENCODINGS
from trainhub.web.settings import current_settings

_NO_QUEUE = "There is no queue “%(name)s” in use. Known are: %(known)s."

_WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday",
             "public holidays")  # fmt: skip
_SHOWN_LOST = 20


@click.group()
def demand() -> None:
    """Import the demand of queues as planners keep it.

    Example: trainhub demand import december.xlsx --queue hotline
    """


@demand.command("import")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--apply", is_flag=True, help="Store it; without this nothing is stored.")
@click.option("--queue", help="Short name or name of the queue of rows that name none.")
@click.option("--shape", type=click.Choice([one.value for one in Shape]),
              help="How days and intervals lie, where the heads do not tell.")  # fmt: skip
@click.option("--figure", type=click.Choice(FIGURES), help="What a wide table holds.")
@click.option("--handling", "constant_handling_s", type=click.FloatRange(1, MOST_HANDLING_S),
              help="Handling time of all contacts in seconds.")  # fmt: skip
@click.option("--minutes", "in_minutes", is_flag=True, help="Handling times are in minutes.")
@click.option("--year", type=click.IntRange(FIRST_YEAR, LAST_YEAR),
              help="Year of dates that name none.")  # fmt: skip
@click.option("--encoding", type=click.Choice(ENCODINGS), help="Of a CSV file, if asked for it.")
@json_option
def import_(
    file: Path, apply: bool, queue: str | None, encoding: str | None, as_json: bool, **said: Any
) -> None:
    """Import demand from CSV or XLSX, all of it or none; a dry run unless --apply is given.

    A row for each interval, or days and intervals as rows and columns; heads in Chinese or
    English; weekdays in the place of dates give typical days. What the centre has said about
    such tables before counts; options say it anew and are remembered with --apply. Intervals the
    table does not name keep what is known of them.

    Example: trainhub demand import december.xlsx --queue hotline --handling 180 --apply
    """
    with installed_app(as_json).app_context():
        try:
            plan = _import(file, apply, queue, encoding, said)
        except InputErrors as error:
            refuse(as_json, error.errors)
        except DomainError as error:
            refuse(as_json, [InputError(error.code, error.message, error.params)])
    lost = [_lost(one, gone) for one, gone in plan.lost]
    words = [_in_words(plan.counts, apply), *_lost_words(lost, apply)]
    finish(as_json, words, **plan.counts, lost=lost, stored=apply)


def _import(
    file: Path, apply: bool, queue: str | None, encoding: str | None, said: dict[str, Any]
) -> services.DemandPlan:
    data = file.read_bytes()
    lines = services.read_file(data, file.name, encoding)
    mapping, _ = services.mapping_for(lines, clock.today(current_settings().zone))
    words = {name: value for name, value in said.items() if value}
    if queue:
        words["queue_id"] = _queue_named(queue)
    if "shape" in words:
        words["shape"] = Shape(words["shape"])
    mapping = replace(mapping, **words)
    if not apply:
        plan = services.plan_import(lines, mapping, file=file.name)
        if plan.errors:
            raise InputErrors(plan.errors)
        return plan
    with transaction():
        return services.import_demand(
            lines,
            mapping,
            file=file.name,
            file_hash=hash_of(data),
            actor=None,
            now=clock.now(),
        )


def _queue_named(name: str) -> int:
    queues = list_queues()
    for one in queues:
        if folded(name) in (folded(one.key), folded(one.name)):
            return one.id
    known = ", ".join(one.key for one in queues) or "none"
    raise InputErrors([InputError("queue_unknown", _NO_QUEUE, {"name": name, "known": known})])


def _in_words(counts: dict[str, Any], stored: bool) -> str:
    verb = "stored" if stored else "would be stored (a dry run; --apply stores it)"
    dates = f"{counts['first']} to {counts['last']}" if counts["first"] else "no dates"
    return (
        f"{counts['queues']} queue(s), {dates}, {counts['typical_days']} typical day(s): "
        f"{counts['added']} new, {counts['changed']} changed, {counts['kept']} as they were; "
        f"{counts['intervals_kept']} intervals not named keep what is known; {verb}."
    )


def _lost(one: services.PlannedDay, gone: Lost) -> dict[str, Any]:
    return {
        "queue": get_queue(one.queue_id).key,
        "day": str(one.day) if isinstance(one.day, date) else _WEEKDAYS[one.day],
        "from": _clock(gone.starts_min),
        "to": _clock(gone.ends_min),
        "contacts": round(gone.contacts, 2),
        "minimum": gone.minimum,
    }


def _clock(minute: int) -> str:
    return f"{minute // 60:02}:{minute % 60:02}"


def _lost_words(lost: list[dict[str, Any]], stored: bool) -> list[str]:
    verb = "Lost" if stored else "Would be lost"
    words = [
        f"{verb}: {one['queue']}, {one['day']}, {one['from']}-{one['to']}: "
        f"{one['contacts']:g} contacts, a minimum of {one['minimum']}."
        for one in lost[:_SHOWN_LOST]
    ]
    more = len(lost) - _SHOWN_LOST
    return [*words, f"And {more} more; --json tells all."] if more > 0 else words
