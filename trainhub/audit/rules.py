"""The hash chain over audit entries."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from datetime import datetime
from typing import Any

GENESIS = "0" * 64


def chained_hash(previous: str, at: datetime, content: Mapping[str, Any]) -> str:
    """SHA-256, in hex, over the previous entry's hash and this entry's canonical JSON."""
    canonical = json.dumps(
        {**content, "at": at.isoformat()}, sort_keys=True, ensure_ascii=False, separators=(",", ":")
    )
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
