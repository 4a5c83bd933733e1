"""What the pages of a plan show: costs, people without a seat, classes, differences."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from flask_babel import gettext as _

from trainhub.delivery.models import PlanRun
from trainhub.delivery.queries.planning.plan_review import Names, agreed_plan, names_for
from trainhub.delivery.queries.planning.plan_runs import RunResult
from trainhub.delivery.rules.planning import plan_in_words, reasons_in_words
from trainhub.delivery.rules.planning.agreement import date_of, own_sessions, span_of
from trainhub.delivery.rules.planning.own_costs import own_costs
from trainhub.delivery.rules.planning.plan_ids import queue_name, row_of
from trainhub.delivery.views.planning.plan_words import worded
from trainhub.planner.judging.comparison import (
    Comparison,
    SeatDifference,
    SessionDifference,
    compare,
)
from trainhub.planner.problem.plan import PlannedSession, Unplaced
from trainhub.rota.rules.clock_times import clock_time
from trainhub.web.filters import show_date
from trainhub.web.locale import current_language
from trainhub.web.text import translated

PAGE_SIZE = 50


def costs(result: RunResult) -> list[tuple[str, float]]:
    """The parts of the plan's cost in words, the highest first; what costs nothing is left out."""
    parts = own_costs(result.problem, result.plan)
    rows = [(translated(words), parts[name]) for name, words in plan_in_words.COSTS.items()]
    return sorted((row for row in rows if round(row[1])), key=lambda row: -row[1])


def least_cost(result: RunResult) -> float:
    """What no plan of the campaign costs less than, without the classes planned around."""
    plan = result.plan
    own = sum(own_costs(result.problem, plan).values())
    return max(0.0, own - (plan.objective.total - plan.lower_bound))


def is_empty(run: PlanRun, result: RunResult) -> bool:
    """Whether the plan has no class, and none is agreed that it would call off."""
    return not own_sessions(result.plan) and not differences(run, result).sessions


@dataclass(frozen=True)
class ReasonGroup:
    """People without a seat for the same reason."""

    code: str
    title: str
    count: int


def reason_groups(result: RunResult) -> list[ReasonGroup]:
    """The reasons, the commonest first."""
    counts: dict[str, int] = {}
    for seat in result.plan.unplaced:
        cause = reasons_in_words.cause_of(seat)
        counts[cause] = counts.get(cause, 0) + 1
    return [
        ReasonGroup(code, translated(reasons_in_words.TITLES[code]), count)
        for code, count in sorted(counts.items(), key=lambda row: -row[1])
    ]


@dataclass(frozen=True)
class UnplacedRow:
    """One person without a seat in one course."""

    person_id: int
    person: str
    course: str
    title: str
    sentence: str
    also: str = ""


@dataclass(frozen=True)
class Page:
    """One page of something."""

    rows: list[Any]
    page: int
    pages: int


