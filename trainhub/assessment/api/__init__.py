"""The JSON interface of exams: an exam can be sat by it alone (docs/api.md)."""

from trainhub.assessment.api import attempts, exams, responses, results
from trainhub.assessment.api.blueprint import bp

__all__ = ["attempts", "bp", "exams", "responses", "results"]
