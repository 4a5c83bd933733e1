"""The JSON interface of typing tests: a run can be made by it alone (docs/api.md)."""

from trainhub.typing_tests.api import chunks, runs
from trainhub.typing_tests.api.blueprint import bp

__all__ = ["bp", "chunks", "runs"]
