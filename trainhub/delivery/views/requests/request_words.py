"""Training requests in words: states, steps, what each reader can do."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

from flask_babel import gettext as _
from flask_babel import ngettext

from trainhub.delivery.models import TrainingRequest, TrainingRequestEvent
from trainhub.delivery.rules.requests import ENDED, PATH, Act, State, TrainerState
from trainhub.web.filters import show_date


def state_words(request: TrainingRequest) -> tuple[str, str]:
    """Kind of badge and words for where a request stands."""
    state = State(request.state)
    if state is State.APPROVED and request.trainer_state == TrainerState.PROPOSED:
        return "progress", _("Approved, trainer asked")
    if state is State.APPROVED and request.trainer_state == TrainerState.ACCEPTED:
        return "progress", _("Approved, trainer found")
    return {
        State.DRAFT: ("neutral", _("Draft")),
        State.SUBMITTED: ("warning", _("Waiting for review")),
        State.IN_REVIEW: ("progress", _("In review")),
        State.APPROVED: ("warning", _("Approved, trainer needed")),
        State.REJECTED: ("danger", _("Rejected")),
        State.WITHDRAWN: ("neutral", _("Withdrawn")),
        State.PLANNED: ("info", _("Planned")),
        State.DELIVERED: ("info", _("Delivered")),
        State.EVALUATED: ("success", _("Evaluated")),
        State.CLOSED: ("success", _("Closed")),
    }[state]


def path_steps(request: TrainingRequest) -> list[tuple[str, str, str | None]]:
    """The way of a request for the list of steps: words, done/current/todo, no address."""
    names = {
        State.DRAFT: _("Written"),
        State.SUBMITTED: _("Sent in"),
        State.IN_REVIEW: _("Reviewed"),
        State.APPROVED: _("Approved"),
        State.PLANNED: _("Planned"),
        State.DELIVERED: _("Delivered"),
        State.EVALUATED: _("Evaluated"),
        State.CLOSED: _("Closed"),
    }
    state = State(request.state)
    if state in ENDED - {State.CLOSED}:
        return []
    here = PATH.index(state)
    shown: list[tuple[str, str, str | None]] = []
    for number, one in enumerate(PATH):
        is_done = number < here or state is State.CLOSED
        shown.append((names[one], "done" if is_done else "current" if number == here else "todo",
                      None))  # fmt: skip
    return shown


Told = tuple[TrainingRequestEvent, str, str]


def _steps() -> dict[Act, tuple[str, str]]:
    return {
        Act.WRITE: ("pencil", _("Written as a draft")),
        Act.SUBMIT: ("send", _("Sent in for review")),
        Act.WITHDRAW: ("x-lg", _("Withdrawn")),
        Act.TAKE_UP: ("search", _("Review begun")),
        Act.ASK_BACK: ("chat-left-text", _("Sent back with a question")),
        Act.APPROVE: ("check-lg", _("Approved")),
        Act.REJECT: ("x-circle", _("Rejected")),
        Act.ACCEPT: ("person-check", _("Trainer said yes")),
        Act.DECLINE: ("person-x", _("Trainer said no")),
        Act.START_PLAN: ("calendar3", _("Classes are being planned")),
        Act.UNPLAN: (
            "arrow-counterclockwise",
            _("All classes were cancelled: to be planned again"),
        ),
        Act.CLOSE: ("check-circle-fill", _("Closed")),
    }


def told_steps(events: Sequence[TrainingRequestEvent]) -> list[Told]:
    """The timeline, given in its order, in words: each step with its picture."""
    changed = "pencil", _("Draft changed")
    return [
        (event, *(changed if number and event.kind == Act.WRITE else step_words(event)))
        for number, event in enumerate(events)
    ]


def open_question(events: Sequence[TrainingRequestEvent]) -> str:
    """What the reviewer asked when they sent the request back, until it is handed in again."""
    for event in reversed(events):
        if event.kind != Act.WRITE:
            return event.note if event.kind == Act.ASK_BACK else ""
    return ""


def step_words(event: TrainingRequestEvent) -> tuple[str, str]:
    """Picture and words for one step of the timeline."""
    act, facts = Act(event.kind), event.facts
    if act is Act.START_PLAN and "campaign" in facts:
        return "calendar3", _("Campaign made, classes are being planned")
    if act is Act.START_PLAN and "class" in facts:
        return "calendar3", _("A class was made for %(day)s", day=_day(facts["class"]))
    if act is Act.PROPOSE:
        return "person-plus", _("%(name)s asked to teach it", name=facts.get("trainer", ""))
    if act is Act.PLAN:
        return "calendar-check", _planned(facts)
    if act is Act.DELIVER:
        return "mortarboard", _delivered(facts)
    if act is Act.EVALUATE:
        if event.by_id is None:
            return "graph-up", _("Evaluated by the survey alone: nobody gave the figure in time")
        value = facts.get("figure_after")
        if value:
            return "graph-up", _("Evaluated: the figure now stands at %(value)s", value=value)
        return "graph-up", _("Evaluated")
    return _steps()[act]


def _planned(facts: dict[str, Any]) -> str:
    count = facts.get("classes", 1)
    words: str = ngettext(
        "Planned: %(num)d class, the first on %(day)s",
        "Planned: %(num)d classes, the first on %(day)s",
        count,
        day=_day(facts.get("first")),
    )
    return words


def _delivered(facts: dict[str, Any]) -> str:
    count = facts.get("classes", 1)
    words: str = ngettext(
        "Delivered: %(num)d class, the last on %(day)s",
        "Delivered: %(num)d classes, the last on %(day)s",
        count,
        day=_day(facts.get("last")),
    )
    return words


def _day(text: str | None) -> str:
    return show_date(date.fromisoformat(text)) if text else "–"


def class_words(state: str, published_at: datetime | None) -> tuple[str, str]:
    """Kind of badge and words for a class of a request."""
    if state == "scheduled" and published_at is None:
        return "neutral", _("not published yet")
    return {
        "scheduled": ("info", _("to come")),
        "running": ("progress", _("under way")),
        "paused": ("warning", _("paused")),
        "completed": ("success", _("held")),
        "cancelled": ("danger", _("cancelled")),
    }[state]


def minutes_in_hours(minutes: int) -> str:
    """Minutes as hours with at most one place, in words."""
    hours = minutes / 60
    shown = f"{hours:.0f}" if minutes % 60 == 0 else f"{hours:.1f}"
    words: str = _("%(hours)s h", hours=shown)
    return words
