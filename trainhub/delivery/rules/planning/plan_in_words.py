"""Costs, offers, changes and failures of planning, as sentences."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any

from trainhub.delivery.rules.planning.agreement import Change
from trainhub.delivery.rules.planning.plan_ids import row_of
from trainhub.delivery.rules.sentences import Clock, Named, Sentence
from trainhub.errors import N_
from trainhub.planner.problem import Problem

# The parts of a plan's cost, in the order of the planner.
COSTS = {
    "unplaced": N_("People without a seat"),
    "shortfall": N_("People short on the phones"),
    "sessions": N_("Classes and trainers' hours"),
    "seats": N_("Late days, hours outside the shift, classes declined before"),
    "dawn": N_("Dawn classes beyond the free ones"),
    "split_team": N_("Teams taught in pieces"),
    "moved": N_("Agreed seats moved"),
}
PHASES = {
    "begun": N_("Reading rota, cover, rooms and trainers"),
    "construct": N_("Building a first plan"),
    "clean_up": N_("Closing small classes, moving people together"),
    "improve": N_("Improving the plan"),
    "prove": N_("Proving that nothing better exists"),
    "done": N_("Looking for reasons and for limits that could be relaxed"),
    "ready": N_("Ready"),
}
WAITING = N_("Waiting to be planned")
WORKING = N_("Working on the plan")
STATES = {
    "queued": N_("queued"),
    "running": N_("planning"),
    "done": N_("waits for your decision"),
    "cancelled": N_("stopped"),
    "failed": N_("failed"),
    "agreed": N_("agreed to"),
    "dismissed": N_("dismissed"),
}
FAILURES = {
    "WINDOW_OVER": N_("The campaign's last date has passed or is too near. Choose a later one."),
    "NOBODY": N_("Nobody the campaign is meant for can be planned: give their teams a place."),
    "LOST": N_(
        "Planning stopped unexpectedly several times. "
        "Plan again, or ask whoever looks after the server."
    ),
    "BROKEN": N_("Something went wrong while planning; it is in the server's log. Nothing of the"
                 " campaign has changed."),
}  # fmt: skip
STATUS = {
    "optimal": N_("No better plan exists within these limits."),
    "feasible": N_("The best plan found in the time given."),
    "interrupted": N_("The best plan found until it was stopped."),
}


def offer(one: Mapping[str, Any], problem: Problem) -> Sentence:
    """What could be given way."""
    kind, detail = one["kind"], one["detail"]
    if kind == "session":
        return _class_more(detail, problem)
    if kind == "hours":
        return _hours_of(detail)
    message = _OFFERS[kind]
    params: dict[str, Any] = {}
    for name in ("course", "room", "trainer", "team", "queue"):
        if name in detail:
            params[name] = Named(name, row_of(str(detail[name])) or 0)
    for name in ("more", "more_min", "heads", "people"):
        if name in detail:
            params[name] = detail[name]
    if "day" in detail:
        params["on"] = _date(problem, detail["day"])
    return Sentence(message, params)


_OFFERS = {
    "seats": N_("%(more)s more seats in each class of “%(course)s”"),
    "room_seats": N_("%(more)s more seats in %(room)s"),
    "min_seats": N_("Classes of “%(course)s” for as few as %(people)s"),
    "deadline": N_("One day later: classes up to %(on)s"),
    "trainer_hours": N_("%(trainer)s teaches %(more_min)s more minutes a week"),
    "max_short": N_(
        "One more person may be missing on %(queue)s during classes (%(heads)s in all)"
    ),
    "team_share": N_("%(people)s people of %(team)s in class at once"),
    "week_limit": N_("%(more_min)s more minutes of training a week for everybody"),
}


def _hours_of(detail: Mapping[str, Any]) -> Sentence:
    """Hours in which the campaign may hold classes as well."""
    params = {}
    for low, high in detail["in_shift"][:1]:
        params = {"start": Clock(low), "end": Clock(high)}
    return Sentence(_HOURS_TOO[detail["window"]], params)


_HOURS_TOO = {
    "early": N_("Classes in the early-class hour as well"),
    "before": N_("Classes before the shift as well"),
    "after": N_("Classes after the shift as well"),
    "in_shift": N_("Classes inside the shift as well, %(start)s–%(end)s"),
}


def _class_more(detail: Mapping[str, Any], problem: Problem) -> Sentence:
    params = {
        "course": Named("course", row_of(str(detail["course"])) or 0),
        "site": Named("site", row_of(str(detail["site"])) or 0),
        "on": _date(problem, detail["day"]),
        "start": Clock(detail["start"]),
    }
    if detail.get("trainer") and detail.get("room"):
        return Sentence(
            N_(
                "One more class of “%(course)s” on %(on)s at %(start)s in %(site)s, "
                "which still needs a trainer and a room"
            ),
            params,
        )  # fmt: skip
    if detail.get("room"):
        return Sentence(
            N_(
                "One more class of “%(course)s” on %(on)s at %(start)s in %(site)s, "
                "which still needs a room"
            ),
            params,
        )  # fmt: skip
    if detail.get("trainer"):
        return Sentence(
            N_(
                "One more class of “%(course)s” on %(on)s at %(start)s in %(site)s, "
                "which still needs a trainer"
            ),
            params,
        )  # fmt: skip
    return Sentence(N_("One more class of “%(course)s” on %(on)s at %(start)s in %(site)s"), params)


def given_way(one: Mapping[str, Any]) -> list[Sentence]:
    """What is given way for a plan (`rules.giving_way`), as it will be kept."""
    params: dict[str, Any] = {"trainer": Named("trainer", one.get("trainer_id", 0))}
    if one["kind"] == "session":
        params |= {
            "course": Named("course", one["course_id"]),
            "on": date.fromisoformat(one["on"]),
            "start": Clock(one["starts_min"]),
            "end": Clock(one["ends_min"]),
        }
        found = [Sentence(_EXTRA_TIME, params)]
        return [*found, _hours(one)] if one["max_min"] else found
    if one["kind"] == "trainer_hours":
        return [_hours(one)]
    if one["kind"] == "hours":
        return [_hours_of(one)]
    params = {
        name: one[name]
        for name in ("seats", "min_seats", "heads", "share", "minutes")
        if name in one
    }
    if one["kind"] in ("seats", "min_seats"):
        params["course"] = Named("course", one["course_id"])
    if one["kind"] == "deadline":
        params["on"] = date.fromisoformat(one["until"])
    return [Sentence(_GIVEN_WAY[one["kind"]], params)]


def _hours(one: Mapping[str, Any]) -> Sentence:
    params = {
        "trainer": Named("trainer", one["trainer_id"]),
        "hours": round(one["max_min"] / 60, 1),
    }
    return Sentence(_HOURS, params)


_EXTRA_TIME = N_(
    "%(trainer)s also teaches “%(course)s” on %(on)s %(start)s–%(end)s, outside the usual times"
)
_HOURS = N_("%(trainer)s teaches up to %(hours)s hours a week")
_GIVEN_WAY = {
    "seats": N_("“%(course)s” has up to %(seats)s seats in each class"),
    "min_seats": N_("“%(course)s” is held for as few as %(min_seats)s"),
    "deadline": N_("The campaign ends on %(on)s"),
    "max_short": N_("During classes, up to %(heads)s people may be missing on a queue"),
    "team_share": N_("Up to %(share)s %% of a team may be in class at once"),
    "week_limit": N_("Everybody may have up to %(minutes)s minutes of training a week"),
}


def change(one: Change) -> Sentence:
    """What is no longer as the plan took it."""
    params: dict[str, Any] = dict(one.params)
    for name in ("course", "person", "queue", "team", "room", "trainer"):
        if name in params:
            params[name] = Named(name, params[name] or 0)
    if "start" in params:
        params["start"] = Clock(params["start"])
    return Sentence(_CHANGES.get(one.code, _CHANGES["OTHER"]), params)


_CHANGES = {
    "ROTA": N_("The rota of %(person)s on %(on)s no longer has a time for the class at %(start)s."),
    "REST": N_("%(person)s would have too little rest around the class on %(on)s at %(start)s."),
    "NO_NEED": N_("%(person)s has had “%(course)s” in the meantime."),
    "PERSON": N_("%(person)s cannot attend “%(course)s” on %(on)s at %(start)s any more."),
    "COVER": N_("%(queue)s can no longer spare so many on %(on)s at %(start)s."),
    "TEAM": N_("Too many of %(team)s would be in class on %(on)s at %(start)s."),
    "CLASS": N_(
        "“%(course)s” on %(on)s at %(start)s can no longer be held as planned: "
        "room, trainer or number of people."
    ),
    "BEGUN": N_("“%(course)s” on %(on)s at %(start)s has begun or is over."),
    "SEAT_GONE": N_("%(person)s no longer has the seat in “%(course)s” on %(on)s at %(start)s."),
    "SEAT_NEW": N_("%(person)s now has a seat in “%(course)s” on %(on)s at %(start)s."),
    "TWO_PLACES": N_("%(person)s would teach one class while sitting in another."),
    "CAMPAIGN": N_("The campaign has been changed since this plan was made."),
    "TEACHES": N_(
        "%(person)s teaches another class when “%(course)s” on %(on)s at %(start)s is held, "
        "and cannot attend it."
    ),
    "ROOM": N_("%(room)s is no longer free when a class of the plan needs it."),
    "TRAINER": N_("%(trainer)s is no longer free, or would teach too many hours, with this plan."),
    "OTHER": N_("Something else the plan depends on has changed."),
}  # fmt: skip


def _date(problem: Problem, day: int) -> date:
    return date.fromisoformat(problem.calendar.start_date) + timedelta(days=day)
