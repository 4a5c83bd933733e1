"""Campaigns: the list, writing one, its page, having it planned, closing it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import timedelta
from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from trainhub import clock, permissions
from trainhub.db import transaction
from trainhub.delivery.forms.campaigns import CampaignForm, settings_data, typed_courses
from trainhub.delivery.models import Campaign
from trainhub.delivery.queries.planning import campaigns as queries
from trainhub.delivery.queries.planning.plan_runs import list_runs
from trainhub.delivery.queries.planning.spared import count_spared
from trainhub.delivery.queries.planning.supply import list_room_choices, list_teachers
from trainhub.delivery.queries.planning.uncovered_needs import count_open
from trainhub.delivery.rules.planning.campaign_checks import (
    CampaignPlan,
    TypedCampaign,
    read_campaign,
)
from trainhub.delivery.rules.planning.campaign_settings import CampaignSettings
from trainhub.delivery.services.planning import campaigns as services
from trainhub.delivery.services.planning.plan_runs import request_run
from trainhub.delivery.views.blueprint import bp
from trainhub.delivery.views.planning import team_campaigns
from trainhub.delivery.views.planning.campaign_words import (
    readiness_words,
    settings_words,
    spared_words,
    state_badge,
    supply_words,
)
from trainhub.delivery.views.planning.need_words import page_url, shown_needs
from trainhub.errors import DomainError
from trainhub.learning.queries.courses import (
    CourseHead,
    list_course_heads,
    list_series_titles,
)
from trainhub.people.queries.groups import list_cohorts
from trainhub.rota.rules.clock_times import clock_time
from trainhub.web.access import current_person, requires
from trainhub.web.locale import current_language, current_zone
from trainhub.web.text import translated

CAMPAIGN_PATH = "/campaigns/<int:campaign_id>"
WEEKS_AHEAD = 6
BEGUN = CampaignSettings()  # of a campaign nobody has written anything about


@bp.get("/campaigns")
@requires("delivery.view_campaigns")
def list_campaigns() -> ResponseReturnValue:
    """Campaigns that go on, or closed ones; supervisors see those that concern their people."""
    shelf = "closed" if request.args.get("shelf") == "closed" else "open"
    if not permissions.allows("delivery.plan", current_person()):
        return team_campaigns.list_page(current_person(), shelf)
    return render_template(
        "delivery/planning/list_campaigns.html",
        rows=queries.list_campaigns(shelf),
        shelf=shelf,
        state_badge=state_badge,
        today=clock.today(current_zone()),
    )


def _heads(chosen: Iterable[int]) -> dict[int, CourseHead]:
    """Courses in use, and those chosen already whatever has become of them."""
    kept = set(chosen)
    heads = list_course_heads(current_language())
    return {key: head for key, head in heads.items() if head.is_open or key in kept}


def _offered(
    form: CampaignForm, chosen: Iterable[int] = (), kept: CampaignSettings = BEGUN
) -> tuple[dict[int, CourseHead], bool]:
    heads = _heads(chosen)
    series = {head.series_id for head in heads.values()}
    titles = list_series_titles(current_language())
    people, more = queries.find_people(form.words.data or "", form.person_ids.data or [])
    form.offer(
        heads,
        {key: title for key, title in titles.items() if key in series},
        queries.list_team_choices(),
        list_cohorts(),
        people,
        list_room_choices(kept.room_ids),
        list_teachers(kept.trainer_ids),
    )
    return heads, more


def _plan(
    form: CampaignForm, heads: Mapping[int, CourseHead], kept_series: int | None = None
) -> CampaignPlan:
    """What was typed, for the rules to read; a series stands for its courses."""
    typed = form.series_id.data or ""
    series_id = int(typed) if typed.isascii() and typed.isdigit() and len(typed) < 9 else None
    chosen = [one for one in form.course_ids.data or [] if one in heads]
    if "series_id" in request.form and series_id is not None:
        of_series = [head.id for head in heads.values() if head.series_id == series_id]
        chosen = of_series + [one for one in chosen if one not in of_series]
    elif "series_id" not in request.form:
        series_id = kept_series
    typed_rows = typed_courses(chosen)
    chosen.sort(key=lambda one: _place(typed_rows.get(one, {}).get("place", "")))
    known = {head.series_id for head in heads.values()}
    return read_campaign(
        TypedCampaign(
            name=form.name.data or "",
            starts_on=form.starts_on.data,
            due_on=form.due_on.data,
            ends_on=form.ends_on.data,
            series_id=series_id if series_id in known else None,
            course_ids=chosen,
            team_ids=form.team_ids.data or [],
            cohort_ids=form.cohort_ids.data or [],
            person_ids=form.person_ids.data or [],
            settings=form.settings(),
            courses=typed_rows,
        ),
        {key: head.minutes for key, head in heads.items()},
    )


def _place(text: str) -> int:
    clean = text.strip()
    return int(clean) if clean.isascii() and clean.isdigit() and len(clean) < 4 else 999


@bp.route("/campaigns/new", methods=["GET", "POST"])
@requires("delivery.plan")
def add_campaign() -> ResponseReturnValue:
    """Write a campaign."""
    form = CampaignForm()
    if request.method == "GET":
        form = CampaignForm(data=_begun())
    heads, more = _offered(form)
    if request.method == "POST" and "find" not in request.form and form.validate():
        try:
            plan = _plan(form, heads)
            with transaction():
                made = services.create_campaign(plan, actor=current_person(), now=clock.now())
        except DomainError as refused:
            form.take_error(refused)
        else:
            flash(_("The campaign is created. Check its courses, then have it planned."), "success")
            return redirect(url_for("delivery.show_campaign", campaign_id=made.id))
    page = render_template(
        "delivery/planning/edit_campaign.html",
        form=form,
        more=more,
        campaign=None,
        courses=[],
        heads=heads,
    )
    return page, 422 if form.errors else 200


def _begun() -> dict[str, Any]:
    """What a new campaign begins with: the coming weeks, the usual limits."""
    today = clock.today(current_zone())
    monday = today + timedelta(days=7 - today.weekday())
    return settings_data(BEGUN) | {
        "starts_on": monday,
        "due_on": monday + timedelta(weeks=WEEKS_AHEAD - 2, days=-1),
        "ends_on": monday + timedelta(weeks=WEEKS_AHEAD, days=-1),
    }


@bp.route(f"{CAMPAIGN_PATH}/edit", methods=["GET", "POST"])
@requires("delivery.plan")
def edit_campaign(campaign_id: int) -> ResponseReturnValue:
    """Change a campaign; classes agreed to stay until a new plan is agreed to."""
    campaign, form = queries.get_campaign(campaign_id), CampaignForm()
    if request.method == "GET":
        form = CampaignForm(data=CampaignForm.stored(campaign))
    kept = CampaignSettings.from_dict(campaign.settings)
    heads, more = _offered(form, [row.course_id for row in campaign.courses], kept)
    if request.method == "POST" and "find" not in request.form and form.validate():
        try:
            plan = _plan(form, heads, campaign.series_id)
            with transaction():
                is_new = services.change_campaign(
                    queries.get_campaign(campaign_id), plan, revision=form.seen_revision(),
                    actor=current_person(), now=clock.now(),
                )  # fmt: skip
        except DomainError as refused:
            form.take_error(refused)
        else:
            _say_saved(is_new=is_new)
            return redirect(url_for("delivery.show_campaign", campaign_id=campaign_id))
    page = render_template(
        "delivery/planning/edit_campaign.html",
        form=form,
        more=more,
        campaign=campaign,
        courses=_rows(campaign, form),
        heads=heads,
    )
    return page, 422 if form.errors else 200


def _say_saved(*, is_new: bool) -> None:
    if is_new:
        flash(_("Saved. Agreed classes stay until you agree to a new plan."), "success")
    else:
        flash(_("Nothing was different, so nothing was saved."), "info")


def _rows(campaign: Campaign, form: CampaignForm) -> list[dict[str, Any]]:
    """The courses of the campaign with what stands, or was typed, beside each."""
    typed = typed_courses(row.course_id for row in campaign.courses)
    return [
        {
            "course_id": row.course_id,
            "place": number,
            "duration_min": row.duration_min,
            "seats": row.seats,
            "min_seats": row.min_seats,
            "min_gap_days": "" if row.min_gap_days is None else row.min_gap_days,
            "priority": row.priority,
        }
        | typed.get(row.course_id, {})
        for number, row in enumerate(campaign.courses, 1)
    ]


@bp.get(CAMPAIGN_PATH)
@requires("delivery.view_campaigns")
def show_campaign(campaign_id: int) -> ResponseReturnValue:
    """A campaign: what it is made of, what a plan could stand on, its plans and classes."""
    if not permissions.allows("delivery.plan", current_person()):
        return team_campaigns.campaign_page(campaign_id, current_person())
    campaign = queries.get_campaign(campaign_id)
    settings = CampaignSettings.from_dict(campaign.settings)
    today = clock.today(current_zone())
    first = max(campaign.starts_on, today + timedelta(days=settings.freeze_days))
    heads = list_course_heads(current_language())
    ready = queries.readiness_of(campaign, first)
    needs = shown_needs(campaign) if campaign.state != "draft" else None
    return render_template(
        "delivery/planning/show_campaign.html",
        campaign=campaign,
        heads=heads,
        targets=queries.targets_of(campaign_id),
        ready=ready,
        checks=readiness_words(campaign, ready, heads, first),
        limits=supply_words(*queries.supply_of(settings)) + settings_words(settings),
        runs=list_runs(campaign_id),
        needs=needs,
        lacking=needs.found.total if needs else count_open(campaign_id),
        told=queries.count_to_tell(campaign_id),
        needs_url=page_url(campaign_id),
        spared=spared_words(count_spared(campaign_id)),
        classes=queries.list_classes_of(campaign_id),
        state_badge=state_badge,
        clock_time=clock_time,
        today=today,
    )


@bp.post(f"{CAMPAIGN_PATH}/plan")
@requires("delivery.plan")
def plan_campaign(campaign_id: int) -> ResponseReturnValue:
    """Have the campaign planned by the worker."""
    try:
        with transaction():
            run = request_run(
                queries.get_campaign(campaign_id), actor=current_person(), now=clock.now()
            )
            run_id = run.id
    except DomainError as refused:
        flash(refused.text(translated), "danger")
        return redirect(url_for("delivery.show_campaign", campaign_id=campaign_id))
    return redirect(url_for("delivery.show_plan_run", plan_run_id=run_id))


@bp.post(f"{CAMPAIGN_PATH}/close")
@requires("delivery.plan")
def close_campaign(campaign_id: int) -> ResponseReturnValue:
    """The campaign is over."""
    with transaction():
        services.close_campaign(
            queries.get_campaign(campaign_id), actor=current_person(), now=clock.now()
        )
    flash(_("The campaign is closed. Its classes stay as they are."), "success")
    return redirect(url_for("delivery.show_campaign", campaign_id=campaign_id))
