"""Reading what the page of a rating sends while somebody rates."""

from __future__ import annotations

import json
from typing import Any

from trainhub.certification.rules.competencies.model import ModelContent
from trainhub.certification.rules.competencies.raters import POINTS

Draft = tuple[dict[str, int], list[str], str, str]


def read_draft(sent: Any, model: ModelContent) -> Draft | None:
    """Points by indicator, fatal criteria, comment, revision seen; None for anything else."""
    if not isinstance(sent, dict) or not isinstance(sent.get("source"), str):
        return None
    try:
        raw = json.loads(sent["source"])
    except (ValueError, RecursionError):
        return None
    if not isinstance(raw, dict):
        return None
    points, fatal, comment = raw.get("points"), raw.get("fatal"), raw.get("comment")
    known = {one.key for _area, one, _weight in model.indicators()}
    if not isinstance(points, dict) or not set(points) <= known:
        return None
    if not all(type(mark) is int and mark in POINTS for mark in points.values()):
        return None
    if not isinstance(fatal, list) or not isinstance(comment, str):
        return None
    if not all(isinstance(one, str) for one in fatal):
        return None
    if not set(fatal) <= {one.key for one in model.fatal}:
        return None
    clean = comment.replace("\0", "").encode("utf-8", "replace").decode()
    return points, list(dict.fromkeys(fatal)), clean, str(sent.get("seen", ""))
