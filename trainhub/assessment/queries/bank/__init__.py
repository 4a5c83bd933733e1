"""Reading the item bank."""

from trainhub.assessment.queries.bank.catalogue import has_untaken_editions
from trainhub.assessment.queries.bank.history import (
    list_enemies,
    list_exams_with,
    list_versions,
    past_answers,
)
from trainhub.assessment.queries.bank.items import (
    find_item,
    find_picture,
    get_item,
    get_version,
    list_items,
)
from trainhub.assessment.queries.bank.listing import (
    bank_words,
    find_bank_page,
    list_bank_ids,
    list_rows_by_key,
)
from trainhub.assessment.queries.bank.usage import moved_usage

__all__ = [
    "bank_words",
    "find_bank_page",
    "find_item",
    "find_picture",
    "get_item",
    "get_version",
    "has_untaken_editions",
    "list_bank_ids",
    "list_enemies",
    "list_exams_with",
    "list_items",
    "list_rows_by_key",
    "list_versions",
    "moved_usage",
    "past_answers",
]
