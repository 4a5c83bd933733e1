"""Putting the application together: the base rooms, then each subject from left to right."""

from __future__ import annotations

from importlib import import_module
from importlib.util import find_spec
from typing import Any

from apiflask import APIFlask
from flask import Flask
from werkzeug.middleware.proxy_fix import ProxyFix

from trainhub import paths, pipeline
from trainhub.config import Settings
from trainhub.db import db
from trainhub.web import (
    access,
    api,
    api_documents,
    assets,
    converters,
    error_pages,
    filters,
    health,
    home,
    icons,
    locale,
    navigation,
    routes,
    security,
)

SUBJECTS = (
    "audit",
    "people",
    "catalogue",
    "ledger",
    "learning",
    "assessment",
    "typing_tests",
    "rota",
    "delivery",
    "certification",
    "notices",
    "privacy",
    "reports",
    "ops",
)
BASE_ROOMS = (
    converters,
    security,
    access,
    locale,
    filters,
    assets,
    icons,
    navigation,
    error_pages,
    api,
)
ROOMS = ("models", "permissions", "views", "api", "jobs")


def build(settings: Settings) -> Flask:
    """An application for these settings."""
    app = APIFlask(
        "trainhub",
        title="TrainHub",
        version="1",
        json_errors=False,  # `error_pages` words them all
        enable_openapi=False,  # `api_documents` shows the document, offline
        template_folder=str(paths.TEMPLATES),
        static_folder=None,  # type: ignore[arg-type]  # Flask takes None: `assets` sends files
        root_path=str(paths.PACKAGE),
    )
    app.config |= {
        "SETTINGS": settings,
        "SECRET_KEY": settings.secret_key,
        "SQLALCHEMY_DATABASE_URI": settings.database_url,
        "SQLALCHEMY_ENGINE_OPTIONS": _engine_options(settings),
    }
    app.jinja_env.trim_blocks = True
    app.jinja_env.lstrip_blocks = True
    app.jinja_env.globals["settings"] = settings
    db.init_app(app)
    for room in BASE_ROOMS:
        room.init_app(app)
    for blueprint in (health.bp, home.bp, routes.bp, api_documents.bp):
        app.register_blueprint(blueprint)
    for subject in SUBJECTS:
        _attach(app, subject)
    access.guard_routes(app)
    if settings.trusted_proxies:
        hops = settings.trusted_proxies
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=hops, x_proto=hops, x_host=hops)  # type: ignore[method-assign]  # Flask's documented way
    return app


def load_models() -> None:
    """Import every subject's tables, so that `db.metadata` knows them all."""
    for subject in SUBJECTS:
        _room(subject, "models")


def _room(subject: str, room: str) -> Any:
    name = f"trainhub.{subject}.{room}"
    there = find_spec(f"trainhub.{subject}") and find_spec(name)
    return import_module(name) if there else None


def _attach(app: Flask, subject: str) -> None:
    for room in ROOMS:
        module = _room(subject, room)
        if module is not None and hasattr(module, "bp"):
            app.register_blueprint(module.bp)
        for stage in getattr(module, "STAGES", ()):
            pipeline.register_stage(pipeline.Stage(*stage))
    joining = _room(subject, "joining")
    if joining is not None:
        joining.join()


def _engine_options(settings: Settings) -> dict[str, Any]:
    if settings.is_sqlite:
        return {"pool_size": 20, "max_overflow": 20}
    return {"pool_pre_ping": True, "pool_size": 10, "max_overflow": 10}
