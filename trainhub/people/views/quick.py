"""The short way that requests of an exam or a typing run try first: no session, no objects.

For what everybody may do who is signed in; whose attempt or run it is, the prepared statements
ask. Whatever is not ordinary is left to the view, which looks closer.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from datetime import datetime
from functools import wraps
from typing import Any

import flask
from flask import request
from flask.typing import ResponseReturnValue

from trainhub import clock, prepared
from trainhub.db import db, end_read
from trainhub.people.queries import Caller, find_caller
from trainhub.people.views.signed_in import sign_in_limits
from trainhub.web.access import View, current_person
from trainhub.web.api import keep_pace

log = logging.getLogger(__name__)
Act = Callable[[prepared.Connection, Caller, int, datetime], ResponseReturnValue | None]


def quick_first(act: Act, *, is_paced: bool = False) -> Callable[[View], View]:
    """Try `act`, which asks who it is itself, before the view with its guard.

    `act` gets a connection, the caller, the number in the address and the time. Where it gives
    None, nothing has been done. `is_paced` says that the request counts (`keep_pace`).
    """

    def mark(view: View) -> View:
        @wraps(view)
        def tried(**values: Any) -> ResponseReturnValue:
            answer = _try(act, next(iter(values.values())), is_paced=is_paced)
            result: ResponseReturnValue = view(**values) if answer is None else answer
            return result

        return tried  # type: ignore[return-value]  # same signature as the view

    return mark


def _try(act: Act, number: int, *, is_paced: bool) -> ResponseReturnValue | None:
    now, engine = clock.now(), db.engine
    try:
        with prepared.connection(engine) as connection:
            caller = _find_caller(connection, now)
            if caller is None:
                return None
            if is_paced:
                keep_pace(caller.person_id)
            return act(connection, caller, number, now)
    except prepared.driver_error(engine):
        log.warning("a quick request failed and goes the long way", exc_info=True)
        return None


def _find_caller(connection: prepared.Connection, now: datetime) -> Caller | None:
    if "Authorization" in request.headers:  # the blueprint has looked at the personal token
        person = current_person()
        caller = Caller(None, person.id, now, None) if person else None
        end_read()  # its connection goes back: this request needs another one
        return caller
    token = flask.session.get("_user_id")
    return find_caller(connection, token, now, sign_in_limits()) if token else None
