"""The pages of exams: the bank, writing exams, sitting them, marking, figures."""

from trainhub.assessment.views.blueprint import bp

__all__ = ["bp"]
