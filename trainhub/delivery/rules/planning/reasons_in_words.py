"""Why somebody has no seat, in a sentence that a supervisor understands."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from datetime import date, timedelta
from typing import Any

from trainhub.delivery.rules.planning.plan_ids import row_of
from trainhub.delivery.rules.sentences import Clock, Named, Sentence
from trainhub.errors import N_
from trainhub.planner.problem.plan import Unplaced

# What stands over everybody with the same reason.
TITLES = {
    "NO_WINDOW": N_("No time for a class in the rota"),
    "REST": N_("Too little rest between shift and class"),
    "NO_TRAINER": N_("No trainer available at the time"),
    "NO_ROOM": N_("No room available at the time"),
    "TRAINER_BUSY": N_("Every trainer teaches another class"),
    "ROOM_BUSY": N_("Every room holds another class"),
    "SESSION_FULL": N_("Classes are full"),
    "COVERAGE": N_("The lines would not be covered"),
    "TEAM_SHARE": N_("Too many of the team in class at once"),
    "WEEK_LIMIT": N_("Training of the week used up"),
    "DAY_LIMIT": N_("Has a class that day already"),
    "CLASH": N_("Is in another class at the time"),
    "SERIES_ORDER": N_("The part before it is missing"),
    "MIN_SEATS": N_("Too few for a class"),
    "SESSION_LIMIT": N_("No more classes allowed"),
    # Of no code of the planner, but of what it found: see `cause_of`.
    "SERIES_GAP": N_("No time keeps the order of the parts"),
    "MIXED": N_("One thing or another at every time"),
}
LEFT_OUT = {
    "NO_TEAM": N_("Belongs to no team, so nobody knows where and on which queue they work."),
    "NO_PLACE": N_("Their team has neither a site nor a queue yet."),
    "TEACHES": N_("Certified to teach a course of this campaign, so not among its learners."),
}


def cause_of(seat: Unplaced) -> str:
    """What stands over somebody, a key of `TITLES`.

    The reason that stands alone against most times is the planner's; where most times have other
    reasons, saying only that one would mislead.
    """
    detail: Mapping[str, Any] = seat.detail
    blocked, options = detail.get("blocked", 0), detail.get("options", 0)
    if len(detail.get("counts", {})) > 1 and blocked * 2 < options:
        return "MIXED"
    if seat.code == "SERIES_ORDER" and not detail.get("missing"):
        return "SERIES_GAP"
    return seat.code


def reason(seat: Unplaced, start: date, end: date, unknown: Collection[str] = ()) -> Sentence:
    """The sentence for one person and course of a plan with a calendar from `start` to `end`.

    `unknown`: queues with dates of unknown demand.
    """
    detail: Mapping[str, Any] = seat.detail
    frame = {
        "options": detail.get("options", 0),
        "blocked": detail.get("blocked", 0),
        "shifts": detail.get("shifts", 0),
        "first": _date(start, detail.get("release", 0)),
        "last": _date(start, detail.get("deadline", (end - start).days)),
    }
    if seat.code == "COVERAGE":
        return _coverage(detail, frame, start, unknown)
    wording = _WORDINGS.get(seat.code)
    if wording is None:
        return Sentence(TITLES.get(seat.code, TITLES["NO_WINDOW"]))
    message, more = wording(detail)
    return Sentence(message, frame | more)


def _date(start: date, day: object) -> date:
    return start + timedelta(days=int(str(day)))


def _is_early(detail: Mapping[str, Any]) -> bool:
    """Whether nothing but the early-class hour of shifts was possible."""
    return detail.get("kinds") == ["early"]


def _coverage(
    detail: Mapping[str, Any], frame: dict[str, Any], start: date, unknown: Collection[str]
) -> Sentence:
    more = {
        "on": _date(start, detail.get("day", 0)),
        "from": Clock(detail.get("from_min", 0)),
        "until": Clock(detail.get("to_min", 0)),
        "short": detail.get("short_by", 1),
    }
    if detail.get("queue") in unknown and detail.get("short_by", 0) > 0:
        return Sentence(_COVER_UNKNOWN, frame | more)
    of_shifts = _is_early(detail) and frame["shifts"]
    if frame["blocked"] == frame["options"]:
        return Sentence(_EARLY_ALL if of_shifts else _COVER_ALL, frame | more)
    return Sentence(_EARLY_SOME if of_shifts else _COVER_SOME, frame | more)


_COVER_ALL = N_(
    "At every one of the %(options)s possible times up to %(last)s the queue is short: least on"
    " %(on)s, where %(from)s–%(until)s lacks %(short)s."
)
_EARLY_ALL = N_(
    "In the early-class hour of all %(shifts)s shifts that have one up to %(last)s the queue is"
    " short: least on %(on)s, where %(from)s–%(until)s lacks %(short)s."
)
_EARLY_SOME = N_(
    "%(shifts)s shifts up to %(last)s have an early-class hour: at %(blocked)s of %(options)s"
    " starts the queue is short, on %(on)s %(from)s–%(until)s by %(short)s; something else is in"
    " the way of the others."
)
_COVER_SOME = N_(
    "At %(blocked)s of %(options)s possible times up to %(last)s the queue is short, on %(on)s"
    " %(from)s–%(until)s by %(short)s; something else is in the way of the others."
)
_COVER_UNKNOWN = N_(
    "At %(blocked)s of %(options)s possible times up to %(last)s nobody can be spared: the queue"
    " is short, or its demand is not known."
)

Worded = tuple[str, dict[str, Any]]


def _no_window(detail: Mapping[str, Any]) -> Worded:
    working = detail.get("working_days", 0)
    if not working:
        return N_("The rota has no working day from %(first)s to %(last)s."), {}
    if _is_early(detail):
        return N_(
            "None of the %(working)s shifts from %(first)s to %(last)s has an early-class hour."
        ), {"working": working}
    return N_(
        "None of the %(working)s shifts from %(first)s to %(last)s has a time in which this"
        " campaign may hold a class."
    ), {"working": working}


def _rest(detail: Mapping[str, Any]) -> Worded:
    return N_(
        "At %(blocked)s of %(options)s possible times there would be less than %(hours)s hours"
        " between shift and class."
    ), {"hours": round(detail.get("min_rest_min", 0) / 60, 1)}


def _no_trainer(detail: Mapping[str, Any]) -> Worded:
    if not detail.get("known"):
        return N_("Nobody at the site is certified to teach this course."), {}
    if detail.get("blocked") == detail.get("options"):
        return N_(
            "Nobody certified for this course can teach at any of the %(options)s possible times."
        ), {}
    return N_(
        "At %(blocked)s of %(options)s possible times nobody certified for this course can teach."
    ), {}


def _no_room(detail: Mapping[str, Any]) -> Worded:
    if not detail.get("known"):
        return N_("The site has no room for a class."), {}
    return N_("At %(blocked)s of %(options)s possible times every room is blocked."), {}


def _trainer_busy(detail: Mapping[str, Any]) -> Worded:
    return N_(
        "At %(blocked)s of %(options)s possible times every trainer teaches another class or has"
        " taught the hours of that week."
    ), {}


def _room_busy(detail: Mapping[str, Any]) -> Worded:
    return N_("At %(blocked)s of %(options)s possible times every room holds another class."), {}


def _full(detail: Mapping[str, Any]) -> Worded:
    return N_(
        "At %(blocked)s of %(options)s possible times the class is full (%(seats)s seats)."
    ), {"seats": detail.get("seats", 0)}


def _team_share(detail: Mapping[str, Any]) -> Worded:
    return N_(
        "At %(blocked)s of %(options)s possible times %(limit)s of the team are in class already,"
        " which is the most at once."
    ), {"limit": detail.get("limit", 0)}


def _week_limit(detail: Mapping[str, Any]) -> Worded:
    return N_(
        "At %(blocked)s of %(options)s possible times the week would hold more than %(limit)s"
        " minutes of training."
    ), {"limit": detail.get("limit", 0)}


def _day_limit(detail: Mapping[str, Any]) -> Worded:
    return N_("Has a class already on %(blocked)s of the %(options)s possible times."), {}


def _clash(detail: Mapping[str, Any]) -> Worded:
    if detail.get("teaches"):
        return N_(
            "Teaches or is in another class at %(blocked)s of %(options)s possible times."
        ), {}
    return N_("Is in another class at %(blocked)s of %(options)s possible times."), {}


def _series(detail: Mapping[str, Any]) -> Worded:
    course = Named("course", row_of(str(detail.get("course", ""))) or 0)
    if detail.get("missing"):
        return N_("Has no seat in “%(course)s”, which comes before it."), {"course": course}
    if detail.get("blocked") == detail.get("options"):
        return N_(
            "None of the %(options)s possible times keeps the order and the gap to “%(course)s”."
        ), {"course": course}
    return N_(
        "At %(blocked)s of %(options)s possible times the order or the gap to “%(course)s” would"
        " be broken."
    ), {"course": course}


def _too_few(detail: Mapping[str, Any]) -> Worded:
    figures = {"could": detail.get("could_come", 0), "least": detail.get("min_seats", 0)}
    if figures["could"] >= figures["least"]:
        return N_(
            "One more class for %(could)s would be possible, but by the campaign's priorities it "
            "costs more than it brings, or planning time ran out."
        ), figures
    return N_("Only %(could)s could come at the same time; a class needs %(least)s."), figures


def _limit(detail: Mapping[str, Any]) -> Worded:
    return N_("All %(limit)s classes allowed are already planned."), {
        "limit": detail.get("limit", 0)
    }


_WORDINGS: dict[str, Callable[[Mapping[str, Any]], Worded]] = {
    "NO_WINDOW": _no_window,
    "REST": _rest,
    "NO_TRAINER": _no_trainer,
    "NO_ROOM": _no_room,
    "TRAINER_BUSY": _trainer_busy,
    "ROOM_BUSY": _room_busy,
    "SESSION_FULL": _full,
    "TEAM_SHARE": _team_share,
    "WEEK_LIMIT": _week_limit,
    "DAY_LIMIT": _day_limit,
    "CLASH": _clash,
    "SERIES_ORDER": _series,
    "MIN_SEATS": _too_few,
    "SESSION_LIMIT": _limit,
}
