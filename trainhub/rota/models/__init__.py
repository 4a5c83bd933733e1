"""The tables of the rota and of the demand."""

from trainhub.rota.models.demand import DayDemand, TypicalDay
from trainhub.rota.models.imports import PendingTable, TableImport, TableMapping
from trainhub.rota.models.places import CalendarDay, Queue, Site, TeamPlace
from trainhub.rota.models.shifts import RotaChange, Shift, ShiftCode

__all__ = [
    "CalendarDay",
    "DayDemand",
    "PendingTable",
    "Queue",
    "RotaChange",
    "Shift",
    "ShiftCode",
    "Site",
    "TableImport",
    "TableMapping",
    "TeamPlace",
    "TypicalDay",
]
