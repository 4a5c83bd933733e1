"""Storing pictures of a series."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import select, update

from trainhub.catalogue import queries
from trainhub.catalogue.models import Picture, Series
from trainhub.catalogue.rules.pictures import clean_picture, picture_name
from trainhub.catalogue.rules.source_files import SourceFile
from trainhub.catalogue.rules.sync import Step
from trainhub.db import db
from trainhub.errors import N_, DomainError, InputError, InputErrors

_NO_SERIES = N_("There is no series “%(series)s”: import its _series.yaml as well.")


def add_picture(
    series: Series, name: str, data: bytes, *, actor: Any, now: datetime
) -> tuple[Picture, bool]:
    """Keep a picture, rewritten, under a safe name; the row, and whether it is new.

    An older picture of the same name stays for the versions that show it.
    """
    name = picture_name(name)
    clean = clean_picture(data, name)
    current = db.session.scalars(
        select(Picture).where(
            Picture.series_id == series.id, Picture.name == name, Picture.is_current
        )
    ).first()
    if current is not None and current.sha256 == clean.sha256:
        return current, False
    db.session.execute(
        update(Picture)
        .where(Picture.series_id == series.id, Picture.name == name)
        .values(is_current=False)
    )
    known = db.session.scalars(
        select(Picture).where(
            Picture.series_id == series.id,
            Picture.name == name,
            Picture.sha256 == clean.sha256,
        )
    ).first()
    picture = known or Picture(
        series_id=series.id,
        name=name,
        sha256=clean.sha256,
        media_type=clean.media_type,
        width=clean.width,
        height=clean.height,
        size=len(clean.data),
        uploaded_at=now,
        uploaded_by_id=actor.id if actor else None,
        data=clean.data,
    )
    picture.is_current = True
    db.session.add(picture)
    db.session.flush()
    return picture, True


def store_picture(file: SourceFile, *, actor: Any, now: datetime) -> Step:
    """Take a picture file `courses/<series>/media/<name>`."""
    parts = file.path.split("/")
    key = parts[-3] if len(parts) >= 3 and parts[-2] == "media" else ""
    series = queries.find_series(key)
    if series is None:
        params = {"series": key}
        raise InputErrors([InputError("series_missing", _NO_SERIES, params, file=file.path)])
    try:
        _, is_new = add_picture(series, file.name, file.data, actor=actor, now=now)
    except DomainError as error:
        raise InputErrors([InputError(error.code, error.message, file=file.path)]) from error
    return Step.CREATE if is_new else Step.UNCHANGED
