"""Pages of privacy: one's own data, and what administrators do for others."""

from trainhub.privacy.views import navigation, own, people
from trainhub.privacy.views.blueprint import bp

__all__ = ["bp", "navigation", "own", "people"]
