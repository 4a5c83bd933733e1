"""Is it up? For load balancers and for people who look after the server."""

from __future__ import annotations

from flask import Blueprint
from flask.typing import ResponseReturnValue
from sqlalchemy import text

from trainhub.db import db
from trainhub.web.access import public

bp = Blueprint("health", __name__)


@bp.get("/health")
@public
def show_health() -> ResponseReturnValue:
    """200 when the program and its database answer."""
    db.session.execute(text("SELECT 1"))
    return {"status": "ok"}
