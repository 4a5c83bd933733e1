"""What needs me now: my next shift; for planners, how far the rota reaches."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from trainhub import clock
from trainhub.people.models import Person
from trainhub.rota.queries.changes import list_changes_of
from trainhub.rota.queries.rota import last_date_of_all
from trainhub.rota.views.shifts.own import NEWS_DAYS, next_shift
from trainhub.web.home import HomeSection, register_section
from trainhub.web.locale import current_zone

SOON_DAYS = 21  # a rota that ends sooner cannot hold the classes of the coming weeks


def for_own_days(person: Person) -> dict[str, Any] | None:
    """The next shift and what of the coming days has changed; nothing without a rota."""
    today = clock.today(current_zone())
    following = next_shift(person, today)
    since = clock.now() - timedelta(days=NEWS_DAYS)
    changes = list_changes_of(person, today, today + timedelta(days=60))
    news = [change for change in changes if change.changed_at >= since]
    if following is None and not news:
        return None
    return {"following": following, "changes": news[:3], "today": today}


def for_planner(_person: Person) -> dict[str, Any] | None:
    """That the rota ends soon, or is not there; nothing while it reaches far enough."""
    today = clock.today(current_zone())
    last_on = last_date_of_all()
    if last_on is not None and last_on >= today + timedelta(days=SOON_DAYS):
        return None
    return {"last_on": last_on, "is_over": last_on is not None and last_on < today}


register_section(
    HomeSection("own rota", 2, "rota.own", "rota/_home_own.html", for_own_days),
)
register_section(
    HomeSection("rota", 24, "rota.write", "rota/_home_planner.html", for_planner),
)
