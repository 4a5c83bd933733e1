"""Plans: how far one is, what it would do, agreeing to it, putting it aside."""

from __future__ import annotations

import json
from contextlib import suppress
from datetime import date, datetime
from typing import Any

from flask import Response, flash, jsonify, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import ngettext

from trainhub import clock
from trainhub.db import transaction
from trainhub.delivery.models import PlanRun
from trainhub.delivery.queries.planning.campaigns import has_published_classes
from trainhub.delivery.queries.planning.plan_review import cover_with_plan, names_for
from trainhub.delivery.queries.planning.plan_runs import (
    RunResult,
    find_standing,
    get_run,
    result_of,
)
from trainhub.delivery.rules.planning import plan_in_words
from trainhub.delivery.rules.planning.agreement import date_of
from trainhub.delivery.services.planning import agreeing, plan_runs, relaxing
from trainhub.delivery.services.planning.placing import Placed
from trainhub.delivery.views.blueprint import bp
from trainhub.delivery.views.planning import plan_offers, plan_pages
from trainhub.delivery.views.planning.plan_charts import draw_before_after
from trainhub.delivery.views.planning.plan_words import (
    changes_in_words,
    failure_words,
    phase_words,
    run_badge,
)
from trainhub.errors import DomainError, NotFound
from trainhub.rota.queries.cover import rules_of_queues
from trainhub.rota.rules.clock_times import clock_time
from trainhub.web.access import current_person, requires
from trainhub.web.converters import row_id
from trainhub.web.locale import current_language
from trainhub.web.text import asked_text, translated

RUN_PATH = "/plan-runs/<int:plan_run_id>"
VIEWS = ("summary", "people", "classes", "cover", "changes")
OPEN = ("queued", "running")
TRIES = 3  # to check a plan while others may write


def run_address(plan_run_id: int) -> str:
    """The page of a plan."""
    return url_for("delivery.show_plan_run", plan_run_id=plan_run_id)


@bp.get(RUN_PATH)
@requires("delivery.plan")
def show_plan_run(plan_run_id: int) -> ResponseReturnValue:
    """How far a plan is; when it is ready, what it would do."""
    run = get_run(plan_run_id)
    if run.state in OPEN:
        return _progress_page(run)
    result = result_of(run)
    if result is None:
        return render_template(
            "delivery/planning/show_plan_progress.html",
            run=run, standing=None, badge=run_badge(run.state),
            failure=failure_words(run.error) if run.state == "failed" else "",
        )  # fmt: skip
    view = asked_text("view", 10)
    return _review(run, result, view if view in VIEWS else "summary", [])


def _progress_page(run: PlanRun) -> str:
    return render_template(
        "delivery/planning/show_plan_progress.html",
        run=run,
        standing=_standing(run.id),
        badge=run_badge(run.state),
        failure="",
    )


def _standing(plan_run_id: int) -> dict[str, Any]:
    """How far a run is, in figures and words."""
    found = find_standing(plan_run_id)
    if found is None:
        raise NotFound()
    progress = found.progress
    needed, placed = int(progress.get("needed", 0)), int(progress.get("placed", 0))
    return {
        "state": found.state,
        "phase": phase_words(found.state, progress),
        "seconds": float(progress.get("seconds", 0)),
        "limit": found.time_limit_s,
        "placed": placed,
        "needed": needed,
        "isStopping": found.is_stopping,
        "words": _("%(placed)s of %(needed)s seats given", placed=placed, needed=needed)
        if needed
        else "",
    }


@bp.get(f"{RUN_PATH}/progress")
@requires("delivery.plan")
def show_plan_progress(plan_run_id: int) -> ResponseReturnValue:
    """How far a run is, for the page that waits."""
    return jsonify(_standing(plan_run_id))


def _review(
    run: PlanRun, result: RunResult, view: str, stale: list[str], status: int = 200
) -> ResponseReturnValue:
    page = request.args.get("page", default=1, type=row_id)
    found = plan_pages.differences(run, result) if view in ("summary", "changes") else None
    values: dict[str, Any] = {
        "costs": plan_pages.costs(result),
        "least_cost": plan_pages.least_cost(result),
        "is_empty": run.state == "done" and plan_pages.is_empty(run, result),
        "groups": plan_pages.reason_groups(result),
        "given_way": plan_offers.given_way(run),
        "offers": plan_offers.offers(run, result) if view in ("summary", "people") else [],
        "left_out": plan_pages.left_out_rows(run),
        "without": plan_pages.names_without(result) if run.state == "done" else ([], 0),
        "differs": found,
    }
    if view == "people":
        code = asked_text("reason", 20)
        values |= {"found": plan_pages.unplaced_page(run, result, code, page), "code": code}
    if view == "classes":
        values["found"] = plan_pages.class_page(result, page)
    if view == "changes" and found is not None:
        values["found"] = plan_pages.seat_changes(result, found, page)
        values["class_changes"] = plan_pages.class_changes(result, found)
    if view in ("summary", "cover"):
        values |= _cover_values(run, result, draws=view == "cover")
    text = render_template(
        "delivery/planning/show_plan_run.html",
        run=run,
        plan=result.plan,
        progress=run.progress,
        view=view,
        badge=run_badge(run.state),
        status=translated(plan_in_words.STATUS[result.plan.status]),
        stale=stale,
        is_published=has_published_classes(run.campaign_id),
        is_outdated=run.state == "done" and plan_runs.is_of_other_campaign(run),
        page_url=lambda number: url_for(
            "delivery.show_plan_run", plan_run_id=run.id, view=view, page=number,
            reason=values.get("code") or None,
        ),
        **values,
    )  # fmt: skip
    return text, status


