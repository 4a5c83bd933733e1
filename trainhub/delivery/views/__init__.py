"""The pages of delivery: the week, campaigns, classes, bookings, and what became of them.

A room for each of planning, classes, seats, teaching and requests; beside them what several use.
"""

from trainhub.delivery.views import class_words
from trainhub.delivery.views.blueprint import bp
from trainhub.delivery.views.classes import (
    board,
    board_drawing,
    class_choices,
    class_places,
    classes,
    line_words,
    moving,
    publishing,
)
from trainhub.delivery.views.planning import (
    campaign_words,
    campaigns,
    fairness,
    home_planning,
    need_words,
    plan_charts,
    plan_pages,
    plan_runs,
    plan_words,
    planning_navigation,
    rooms,
    team_campaigns,
    trainers,
)
from trainhub.delivery.views.requests import (
    home_requests,
    request_plans,
    request_steps,
    request_words,
    requests,
)
from trainhub.delivery.views.seats import agenda, feed, seat_fit, seat_words
from trainhub.delivery.views.teaching import (
    check_in,
    debts,
    own_debt,
    records,
    roster,
    satisfaction,
    surveys,
    teaching,
)

__all__ = [
    "agenda",
    "board",
    "board_drawing",
    "bp",
    "campaign_words",
    "campaigns",
    "check_in",
    "class_choices",
    "class_places",
    "class_words",
    "classes",
    "debts",
    "fairness",
    "feed",
    "home_planning",
    "home_requests",
    "line_words",
    "moving",
    "need_words",
    "own_debt",
    "plan_charts",
    "plan_pages",
    "plan_runs",
    "plan_words",
    "planning_navigation",
    "publishing",
    "records",
    "request_plans",
    "request_steps",
    "request_words",
    "requests",
    "rooms",
    "roster",
    "satisfaction",
    "seat_fit",
    "seat_words",
    "surveys",
    "teaching",
    "team_campaigns",
    "trainers",
]
