"""The pages of learning: the reader, one's courses, assignments, and how far others are."""

from trainhub.learning.views import mine, navigation, reading, responding, shown, starting
from trainhub.learning.views.blueprint import bp

__all__ = ["bp", "mine", "navigation", "reading", "responding", "shown", "starting"]
