"""The pages of learning: the reader, one's courses, assignments, and how far others are."""

from trainhub.learning.views import (
    assigning,
    home_sections,
    learners,
    mine,
    navigation,
    panels,
    reading,
    responding,
    shown,
    starting,
    teams,
)
from trainhub.learning.views.blueprint import bp

__all__ = [
    "assigning",
    "bp",
    "home_sections",
    "learners",
    "mine",
    "navigation",
    "panels",
    "reading",
    "responding",
    "shown",
    "starting",
    "teams",
]
