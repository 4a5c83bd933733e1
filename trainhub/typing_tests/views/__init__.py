"""The pages of typing tests: typing, what came of it, passages, and what staff see."""

from trainhub.typing_tests.views.blueprint import bp

__all__ = ["bp"]
