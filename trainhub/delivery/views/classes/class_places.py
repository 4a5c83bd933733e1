"""Where classes stand in the side bar, and what of them needs somebody now."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from flask_babel import lazy_gettext as _l

from trainhub import clock
from trainhub.delivery.queries.classes.lines import lines_during
from trainhub.delivery.queries.course_titles import titles_of
from trainhub.delivery.queries.teaching.classroom import list_open_for_check_in, list_to_teach
from trainhub.delivery.queries.teaching.debts import list_owing_teams, together
from trainhub.delivery.queries.teaching.make_ups import list_booked, list_own
from trainhub.delivery.queries.teaching.surveys import list_waiting
from trainhub.delivery.rules.states import TO_COME
from trainhub.delivery.views.teaching.teaching import day_begins
from trainhub.people.models import Person
from trainhub.web.home import HomeSection, register_section
from trainhub.web.locale import current_language
from trainhub.web.navigation import NavigationEntry, register

LATE = timedelta(days=2)  # so long a class nobody began is asked for
SHOWN_TEAMS = 5


def for_attendee(person: Person) -> dict[str, Any] | None:
    """A class to check in to, surveys to answer, seats offered; nothing where there is none."""
    now = clock.now()
    open_seats = [
        seat for seat in list_open_for_check_in(person.id, now) if seat.attendance is None
    ]
    surveys, make_ups = list_waiting(person.id, now), list_own(person.id)
    booked = list_booked(person.id) if make_ups else {}
    owed = [one for one in make_ups if one.course_id not in booked]
    if not (open_seats or surveys or owed):
        return None
    ids = {seat.course_id for seat in open_seats} | {one.course_id for one in surveys}
    ids |= {one.course_id for one in owed}
    return {
        "open_seats": open_seats,
        "surveys": surveys,
        "owed": owed,
        "titles": titles_of(ids, current_language()),
    }


def for_class_trainer(person: Person) -> dict[str, Any] | None:
    """Today's classes of a trainer, and earlier ones nobody has begun or ended."""
    now = clock.now()
    midnight = day_begins(now)
    found = list_to_teach(person, midnight - LATE, midnight + timedelta(days=1))
    shown = [
        one for one in found
        if one.starts_at >= midnight or one.state in TO_COME
    ]  # fmt: skip
    if not shown:
        return None
    titles = titles_of({one.course_id for one in shown}, current_language())
    lines = lines_during([one for one in shown if one.ends_at > now], person)
    return {"sessions": shown, "titles": titles, "lines": lines, "now": now}


def for_debt(person: Person) -> dict[str, Any] | None:
    """What is owed now, by team, most first; nothing where nothing is."""
    rows = list_owing_teams(person)
    if not rows:
        return None
    return {"rows": rows[:SHOWN_TEAMS], "total": together(rows), "more": len(rows) - SHOWN_TEAMS}


for _section in (
    HomeSection(
        "my classes now", 4, "delivery.attend", "delivery/seats/_home_attendee.html", for_attendee
    ),
    HomeSection(
        "classes to teach",
        5,
        "delivery.teach",
        "delivery/teaching/_home_teaching.html",
        for_class_trainer,
    ),
    HomeSection(
        "training debt", 26, "delivery.view_debt", "delivery/teaching/_home_debt.html", for_debt
    ),
):
    register_section(_section)

for _entry in (
    NavigationEntry(
        "delivery.show_check_in", _l("Check in"), "key", "learn", "delivery.attend", 17,
        ("delivery.show_check_in_link", "delivery.check_in_by_code", "delivery.show_survey"),
    ),
    NavigationEntry(
        "delivery.show_own_debt", _l("Training owed to me"), "hourglass-split", "learn",
        "delivery.attend", 18,
    ),
    NavigationEntry(
        "delivery.list_classes_to_teach", _l("My classes to teach"), "person-video3", "teach",
        "delivery.teach", 5, ("delivery.teach_class", "delivery.show_roster"),
    ),
    NavigationEntry(
        "delivery.list_delivery_records", _l("Classes held"), "archive", "accounts",
        "delivery.view_week", 70, ("delivery.show_delivery_record",),
    ),
    NavigationEntry(
        "delivery.show_training_debt", _l("Training debt"), "hourglass-split", "accounts",
        "delivery.view_debt", 72, ("delivery.show_team_debt", "delivery.show_person_debt"),
    ),
    NavigationEntry(
        "delivery.show_satisfaction", _l("Satisfaction"), "star", "accounts", "delivery.view_week",
        74, ("delivery.show_course_satisfaction",),
    ),
):  # fmt: skip
    register(_entry)
