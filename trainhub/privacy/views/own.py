"""What is kept of oneself, and a copy of it."""

from __future__ import annotations

from dataclasses import dataclass
from os import SEEK_END
from tempfile import TemporaryFile

from flask import Response, current_app, render_template, send_file
from flask.typing import ResponseReturnValue
from flask_babel import get_timezone

from trainhub import clock
from trainhub.audit.services import append_entry
from trainhub.db import end_read, transaction
from trainhub.people.models import Person
from trainhub.people.views.signed_in import with_fresh_password
from trainhub.privacy import queries
from trainhub.privacy.copies import Copier
from trainhub.privacy.rules import LENGTHS, PERSONAL
from trainhub.privacy.views.blueprint import bp
from trainhub.web.access import current_person, requires
from trainhub.web.text import translated


@dataclass(frozen=True)
class Part:
    """One kind of thing that is kept, in words, and how many rows of it there are."""

    title: str
    purpose: str
    kept: str
    rows: int


def parts_of(person: Person) -> list[Part]:
    """What there is of somebody, in the order of the declarations."""
    return [
        Part(
            translated(one.title),
            translated(one.purpose),
            translated(LENGTHS[one.period].words),
            queries.count_rows(one, person),
        )
        for one in PERSONAL
        if one.path
    ]


def copy_of(person: Person, actor: Person, name: str) -> Response:
    """The ZIP of somebody's data as an answer, kept nowhere; who took it is on record."""
    out, now = TemporaryFile(), clock.now()  # noqa: SIM115 -- the answer closes it
    username, centre = person.username, current_app.config["SETTINGS"].centre_name
    rows = Copier(person, get_timezone(), translated).write(out, centre=centre, now=now)
    end_read()
    with transaction():
        append_entry(
            "privacy.copied", actor=actor, object_type="person", object_key=username, now=now,
            changes={"rows": [None, rows]},
        )  # fmt: skip
    length = out.seek(0, SEEK_END)
    out.seek(0)
    answer = send_file(out, mimetype="application/zip", as_attachment=True, download_name=name)
    answer.content_length = length
    answer.headers["Cache-Control"] = "no-store"
    return answer


@bp.get("/my-data")
@requires("privacy.own")
def show_my_data() -> ResponseReturnValue:
    """What is kept of the reader, what for and how long."""
    return render_template("privacy/show_my_data.html", parts=parts_of(current_person()))


@bp.post("/my-data")
@requires("privacy.own")
@with_fresh_password
def copy_my_data() -> ResponseReturnValue:
    """Everything about the reader as a file."""
    person = current_person()
    return copy_of(person, person, "my-data.zip")
