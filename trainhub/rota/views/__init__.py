"""The pages of the rota, the demand and the cover.

A room for each of shifts, demand, cover and importing; beside them what several use.
"""

from trainhub.rota.views import words
from trainhub.rota.views.blueprint import bp
from trainhub.rota.views.cover import cover, cover_navigation, staffing
from trainhub.rota.views.demand import calendar, editing_demand, queues
from trainhub.rota.views.importing import examples, importing_demand, importing_rota, mapping
from trainhub.rota.views.shifts import (
    changes,
    changing,
    grid,
    home_sections,
    navigation,
    own,
    places,
    shift_codes,
)

__all__ = [
    "bp",
    "calendar",
    "changes",
    "changing",
    "cover",
    "cover_navigation",
    "editing_demand",
    "examples",
    "grid",
    "home_sections",
    "importing_demand",
    "importing_rota",
    "mapping",
    "navigation",
    "own",
    "places",
    "queues",
    "shift_codes",
    "staffing",
    "words",
]
