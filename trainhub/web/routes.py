"""Small acts that belong to every page: choosing the language and the theme."""

from __future__ import annotations

from urllib.parse import urlsplit

from flask import Blueprint, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_wtf.csrf import generate_csrf
from werkzeug import Response

from trainhub.config import LOCALES
from trainhub.web.access import public
from trainhub.web.locale import LANGUAGE_COOKIE

bp = Blueprint("web", __name__)
THEME_COOKIE = "theme"
THEMES = ("light", "dark", "auto")
_YEAR_S = 365 * 24 * 3600


def safe_target(target: str | None) -> str:
    """`target` if it is a path on this host, else the home page."""
    if target and target.startswith("/") and not target.startswith(("//", "/\\")):
        parts = urlsplit(target)
        clean = not any(ord(sign) < 32 or sign == "\\" for sign in target)
        if not parts.scheme and not parts.netloc and clean:
            return target
    return url_for("home.show_home")


def _remember(name: str, value: str) -> Response:
    answer = redirect(safe_target(request.form.get("next")))
    answer.set_cookie(
        name, value, max_age=_YEAR_S, httponly=True, samesite="Lax", secure=request.is_secure
    )
    return answer


@bp.post("/language")
@public
def choose_language() -> ResponseReturnValue:
    """Keep the language chosen on a page."""
    asked = request.form.get("language", "")
    return _remember(LANGUAGE_COOKIE, asked if asked in LOCALES else LOCALES[0])


@bp.post("/theme")
@public
def choose_theme() -> ResponseReturnValue:
    """Keep the theme chosen on a page."""
    asked = request.form.get("theme", "")
    return _remember(THEME_COOKIE, asked if asked in THEMES else "auto")


@bp.get("/csrf-token")
@public
def show_csrf_token() -> ResponseReturnValue:
    """A valid token for this browser: a page that stood open long enough asks for a new one."""
    return {"token": generate_csrf()}, {"Cache-Control": "no-store"}
