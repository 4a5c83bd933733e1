"""Reading the item bank."""

from trainhub.assessment.queries.bank.catalogue import has_untaken_editions
from trainhub.assessment.queries.bank.items import (
    find_item,
    find_picture,
    get_item,
    get_version,
)
from trainhub.assessment.queries.bank.usage import moved_usage

__all__ = [
    "find_item",
    "find_picture",
    "get_item",
    "get_version",
    "has_untaken_editions",
    "moved_usage",
]
