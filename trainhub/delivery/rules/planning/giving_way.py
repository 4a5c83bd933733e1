"""Limits given way so that more people get a seat: what they make of the facts of a campaign.

An offer (`planner.relaxations`) that is taken becomes the state it leads to, not a difference:
so many seats, so many hours, that date. So several go together, and one that is kept twice
changes nothing the second time.

Kinds and what they say: `seats` (`course_id`, `seats`); `min_seats` (`course_id`, `min_seats`);
`deadline` (`until`, a date in ISO form); `trainer_hours` (`trainer_id`, `max_min` a week);
`max_short` (`heads`); `team_share` (`share` in per cent); `week_limit` (`minutes`); `session`
(`course_id`, `trainer_id`, `on`, `starts_min`, `ends_min`, `max_min` where that trainer would
teach more than they may, else None); `hours` (`window`, a kind of window that the campaign may
use as well, and its `in_shift` times).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import date
from math import ceil
from typing import Any

from trainhub.delivery.rules.planning.agreement import date_of
from trainhub.delivery.rules.planning.campaign_settings import CampaignSettings
from trainhub.delivery.rules.planning.plan_ids import row_of, trainer_name
from trainhub.delivery.rules.planning.planning_facts import Facts, Period, TimeFacts, TrainerFacts
from trainhub.planner.problem import KINDS, Problem
from trainhub.planner.problem.plan import Plan

# What can be given way by a button; others need somebody to find a room first.
BY_BUTTON = (
    "seats", "min_seats", "deadline", "trainer_hours", "team_share", "week_limit", "max_short",
    "session", "hours",
)  # fmt: skip
WEEK = 7
Given = Mapping[str, Any]

# What tells two of a kind apart: of the same seats, hours or limit the later one counts.
_SAME = {
    "seats": ("course_id",),
    "min_seats": ("course_id",),
    "trainer_hours": ("trainer_id",),
    "session": ("course_id", "trainer_id", "on", "starts_min"),
    "hours": ("window",),
}


def taken_offer(offer: Mapping[str, Any], problem: Problem, *, share: int = 0) -> dict[str, Any]:
    """The state that an offer leads to, for every kind but `session`.

    `share`: of a team that may be in class at once, in per cent.
    """
    kind, detail = offer["kind"], offer["detail"]
    if kind == "seats":
        course = next(one for one in problem.courses if one.id == detail["course"])
        what: dict[str, Any] = {
            "course_id": row_of(course.id), "seats": course.seats + detail["more"]
        }  # fmt: skip
    elif kind == "min_seats":
        what = {"course_id": row_of(detail["course"]), "min_seats": detail["people"]}
    elif kind == "hours":
        what = {"window": detail["window"], "in_shift": detail["in_shift"]}
    elif kind == "deadline":
        what = {"until": date_of(problem, detail["day"]).isoformat()}
    elif kind == "trainer_hours":
        trainer = next(one for one in problem.trainers if one.id == detail["trainer"])
        what = {
            "trainer_id": row_of(trainer.id),
            "max_min": trainer.max_min_per_week + detail["more_min"],
        }
    elif kind == "max_short":
        what = {"heads": detail["heads"]}
    elif kind == "team_share":
        what = {"share": share}
    else:
        what = {"minutes": problem.rules.max_training_min_per_week + detail["more_min"]}
    return {"kind": kind} | what


def taken_class(
    detail: Mapping[str, Any], problem: Problem, plan: Plan, trainer_id: int
) -> dict[str, Any]:
    """A class more with the trainer who is to teach it, and the hours a week that makes if it is
    more than they may."""
    minutes = {course.id: course.duration_min for course in problem.courses}
    length, name = minutes[detail["course"]], trainer_name(trainer_id)
    week = detail["day"] // WEEK
    taught = sum(
        minutes[one.course]
        for one in plan.sessions
        if one.trainer == name and one.day // WEEK == week
    )
    may = next((one.max_min_per_week for one in problem.trainers if one.id == name), 0)
    return {
        "kind": "session",
        "course_id": row_of(detail["course"]),
        "trainer_id": trainer_id,
        "on": date_of(problem, detail["day"]).isoformat(),
        "starts_min": detail["start"],
        "ends_min": detail["start"] + length,
        "max_min": taught + length if taught + length > may else None,
    }


def teaching_then(detail: Mapping[str, Any], problem: Problem, plan: Plan) -> set[int]:
    """Trainers who teach another class of the plan, or sit in one, while a class more would be
    held."""
    minutes = {course.id: course.duration_min for course in problem.courses}
    start, end = detail["start"], detail["start"] + minutes[detail["course"]]
    then = [
        one
        for one in plan.sessions
        if one.day == detail["day"] and one.start < end and start < one.start + minutes[one.course]
    ]
    sitting = {agent for one in then for agent in one.agents}
    learners = {who.id for who in problem.trainers if who.agent in sitting}
    return {row_of(name) or 0 for name in learners.union(one.trainer for one in then)}


def with_one_more(before: Iterable[Given], one: Given) -> list[Given]:
    """What is given way together; it takes the place of a smaller one of its sort."""
    same = _sort(one)
    return [*(other for other in before if _sort(other) != same), one]


def _sort(one: Given) -> tuple[Any, ...]:
    return (one["kind"], *(one[name] for name in _SAME.get(one["kind"], ())))


def longer_period(period: Period, given: Iterable[Given]) -> Period:
    """The dates to plan when later ones are allowed."""
    dates = [date.fromisoformat(one["until"]) for one in given if one["kind"] == "deadline"]
    return replace(period, last=max([period.last, *dates]))


def wider_settings(settings: CampaignSettings, given: Iterable[Given]) -> CampaignSettings:
    """The limits of a campaign with this given way."""
    for one in given:
        if one["kind"] == "week_limit":
            minutes = max(settings.max_min_per_week, one["minutes"])
            settings = replace(settings, max_min_per_week=minutes)
        if one["kind"] == "max_short":
            settings = replace(settings, max_short=max(settings.max_short, one["heads"]))
        if one["kind"] == "team_share":
            settings = replace(settings, max_share=max(settings.max_share, one["share"]))
        if one["kind"] == "hours":
            times = (*settings.in_shift, *((low, high) for low, high in one["in_shift"]))
            wanted = {*settings.kinds, one["window"]}
            settings = replace(
                settings,
                kinds=tuple(kind for kind in KINDS if kind in wanted),
                in_shift=tuple(dict.fromkeys(times)),
            )
    return settings


def share_for(people: int, size: int) -> int:
    """The share of a team in per cent that lets so many out of it at once."""
    return min(100, ceil(people * 100 / max(1, size)))


def give_way(facts: Facts, given: Sequence[Given]) -> Facts:
    """The facts with all this given way; the period has been lengthened already."""
    seats = {one["course_id"]: one["seats"] for one in given if one["kind"] == "seats"}
    least = {one["course_id"]: one["min_seats"] for one in given if one["kind"] == "min_seats"}
    return replace(
        facts,
        settings=wider_settings(facts.settings, given),
        courses=tuple(
            replace(
                course,
                seats=max(course.seats, seats.get(course.id, 0)),
                min_seats=min(course.min_seats, least.get(course.id, course.min_seats)),
            )
            for course in facts.courses
        ),
        trainers=tuple(_with_more(trainer, given) for trainer in facts.trainers),
    )


def _with_more(trainer: TrainerFacts, given: Sequence[Given]) -> TrainerFacts:
    mine = [one for one in given if one.get("trainer_id") == trainer.id]
    hours = [one["max_min"] for one in mine if one["max_min"]]
    times = [time_of(one) for one in mine if one["kind"] == "session"]
    return replace(
        trainer,
        max_min_per_week=max([trainer.max_min_per_week, *hours]),
        times=(*trainer.times, *times),
    )


def time_of(one: Given) -> TimeFacts:
    """The time at which the trainer of a class more is there besides the usual ones."""
    return TimeFacts(None, date.fromisoformat(one["on"]), one["starts_min"], one["ends_min"])
