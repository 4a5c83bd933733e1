"""A course's page for its learner: start, go on, newer versions, the end."""

from __future__ import annotations

from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from trainhub import clock, permissions
from trainhub.catalogue.models import CourseVersion
from trainhub.catalogue.views.rendering import render_text
from trainhub.db import transaction
from trainhub.errors import NotFound
from trainhub.learning import services
from trainhub.learning.models import Enrolment
from trainhub.learning.queries import courses as course_queries
from trainhub.learning.queries import progress as queries
from trainhub.learning.queries.mine import count_active_seconds
from trainhub.learning.rules import course_mark, lessons_done, remaining_minutes
from trainhub.learning.views.blueprint import bp
from trainhub.learning.views.lesson_page import text_place
from trainhub.learning.views.shown import standing_of, this_day
from trainhub.web.access import current_person, requires
from trainhub.web.converters import row_id
from trainhub.web.filters import show_date
from trainhub.web.locale import current_language


def _find_own(course_key: str) -> Enrolment | None:
    enrolment = queries.find_enrolment(current_person().id, course_key)
    return enrolment if enrolment is not None and enrolment.withdrawn_at is None else None


@bp.get("/learning/<slug:course_key>")
@requires("learning.learn")
def show_course(course_key: str) -> ResponseReturnValue:
    """The start page of a course: what it is, how far one is, and the way in."""
    enrolment = _find_own(course_key)
    published = course_queries.list_published(course_key)
    version = _version_to_show(enrolment, published)
    heads = course_queries.list_course_heads(current_language())
    place = text_place(version, course_key)
    return render_template(
        "learning/show_course.html",
        course=version.edition.course,
        version=version,
        place=place,
        intro=render_text(place, version.intro, heading_level=2).html,
        enrolment=enrolment,
        standing=standing_of(enrolment, this_day()) if enrolment else None,
        today=this_day(),
        published=published,
        lessons=queries.lesson_heads(version.id),
        prerequisites=course_queries.list_prerequisites(
            current_person().id, version.prerequisites, heads
        ),
        rounds=queries.list_completed_rounds(enrolment) if enrolment else [],
        may_teach=permissions.allows("learning.teach", current_person()),
        **_way(enrolment, published),
    )


def _version_to_show(
    enrolment: Enrolment | None, published: dict[str, CourseVersion]
) -> CourseVersion:
    if enrolment is not None and enrolment.version is not None:
        return enrolment.version
    open_ones = [one for one in published.values() if one.edition.course.retired_at is None]
    if not published or (enrolment is None and not open_ones):
        raise NotFound()
    return published.get(current_language()) or next(iter(published.values()))


def _way(enrolment: Enrolment | None, published: dict[str, CourseVersion]) -> dict[str, Any]:
    """How far somebody is, what is newer, and in which other language they may go on."""
    if enrolment is None or enrolment.version is None:
        return {"done": frozenset(), "newer": None, "other": None, "changes": [], "minutes_left": 0}
    progress = queries.progress_of(enrolment)
    done = lessons_done(progress.plans, progress.read_keys, progress.scores)
    language = enrolment.version.edition.language
    newer = published.get(language)
    newer = newer if newer is not None and newer.id != enrolment.version_id else None
    return {
        "done": done,
        "minutes_left": remaining_minutes(progress.plans, done),
        "newer": newer,
        "changes": course_queries.list_changes(enrolment.version.id, newer.id) if newer else [],
        "other": next((one for key, one in published.items() if key != language), None),
    }


def _to_course(course_key: str) -> ResponseReturnValue:
    return redirect(url_for("learning.show_course", course_key=course_key))


