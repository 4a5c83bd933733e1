"""Campaigns for supervisors: to be looked at, own people only; and who of them has no seat yet."""

from __future__ import annotations

from typing import Any

from flask import render_template, request, url_for

from trainhub import clock
from trainhub.delivery.models import Campaign
from trainhub.delivery.queries.classes.lines import lines_during
from trainhub.delivery.queries.planning import team_campaigns as queries
from trainhub.delivery.queries.planning.spared import count_spared
from trainhub.delivery.views.planning.campaign_words import spared_words, state_badge
from trainhub.delivery.views.planning.need_words import page_url, shown_needs
from trainhub.errors import NotFound
from trainhub.learning.queries.courses import list_course_heads
from trainhub.people.models import Person
from trainhub.people.views.signed_in import note_refusal
from trainhub.rota.rules.clock_times import clock_time
from trainhub.web.converters import row_id
from trainhub.web.home import HomeSection, register_section
from trainhub.web.locale import current_language, current_zone

SHOWN = 5
CLASSES_A_PAGE = 12


def list_page(viewer: Person, shelf: str) -> str:
    """The campaigns that concern the viewer's people."""
    return render_template(
        "delivery/planning/list_team_campaigns.html",
        rows=queries.list_team_campaigns(viewer, shelf),
        shelf=shelf,
        state_badge=state_badge,
    )


def campaign_page(campaign_id: int, viewer: Person) -> str:
    """A campaign: the viewer's people in it, their classes, who has no seat and why."""
    campaign = _campaign(campaign_id, viewer)
    classes, now = queries.list_team_classes(campaign_id, viewer), clock.now()
    pages = max(1, -(-len(classes) // CLASSES_A_PAGE))
    page = min(max(1, request.args.get("page", default=1, type=row_id)), pages)
    shown = classes[(page - 1) * CLASSES_A_PAGE : page * CLASSES_A_PAGE]
    coming = [one.session for one in shown if one.session.ends_at > now]
    return render_template(
        "delivery/planning/show_team_campaign.html",
        campaign=campaign,
        heads=list_course_heads(current_language()),
        people=queries.count_own(campaign_id, viewer),
        classes=shown,
        page=page,
        pages=pages,
        classes_url=lambda number: url_for(
            "delivery.show_campaign", campaign_id=campaign_id, page=number, _anchor="classes"
        ),
        class_count=len(classes),
        seats=sum(one.own for one in classes),
        lines=lines_during(coming, viewer),
        needs=shown_needs(campaign, queries.own_people(viewer)),
        needs_url=page_url(campaign_id),
        spared=spared_words(count_spared(campaign_id, queries.own_people(viewer))),
        state_badge=state_badge,
        clock_time=clock_time,
    )


def _campaign(campaign_id: int, viewer: Person) -> Campaign:
    """The campaign. One out of sight is refused as if there were none, and written down."""
    try:
        return queries.get_team_campaign(campaign_id, viewer)
    except NotFound:
        note_refusal(viewer, "delivery.view_campaigns", request.path)
        raise


def for_supervisor(person: Person) -> dict[str, Any] | None:
    """Campaigns in which own people have no seat yet; nothing where there are none."""
    if not person.supervised_team_ids:
        return None
    rows = queries.list_lacking(person, clock.today(current_zone()))
    if not rows:
        return None
    return {"rows": rows[:SHOWN], "more": len(rows) - SHOWN}


register_section(
    HomeSection(
        "people without a seat",
        25,
        "delivery.view_campaigns",
        "delivery/planning/_home_without.html",
        for_supervisor,
    )
)
