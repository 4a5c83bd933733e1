"""Pictures: told by their bytes, bounded before they are decoded, written anew by us.

Writing anew drops everything that is not picture: positions, camera data, hidden scripts.
Lossless formats come out the same each time, so an exported picture imports unchanged.
"""

from __future__ import annotations

import hashlib
import io
import re
import unicodedata
from dataclasses import dataclass
from typing import Any

from PIL import Image, ImageOps

from trainhub.errors import N_, DomainError

MAX_BYTES = 10 * 1024 * 1024
MAX_PIXELS = 40_000_000
MAX_SIDE = 8_000
_FORMATS = {"PNG": "image/png", "JPEG": "image/jpeg", "WEBP": "image/webp", "GIF": "image/gif"}
_ENDINGS = {
    "PNG": (".png",),
    "JPEG": (".jpg", ".jpeg"),
    "WEBP": (".webp",),
    "GIF": (".gif",),
}
_PNG_MODES = frozenset(("1", "L", "LA", "P", "RGB", "RGBA"))
_NAME = re.compile(r"[a-z0-9]+(?:[._-][a-z0-9]+)*\Z")


class PictureNotAllowed(DomainError):
    """Not a picture, or not one of the kinds we take."""

    code = "file_type_not_allowed"
    status = 415
    message = N_("Only PNG, JPEG, WebP and GIF pictures are taken, with the matching file name.")


class PictureTooLarge(DomainError):
    """Beyond the published limits."""

    code = "image_too_large"
    status = 413
    message = N_("A picture may have at most 10 MB, 40 megapixels and 8,000 pixels a side.")


@dataclass(frozen=True)
class CleanPicture:
    """A picture as we keep it."""

    data: bytes
    media_type: str
    width: int
    height: int

    @property
    def sha256(self) -> str:
        """SHA-256, in hex, of the kept bytes."""
        return hashlib.sha256(self.data).hexdigest()


def picture_name(given: str) -> str:
    """A safe name made from the one given: lower-case ASCII, at most 80 characters."""
    stem, _, ending = given.rpartition(".")
    plain = unicodedata.normalize("NFKD", stem).encode("ascii", "ignore").decode().lower()
    plain = re.sub(r"[^a-z0-9]+", "-", plain).strip("-")[:70] or "picture"
    name = f"{plain}.{re.sub(r'[^a-z0-9]', '', ending.lower())[:5]}"
    if not _NAME.match(name):
        raise PictureNotAllowed()
    return name


def clean_picture(data: bytes, name: str) -> CleanPicture:
    """Check and rewrite a picture.

    Raises `PictureNotAllowed` or `PictureTooLarge`; the size is judged from the header,
    before any pixel is decoded.
    """
    if len(data) > MAX_BYTES:
        raise PictureTooLarge()
    try:
        with Image.open(io.BytesIO(data), formats=tuple(_FORMATS)) as picture:
            width, height = picture.size
            if width * height > MAX_PIXELS or max(width, height) > MAX_SIDE:
                raise PictureTooLarge()
            kind = picture.format or ""
            if not name.lower().endswith(_ENDINGS.get(kind, ("?",))):
                raise PictureNotAllowed()
            return _rewritten(picture, kind)
    except Image.DecompressionBombError as error:
        raise PictureTooLarge() from error
    except (OSError, ValueError, SyntaxError, EOFError) as error:
        raise PictureNotAllowed() from error


def _rewritten(picture: Image.Image, kind: str) -> CleanPicture:
    out = io.BytesIO()
    if kind == "GIF":
        picture.seek(0)
    still = ImageOps.exif_transpose(picture)
    keeps_mode = still.mode in _PNG_MODES and "transparency" not in still.info
    modes = {"JPEG": "RGB", "PNG": still.mode if keeps_mode else "RGBA"}
    fresh = _pixels_only(still.convert(modes.get(kind, "RGBA")))
    options: dict[str, Any] = {
        "JPEG": {"quality": 88, "optimize": True},
        "PNG": {"optimize": True},
        "WEBP": {"lossless": True},
    }
    fresh.save(out, kind, **options.get(kind, {}))
    return CleanPicture(out.getvalue(), _FORMATS[kind], *still.size)


def _pixels_only(picture: Image.Image) -> Image.Image:
    """The picture without what travels beside its pixels (comments, profiles, positions)."""
    fresh = Image.new(picture.mode, picture.size)
    if picture.mode == "P" and picture.palette is not None:
        fresh.putpalette(picture.getpalette() or [])
    fresh.paste(picture)
    return fresh