def _cover_values(run: PlanRun, result: RunResult, *, draws: bool) -> dict[str, Any]:
    """The summary of every queue; one date of one queue drawn."""
    names = names_for(current_language())
    rows = [
        row | {
            "name": names.of("queue", row["queue"]),
            "at": _tightest(row, result),
            "dates": [date_of(result.problem, day) for day in row["days"]],
        }
        for row in run.progress.get("cover", [])
    ]  # fmt: skip
    values: dict[str, Any] = {"cover_rows": rows, "drawn": None}
    if not draws or not rows:
        return values
    asked = request.args.get("queue", type=row_id)
    chosen = next((row for row in rows if row["queue"] == asked), rows[0])
    on = _asked_date(chosen)
    if on is not None:
        pair = cover_with_plan(run.campaign_id, result, chosen["queue"], on)
        rules = rules_of_queues([chosen["queue"]]).get(chosen["queue"])
        if pair is not None and rules is not None:
            values["drawn"] = draw_before_after(pair, rules, on)
    return values | {"chosen": chosen, "on": on}


def _tightest(row: dict[str, Any], result: RunResult) -> tuple[date, str] | None:
    one = row["tightest"]
    return one and (date_of(result.problem, one["day"]), clock_time(one["start"]))


def _asked_date(row: dict[str, Any]) -> date | None:
    """The date asked for, else the tightest, of those with classes."""
    try:
        asked = date.fromisoformat(asked_text("on", 10))
    except ValueError:
        asked = None
    if asked in row["dates"]:
        return asked
    return row["at"][0] if row["at"] else None


@bp.post(f"{RUN_PATH}/stop")
@requires("delivery.plan")
def stop_plan_run(plan_run_id: int) -> ResponseReturnValue:
    """Stop planning; the best plan so far is kept."""
    with transaction():
        plan_runs.ask_to_stop(get_run(plan_run_id), now=clock.now())
    return redirect(run_address(plan_run_id))


@bp.post(f"{RUN_PATH}/agree")
@requires("delivery.plan")
def agree_to_plan(plan_run_id: int) -> ResponseReturnValue:
    """Make the classes and bookings of the campaign those of the plan, if it still holds."""
    now = clock.now()
    try:
        campaign_id, placed = _agree(plan_run_id, now)
    except agreeing.PlanStale as refused:
        return _stale_page(plan_run_id, changes_in_words(refused.changes))
    except DomainError as refused:
        flash(refused.text(translated), "danger")
        return redirect(run_address(plan_run_id))
    words = ngettext(
        "Agreed: %(num)d class.",
        "Agreed: %(num)d classes.",
        len(placed.created) + len(placed.moved) + len(placed.kept),
    )
    flash(words, "success")
    if has_published_classes(campaign_id):
        flash(_("People in classes already published are being told of what changed; new classes"
                " are told when you publish them."), "info")  # fmt: skip
    else:
        flash(_("People are told when you publish."), "info")
    return redirect(url_for("delivery.show_campaign", campaign_id=campaign_id))


def _agree(plan_run_id: int, now: datetime) -> tuple[int, Placed]:
    """Check and agree; checked while everybody waits only where others keep coming first."""
    for tries_left in reversed(range(TRIES)):
        prepared = agreeing.prepare(get_run(plan_run_id), now=now)
        with suppress(agreeing.Overtaken), transaction():
            run = get_run(plan_run_id)
            placed = agreeing.agree(
                run, actor=current_person(), now=now, prepared=prepared, checks_held=not tries_left
            )
            return run.campaign_id, placed
    raise AssertionError("the last try is not overtaken")


def _stale_page(plan_run_id: int, lines: list[str]) -> ResponseReturnValue:
    run = get_run(plan_run_id)
    result = result_of(run)
    if result is None:
        raise NotFound()
    return _review(run, result, "summary", lines, 409)


@bp.post(f"{RUN_PATH}/dismiss")
@requires("delivery.plan")
def dismiss_plan(plan_run_id: int) -> ResponseReturnValue:
    """Put a plan aside."""
    run = get_run(plan_run_id)
    campaign_id = run.campaign_id
    try:
        with transaction():
            plan_runs.dismiss(get_run(plan_run_id), actor=current_person(), now=clock.now())
    except DomainError as refused:
        flash(refused.text(translated), "danger")
        return redirect(run_address(plan_run_id))
    flash(_("The plan is put aside. Nothing has changed."), "success")
    return redirect(url_for("delivery.show_campaign", campaign_id=campaign_id))


@bp.post(f"{RUN_PATH}/give-way")
@requires("delivery.plan")
def give_way(plan_run_id: int) -> ResponseReturnValue:
    """Plan once more with one of the offers; nothing else changes until that plan is agreed to."""
    number = request.form.get("offer", default=-1, type=int)
    trainer_id = request.form.get("trainer", type=row_id)
    try:
        with transaction():
            run = relaxing.plan_with(
                get_run(plan_run_id), number, trainer_id, actor=current_person(), now=clock.now()
            )
            new_id = run.id
    except DomainError as refused:
        flash(refused.text(translated), "danger")
        return redirect(run_address(plan_run_id))
    return redirect(run_address(new_id))


@bp.get(f"{RUN_PATH}/export/<any(problem, plan):what>")
@requires("delivery.plan")
def export_plan_run(plan_run_id: int, what: str) -> ResponseReturnValue:
    """The problem or the plan as a file that `trainhub plan` reads."""
    result = result_of(get_run(plan_run_id))
    if result is None:
        raise NotFound()
    value = result.problem if what == "problem" else result.plan
    text = json.dumps(value.as_json(), ensure_ascii=False)
    answer = Response(text, mimetype="application/json")
    name = f"{what}-{plan_run_id}.json"
    answer.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return answer
