"""Which encoding a text file is in: told apart strictly, or asked about, never guessed at.

BOM first, then strict UTF-8, then strict GB18030 if what comes out looks like Chinese that
people write. Almost any bytes are valid GB18030, so a Big5 file or one of mixed encodings
would otherwise be read as rare characters without a murmur.
"""

from __future__ import annotations

import codecs
import re
from typing import NoReturn

from trainhub.errors import N_
from trainhub.tables.values import refuse

ENCODINGS = ("utf-8", "gb18030", "gbk", "big5", "utf-16")
_BOMS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
# Of Chinese people write, well over nine tenths lies in GB 2312, and names stay above this.
LEAST_COMMON_SHARE = 0.75
LEAST_PLAIN_SHARE = 0.5
_DAMAGED = re.compile("[\ufffd\ue000-\uf8ff\U000f0000-\U0010ffff\x00\ud800-\udfff]")


def decode_text(data: bytes, file: str, encoding: str | None = None) -> str:
    """The text of a file. `encoding` is what the person says it is; else it is told apart.

    Raises `InputErrors` (`encoding_not_recognised`) where the bytes do not settle it.
    """
    if encoding is not None:
        return _as_said(data, file, encoding)
    for bom, name in _BOMS:
        if data.startswith(bom):
            return _checked(data, name, file)
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError:
        return _as_gb18030(data, file)
    return _undamaged(text, file)


def _as_said(data: bytes, file: str, encoding: str) -> str:
    name = encoding.lower().replace("_", "-")
    if name not in ENCODINGS:
        _ask(file)
    if name == "utf-8" and data.startswith(codecs.BOM_UTF8):
        name = "utf-8-sig"
    return _checked(data, name, file)


def _checked(data: bytes, name: str, file: str) -> str:
    try:
        return _undamaged(data.decode(name), file)
    except UnicodeDecodeError:
        _ask(file)


def _undamaged(text: str, file: str) -> str:
    if _DAMAGED.search(text):
        _ask(file)
    return text


def _as_gb18030(data: bytes, file: str) -> str:
    text = _checked(data, "gb18030", file)
    common = _share(text, "gb2312")
    if common < LEAST_PLAIN_SHARE or _holds_utf8_lines(data):
        _ask(file)
    if common < LEAST_COMMON_SHARE:
        try:
            other = data.decode("big5")
        except UnicodeDecodeError:
            return text
        if _share(other, "big5") > common:
            _ask(file)
    return text


def _share(text: str, encoding: str) -> float:
    """The share of non-ASCII characters that the older, common character set holds.

    For Big5 its first level (5,401 characters in use), because all of it is valid by nature.
    """
    signs = [sign for sign in text if ord(sign) > 127]
    if not signs:
        return 1.0
    return sum(_is_common(sign, encoding) for sign in signs) / len(signs)


def _is_common(sign: str, encoding: str) -> bool:
    try:
        code = sign.encode(encoding)
    except UnicodeEncodeError:
        return False
    return encoding != "big5" or code < b"\xc6\x80"


def _holds_utf8_lines(data: bytes) -> bool:
    """Whether some lines are UTF-8 Chinese though the file as a whole is not."""
    for line in data.splitlines():
        if line.isascii():
            continue
        try:
            text = line.decode("utf-8")
        except UnicodeDecodeError:
            continue
        is_chinese = any("\u4e00" <= sign <= "\u9fff" for sign in text)
        if is_chinese and _share(line.decode("gb18030", "replace"), "gb2312") < LEAST_COMMON_SHARE:
            return True
    return False


def _ask(file: str) -> NoReturn:
    refuse(
        "encoding_not_recognised",
        N_(
            "The encoding of this file cannot be told for certain. Save it as UTF-8, or say "
            "which it is (%(encodings)s)."
        ),
        file=file,
        encodings=", ".join(ENCODINGS),
    )
