"""The evidence of an award as it is frozen: every requirement with what it rested on."""

from __future__ import annotations

import hashlib
import json
from typing import Any

import rfc8785

from trainhub.certification.rules.standing.findings import Evidence, State, Words
from trainhub.certification.rules.standing.standing import Line, Standing

DIGEST = "evidence_sha256"  # what the entry of a grant in the audit trail calls it


def frozen_evidence(standing: Standing) -> list[dict[str, Any]]:
    """What an auditor can follow years later: ids, values, dates, who, and waivers with reasons."""
    return [_line(line) for line in standing.counted]


def evidence_digest(evidence: Any) -> str:
    """SHA-256, in hex, over the evidence as canonical JSON (RFC 8785).

    Empty for what has no such form, such as a number beyond 2^53; frozen evidence always has one.
    """
    stored = json.loads(json.dumps(evidence))  # as the column gives it back
    try:
        return hashlib.sha256(rfc8785.dumps(stored)).hexdigest()
    except rfc8785.CanonicalizationError:
        return ""


def _line(line: Line) -> dict[str, Any]:
    values: dict[str, Any] = {
        "requirement": line.requirement.key,
        "kind": line.requirement.kind,
        "titles": dict(line.requirement.titles),
        "state": line.state.value,
        "said": _words(line.finding.said),
        "pieces": [_piece(piece) for piece in line.finding.evidence],
        "ends_on": line.finding.ends_on.isoformat() if line.finding.ends_on else None,
    }
    if line.state == State.WAIVED and line.exempted is not None:
        values["waiver"] = {
            "reason": line.exempted.reason,
            "granted_by": line.exempted.granted_by,
            "granted_at": line.exempted.granted_at.isoformat(),
            "until_on": line.exempted.until_on.isoformat(),
        }
    return values


def _piece(piece: Evidence) -> dict[str, Any]:
    return {
        "kind": piece.kind,
        "at": piece.at.isoformat(),
        "on": piece.on.isoformat(),
        "ids": dict(piece.ids),
        "values": dict(piece.values),
        "by": piece.by,
    }


def _words(words: Words | None) -> dict[str, Any] | None:
    return None if words is None else {"message": words.message, "params": dict(words.params)}
