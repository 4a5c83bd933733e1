"""The pages of the rota, the demand and the cover."""

from trainhub.rota.views import (
    calendar,
    changes,
    changing,
    cover,
    cover_navigation,
    editing_demand,
    grid,
    importing,
    importing_demand,
    mapping,
    navigation,
    own,
    places,
    queues,
    shift_codes,
    staffing,
    words,
)
from trainhub.rota.views.blueprint import bp

__all__ = [
    "bp",
    "calendar",
    "changes",
    "changing",
    "cover",
    "cover_navigation",
    "editing_demand",
    "grid",
    "importing",
    "importing_demand",
    "mapping",
    "navigation",
    "own",
    "places",
    "queues",
    "shift_codes",
    "staffing",
    "words",
]
