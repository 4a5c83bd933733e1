"""The application for commands that need its database."""

from __future__ import annotations

from flask import Flask

from trainhub import create_app
from trainhub.cli.report import refuse
from trainhub.db import db
from trainhub.errors import InputError
from trainhub.ops import schema

_PENDING = "The database is not up to date. Run: trainhub upgrade"


def installed_app(as_json: bool) -> Flask:
    """The application; leaves with status 1 and one sentence if its database is not ready."""
    app = create_app()
    with app.app_context():
        try:
            pending = schema.list_pending(db.engine)
            db.session.remove()
        except schema.SchemaFault as fault:
            error = InputError("database_not_ready", str(fault).replace("%", "%%"))
            refuse(as_json, [error])
    if pending:
        refuse(as_json, [InputError("database_not_ready", _PENDING)])
    return app
