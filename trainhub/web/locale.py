"""Language and time zone of a request: the person's choice, the browser's, the setting's.

A choice made on a page is kept in a cookie, so that it holds before signing in as well.
"""

from __future__ import annotations

from zoneinfo import ZoneInfo

from flask import Flask, current_app, has_request_context, request
from flask_babel import Babel, get_locale, refresh

from trainhub.config import LOCALES, Settings
from trainhub.web.access import current_person
from trainhub.web.translations import compiled_catalogues

LANGUAGE_COOKIE = "language"
babel = Babel()


def chosen_locale() -> str:
    """The language code (`zh` or `en`) for this request."""
    settings: Settings = current_app.config["SETTINGS"]
    if not has_request_context():
        return settings.default_locale
    asked = request.cookies.get(LANGUAGE_COOKIE)
    if asked in LOCALES:
        return asked
    person = current_person()
    if person is not None and person.locale in LOCALES:
        return str(person.locale)
    return request.accept_languages.best_match(LOCALES) or settings.default_locale


def chosen_zone() -> str:
    """The name of the time zone for this request."""
    settings: Settings = current_app.config["SETTINGS"]
    person = current_person() if has_request_context() else None
    return str(person.time_zone) if person is not None and person.time_zone else settings.time_zone


def current_zone() -> ZoneInfo:
    """The time zone for this request."""
    return ZoneInfo(chosen_zone())


def current_language() -> str:
    """The language of the page being made: `zh` or `en`."""
    return str(get_locale().language)


def init_app(app: Flask) -> None:
    """Attach Flask-Babel with the compiled catalogues."""
    settings: Settings = app.config["SETTINGS"]
    app.config["BABEL_DEFAULT_LOCALE"] = "en"
    app.config["BABEL_TRANSLATION_DIRECTORIES"] = str(compiled_catalogues(settings.instance))
    app.before_request(refresh)  # nothing of a request before, where two share one context
    babel.init_app(app, locale_selector=chosen_locale, timezone_selector=chosen_zone)
    app.jinja_env.globals["current_language"] = current_language
    app.jinja_env.globals["LOCALES"] = LOCALES
