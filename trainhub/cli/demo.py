"""`trainhub demo`: a centre to look at and to measure."""

from __future__ import annotations

import click

from trainhub import clock, create_app
from trainhub.cli.report import finish, json_option, refuse
from trainhub.db import transaction
from trainhub.demo import DEMO_PASSWORD, build_centre
from trainhub.errors import DomainError, InputError
from trainhub.typing_tests.services.shipped import load_shipped_passages
from trainhub.web.settings import current_settings


@click.command()
@click.option("--people", default=120, show_default=True, type=click.IntRange(40, 20_000))
@click.option("--seed", default=1, show_default=True, help="The same seed, the same centre.")
@json_option
def demo(people: int, seed: int, as_json: bool) -> None:
    """Fill an empty database with a demonstration centre.

    Six teams, trainers, supervisors, a planner and an administrator, a month of learning and
    twelve weeks of typing up to today. Needs the courses: run `trainhub content import` first.

    Example: trainhub demo --people 600
    """
    with create_app().app_context():
        try:
            with transaction():
                load_shipped_passages(clock.now())
                centre = build_centre(
                    size=people, seed=seed, now=clock.now(), zone=current_settings().zone
                )
        except DomainError as error:
            refuse(as_json, [InputError(error.code, error.message, error.params)])
    finish(
        as_json,
        [
            f"{centre.people} people in {centre.teams} teams, {centre.enrolments} enrolments.",
            f"Sign in with any user name and the password: {DEMO_PASSWORD}",
        ],
        people=centre.people,
        teams=centre.teams,
        enrolments=centre.enrolments,
    )
