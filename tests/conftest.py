"""Fixtures of the whole suite: an application on each database, a client that checks pages."""

from __future__ import annotations

import gc
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from flask import Flask
from jinja2 import FileSystemBytecodeCache

from tests import factories
from tests.checking import CheckingClient
from tests.engines import (
    PostgresqlCleaner,
    SqliteCleaner,
    forget_the_disk,
    new_postgresql_database,
    postgresql_server,
)
from trainhub import clock, create_app
from trainhub.assembly import load_models
from trainhub.assessment.services.pools import forget_pools
from trainhub.config import load_settings
from trainhub.db import db
from trainhub.web.rates import forget_rates

NOON = datetime(2026, 11, 23, 4, 0, tzinfo=UTC)  # a Monday, noon in Shanghai
ENGINES = ("sqlite", "postgresql")


def pytest_collection_finish() -> None:
    """Do not look for garbage among the modules again and again: they stay."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(50_000, 20, 50)


@pytest.fixture(scope="session")
def compiled_templates(tmp_path_factory: pytest.TempPathFactory) -> FileSystemBytecodeCache:
    """Templates once compiled, for every application of this process."""
    return FileSystemBytecodeCache(str(tmp_path_factory.mktemp("templates")))


@pytest.fixture(scope="session")
def postgresql_url() -> Iterator[str]:
    """The address of a PostgreSQL server for this run."""
    with postgresql_server() as url:
        yield url


def _settings(engine: str, folder: Path, request: pytest.FixtureRequest) -> object:
    url = ""
    if engine == "postgresql":
        url = new_postgresql_database(request.getfixturevalue("postgresql_url"))
    return load_settings(
        {},
        instance=folder,
        database_url=url,
        secret_key="a secret for tests, long enough to sign with",
        default_locale="en",
        public_url="http://localhost",
    )


@pytest.fixture(scope="session", params=ENGINES)
def whole_app(
    request: pytest.FixtureRequest,
    tmp_path_factory: pytest.TempPathFactory,
    compiled_templates: FileSystemBytecodeCache,
) -> Iterator[tuple[Flask, SqliteCleaner | PostgresqlCleaner]]:
    """One application for the run on one engine, with empty tables."""
    folder = tmp_path_factory.mktemp(request.param)
    app = create_app(_settings(request.param, folder, request))  # type: ignore[arg-type]
    app.config["TESTING"] = True
    app.jinja_env.bytecode_cache = compiled_templates
    load_models()
    with app.app_context():
        if request.param == "sqlite":
            forget_the_disk(db.engine)
        db.create_all()
        db.engine.dispose()
        cleaner: SqliteCleaner | PostgresqlCleaner
        if request.param == "sqlite":
            cleaner = SqliteCleaner(folder / "trainhub.sqlite3")
        else:
            cleaner = PostgresqlCleaner()
    yield app, cleaner
    with app.app_context():
        db.session.remove()
        db.engine.dispose()


@pytest.fixture
def app(whole_app: tuple[Flask, SqliteCleaner | PostgresqlCleaner]) -> Iterator[Flask]:
    """The application with nothing stored, inside its context, at `NOON`."""
    application, cleaner = whole_app
    forget_rates()
    forget_pools()
    with application.app_context(), clock.frozen(NOON):
        yield application
        cleaner.clean()


@pytest.fixture
def now() -> datetime:
    """The frozen hour of the test."""
    return NOON


@pytest.fixture
def client(app: Flask) -> Callable[..., CheckingClient]:
    """`client(person)` is that person's browser; `client()` nobody's. Checks every page."""

    def browser(person: object = None, *, language: str = "en") -> CheckingClient:
        return CheckingClient(app, person, language=language)

    return browser


@pytest.fixture
def make(app: Flask) -> type:
    """The factories, for tests that need rows."""
    return factories.Make
