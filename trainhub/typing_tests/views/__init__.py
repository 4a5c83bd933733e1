"""The pages of typing tests: typing, what came of it, passages, and what staff see."""

from trainhub.typing_tests.views import (
    history,
    home_sections,
    own_runs,
    passages,
    passages_writing,
    phrases,
    practice,
    replaying,
    result,
    running,
    shown,
    starting,
)
from trainhub.typing_tests.views.blueprint import bp

__all__ = [
    "bp",
    "history",
    "home_sections",
    "own_runs",
    "passages",
    "passages_writing",
    "phrases",
    "practice",
    "replaying",
    "result",
    "running",
    "shown",
    "starting",
]
