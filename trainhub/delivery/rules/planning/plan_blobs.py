"""Problems and plans as a plan run keeps them: JSON, compressed."""

from __future__ import annotations

import json
import zlib

from trainhub.planner.problem import Problem, read_problem
from trainhub.planner.problem.plan import Plan, read_plan


def pack(value: Problem | Plan) -> bytes:
    """The bytes to keep."""
    text = json.dumps(value.as_json(), ensure_ascii=False, separators=(",", ":"))
    return zlib.compress(text.encode(), 6)


def unpack_problem(kept: bytes) -> Problem:
    """The problem that was packed."""
    return read_problem(json.loads(zlib.decompress(kept)))


def unpack_plan(kept: bytes) -> Plan:
    """The plan that was packed."""
    return read_plan(json.loads(zlib.decompress(kept)))
