"""The pages of exams: the bank, writing exams, sitting them, marking, figures."""

from trainhub.assessment.views import (
    bank,
    bank_items,
    bank_shown,
    bank_wordings,
    bank_writing,
    exchange_shown,
    exporting_items,
    home_sections,
    importing_items,
    mine,
    result,
    shown,
    sitting,
    sitting_texts,
    statistics,
)
from trainhub.assessment.views.blueprint import bp

__all__ = [
    "bank",
    "bank_items",
    "bank_shown",
    "bank_wordings",
    "bank_writing",
    "bp",
    "exchange_shown",
    "exporting_items",
    "home_sections",
    "importing_items",
    "mine",
    "result",
    "shown",
    "sitting",
    "sitting_texts",
    "statistics",
]
