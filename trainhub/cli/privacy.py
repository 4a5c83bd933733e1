"""`trainhub privacy`: a copy of somebody's data, and the document of what is kept."""

from __future__ import annotations

from pathlib import Path

import click

from trainhub import clock, create_app, paths
from trainhub.audit.services import append_entry
from trainhub.cli.report import finish, json_option
from trainhub.db import end_read, transaction
from trainhub.errors import DomainError
from trainhub.people.queries import get_person_by_username
from trainhub.privacy.copies import Copier
from trainhub.privacy.document import put_into


@click.group()
def privacy() -> None:
    """Make a copy of somebody's data; write the document of what is kept.

    Example: trainhub privacy copy xu.jiayi copy.zip
    """


@privacy.command()
@click.argument("username")
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
@json_option
def copy(username: str, file: Path, as_json: bool) -> None:
    """Write everything that is kept of somebody into a ZIP file, for them. It is put on record.

    Example: trainhub privacy copy xu.jiayi copy.zip
    """
    app = create_app()
    settings = app.config["SETTINGS"]
    with app.app_context():
        try:
            person = get_person_by_username(username)
        except DomainError as error:
            raise SystemExit(f"trainhub: {error}") from None
        with file.open("xb") as out:
            copier = Copier(person, settings.zone, str)
            rows = copier.write(out, centre=settings.centre_name, now=clock.now())
        end_read()
        with transaction():
            append_entry(
                "privacy.copied", actor=None, object_type="person", object_key=username,
                now=clock.now(), changes={"rows": [None, rows]},
            )  # fmt: skip
    finish(as_json, [f"{rows} rows in {file}"], file=str(file), rows=rows)


@privacy.command()
def document() -> None:
    """For developers: write the declarations of all tables into docs/privacy.md.

    Example: trainhub privacy document
    """
    file = paths.PACKAGE.parent / "docs" / "privacy.md"
    file.write_text(put_into(file.read_text("utf-8")), "utf-8")
    click.echo(f"{file} is written")
