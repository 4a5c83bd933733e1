"""Competency models: making, changing, publishing, retiring; files, and the shipped ones."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import func, select

from trainhub import paths
from trainhub.audit.services import append_entry
from trainhub.certification.models import CompetencyModel, CompetencyModelVersion
from trainhub.certification.rules.competencies.model import model_from
from trainhub.certification.rules.competencies.reading import (
    MAX_BYTES,
    TOO_LARGE,
    ModelText,
    check_model,
    read_model,
)
from trainhub.certification.services.programmes import content_hash
from trainhub.db import db
from trainhub.errors import N_, Conflict, DomainError, InputError, InputErrors
from trainhub.people.models import Person
from trainhub.tables.encodings import decode_text

MAX_NOTE = 500


class ModelKeyTaken(DomainError):
    """Another model has this key."""

    code = "model_key_taken"
    status = 409
    message = N_("Another competency model has the key “%(key)s”.")


class ModelMoved(Conflict):
    """Somebody else changed the model in between."""

    code = "model_moved"
    message = N_("Somebody else changed this model in the meantime. Look at it once more.")


class ModelRetired(DomainError):
    """A retired model is neither changed nor rated on."""

    code = "model_retired"
    status = 409
    message = N_("This competency model is retired. Bring it back first.")


class NothingNew(DomainError):
    """The model says what its last version says."""

    code = "model_nothing_new"
    message = N_("Nothing has changed since the last version.")


def create_model(text: ModelText, *, actor: Person | None, now: datetime) -> CompetencyModel:
    """A new model, unpublished. Raises `ModelKeyTaken`."""
    if find_model(text.key) is not None:
        raise ModelKeyTaken(field="key", key=text.key)
    model = CompetencyModel(
        key=text.key,
        titles=dict(text.titles),
        content=text.content.as_dict(),
        created_at=now,
    )
    db.session.add(model)
    db.session.flush()
    _record("competency_model.created", model, actor, now, {})
    return model


def find_model(key: str) -> CompetencyModel | None:
    """The model with a key."""
    return db.session.scalars(
        select(CompetencyModel).where(CompetencyModel.key == key)
    ).one_or_none()


def change_model(
    model: CompetencyModel,
    text: ModelText,
    *,
    revision: int | None,
    actor: Person | None,
    now: datetime,
) -> bool:
    """Store what is being written; versions stay. False if it is the same.

    Raises `ModelMoved`, `ModelRetired`.
    """
    _lock(model, revision)
    content = text.content.as_dict()
    if model.content == content and model.titles == dict(text.titles):
        return False
    model.content, model.titles = content, dict(text.titles)
    model.revision += 1
    _record("competency_model.changed", model, actor, now, {"revision": [None, model.revision]})
    db.session.flush()
    return True


def publish_model(
    model: CompetencyModel,
    *,
    revision: int | None,
    note: str = "",
    actor: Person | None,
    now: datetime,
) -> CompetencyModelVersion:
    """Freeze what is written: cases opened from now on are rated on it.

    Raises `InputErrors` (weights), `NothingNew`, `ModelMoved`, `ModelRetired`.
    """
    _lock(model, revision)
    if errors := check_model(model_from(model.content)):
        raise InputErrors(errors)
    hashed = content_hash(model.titles, model.content)
    if model.published is not None and model.published.content_hash == hashed:
        raise NothingNew()
    latest = select(func.max(CompetencyModelVersion.number)).where(
        CompetencyModelVersion.model_id == model.id
    )
    version = CompetencyModelVersion(
        model_id=model.id,
        number=(db.session.scalar(latest) or 0) + 1,
        titles=dict(model.titles),
        content=dict(model.content),
        content_hash=hashed,
        published_at=now,
        published_by_id=actor.id if actor else None,
        note=note[:MAX_NOTE],
    )
    db.session.add(version)
    db.session.flush()
    model.published_version_id = version.id
    _record("competency_model.published", model, actor, now, {"version": [None, version.number]})
    db.session.flush()
    db.session.refresh(model)
    return version


def retire_model(model: CompetencyModel, *, actor: Person, now: datetime) -> None:
    """Have no new work rated on it; cases under way go on. Raises `ModelRetired`."""
    _lock(model, None)
    model.retired_at = now
    _record("competency_model.retired", model, actor, now, {})


def bring_back_model(model: CompetencyModel, *, actor: Person, now: datetime) -> bool:
    """Have work rated on it again; False if it was not retired."""
    db.session.refresh(model, with_for_update={"of": CompetencyModel})
    if model.retired_at is None:
        return False
    model.retired_at = None
    _record("competency_model.restored", model, actor, now, {})
    return True


def read_model_bytes(data: bytes, name: str) -> ModelText:
    """One file. Raises `InputErrors` naming every error with its line."""
    if len(data) > MAX_BYTES:
        params = {"most": MAX_BYTES // 1024}
        raise InputErrors([InputError("file_too_large", TOO_LARGE, params, file=name)])
    return read_model(decode_text(data, name), file=name)


def take_model(
    text: ModelText, *, actor: Person | None, now: datetime
) -> tuple[CompetencyModel, str]:
    """Store a file as what is being written: "new", "changed" or "unchanged".

    Versions in force stay. Raises `ModelRetired`.
    """
    model = find_model(text.key)
    if model is None:
        return create_model(text, actor=actor, now=now), "new"
    is_new = change_model(model, text, revision=None, actor=actor, now=now)
    return model, "changed" if is_new else "unchanged"


def load_shipped_models(now: datetime) -> int:
    """Publish the models that come with the program; how many were new or changed.

    One that a person has written on stays theirs. Inside the caller's transaction; a second
    time changes nothing. Raises `InputErrors`.
    """
    count = 0
    for file in sorted(paths.COMPETENCIES.glob("*.yaml")):
        with file.open("rb") as source:
            text = read_model_bytes(source.read(MAX_BYTES + 1), file.name)
        model = find_model(text.key)
        if model is None:
            model = create_model(text, actor=None, now=now)
        elif not _is_as_loaded(model):
            continue
        else:
            change_model(model, text, revision=None, actor=None, now=now)
        try:
            publish_model(model, revision=None, actor=None, now=now)
        except NothingNew:
            continue
        count += 1
    return count


def _is_as_loaded(model: CompetencyModel) -> bool:
    """Whether nobody has had a hand in it: not written on, published or retired."""
    if model.retired_at is not None:
        return False
    version = model.published
    by_hand = select(CompetencyModelVersion.id).where(
        CompetencyModelVersion.model_id == model.id,
        CompetencyModelVersion.published_by_id.is_not(None),
    )
    return (
        version is not None
        and version.content == model.content
        and version.titles == model.titles
        and db.session.scalar(by_hand.limit(1)) is None
    )


def _lock(model: CompetencyModel, revision: int | None) -> None:
    db.session.refresh(model, with_for_update={"of": CompetencyModel})
    if model.retired_at is not None:
        raise ModelRetired()
    if revision is not None and revision != model.revision:
        raise ModelMoved()


def _record(
    action: str,
    model: CompetencyModel,
    actor: Person | None,
    now: datetime,
    changes: Mapping[str, Any],
) -> None:
    append_entry(
        action,
        actor=actor,
        object_type="competency_model",
        object_key=model.key,
        now=now,
        changes=changes,
    )
