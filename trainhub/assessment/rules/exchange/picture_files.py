"""Pictures that travel inside a file: told by their bytes, named safely, bounded in sum."""

from __future__ import annotations

import base64
import binascii
import re
from pathlib import PurePosixPath
from urllib.parse import unquote

from trainhub.assessment.rules.exchange.gathering import Gathering, Place
from trainhub.catalogue.rules.pictures import clean_picture, picture_name
from trainhub.errors import N_, DomainError

MAX_PICTURES = 500
MAX_TOTAL_PIXELS = 200_000_000
_SIGNATURES = (
    (b"\x89PNG\r\n\x1a\n", (".png",)),
    (b"\xff\xd8\xff", (".jpg", ".jpeg")),
    (b"GIF8", (".gif",)),
    (b"RIFF", (".webp",)),
)
_DATA_ADDRESS = re.compile(r"data:image/[a-z+.-]{1,20};base64,", re.IGNORECASE)
_PLUGIN_FILE = "@@PLUGINFILE@@/"

_MESSAGES = {
    "file_unreadable": N_("The embedded file “%(name)s” is no readable base64."),
    "file_left_out": N_("The embedded file “%(name)s” is no picture of ours; it was left out."),
    "picture_elsewhere": N_("The picture “%(name)s” is not in the file; its description stays."),
    "pictures_many": N_("The file holds more pictures than can be taken at once. Divide it."),
}


class PictureFiles:
    """The pictures of one question; `pictures` has them by their safe names."""

    def __init__(self, gathering: Gathering) -> None:
        self.gathering = gathering
        self.pictures: dict[str, bytes] = {}
        self.names: dict[str, str] = {}

    def add_base64(self, name: str, text: str, place: Place) -> str | None:
        """Keep an embedded file; its safe name, or None where it is no picture."""
        try:
            data = base64.b64decode("".join(text.split()), validate=True)
        except (binascii.Error, ValueError):
            message = _MESSAGES["file_unreadable"]
            self.gathering.refuse("file_unreadable", message, place, name=name[:80])
            return None
        return self.add(name, data, place)

    def add(self, name: str, data: bytes, place: Place) -> str | None:
        """Keep a file under a name made from its own; the same bytes keep one name."""
        endings = next((ends for start, ends in _SIGNATURES if data.startswith(start)), None)
        if endings is None:
            self._note("file_left_out", name, place)
            return None
        path = PurePosixPath(name)
        ending = path.suffix.lower() if path.suffix.lower() in endings else endings[0]
        safe = picture_name(f"{path.stem if path.suffix else path.name}{ending}")
        safe = self._free_name(safe, data)
        if safe not in self.pictures and not self._fits(safe, data, place):
            return None
        self.pictures[safe] = data
        self.names[name] = safe
        return safe

    def _free_name(self, name: str, data: bytes) -> str:
        path, number = PurePosixPath(name), 2
        while self.pictures.get(name, data) != data:
            name = f"{path.stem}-{number}{path.suffix}"
            number += 1
        return name

    def _fits(self, name: str, data: bytes, place: Place) -> bool:
        try:
            clean = clean_picture(data, name)
        except DomainError as error:
            self.gathering.refuse(error.code, error.message, place)
            return False
        self.gathering.pictures += 1
        self.gathering.pixels += clean.width * clean.height
        if self.gathering.pictures > MAX_PICTURES or self.gathering.pixels > MAX_TOTAL_PIXELS:
            self.gathering.give_up("pictures_many", _MESSAGES["pictures_many"], place)
        return True

    def resolve(self, address: str, place: Place) -> str | None:
        """The safe name for the address a text shows a picture by, or None."""
        if address.startswith(_PLUGIN_FILE):
            name = unquote(address[len(_PLUGIN_FILE) :].partition("?")[0])
            if name in self.names:
                return self.names[name]
        elif found := _DATA_ADDRESS.match(address):
            kind = address[len("data:image/") :].partition(";")[0].lower()
            return self.add_base64(f"picture.{kind}", address[found.end() :], place)
        name = address.rpartition("/")[2] or address
        self._note("picture_elsewhere", unquote(name), place)
        return None

    def _note(self, code: str, name: str, place: Place) -> None:
        self.gathering.note(code, _MESSAGES[code], place, name=name[:80])
