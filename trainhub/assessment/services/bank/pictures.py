"""Keeping the pictures of questions, each once."""

from __future__ import annotations

from collections.abc import Mapping
from hashlib import sha256

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from trainhub.assessment.models import BankPicture
from trainhub.catalogue.models import Picture
from trainhub.catalogue.rules.pictures import CleanPicture, clean_picture
from trainhub.db import db


def keep_picture(data: bytes, name: str) -> BankPicture:
    """The bank's row for a picture, made if it is new.

    The bytes are checked and written anew, unless they are what the bank has already: a JPEG
    that comes back from an export must not lose a little each time. Raises `PictureNotAllowed`
    or `PictureTooLarge`.
    """
    kept = find_picture(sha256(data).hexdigest())
    return kept or _keep(clean_picture(data, name))


def keep_catalogue_picture(picture: Picture) -> BankPicture:
    """The bank's row for a picture of a series, which is clean already."""
    kept = find_picture(picture.sha256)
    return kept or _keep(
        CleanPicture(picture.data, picture.media_type, picture.width, picture.height)
    )


def keep_pictures(pictures: Mapping[str, bytes]) -> dict[str, BankPicture]:
    """The bank's rows for pictures by the names that the texts show."""
    return {name: keep_picture(data, name) for name, data in pictures.items()}


def find_picture(digest: str) -> BankPicture | None:
    """The picture with this SHA-256."""
    return db.session.scalar(select(BankPicture).where(BankPicture.sha256 == digest))


def _keep(clean: CleanPicture) -> BankPicture:
    kept = find_picture(clean.sha256)
    if kept is not None:
        return kept
    row = BankPicture(
        sha256=clean.sha256,
        media_type=clean.media_type,
        width=clean.width,
        height=clean.height,
        data=clean.data,
    )
    try:
        with db.session.begin_nested():
            db.session.add(row)
    except IntegrityError:  # somebody else has just brought the same picture
        return db.session.scalars(
            select(BankPicture).where(BankPicture.sha256 == clean.sha256)
        ).one()
    return row
