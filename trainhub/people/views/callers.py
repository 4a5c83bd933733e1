"""Who is asking, for the few requests that go without session, objects and person."""

from __future__ import annotations

from datetime import datetime

import flask
from flask import request

from trainhub.db import end_read
from trainhub.people.queries import Caller, find_caller
from trainhub.people.views.signed_in import sign_in_limits
from trainhub.prepared import Connection
from trainhub.web.access import current_person


def caller_of(connection: Connection, now: datetime) -> Caller | None:
    """The caller of a prepared request, by personal token or by sign-in; None for nobody."""
    if "Authorization" in request.headers:  # the blueprint has looked at the personal token
        person = current_person()
        caller = Caller(None, person.id, now, None) if person else None
        end_read()  # what it has read would keep this very request from writing (SQLite)
        return caller
    token = flask.session.get("_user_id")
    return find_caller(connection, token, now, sign_in_limits()) if token else None
