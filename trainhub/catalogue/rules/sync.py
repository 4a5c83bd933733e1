"""Which of a file and the database has moved since they last agreed."""

from __future__ import annotations

import hashlib
from collections.abc import Collection
from enum import StrEnum


class Step(StrEnum):
    """What an import does with one file."""

    UNCHANGED = "unchanged"  # both sides are the same
    CREATE = "create"  # the database does not know it
    UPDATE = "update"  # only the file has moved
    KEEP = "keep"  # only the database has moved, or the file is one of its older versions
    CONFLICT = "conflict"  # both have moved: a person decides


def source_hash(text: str) -> str:
    """SHA-256, in hex, of a file's text."""
    return hashlib.sha256(text.encode("utf-8")).hexdigest()


def next_step(
    file_hash: str,
    *,
    published_hash: str | None,
    draft_hash: str | None,
    synced_hash: str,
    earlier_hashes: Collection[str],
) -> Step:
    """What to do with a file whose text hashes to `file_hash`.

    `published_hash` and `draft_hash` are the database's texts (None where there is none),
    `synced_hash` the text on which both last agreed, `earlier_hashes` every version the
    database has ever published.
    """
    if published_hash is None and draft_hash is None:
        return Step.CREATE
    if file_hash == published_hash:
        return Step.UNCHANGED
    if file_hash == synced_hash or file_hash in earlier_hashes:
        return Step.KEEP
    drafted = draft_hash is not None and draft_hash not in {published_hash, file_hash}
    if published_hash == synced_hash and not drafted:
        return Step.UPDATE
    return Step.CONFLICT
