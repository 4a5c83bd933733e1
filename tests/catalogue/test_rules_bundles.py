"""ZIP bundles that mean harm, and what a refusal costs."""

from __future__ import annotations

import io
import struct
import time
import tracemalloc
import zipfile

import pytest

from tests.catalogue.texts import library
from trainhub.catalogue.rules import bundles
from trainhub.catalogue.rules.bundles import read_bundle, write_bundle
from trainhub.errors import InputErrors


def packed(*entries: tuple[str | zipfile.ZipInfo, bytes]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in entries:
            archive.writestr(name, data)
    return out.getvalue()


def code(data: bytes) -> str:
    with pytest.raises(InputErrors) as refused:
        read_bundle(data, "b.zip")
    return refused.value.errors[0].code


def test_what_is_written_is_read_again() -> None:
    files = library()
    written = write_bundle((file.path, file.data) for file in files)
    assert read_bundle(written, "b.zip") == files
    assert write_bundle((file.path, file.data) for file in files) == written


def test_hidden_files_and_leavings_of_file_managers_are_passed_over() -> None:
    data = packed(("a.md", b"x"), (".DS_Store", b"x"), ("__MACOSX/a.md", b"x"), ("f/", b""))
    assert [file.path for file in read_bundle(data, "b.zip")] == ["a.md"]


@pytest.mark.parametrize(
    "path",
    [
        "../up.md",
        "courses/../../up.md",
        "/etc/passwd.md",
        "..\\up.md",
        "C:\\windows\\x.md",
        "C:x.md",
        "a//b.md",
        "./a.md",
        "a\x07b.md",
        "x" * 400 + ".md",
    ],
)
def test_paths_that_leave_the_bundle_are_refused(path: str) -> None:
    assert code(packed((path, b"x"))) == "archive_path_invalid"


def test_links_and_devices_are_refused() -> None:
    for kind in (0o120777, 0o020666, 0o010644):
        entry = zipfile.ZipInfo("a.md")
        entry.external_attr = kind << 16
        assert code(packed((entry, b"/etc/passwd"))) == "archive_path_invalid"


@pytest.mark.parametrize("other", ["A.md", "a.MD", "ａ.md"])
def test_names_that_some_disk_would_take_for_one_are_refused(other: str) -> None:
    assert code(packed(("a.md", b"1"), (other, b"2"))) == "archive_name_twice"


def test_an_archive_within_is_refused() -> None:
    assert code(packed(("inner.zip", packed(("a.md", b"x"))))) == "archive_nested"


def test_a_bomb_is_refused_at_once_and_in_little_memory() -> None:
    blanks = b" " * (900 * 1024)
    bomb = packed(*((f"b{number}.md", blanks) for number in range(70)))  # 63 MB of blanks
    tracemalloc.start()
    started = time.process_time()
    assert code(bomb) == "archive_ratio"
    assert time.process_time() - started < 1
    assert tracemalloc.get_traced_memory()[1] < 64 * 1024 * 1024
    tracemalloc.stop()


def test_one_huge_file_is_refused_by_its_own_limit() -> None:
    noise = b"".join(struct.pack("<I", number * 2654435761 % 2**32) for number in range(400_000))
    assert code(packed(("a.md", noise))) == "file_large"


def test_a_size_that_lies_is_not_believed() -> None:
    data = bytearray(packed(("a.md", b" " * 500_000)))
    for place in (data.find(b"PK\x01\x02") + 24, 22):
        data[place : place + 4] = struct.pack("<I", 10)
    assert code(bytes(data)) in {"archive_unreadable", "archive_ratio", "file_large"}


def test_too_many_entries_are_refused_before_they_are_read() -> None:
    many = packed(*((f"a{number}.md", b"") for number in range(2_000)))
    started = time.process_time()
    assert code(many) == "archive_large"
    assert time.process_time() - started < 1
    assert code(packed(*((f"a{number}.md", b"") for number in range(501)))) == "archive_large"


def test_more_than_the_packed_limit_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bundles, "MAX_PACKED", 10)
    assert code(packed(("a.md", b"x"))) == "archive_large"


@pytest.mark.parametrize(
    "data", [b"", b"PK", b"no archive at all" * 10, b"PK\x05\x06" + b"\xff" * 18]
)
def test_what_is_no_archive_is_refused(data: bytes) -> None:
    assert code(data) in {"archive_unreadable", "archive_large"}


def test_a_damaged_archive_is_refused() -> None:
    whole = packed(("a.md", b"some text that is long enough to be packed" * 20))
    for place in range(30, 60):
        broken = bytearray(whole)
        broken[place] ^= 0xFF
        with pytest.raises(InputErrors):
            read_bundle(bytes(broken), "b.zip")
    assert code(whole[:-30]) == "archive_unreadable"


def test_an_encrypted_archive_is_refused() -> None:
    data = bytearray(packed(("a.md", b"x")))
    data[data.find(b"PK\x01\x02") + 8] |= 1
    assert code(bytes(data)) == "archive_unreadable"
