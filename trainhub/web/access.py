"""Who is asking, and may they: the guard in front of every view.

A view is marked `@public` or `@requires("permission")`; `guard_routes` refuses to start an
application with an unmarked one. Subjects hand in how a sign-in token becomes a person, so
that this room knows none of them.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any, TypeVar

from flask import Flask, abort, current_app, g, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_login import LoginManager
from flask_login import current_user as _current_user

from trainhub import permissions
from trainhub.errors import Forbidden

View = TypeVar("View", bound=Callable[..., Any])
PersonLoader = Callable[[str], Any]
RefusalListener = Callable[[Any, str, str], None]

SIGN_IN_TOKEN = "sign_in_token"
login_manager = LoginManager()
login_manager.session_protection = None  # the sign-in row is the protection
_loaders: list[PersonLoader] = []
_bearer_loaders: list[PersonLoader] = []
_refusal_listeners: list[RefusalListener] = []


def register_person_loader(loader: PersonLoader) -> None:
    """Hand in the function that turns a sign-in token into the person or None."""
    _loaders[:] = [loader]


def register_bearer_loader(loader: PersonLoader) -> None:
    """Hand in the function that turns a personal access token into the person or None.

    It may raise `SlowDown` where too many wrong ones came.
    """
    _bearer_loaders[:] = [loader]


def act_as_bearer(token: str) -> bool:
    """Let this request act as the person whose personal token it carries; False for no one's.

    Whatever sign-in the request's cookies name does not count.
    """
    person = _bearer_loaders[0](token) if _bearer_loaders else None
    g._login_user = person or login_manager.anonymous_user()
    return person is not None


def on_refusal(listener: RefusalListener) -> None:
    """Have `listener(person, permission, path)` called whenever a permission is refused."""
    if listener not in _refusal_listeners:
        _refusal_listeners.append(listener)


@login_manager.user_loader
def _load_person(token: str) -> Any:
    return _loaders[0](token) if _loaders else None


def current_person() -> Any:
    """The signed-in person, or None."""
    return _current_user._get_current_object() if _current_user.is_authenticated else None


def public(view: View) -> View:
    """Mark a view that anybody may call."""
    view.__dict__["permission"] = None
    return view


def requires(permission: str) -> Callable[[View], View]:
    """Let only people with `permission` into the view; others sign in or are refused."""

    def mark(view: View) -> View:
        @wraps(view)
        def guarded(*args: Any, **kwargs: Any) -> ResponseReturnValue:
            person = current_person()
            if person is None:
                return sign_in_first()
            if not permissions.allows(permission, person):
                for listener in _refusal_listeners:
                    listener(person, permission, request.path)
                raise Forbidden()
            result: ResponseReturnValue = current_app.ensure_sync(view)(*args, **kwargs)
            return result

        guarded.__dict__["permission"] = permission
        return guarded  # type: ignore[return-value]  # same signature as the view

    return mark


def sign_in_first() -> ResponseReturnValue:
    """Answer somebody who is not signed in: the sign-in page, or 401 to a program."""
    if wants_json():
        abort(401)  # `error_pages` words it
    target = request.full_path.rstrip("?") if request.method == "GET" else None
    return redirect(url_for("people.sign_in", next=target))


def wants_json() -> bool:
    """Whether the request comes from a script and not from a person's browser page."""
    if request.path.startswith("/api/"):
        return True
    best = request.accept_mimetypes.best_match(["text/html", "application/json"])
    return best == "application/json"


def guard_routes(app: Flask) -> None:
    """Refuse to start with a route that names neither a permission nor `@public`."""
    for rule in app.url_map.iter_rules():
        view = app.view_functions[rule.endpoint]
        if not hasattr(view, "permission"):
            raise RuntimeError(
                f"{rule.endpoint} ({rule}) names no permission: mark its view with "
                '@requires("…") or @public from trainhub.web.access'
            )
        name = view.permission
        if name is not None and not permissions.is_registered(name):
            raise RuntimeError(f"{rule.endpoint} names the unregistered permission {name!r}")


def init_app(app: Flask) -> None:
    """Attach Flask-Login and give templates `may("permission")`."""
    login_manager.init_app(app)
    app.jinja_env.globals["may"] = lambda name: permissions.allows(name, current_person())
    app.jinja_env.globals["current_person"] = current_person
    app.before_request(_forget_person)


def _forget_person() -> None:
    for name in ("_login_user", "csrf_token"):  # a test's requests may share one `g`
        g.pop(name, None)
