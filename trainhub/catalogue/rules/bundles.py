"""ZIP bundles of courses, quizzes and pictures: read with suspicion, never unpacked to disk.

Nothing an archive says about itself is believed: sizes are counted while reading, and the
directory is measured before it is read (docs/content-format.md, Limits).
"""

from __future__ import annotations

import io
import re
import stat
import struct
import unicodedata
import zipfile
import zlib
from collections.abc import Iterator

from trainhub.catalogue.rules.pictures import MAX_BYTES as MAX_PICTURE_BYTES
from trainhub.catalogue.rules.source_files import PICTURE_ENDINGS, SourceFile
from trainhub.catalogue.rules.vocabulary import MAX_COURSE_BYTES, MAX_QUIZ_BYTES
from trainhub.errors import N_, InputError, InputErrors

MAX_PACKED = 50 * 1024 * 1024
MAX_UNPACKED = 200 * 1024 * 1024
MAX_ENTRIES = 500
MAX_RATIO = 100
_MAX_DIRECTORY = MAX_ENTRIES * 1024  # name, attributes and comment of an entry: 1 KB is plenty
_CHUNK = 64 * 1024
_SMALL = 64 * 1024  # below this a high ratio is no bomb: a file of blanks packs well
_END = b"PK\x05\x06"
_END_64 = b"PK\x06\x07"
_DRIVE = re.compile(r"[A-Za-z]:")
_CONTROL = re.compile("[\x00-\x1f\x7f]")
_PACKINGS = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)

_MESSAGES = {
    "archive_unreadable": N_("This ZIP file is damaged, encrypted or packed in an unusual way."),
    "archive_large": N_("A bundle may have at most 50 MB, 200 MB unpacked, and 500 files."),
    "archive_ratio": N_("This bundle unpacks to more than 100 times its size."),
    "archive_path_invalid": N_("A bundle holds plain files under plain relative paths only."),
    "archive_name_twice": N_("Two files of the bundle differ only in capitals or are the same."),
    "archive_nested": N_("A bundle may not hold another archive."),
    "file_large": N_("This file is larger than %(limit)s bytes."),
}
_ARCHIVES = (".zip", ".gz", ".tgz", ".tar", ".bz2", ".xz", ".7z", ".rar", ".jar")


class BundleTooLarge(InputErrors):
    """More than we unpack."""

    status = 413


def _refusal(code: str, file: str, **params: object) -> InputErrors:
    large = code in {"archive_large", "archive_ratio", "file_large"}
    kind = BundleTooLarge if large else InputErrors
    return kind([InputError(code, _MESSAGES[code], params, file=file)])


def read_bundle(data: bytes, name: str) -> list[SourceFile]:
    """The files of a ZIP bundle; hidden ones and the leavings of file managers are left out.

    Raises `InputErrors` (`BundleTooLarge` for what exceeds the limits) without having unpacked
    more than the limit of one file beyond what is allowed.
    """
    if len(data) > MAX_PACKED:
        raise _refusal("archive_large", name)
    _check_directory(data, name)
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            entries = _checked_entries(archive, name)
            return list(_read(archive, entries, len(data), name))
    except (zipfile.BadZipFile, zlib.error, RuntimeError, ValueError, OSError, EOFError) as error:
        raise _refusal("archive_unreadable", name) from error
    except (NotImplementedError, struct.error, OverflowError) as error:
        raise _refusal("archive_unreadable", name) from error


def _check_directory(data: bytes, name: str) -> None:
    """Measure the directory before `zipfile` builds an object for each of its entries."""
    end = data.rfind(_END, max(0, len(data) - 65_557))
    if end < 0 or len(data) - end < 22 or data[max(0, end - 20) :].startswith(_END_64):
        raise _refusal("archive_unreadable", name)
    count, size = struct.unpack("<HI", data[end + 10 : end + 16])
    if count > 2 * MAX_ENTRIES or size > 2 * _MAX_DIRECTORY:
        raise _refusal("archive_large", name)


def _checked_entries(archive: zipfile.ZipFile, name: str) -> list[zipfile.ZipInfo]:
    entries = [one for one in archive.infolist() if not one.is_dir()]
    if len(archive.infolist()) > 2 * MAX_ENTRIES or len(entries) > MAX_ENTRIES:
        raise _refusal("archive_large", name)
    seen: set[str] = set()
    kept = []
    for entry in archive.infolist():
        place = f"{name}/{entry.orig_filename[:200]}"
        if not _is_plain(entry):
            raise _refusal("archive_path_invalid", place)
        if entry.flag_bits & 1 or entry.compress_type not in _PACKINGS:
            raise _refusal("archive_unreadable", place)
        folded = unicodedata.normalize("NFKC", entry.filename).casefold().rstrip("/")
        if folded in seen:
            raise _refusal("archive_name_twice", place)
        seen.add(folded)
        if entry.is_dir() or _is_leaving(entry.filename):
            continue
        if folded.endswith(_ARCHIVES):
            raise _refusal("archive_nested", place)
        kept.append(entry)
    return kept


def _is_plain(entry: zipfile.ZipInfo) -> bool:
    """Whether the entry is a file or folder under a relative path without tricks."""
    path = entry.orig_filename
    kind = stat.S_IFMT(entry.external_attr >> 16)
    if kind not in {0, stat.S_IFREG, stat.S_IFDIR}:
        return False
    if not path or len(path) > 300 or "\\" in path or _CONTROL.search(path) or _DRIVE.match(path):
        return False
    parts = path.rstrip("/").split("/")
    return not any(part in {"", ".", ".."} for part in parts)


def _is_leaving(path: str) -> bool:
    parts = path.split("/")
    return parts[0] == "__MACOSX" or any(part.startswith(".") for part in parts)


def size_limit(name: str) -> int:
    """How many bytes a file of this name may have."""
    lower = name.lower()
    if lower.endswith(PICTURE_ENDINGS):
        return MAX_PICTURE_BYTES
    return MAX_COURSE_BYTES if lower.endswith(".md") else MAX_QUIZ_BYTES


def _read(
    archive: zipfile.ZipFile, entries: list[zipfile.ZipInfo], packed: int, name: str
) -> Iterator[SourceFile]:
    total = 0
    allowed = min(MAX_UNPACKED, max(packed * MAX_RATIO, _SMALL))
    for entry in entries:
        limit = size_limit(entry.filename)
        taken = io.BytesIO()
        with archive.open(entry) as unpacking:
            while chunk := unpacking.read(_CHUNK):
                total += len(chunk)
                if total > allowed:
                    code = "archive_large" if total > MAX_UNPACKED else "archive_ratio"
                    raise _refusal(code, name)
                if taken.tell() + len(chunk) > limit:
                    raise _refusal("file_large", f"{name}/{entry.filename}", limit=limit)
                taken.write(chunk)
        yield SourceFile(entry.filename, taken.getvalue())


def write_bundle(files: Iterator[tuple[str, bytes]]) -> bytes:
    """A ZIP file that `read_bundle` takes; the same files give the same bytes."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for path, data in files:
            entry = zipfile.ZipInfo(path, date_time=(2020, 1, 1, 0, 0, 0))
            entry.compress_type = zipfile.ZIP_DEFLATED
            entry.external_attr = 0o644 << 16
            archive.writestr(entry, data)
    return out.getvalue()