def _page(rows: Sequence[Any], page: int) -> tuple[Sequence[Any], int, int]:
    pages = max(1, -(-len(rows) // PAGE_SIZE))
    page = min(max(page, 1), pages)
    return rows[(page - 1) * PAGE_SIZE : page * PAGE_SIZE], page, pages


def unplaced_page(run: PlanRun, result: RunResult, code: str, page: int) -> Page:
    """People without a seat, with the sentence for each; of one reason or of all."""
    wanted = [
        seat for seat in result.plan.unplaced if code in ("", reasons_in_words.cause_of(seat))
    ]
    shown, page, pages = _page(wanted, page)
    unknown = {queue_name(queue_id) for queue_id, _days in run.progress.get("unknown", [])}
    people = [result.people[seat.agent] for seat in shown]
    courses = {row_of(seat.course) or 0 for seat in result.plan.unplaced}
    names = names_for(current_language(), people=people, courses=courses)
    return Page([_unplaced(seat, result, names, unknown) for seat in shown], page, pages)


def _unplaced(seat: Unplaced, result: RunResult, names: Names, unknown: set[str]) -> UnplacedRow:
    return UnplacedRow(
        result.people[seat.agent],
        names.of("person", result.people[seat.agent]),
        names.of("course", row_of(seat.course) or 0),
        translated(reasons_in_words.TITLES[reasons_in_words.cause_of(seat)]),
        worded(reasons_in_words.reason(seat, *span_of(result.problem), unknown), names),
        _also(seat),
    )


def _also(seat: Unplaced) -> str:
    """What else stands against the possible times, with at how many of them."""
    detail: Mapping[str, Any] = seat.detail
    counts: Mapping[str, int] = detail.get("counts", {})
    others = sorted(
        ((count, code) for code, count in counts.items() if code != seat.code and count),
        key=lambda row: (-row[0], row[1]),
    )
    if not others:
        return ""
    words = [f"{translated(reasons_in_words.TITLES[code])} ({count})" for count, code in others]
    reasons = " · ".join(words)
    return str(
        _(
            "Also in the way, at so many of the %(options)s times, often several at once:"
            " %(reasons)s",
            options=detail.get("options", 0),
            reasons=reasons,
        )
    )


def names_without(result: RunResult, limit: int = 12) -> tuple[list[str], int]:
    """The first people whom the plan leaves without a seat in some course, and how many more."""
    people = list(dict.fromkeys(result.people[seat.agent] for seat in result.plan.unplaced))
    names = names_for(current_language(), people=people[:limit]) if people else Names()
    shown = [names.of("person", person_id) for person_id in people[:limit]]
    return shown, max(0, len(people) - limit)


def left_out_rows(run: PlanRun) -> list[tuple[str, str]]:
    """People meant who could not be planned at all, with the reason."""
    pairs = run.progress.get("left_out", [])
    names = names_for(current_language(), people=[person_id for person_id, _code in pairs])
    return [
        (names.of("person", person_id), translated(reasons_in_words.LEFT_OUT[code]))
        for person_id, code in pairs
    ]


@dataclass(frozen=True)
class ClassRow:
    """One class of the plan."""

    on: date
    hours: str
    course: str
    room: str
    trainer: str
    people: list[str]
    is_kept: bool


def class_page(result: RunResult, page: int) -> Page:
    """The classes of the plan in order of time."""
    sessions = sorted(own_sessions(result.plan), key=lambda one: (one.day, one.start, one.id))
    shown, page, pages = _page(sessions, page)
    people = {result.people[agent] for one in shown for agent in one.agents}
    people |= {row_of(one.trainer) or 0 for one in shown}
    names = names_for(current_language(), people=people, courses=_courses(result))
    pinned = {pin.id for pin in result.problem.pinned_sessions}
    minutes = {course.id: course.duration_min for course in result.problem.courses}
    rows = [
        ClassRow(
            date_of(result.problem, one.day),
            hours_of(one, minutes[one.course]),
            names.of("course", row_of(one.course) or 0),
            names.of("room", row_of(one.room) or 0),
            names.of("person", row_of(one.trainer) or 0),
            sorted(names.of("person", result.people[agent]) for agent in one.agents),
            one.id in pinned,
        )
        for one in shown
    ]
    return Page(rows, page, pages)


def hours_of(one: PlannedSession, minutes: int) -> str:
    """From when to when a class lasts."""
    return f"{clock_time(one.start)}–{clock_time(one.start + minutes)}"


def _courses(result: RunResult) -> set[int]:
    return {row_of(course.id) or 0 for course in result.problem.courses}


def differences(run: PlanRun, result: RunResult) -> Comparison:
    """What the plan would change of what is agreed now."""
    before = agreed_plan(run.campaign_id, result)
    plan = result.plan
    own = type(plan)(
        plan.instance, tuple(own_sessions(plan)), (), plan.objective, plan.lower_bound,
        plan.status, plan.seconds,
    )  # fmt: skip
    return compare(before, own)


@dataclass(frozen=True)
class SeatChangeRow:
    """What becomes of somebody's seat."""

    person: str
    course: str
    change: str
    before: str
    after: str


def seat_changes(result: RunResult, found: Comparison, page: int) -> Page:
    """Seats that move, go or come, in order of people."""
    changed = [one for one in found.seats if one.change != "kept"]
    order = {"lost": 0, "moved": 1, "new": 2}
    changed.sort(key=lambda one: (order[one.change], one.agent))
    shown, page, pages = _page(changed, page)
    people = [result.people[one.agent] for one in shown]
    names = names_for(current_language(), people=people, courses=_courses(result))
    return Page([_seat(one, result, names) for one in shown], page, pages)


def _seat(one: SeatDifference, result: RunResult, names: Names) -> SeatChangeRow:
    return SeatChangeRow(
        names.of("person", result.people[one.agent]),
        names.of("course", row_of(one.course) or 0),
        one.change,
        _when(one.before, result),
        _when(one.after, result),
    )


def _when(session: PlannedSession | None, result: RunResult) -> str:

    if session is None:
        return "–"
    return (
        f"{show_date(date_of(result.problem, session.day), 'weekday')} {clock_time(session.start)}"
    )


@dataclass(frozen=True)
class ClassChangeRow:
    """What becomes of a class."""

    course: str
    change: str
    before: str
    after: str
    what: str


def class_changes(result: RunResult, found: Comparison) -> list[ClassChangeRow]:
    """Classes that change, are cancelled or new; the first of them."""
    changed = [one for one in found.sessions if one.change != "kept"][:PAGE_SIZE]
    names = names_for(current_language(), courses=_courses(result))
    return [
        ClassChangeRow(
            names.of("course", row_of(one.course) or 0),
            one.change,
            _when(one.before, result),
            _when(one.after, result),
            _what(one),
        )
        for one in changed
    ]


def _what(one: SessionDifference) -> str:
    parts = []
    words = {"day": _("day"), "start": _("time"), "room": _("room"), "trainer": _("trainer")}
    if one.changed:
        parts.append(_(", ").join(words[name] for name in one.changed))
    if one.joined:
        parts.append(_("%(num)s come", num=len(one.joined)))
    if one.left:
        parts.append(_("%(num)s go", num=len(one.left)))
    return " · ".join(parts)
