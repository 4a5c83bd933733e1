"""Competency models in the browser: files, retiring, changing places; versions stay as they are."""

from __future__ import annotations

import io
import re
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from tests.checking import CheckingClient
from tests.factories import Make
from trainhub.audit.models import AuditEntry
from trainhub.certification.evidence import observation
from trainhub.certification.models import CompetencyModel, CompetencyModelVersion
from trainhub.certification.rules.competencies.model import model_from
from trainhub.certification.rules.competencies.reading import write_model
from trainhub.certification.services.competency_models import load_shipped_models, read_model_bytes
from trainhub.db import db, transaction
from trainhub.paths import COMPETENCIES
from trainhub.people.models import Role

Client = Callable[..., CheckingClient]
FILE = (COMPETENCIES / "complaint-handling.yaml").read_bytes()
IMPORT = "/competency-models/import"


@pytest.fixture
def model(app: Flask, now: datetime) -> CompetencyModel:
    with transaction():
        load_shipped_models(now - timedelta(days=1))
    return db.session.scalars(select(CompetencyModel)).one()


@pytest.fixture
def author(model: CompetencyModel, make: type[Make], client: Client) -> CheckingClient:
    return client(make.person("tess", Role.TRAINER))


def upload(browser: CheckingClient, data: bytes, *, status: int) -> Any:
    return browser.post(IMPORT, {"file": (io.BytesIO(data), "model.yaml")}, status=status)


def stored() -> CompetencyModel:
    db.session.expire_all()
    return db.session.scalars(select(CompetencyModel).order_by(CompetencyModel.id)).first()


def test_a_file_is_taken_over_and_published_versions_stay(
    author: CheckingClient, model: CompetencyModel
) -> None:
    author.get(IMPORT)
    taken = author.client.get(f"/competency-models/{model.id}/file").data
    upload(author, taken, status=302)
    assert stored().revision == 1, "its own file changes nothing"
    version = stored().published
    upload(author, FILE.replace(b"fresh_days: 180", b"fresh_days: 90"), status=302)
    assert model_from(stored().content).fresh_days == 90
    assert stored().published.id == version.id
    assert model_from(stored().published.content).fresh_days == 180
    upload(author, FILE.replace(b"model: complaint-handling", b"model: chat"), status=302)
    keys = set(db.session.scalars(select(CompetencyModel.key)))
    assert keys == {"complaint-handling", "chat"}


@pytest.mark.parametrize("language", ["en", "zh"])
def test_a_wrong_file_is_refused_whole_with_every_line_named(
    model: CompetencyModel, make: type[Make], client: Client, language: str
) -> None:
    author = client(make.person("tess", Role.TRAINER), language=language)
    wrong = FILE.replace(b"fresh_days: 180", b"fresh_days: soon").replace(
        b"weight: 2423", b"weight: -1"
    )
    page = upload(author, wrong, status=422)
    assert re.findall(r'<th scope="row" class="th-num">(\d+)</th>', page.text) == ["4", "14"]
    assert stored().revision == 1
    upload(author, b"\xff\xfe\x00", status=422)
    upload(author, b"", status=422)
    upload(author, b"#" * 300_000, status=422)
    author.post(IMPORT, {}, status=422)
    assert len(db.session.scalars(select(CompetencyModel)).all()) == 1


def test_a_retired_model_is_neither_offered_nor_changed_until_it_is_back(
    author: CheckingClient, model: CompetencyModel, make: type[Make], client: Client, now: datetime
) -> None:
    team = make.team("Red")
    agent = make.person("wang", team=team)
    boss = client(make.person("boss", Role.SUPERVISOR, supervises=team))
    path, new = f"/competency-models/{model.id}", f"/people/{agent.id}/observations/new"
    assert "Complaint handling" in boss.get(new).text
    author.post(f"{path}/retire", status=302)
    author.post(f"{path}/retire", status=302)
    assert "Complaint handling" not in boss.get(new).text
    assert "Complaint handling" not in author.get("/competency-models").text
    assert "Complaint handling" in author.get("/competency-models?shelf=retired").text
    upload(author, FILE.replace(b"fresh_days: 180", b"fresh_days: 90"), status=422)
    assert stored().revision == 1
    with transaction():
        assert load_shipped_models(now) == 0
    assert "Retired" in author.get(path).text
    named = {one.key: one.titles["en"] for one in observation.choices()}
    assert named["complaint-handling"] == "Complaint handling", "roads still say its title"
    author.post(f"{path}/bring-back", status=302)
    author.post(f"{path}/bring-back", status=302)
    assert "Complaint handling" in boss.get(new).text
    acts = list(db.session.scalars(select(AuditEntry.action).order_by(AuditEntry.number)))
    assert acts[-2:] == ["competency_model.retired", "competency_model.restored"]


def typed_as_shown(author: CheckingClient, path: str) -> dict[str, str]:
    """Every field of the editor as a browser would send it."""
    return {
        one["name"]: one.get("value", "")
        for one in author.page(path).all("input")
        if "name" in one and one["name"] != "csrf_token"
        and (one.get("type") != "checkbox" or "checked" in one)
    }  # fmt: skip


def test_what_is_rated_changes_places_by_buttons(
    author: CheckingClient, model: CompetencyModel
) -> None:
    path = f"/competency-models/{model.id}/edit"
    before = model_from(model.content)
    keys = [one.key for one in before.areas[1].indicators]
    sent = typed_as_shown(author, path)
    answer = author.post(path, sent | {"act": "down a1.i0"}, status=302)
    assert answer.location.endswith("#a1.i1")
    after = model_from(stored().content)
    assert [one.key for one in after.areas[1].indicators] == [keys[1], keys[0], *keys[2:]]
    assert {one.key: one for one in before.areas[1].indicators} == {
        one.key: one for one in after.areas[1].indicators
    }, "weights, marks and courses go with it"
    sent = typed_as_shown(author, path)
    author.post(path, sent | {"act": "up a1"}, status=302)
    assert [one.key for one in model_from(stored().content).areas][:2] == ["customer", "solving"]
    sent = typed_as_shown(author, path)
    for act in ("up a0", "down a0.i99", "sideways a0", "up", "down f99"):
        author.post(path, sent | {"act": act}, status=302)
    assert [one.key for one in model_from(stored().content).areas][:2] == ["customer", "solving"]
    version = db.session.scalars(select(CompetencyModelVersion)).one()
    assert model_from(version.content) == before, "what is published stays as it was"


def test_saving_the_editor_as_it_is_changes_nothing(
    author: CheckingClient, model: CompetencyModel
) -> None:
    path = f"/competency-models/{model.id}/edit"
    author.post(path, typed_as_shown(author, path), status=302)
    assert stored().revision == 1


def test_every_competency_of_the_shipped_model_names_a_course() -> None:
    text = read_model_bytes(FILE, "complaint-handling.yaml")
    assert all(one.courses for _area, one, _weight in text.content.indicators())
    assert read_model_bytes(write_model(text).encode(), "again.yaml") == text


def test_courses_are_linked_and_unknown_ones_are_named(
    author: CheckingClient, model: CompetencyModel
) -> None:
    page = author.get(f"/competency-models/{model.id}")
    assert "Courses that do not exist here" in page.text
    assert "complaint-four-steps" in page.text
