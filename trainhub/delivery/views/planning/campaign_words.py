"""Campaigns in the reader's words: their state, their limits, what a plan lacks."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from flask import url_for
from flask_babel import gettext as _
from flask_babel import ngettext

from trainhub.delivery.forms.campaigns import room_words
from trainhub.delivery.models import Campaign, Room
from trainhub.delivery.queries.planning.campaigns import Readiness
from trainhub.delivery.queries.planning.spared import Spared
from trainhub.delivery.rules.planning.campaign_settings import CampaignSettings, Level
from trainhub.errors import fill
from trainhub.learning.queries.courses import CourseHead
from trainhub.people.models import Person
from trainhub.rota.rules.clock_times import clock_time
from trainhub.web.filters import show_date, show_duration, show_number


def state_badge(state: str) -> tuple[str, str]:
    """The kind and the words of a campaign's badge."""
    return {
        "draft": ("neutral", _("draft")),
        "agreed": ("info", _("agreed, not published")),
        "published": ("success", _("published")),
        "closed": ("neutral", _("closed")),
    }[state]


def kind_words(kind: str) -> str:
    """A kind of window in words."""
    words: dict[str, str] = {
        "early": _("in the early-class hour"),
        "before": _("before the shift"),
        "after": _("after the shift"),
        "in_shift": _("inside the shift"),
    }
    return words.get(kind, kind)


def spared_words(spared: Spared) -> str:
    """How many seats the campaign need not give, and why; nothing where it is none."""
    if not spared.total:
        return ""
    parts = [
        (spared.before, _("%(num)s for people who attended the course before")),
        (spared.certified, _("%(num)s for people certified to teach a course of it")),
        (spared.elsewhere, _("%(num)s for people with a seat in another class")),
    ]
    why = _(", ").join(fill(text, {"num": show_number(count)}) for count, text in parts if count)
    words: str = ngettext(
        "%(num)d more seat is not needed: %(why)s.",
        "%(num)d more seats are not needed: %(why)s.",
        spared.total,
        why=why,
    )
    return words


def _level(level: Level) -> str:
    words: dict[Level, str] = {
        Level.LOW: _("matters little"),
        Level.NORMAL: _("matters"),
        Level.HIGH: _("matters much"),
    }
    return words[level]


def supply_words(rooms: Sequence[Room], trainers: Sequence[Person]) -> list[tuple[str, str]]:
    """The rooms and trainers a campaign names, as (term, text)."""
    return [
        (
            _("Classrooms"),
            _(", ").join(room_words(room) for room in rooms)
            if rooms
            else _("all that the people can come to"),
        ),
        (
            _("Trainers"),
            _(", ").join(one.name for one in trainers)
            if trainers
            else _("everybody certified at the site"),
        ),
    ]


def settings_words(one: CampaignSettings) -> list[tuple[str, str]]:
    """Limits and wishes, as (term, text)."""
    kinds = [kind_words(kind) for kind in one.kinds]
    if one.uses_training_shifts:
        kinds.append(_("in whole training shifts"))
    times = ", ".join(f"{clock_time(low)}–{clock_time(high)}" for low, high in one.in_shift)
    if times:
        kinds.append(times)
    return [
        (_("Where in a shift"), _(", ").join(kinds)),
        (_("Classes begin every"), show_duration(one.grid_min)),
        (
            _("For one person"),
            _(
                "%(classes)s a day, %(minutes)s a week",
                classes=ngettext("%(num)d class", "%(num)d classes", one.max_classes_per_day),
                minutes=show_duration(one.max_min_per_week),
            ),
        ),
        (_("Rest before an early class"), show_duration(one.min_rest_min)),
        (_("Of one team in class at once"), _("%(share)s %%", share=one.max_share)),
        (_("Kept back on every queue"), ngettext("%(num)d head", "%(num)d heads", one.buffer)),
        (_("A queue may fall short by"), ngettext("%(num)d head", "%(num)d heads", one.max_short)),
        (
            _("Dawn classes"),
            _(
                "before %(time)s, %(free)s without cost",
                time=clock_time(one.dawn_before_min),
                free=one.free_dawns,
            ),
        ),
        (_("Nothing moves within"), ngettext("%(num)d day", "%(num)d days", one.freeze_days)),
        (_("Reach everybody"), _level(one.reach)),
        (_("Few classes"), _level(one.few_classes)),
        (_("Dawn classes shared fairly"), _level(one.fair_dawns)),
        (_("Move as little as possible"), _level(one.stay_put)),
        (_("Teams"), _("taught together") if one.keeps_teams_together else _("taught as it fits")),
    ]


@dataclass(frozen=True)
class Check:
    """One thing a plan stands on: whether it is there, and where to see to it."""

    kind: str
    text: str
    url: str | None = None


def readiness_words(
    campaign: Campaign, ready: Readiness, heads: Mapping[int, CourseHead], first: date
) -> list[Check]:
    """What is there for a plan and what is lacking, the worst first."""
    order = {"danger": 0, "warning": 1, "success": 2}
    return sorted(_checks(campaign, ready, heads, first), key=lambda one: order[one.kind])


def _checks(
    campaign: Campaign, ready: Readiness, heads: Mapping[int, CourseHead], first: date
) -> Iterator[Check]:
    if first > campaign.ends_on:
        yield Check(
            "danger", _("The last date has passed or is too near: give the campaign a later one.")
        )
        return
    people = ngettext("%(num)d person", "%(num)d people", ready.people)
    yield Check("success" if ready.people else "danger", people)
    if ready.without_place:
        words = ngettext(
            "%(num)d person has no team with a site and a queue",
            "%(num)d people have no team with a site and a queue",
            ready.without_place,
        )
        yield Check("warning", words, url_for("rota.show_places"))
    yield _rota(ready, campaign, first)
    yield _demand(ready)
    rooms = ngettext("%(num)d room", "%(num)d rooms", ready.rooms)
    yield Check("success" if ready.rooms else "danger", rooms, url_for("delivery.list_rooms"))
    for row in campaign.courses:
        count = ready.trainers.get(row.course_id, 0)
        title = heads[row.course_id].title if row.course_id in heads else row.course.key
        words = ngettext(
            "%(num)d trainer for “%(course)s”",
            "%(num)d trainers for “%(course)s”",
            count,
            course=title,
        )
        kind = "success" if count else "danger"
        yield Check(kind, words, url_for("delivery.list_class_trainers"))


def _rota(ready: Readiness, campaign: Campaign, first: date) -> Check:
    words = _(
        "%(with)s of %(people)s have a rota from %(first)s to %(last)s",
        people=show_number(ready.people),
        first=show_date(first, "short"),
        last=show_date(campaign.ends_on, "short"),
        **{"with": show_number(ready.with_rota)},
    )
    kind = "success" if ready.with_rota == ready.people else "warning"
    return Check(
        kind if ready.with_rota or not ready.people else "danger", words, url_for("rota.show_rota")
    )


def _demand(ready: Readiness) -> Check:
    if not ready.unknown_days:
        return Check("success", _("The demand of every day is known"))
    words = ngettext(
        "The demand of %(num)d day of a queue is not known: nobody is taken off the phones then",
        "The demand of %(num)d days of queues is not known: nobody is taken off the phones then",
        ready.unknown_days,
    )
    return Check("warning", words, url_for("rota.list_queues"))
