"""How somebody stands on a competency model: radar, table, gaps with the courses that help."""

from __future__ import annotations

from flask import redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from trainhub import clock, permissions
from trainhub.certification.queries.choosing import get_person_in_sight
from trainhub.certification.queries.competencies import list_published_models, stand_person
from trainhub.certification.rules.competencies.model import ModelContent, model_from
from trainhub.certification.rules.competencies.scoring import (
    CompetencyStanding,
    IndicatorStanding,
    Level,
    fresh_until,
    gone_on,
)
from trainhub.certification.views.blueprint import bp
from trainhub.certification.views.refusing import on_record
from trainhub.certification.views.wording import in_language
from trainhub.learning.queries.assignments import list_assignable_courses
from trainhub.learning.queries.courses import CourseHead, list_course_heads
from trainhub.people.models import Person
from trainhub.web.access import current_person, requires
from trainhub.web.filters import show_date, show_number
from trainhub.web.locale import current_language, current_zone
from trainhub.web.navigation import mark_current
from trainhub.web.radar import Axis, radar_chart

GOOD = 750
LEVEL_WORDS = {
    Level.EXCELLENT: ("success", _l("Excellent")),
    Level.GOOD: ("success", _l("Good")),
    Level.DEVELOPING: ("progress", _l("Developing")),
    Level.BEGINNING: ("warning", _l("Beginning")),
    Level.NOT_ENOUGH: ("neutral", _l("Not enough evidence")),
}


@bp.get("/my-competencies")
@requires("certification.own")
def show_my_competencies() -> ResponseReturnValue:
    """One's own competencies."""
    return _page(current_person())


@bp.get("/people/<int:person_id>/competencies")
@requires("certification.own")
@on_record("certification.own")
def show_competencies(person_id: int) -> ResponseReturnValue:
    """Somebody's competencies: for themselves, and for who answers for them."""
    viewer = current_person()
    if person_id == viewer.id:
        return redirect(url_for("certification.show_my_competencies"))
    mark_current("certification.show_matrix")
    return _page(get_person_in_sight(person_id, viewer))


def _page(person: Person) -> ResponseReturnValue:
    models = list_published_models()
    asked = request.args.get("model", "")
    model = next((one for one in models if one.key == asked), models[0] if models else None)
    viewer = current_person()
    standing = (
        stand_person(person.id, model, clock.today(current_zone())) if model is not None else None
    )
    content = model_from(model.published.content) if model and model.published else None
    return render_template(
        "certification/competencies/show_competencies.html",
        person=person,
        is_own=person.id == viewer.id,
        may_act=person.id != viewer.id and permissions.allows("certification.act", viewer),
        models=models,
        model=model,
        standing=standing,
        is_observed=standing is not None and any(one.evidence for one in standing.indicators),
        is_named=standing is not None and standing.level is not Level.NOT_ENOUGH,
        level=LEVEL_WORDS[standing.level] if standing else None,
        content=content,
        freshness=_freshness(standing, content) if standing and content else {},
        chart=_radar(standing) if standing and standing.permille is not None else "",
        radar_rows=_radar_rows(standing) if standing else [],
        gaps=_gaps(standing) if standing else [],
        good=points(GOOD),
        points=points,
    )


def points(permille: int | None) -> str:
    """A score as people read it: out of 100."""
    return "–" if permille is None else str(show_number(round(permille / 10)))


def _freshness(
    standing: CompetencyStanding, content: ModelContent
) -> dict[str, tuple[str, str, str]]:
    """By indicator: how much its newest evidence counts, in a word and with the day it ends."""
    found = {}
    for one in standing.indicators:
        if not one.evidence:
            found[one.indicator.key] = ("neutral", _("Not enough evidence"), "")
            continue
        newest = one.evidence[0].on
        if one.fresh_permille == 1000:
            until = _("until %(date)s", date=show_date(fresh_until(content, newest)))
            found[one.indicator.key] = ("success", _("fresh"), until)
        elif one.fresh_permille:
            gone = _("counts for nothing from %(date)s", date=show_date(gone_on(content, newest)))
            found[one.indicator.key] = ("warning", _("fading"), gone)
        else:
            found[one.indicator.key] = ("neutral", _("too old to count"), "")
    return found


def _radar(standing: CompetencyStanding) -> str:
    axes = [
        Axis(
            in_language(one.indicator.titles),
            None if one.permille is None else one.permille / 1000,
            points(one.permille),
            is_faint=one.fresh_permille < 1000,
        )
        for one in standing.indicators
    ]
    return radar_chart(axes, _("Competencies as observed"), goal=GOOD / 1000)


def _radar_rows(standing: CompetencyStanding) -> list[list[str]]:
    return [
        [f"{place}. {in_language(one.indicator.titles)}", points(one.permille)]
        for place, one in enumerate(standing.indicators, start=1)
    ]


def _gaps(
    standing: CompetencyStanding,
) -> list[tuple[IndicatorStanding, list[CourseHead]]]:
    """What is weak or has no evidence that counts, heaviest first, with courses in use."""
    in_use = {one.key for one in list_assignable_courses()}
    heads = {head.key: head for head in list_course_heads(current_language()).values()}
    return [
        (one, [heads[key] for key in one.indicator.courses if key in in_use and key in heads])
        for one in standing.gaps(GOOD)
    ]


bp.add_app_template_filter(points, "of_hundred")
