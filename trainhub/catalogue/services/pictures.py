"""Storing pictures of a series."""

from __future__ import annotations

import hashlib
from datetime import datetime
from typing import Any

from sqlalchemy import select

from trainhub.catalogue import queries
from trainhub.catalogue.models import Picture, Series
from trainhub.catalogue.rules.pictures import CleanPicture, clean_picture, picture_name
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
    rows = {
        row.sha256: row
        for row in db.session.scalars(
            select(Picture).where(Picture.series_id == series.id, Picture.name == name)
        )
    }
    current = next((row for row in rows.values() if row.is_current), None)
    if current is not None and current.sha256 == hashlib.sha256(data).hexdigest():
        return current, False  # our own file come back: a JPEG must not lose anything again
    clean = clean_picture(data, name)
    if current is not None and current.sha256 == clean.sha256:
        return current, False
    if current is not None:
        current.is_current = False
    picture = rows.get(clean.sha256) or _new_picture(series, name, clean, actor=actor, now=now)
    picture.is_current = True
    db.session.add(picture)
    db.session.flush()
    return picture, True


def _new_picture(
    series: Series, name: str, clean: CleanPicture, *, actor: Any, now: datetime
) -> Picture:
    return Picture(
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
