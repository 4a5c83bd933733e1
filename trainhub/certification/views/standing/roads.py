"""The road: what is required, what is done, what is late, why not yet, and what is next."""

from __future__ import annotations

from datetime import date
from typing import Any

from flask import redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import lazy_gettext as _l

from trainhub import clock, permissions
from trainhub.certification.models import ProgrammeEnrolment
from trainhub.certification.queries.roads import (
    Road,
    find_awards,
    find_road,
    last_reminders,
    list_in_sight,
    list_own,
    look_ahead,
)
from trainhub.certification.queries.scope import get_enrolment
from trainhub.certification.views.awards.shown_refreshes import refreshes_of_awards
from trainhub.certification.views.blueprint import bp
from trainhub.certification.views.programmes.shown import validity_words
from trainhub.certification.views.refusing import on_record
from trainhub.certification.views.standing.shown import (
    ShownLine,
    enrolment_badge,
    minutes_left,
    next_line,
    reminded_of,
    road_badge,
    shown_road,
)
from trainhub.certification.views.standing.story import award_notice, shown_story
from trainhub.people.models import Person
from trainhub.web.access import current_person, requires
from trainhub.web.home import HomeSection, register_section
from trainhub.web.navigation import NavigationEntry, mark_current, register
from trainhub.web.settings import current_settings

ON_HOME = 3  # programmes on the home page, the next due first
PATH = "/programme-enrolments/<int:enrolment_id>"

register(
    NavigationEntry(
        "certification.list_my_roads",
        _l("My certification"),
        "patch-check",
        "learn",
        "certification.own",
        60,
        ("certification.show_road", "certification.show_summary", "certification.hand_in_summary"),
    )
)


def road_of(enrolment: ProgrammeEnrolment) -> Road:
    """A road as it is now."""
    return find_road(enrolment, now=clock.now(), centre_zone=current_settings().zone)


@bp.get(PATH)
@requires("certification.own")
@on_record("certification.own")
def show_road(enrolment_id: int) -> ResponseReturnValue:
    """One person's way through a programme: for themselves, and for who answers for them."""
    viewer = current_person()
    enrolment = get_enrolment(enrolment_id, viewer)
    road = road_of(enrolment)
    stages = shown_road(road, viewer)
    is_own = enrolment.person_id == viewer.id
    if not is_own:
        mark_current("certification.show_matrix")
    return render_template(
        "certification/standing/show_road.html",
        road=road,
        enrolment=enrolment,
        person=enrolment.person,
        standing=road.looked.standing,
        badge=road_badge(road),
        story=shown_story(road),
        award_notice=award_notice(road),
        reminded_of=reminded_of(road),
        stages=stages,
        next_line=next_line(stages, is_own=is_own) if enrolment.state == "active" else None,
        minutes_left=minutes_left(stages),
        after=validity_words(road.looked.content),
        refreshes=refreshes_of_awards(
            [road.award.id if road.award else None, enrolment.renews_id],
            viewer,
            road.today,
            only_open=True,
        ),
        is_own=is_own,
        may_act=not is_own and permissions.allows("certification.act", viewer),
        reminder=last_reminders([enrolment.id]).get(enrolment.id),
    )


@bp.get("/my-certification")
@requires("certification.own")
def list_my_roads() -> ResponseReturnValue:
    """One's own programmes; straight to the only one."""
    found = list_own(current_person().id)
    if len(found) == 1:
        return redirect(url_for("certification.show_road", enrolment_id=found[0].id))
    today, awards = clock.today(current_settings().zone), find_awards([one.id for one in found])
    return render_template(
        "certification/standing/list_my_roads.html",
        enrolments=[
            (one, enrolment_badge(one, awards.get(one.id), today, one.next_due_on)) for one in found
        ],
        today=today,
    )


def roads_of(person_id: int) -> list[tuple[ProgrammeEnrolment, tuple[str, str, str]]]:
    """Somebody's roads with their badges, for who answers for them: their page links there."""
    viewer = current_person()
    if not permissions.allows("certification.view", viewer):
        return []
    found, today = list_in_sight(person_id, viewer), clock.today(current_settings().zone)
    awards = find_awards([one.id for one in found])
    return [
        (one, enrolment_badge(one, awards.get(one.id), today, one.next_due_on)) for one in found
    ]


bp.add_app_template_global(roads_of, "roads_of")


def next_for(person: Person) -> dict[str, Any] | None:
    """What is next for one's certification; nothing for who is in no programme."""
    active = [one for one in list_own(person.id) if one.state == "active"]
    if not active:
        return None
    active.sort(key=lambda one: one.next_due_on or date.max)
    now, zone = clock.now(), current_settings().zone
    shown: list[tuple[ProgrammeEnrolment, Road, ShownLine | None]] = [
        (road.enrolment, road, next_line(shown_road(road, person), is_own=True))
        for road in look_ahead(active[:ON_HOME], now=now, centre_zone=zone)
    ]
    reminders = last_reminders([one.id for one, _road, _next in shown])
    missing = {road.enrolment.id: reminded_of(road) for _e, road, _n in shown}
    late = any(line.is_late(road.today) for _e, road, _n in shown
               for line in road.looked.standing.missing)  # fmt: skip
    return {"shown": shown, "reminders": reminders, "missing": missing, "late": late}


register_section(
    HomeSection(
        "certification", 15, "certification.own", "certification/standing/_home_next.html", next_for
    )
)