@bp.post("/learning/<slug:course_key>/start")
@requires("learning.learn")
def start_course(course_key: str) -> ResponseReturnValue:
    """Begin in the language chosen; who is not enrolled enrols by it, where that is allowed."""
    person = current_person()
    version = _get_published(course_key, request.form.get("language", current_language()))
    with transaction():
        services.enrol(person, version.edition.course, now=clock.now())
        enrolment = queries.get_enrolment(person.id, course_key, for_update=True)
        services.start_course(enrolment, version.edition, now=clock.now())
    return redirect(url_for("learning.resume_course", course_key=course_key))


def _get_published(course_key: str, language: str) -> CourseVersion:
    version = course_queries.list_published(course_key).get(language)
    if version is None:
        raise NotFound()
    return version


@bp.post("/learning/<slug:course_key>/enrol")
@requires("learning.learn")
def enrol(course_key: str) -> ResponseReturnValue:
    """Put the course on one's own list, for later."""
    person = current_person()
    version = queries.find_published(course_key, current_language())
    if version is None:
        raise NotFound()
    with transaction():
        services.enrol(person, version.edition.course, now=clock.now())
    flash(_("The course is on your list."), "success")
    return _to_course(course_key)


@bp.post("/learning/<slug:course_key>/leave")
@requires("learning.learn")
def leave(course_key: str) -> ResponseReturnValue:
    """Take a course off one's own list again."""
    person_id = current_person().id
    with transaction():
        enrolment = queries.get_enrolment(person_id, course_key, for_update=True)
        services.leave(enrolment, now=clock.now())
    if enrolment.completed_at is not None:
        flash(_("You no longer take the course again. It stays completed as it was."), "success")
        return _to_course(course_key)
    flash(_("The course is off your list. What you did is kept, should you come back."), "success")
    return redirect(url_for("learning.list_courses"))


@bp.post("/learning/<slug:course_key>/again")
@requires("learning.learn")
def take_again(course_key: str) -> ResponseReturnValue:
    """Begin a completed course once more; a second click only leads back to it."""
    person_id = current_person().id
    version = _get_published(course_key, request.form.get("language", ""))
    seen = request.form.get("round", default=0, type=row_id)
    with transaction():
        enrolment = queries.get_enrolment(person_id, course_key, for_update=True)
        begun = services.take_again(enrolment, version.edition, seen=seen, now=clock.now())
    if not begun:
        return _to_course(course_key)
    flash(_("You take the course again. What you completed before is kept."), "success")
    return redirect(url_for("learning.resume_course", course_key=course_key))


@bp.post("/learning/<slug:course_key>/version")
@requires("learning.learn")
def move_to_version(course_key: str) -> ResponseReturnValue:
    """Go on with the version in force, in the same or in the other language."""
    person_id = current_person().id
    version = _get_published(course_key, request.form.get("language", ""))
    with transaction():
        enrolment = queries.get_started_enrolment(person_id, course_key, for_update=True)
        services.move_to_version(enrolment, version, now=clock.now())
    flash(_("You go on with the version of %(day)s.", day=_day(version)), "success")
    return _to_course(course_key)


def _day(version: CourseVersion) -> str:
    return show_date(version.published_at)


@bp.get("/learning/<slug:course_key>/completed")
@requires("learning.learn")
def show_completion(course_key: str) -> ResponseReturnValue:
    """The end of a course: what was learnt, the mark, and what comes next."""
    enrolment = _find_own(course_key)
    if enrolment is None or enrolment.version is None:
        raise NotFound()
    if enrolment.completed_at is None:
        return _to_course(course_key)
    progress = queries.progress_of(enrolment)
    heads = course_queries.list_course_heads(current_language())
    return render_template(
        "learning/show_completion.html",
        enrolment=enrolment,
        version=enrolment.version,
        language=enrolment.version.edition.language,
        mark=course_mark(progress.plans, progress.scores),
        lessons=progress.lessons,
        spent_minutes=round(count_active_seconds(enrolment) / 60),
        rounds=queries.list_completed_rounds(enrolment),
        following=course_queries.find_next_course(current_person().id, enrolment.course, heads),
    )
