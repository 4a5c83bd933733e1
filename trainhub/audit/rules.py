"""The hash chain over audit entries, and the signed heads that tell where it ended."""

from __future__ import annotations

import hashlib
import hmac
import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import datetime
from typing import Any, Literal

GENESIS = "0" * 64
_PURPOSE = b"trainhub audit heads 1"


def chained_hash(previous: str, at: datetime, content: Mapping[str, Any]) -> str:
    """SHA-256, in hex, over the previous entry's hash and this entry's canonical JSON."""
    canonical = _canonical({**content, "at": at.isoformat()})
    return hashlib.sha256(f"{previous}\n{canonical}".encode()).hexdigest()


def entry_content(entry: Any) -> dict[str, Any]:
    """What the chain's hash covers of an entry, beside its time."""
    covered = (
        "number",
        "actor_id",
        "actor_name",
        "action",
        "object_type",
        "object_key",
        "changes",
        "reason",
        "request_id",
    )
    return {name: getattr(entry, name) for name in covered}


@dataclass(frozen=True)
class Head:
    """Where the chain ended at an hour: the number and hash of its newest entry, signed.

    A chain alone shows an edit, but neither an end cut off nor a chain made anew from the
    start; a head kept elsewhere shows both. `event` "restored" is written when a backup is put
    back: what was recorded beyond it is gone by decision, and heads before it do not ask for
    it. `previous` is the signature of the head before, so that none can be taken out.
    """

    at: str
    event: Literal["night", "restored"]
    number: int
    hash: str
    previous: str
    key: str
    signature: str = ""


def head_key(secret: str) -> bytes:
    """The key heads are signed with: derived from the server's secret, good for nothing else."""
    return hmac.new(secret.encode(), _PURPOSE, hashlib.sha256).digest()


def key_name(key: bytes) -> str:
    """What tells two keys apart without telling them: eight hexadecimal digits."""
    return hashlib.sha256(b"name of " + key).hexdigest()[:8]


def signed(head: Head, key: bytes) -> Head:
    """The head with its signature (HMAC-SHA-256, hexadecimal)."""
    return replace(head, signature=_signature(head, key))


def faulty_head(heads: Sequence[Head], key: bytes) -> int | None:
    """The place, from 1, of the first head not signed with `key` or not following the last."""
    previous = GENESIS
    for place, head in enumerate(heads, start=1):
        is_ours = hmac.compare_digest(head.signature.encode(), _signature(head, key).encode())
        if not is_ours or head.previous != previous:
            return place
        previous = head.signature
    return None


def contradicted_head(heads: Sequence[Head], hashes: Mapping[int, str]) -> Head | None:
    """The first head that the chain does not bear out. `hashes` are the entries' by number."""
    reached = None  # how far a later restore went back, if there was one
    found = None
    for head in reversed(heads):
        if reached is None or head.number <= reached:
            there = hashes.get(head.number) if head.number else GENESIS
            found = head if there != head.hash else found
        if head.event == "restored":
            reached = head.number if reached is None else min(reached, head.number)
    return found


def _signature(head: Head, key: bytes) -> str:
    content = _canonical({k: v for k, v in asdict(head).items() if k != "signature"})
    return hmac.new(key, content.encode(), hashlib.sha256).hexdigest()


def _canonical(content: Mapping[str, Any]) -> str:
    return json.dumps(content, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
