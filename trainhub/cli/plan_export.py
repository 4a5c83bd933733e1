"""`trainhub plan export` and `trainhub plan work`: planning with the database."""

from __future__ import annotations

import json
from pathlib import Path

import click

from trainhub import clock, create_app
from trainhub.cli.plan import plan
from trainhub.cli.report import finish, json_option, refuse
from trainhub.errors import InputError

__all__ = ["plan"]


@plan.command("export")
@click.argument("campaign")
@click.option("--out", type=click.Path(dir_okay=False, path_type=Path), required=True,
              help="Where the problem is written.")  # fmt: skip
@json_option
def export_command(campaign: str, out: Path, as_json: bool) -> None:
    """Write the planning problem of a CAMPAIGN (its key or number) as it stands now.

    The very problem the worker would solve; `trainhub plan solve` reads it.

    Example: trainhub plan export campaign-1a2b3c --out problem.json
    """
    # Imported here: `trainhub --help` and `plan solve` need no database.
    from trainhub.delivery.jobs.plans import problem_of
    from trainhub.delivery.queries.planning.campaigns import find_campaign

    with create_app().app_context():
        found = find_campaign(campaign)
        if found is None:
            message = "There is no campaign “%(campaign)s”."
            refuse(as_json, [InputError("not_found", message, {"campaign": campaign})])
        try:
            assembled = problem_of(found, clock.now())
        except ValueError as nothing:
            refuse(as_json, [InputError("nothing_to_plan", str(nothing))])
    problem = assembled.problem
    try:
        out.write_text(json.dumps(problem.as_json(), ensure_ascii=False), encoding="utf-8")
    except OSError as fault:
        message = "The problem cannot be written there: %(reason)s"
        refuse(as_json, [InputError("not_written", message, {"reason": fault}, file=str(out))])
    finish(
        as_json,
        [f"{out}: {problem.agent_count} people, {problem.days} days, "
         f"{len(problem.courses)} courses"],
        agents=problem.agent_count,
        days=problem.days,
        left_out=[list(pair) for pair in assembled.left_out],
        unknown_days=dict(assembled.unknown),
    )  # fmt: skip


@plan.command("work")
@json_option
def work_command(as_json: bool) -> None:
    """Work off the plans that people have asked for. The worker starts this by itself.

    Example: trainhub plan work
    """
    from trainhub.delivery.jobs.plans import work_off_all

    with create_app().app_context():
        count = work_off_all(clock.now())
    finish(as_json, [f"worked off: {count}"], runs=count)
