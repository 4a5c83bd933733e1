"""`trainhub people`: import, export, invite, disable, token."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path

import click

from trainhub import clock, create_app
from trainhub.cli.report import dry_run_option, finish, json_option, refuse
from trainhub.db import transaction
from trainhub.errors import DomainError, InputError, InputErrors
from trainhub.people import queries, services
from trainhub.people.exports import table_of_people
from trainhub.people.queries import PeopleCriteria
from trainhub.people.rules import fold_username, link_token
from trainhub.people.services import ImportPlan
from trainhub.tables import TableLimits, read_table
from trainhub.tables.encodings import ENCODINGS
from trainhub.web.settings import current_settings

LIMITS = TableLimits(rows=50_000)


@contextmanager
def _refusals(as_json: bool) -> Iterator[None]:
    """Inside an application; a refusal becomes the command's answer and status 1."""
    with create_app().app_context():
        try:
            yield
        except InputErrors as error:
            refuse(as_json, error.errors)
        except DomainError as error:
            refuse(as_json, [InputError(error.code, error.message, error.params)])


@click.group()
def people() -> None:
    """Import, export, invite and disable people; make access tokens.

    Example: trainhub people import staff.xlsx --dry-run
    """


@people.command("import")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--encoding", type=click.Choice(ENCODINGS), help="Of a CSV file, if asked for it.")
@dry_run_option
@json_option
def import_(file: Path, encoding: str | None, dry_run: bool, as_json: bool) -> None:
    """Add and update the people of a CSV or XLSX table, all of them or none.

    Columns: username, name, email, team, role, employee_no, start_date (or 账号, 姓名, 邮箱,
    班组, 角色, 工号, 入职日期). Several roles stand with ; between them. A known user name
    gets the row's name, team and start date; no role, e-mail address or administrator changes.

    Example: trainhub people import staff.csv --dry-run --json
    """
    with _refusals(as_json):
        with file.open("rb") as opened:
            data = opened.read(LIMITS.packed_bytes + 1)
        table = read_table(data, file.name, limits=LIMITS, encoding=encoding)
        if dry_run:
            plan = services.plan_import(table, may_make_administrators=True)
        else:
            with transaction():
                plan = services.import_people(
                    table, may_make_administrators=True, actor=None, now=clock.now()
                )
        if plan.errors:
            refuse(as_json, plan.errors, plan.counts)
    finish(as_json, [_in_words(plan, dry_run)], **plan.counts, dry_run=dry_run)


def _in_words(plan: ImportPlan, dry_run: bool) -> str:
    counts = plan.counts
    verb = "would be " if dry_run else ""
    return (
        f"{counts['rows']} rows: {counts['added']} {verb}added, {counts['changed']} {verb}changed, "
        f"{counts['kept']} as they were; {counts['teams_added']} new teams."
    )


@people.command("export")
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
@click.option("--chinese", is_flag=True, help="Headings and roles in Chinese.")
@click.option("--all", "everybody", is_flag=True, help="Disabled accounts too.")
@json_option
def export_(file: Path, chinese: bool, everybody: bool, as_json: bool) -> None:
    """Write people to a .csv or .xlsx file that `import` reads back.

    Example: trainhub people export people.xlsx --chinese
    """
    form = file.suffix.lower().lstrip(".")
    if form not in ("csv", "xlsx"):
        raise click.UsageError("the file's name ends in .csv or .xlsx")
    with _refusals(as_json):
        found = queries.list_people(None, PeopleCriteria(state=None if everybody else "active"))
        file.write_bytes(table_of_people(found, form=form, chinese=chinese))
        with transaction():
            services.note_export(len(found), form, actor=None, now=clock.now())
        count = len(found)
    finish(as_json, [f"{count} people written to {file}"], exported=count, file=str(file))


@people.command()
@click.argument("username")
@json_option
def invite(username: str, as_json: bool) -> None:
    """Make a link by which somebody sets a password; it works once.

    The link is also sent by mail if there is an address.

    Example: trainhub people invite alice
    """
    with _refusals(as_json), transaction():
        person = queries.get_person_by_username(fold_username(username))
        kind = "reset" if person.password_hash else "invite"
        link = services.invite(person, kind=kind, actor=None, now=clock.now())
        settings = current_settings()
        base = settings.base_url
        address = f"{base}/set-password/{link_token(settings.secret_key, link)}"
        until = link.expires_at.isoformat(timespec="minutes")
    finish(as_json, [address, f"Works once, until {until}."], link=address, expires_at=until)


@people.command()
@click.argument("username")
@click.option("--undo", is_flag=True, help="Enable the account again.")
@json_option
def disable(username: str, undo: bool, as_json: bool) -> None:
    """Close an account at once: sign-ins, links and tokens end, records stay.

    Example: trainhub people disable alice
    """
    with _refusals(as_json):
        act = services.enable_person if undo else services.disable_person
        with transaction():
            person = queries.get_person_by_username(fold_username(username))
            act(person, actor=None, now=clock.now())
    verb = "enabled" if undo else "disabled"
    finish(as_json, [f"{username} is {verb}."], username=username, state=verb)


@people.command()
@click.argument("username")
@click.option("--label", required=True, help="What the token is for.")
@click.option("--days", type=click.IntRange(1, 3650), default=365, show_default=True)
@click.option("--revoke", is_flag=True, help="End the token of this label instead.")
@json_option
def token(username: str, label: str, days: int, revoke: bool, as_json: bool) -> None:
    """Make a personal token for the JSON interface; it is shown once.

    Example: trainhub people token alice --label reporting --days 90
    """
    with _refusals(as_json), transaction():
        person, now = queries.get_person_by_username(fold_username(username)), clock.now()
        if revoke:
            services.revoke_access_token(person, label, actor=None, now=now)
            secret = ""
        else:
            lifetime = timedelta(days=days)
            secret = services.issue_access_token(
                person, label, lifetime=lifetime, actor=None, now=now
            )
    finish(as_json, [secret or f"The token {label} is ended."], token=secret or None, label=label)
