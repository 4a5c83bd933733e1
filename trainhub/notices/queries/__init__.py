"""What is to be said to whom."""

from trainhub.notices.queries.exams import (
    find_call,
    list_called,
    list_cancelled,
    list_opening_soon,
    list_results,
)
from trainhub.notices.queries.notices import (
    get_notice,
    list_due_enrolments,
    list_fresh_assignments,
    list_unsent_ids,
)

__all__ = [
    "find_call",
    "get_notice",
    "list_called",
    "list_cancelled",
    "list_due_enrolments",
    "list_fresh_assignments",
    "list_opening_soon",
    "list_results",
    "list_unsent_ids",
]
