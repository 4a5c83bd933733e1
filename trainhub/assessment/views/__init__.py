"""The pages of exams: the bank, writing exams, sitting them, marking, figures."""

from trainhub.assessment.views import (
    bank,
    bank_items,
    bank_shown,
    bank_wordings,
    bank_writing,
    shown,
    sitting_texts,
)
from trainhub.assessment.views.blueprint import bp

__all__ = [
    "bank",
    "bank_items",
    "bank_shown",
    "bank_wordings",
    "bank_writing",
    "bp",
    "shown",
    "sitting_texts",
]
