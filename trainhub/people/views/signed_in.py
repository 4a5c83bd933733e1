"""How a browser's sign-in token becomes a person, and how it is given out and taken back."""

from __future__ import annotations

import logging
from collections.abc import Callable
from datetime import timedelta
from functools import wraps
from typing import Any, TypeVar

import flask
from flask import current_app, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_login import login_user

from trainhub import clock
from trainhub.audit.services import append_entry
from trainhub.config import Settings
from trainhub.db import transaction
from trainhub.people import hashing, queries, services
from trainhub.people.models import Person
from trainhub.people.rules import SEEN_EVERY, SignInLimits, is_fresh
from trainhub.web import access

View = TypeVar("View", bound=Callable[..., Any])
log = logging.getLogger(__name__)


def sign_in_limits() -> SignInLimits:
    """How long sign-ins last in this centre, from the settings."""
    settings: Settings = current_app.config["SETTINGS"]
    return SignInLimits(
        idle=timedelta(minutes=settings.sign_in_idle_minutes),
        longest=timedelta(hours=settings.sign_in_hours),
    )


def load_signed_in_person(token: str) -> Person | None:
    """The person of the browser's token; notes at most once a minute that it is used."""
    now = clock.now()
    sign_in = queries.find_sign_in(token, now, sign_in_limits())
    if sign_in is not None and now - sign_in.last_seen_at >= SEEN_EVERY:
        with transaction():
            services.touch_sign_in(sign_in.id, now=now)
        sign_in = queries.find_sign_in(token, now, sign_in_limits())
    if sign_in is None:
        return None
    sign_in.person.sign_in_token = token
    sign_in.person.password_typed_at = sign_in.password_at
    return sign_in.person


def load_token_person(token: str) -> Person | None:
    """The person of a personal access token; wrong ones are counted for the address.

    Raises `SlowDown` for a token not seen from the address before while guessing from there is
    slowed down: who works with a right one goes on meanwhile.
    """
    now, address = clock.now(), client_address()
    person = queries.find_person_by_access_token(token, now)
    if person is not None and services.is_token_known(token, address):
        return person
    with transaction():
        services.count_token_try(address, is_right=person is not None, now=now)
    if person is None:
        log.info("personal token refused from %s", address)
        return None
    services.remember_token(token, address)
    return queries.find_person_by_access_token(token, now)


def note_refusal(person: Person, permission: str, path: str) -> None:
    """Put a refused permission into the audit trail."""
    with transaction():
        append_entry(
            "access.refused",
            actor=person,
            object_type="page",
            object_key=path[:120],
            now=clock.now(),
            changes={"permission": [None, permission]},
        )


access.register_person_loader(load_signed_in_person)
access.register_bearer_loader(load_token_person)
access.on_refusal(note_refusal)


def with_fresh_password(view: View) -> View:
    """Let the view run only if the password was typed in the last 15 minutes; else ask for it."""

    @wraps(view)
    def guarded(*args: Any, **kwargs: Any) -> ResponseReturnValue:
        typed_at = access.current_person().password_typed_at
        if typed_at is None or not is_fresh(typed_at, clock.now()):
            target = request.full_path.rstrip("?") if request.method == "GET" else request.path
            return redirect(url_for("people.confirm_password", next=target))
        result: ResponseReturnValue = view(*args, **kwargs)
        return result

    return guarded  # type: ignore[return-value]  # same signature as the view


def client_address() -> str:
    """The address the request comes from, the trusted proxies taken into account."""
    return request.remote_addr or ""


def let_in(person: Person | None) -> None:
    """Start a sign-in (inside the caller's transaction) and give its token to the browser.

    Everything the browser session held before is dropped: a token planted there dies.
    """
    if person is None:
        raise services.WrongPassword()
    person.sign_in_token = services.start_sign_in(
        person,
        address=client_address(),
        browser=request.user_agent.string,
        now=clock.now(),
        limits=sign_in_limits(),
    )
    flask.session.clear()
    login_user(person)


def person_with_password(identifier: str, password: str) -> services.Try:
    """The counted try whose password is right.

    Raises `WrongPassword`, `SlowDown`. The password is checked outside any transaction, so
    that the slow hash keeps no other writer waiting.
    """
    with transaction():
        attempt = services.count_try(identifier, client_address(), now=clock.now())
        password_hash = attempt.person.password_hash if attempt.person else None
        is_active = attempt.person is not None and attempt.person.is_active
    if not hashing.matches(password_hash, password) or not is_active:
        # Not the name as typed: people type passwords into the wrong field.
        log.info("sign-in refused for %s from %s", attempt.account_subject, client_address())
        raise services.WrongPassword()
    return attempt
