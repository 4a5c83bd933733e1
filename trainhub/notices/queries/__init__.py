"""What is to be said to whom."""

from trainhub.notices.queries.exams import (
    find_call,
    list_called,
    list_cancelled,
    list_opening_soon,
    list_results,
)
from trainhub.notices.queries.notices import (
    get_notices,
    list_due_enrolments,
    list_fresh_assignments,
    list_unsent,
)
from trainhub.notices.queries.typing_tests import (
    find_typing_test,
    list_due_typing_tests,
    list_fresh_typing_tests,
    list_retests,
)

__all__ = [
    "find_call",
    "find_typing_test",
    "get_notices",
    "list_called",
    "list_cancelled",
    "list_due_enrolments",
    "list_due_typing_tests",
    "list_fresh_assignments",
    "list_fresh_typing_tests",
    "list_opening_soon",
    "list_results",
    "list_retests",
    "list_unsent",
]
