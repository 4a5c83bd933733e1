"""The pages of delivery: the week, campaigns, classes, bookings, and what became of them.

One line for each module, in the order of the alphabet.
"""

from trainhub.delivery.views import (
    check_in,
    class_places,
    class_words,
    debts,
    home_requests,
    own_debt,
    records,
    request_steps,
    request_words,
    requests,
    rooms,
    roster,
    satisfaction,
    surveys,
    teaching,
    trainers,
)
from trainhub.delivery.views.blueprint import bp

__all__ = [
    "bp",
    "check_in",
    "class_places",
    "class_words",
    "debts",
    "home_requests",
    "own_debt",
    "records",
    "request_steps",
    "request_words",
    "requests",
    "rooms",
    "roster",
    "satisfaction",
    "surveys",
    "teaching",
    "trainers",
]
