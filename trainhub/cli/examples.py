"""`trainhub examples`: tables to try the imports with."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path

import click

from trainhub import clock, create_app
from trainhub.cli.report import finish, json_option
from trainhub.rota.queries.examples import list_example_people, list_example_queues
from trainhub.rota.rules.clock_times import monday_of
from trainhub.rota.rules.tables.example_tables import demand_table, rota_table
from trainhub.tables import write_csv, write_xlsx
from trainhub.web.settings import current_settings


@click.command()
@click.option("--out", default="examples", show_default=True, type=click.Path(path_type=Path))
@click.option("--weeks", default=14, show_default=True, type=click.IntRange(1, 26))
@click.option("--first", type=click.DateTime(["%Y-%m-%d"]), help="First date; else next Monday.")
@json_option
def examples(out: Path, weeks: int, first: date | None, as_json: bool) -> None:
    """Write example tables of the centre's own people and queues, in Chinese and English.

    A rota of people × days and demand by half hour, each as CSV and XLSX. They can be imported
    as they are; dates run from next Monday on.

    Example: trainhub examples --out examples --weeks 6
    """
    with create_app().app_context():
        today = clock.today(current_settings().zone)
        start = date(first.year, first.month, first.day) if first else None
        start = start or monday_of(today) + timedelta(days=7)
        people, queues = list_example_people(), list_example_queues()
    out.mkdir(parents=True, exist_ok=True)
    written = []
    for language in ("zh", "en"):
        rota_heads, rota_rows = rota_table(people, start, weeks * 7, language)
        demand_heads, demand_rows = demand_table(queues, language)
        for kind, write in (("csv", write_csv), ("xlsx", write_xlsx)):
            rota, demand = out / f"rota-{language}.{kind}", out / f"demand-{language}.{kind}"
            rota.write_bytes(write(rota_heads, rota_rows))
            demand.write_bytes(write(demand_heads, demand_rows))
            written += [str(rota), str(demand)]
    finish(
        as_json,
        [f"{len(people)} people, {len(queues)} queues, from {start}: {', '.join(written)}"],
        people=len(people),
        queues=len(queues),
        files=written,
    )
