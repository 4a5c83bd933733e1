"""The library as everybody reads it: the course map and a course's page."""

from __future__ import annotations

from dataclasses import dataclass

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from trainhub import clock
from trainhub.catalogue import queries
from trainhub.catalogue.panels import list_course_marks, list_course_panels
from trainhub.catalogue.permissions import writes
from trainhub.catalogue.queries.course_page import (
    CoursePage,
    find_course_page,
    list_retired,
    list_versions,
)
from trainhub.catalogue.queries.map import MapSeries, list_map
from trainhub.catalogue.rules.vocabulary import COURSE_MINUTES
from trainhub.catalogue.services.retiring import (
    restore_course,
    retire_course,
    set_self_enrolment,
)
from trainhub.catalogue.views import labels
from trainhub.catalogue.views.blueprint import bp
from trainhub.catalogue.views.rendering import TextPlace, render_text
from trainhub.db import transaction
from trainhub.errors import DomainError, InputErrors, NotFound
from trainhub.web.access import current_person, requires
from trainhub.web.locale import current_language
from trainhub.web.text import translated


@dataclass(frozen=True)
class MapCriteria:
    """What the map is narrowed to; nonsense in the address counts as not given."""

    competency: str | None = None
    minutes: int | None = None
    language: str | None = None

    @property
    def narrows(self) -> bool:
        """Whether anything is left out."""
        return bool(self.competency or self.minutes or self.language)


def asked_criteria() -> MapCriteria:
    """The criteria of the request's address."""
    competency, language = request.args.get("competency"), request.args.get("language")
    minutes = request.args.get("minutes", type=int)
    return MapCriteria(
        competency if competency in labels.COMPETENCIES else None,
        minutes if minutes in COURSE_MINUTES else None,
        language if language in labels.LANGUAGES else None,
    )


def by_line(series: list[MapSeries]) -> list[tuple[str, list[MapSeries]]]:
    """The series under their knowledge lines, in the lines' fixed order."""
    groups = [
        (line, [one for one in series if one.knowledge_line == line]) for line in labels.LINES
    ]
    return [(line, found) for line, found in groups if found]


@bp.get("/courses")
@requires("catalogue.read")
def show_map() -> ResponseReturnValue:
    """Every course of the library: knowledge line → series → course; `?view=list` to print."""
    person, criteria = current_person(), asked_criteria()
    series = list_map(
        current_language(),
        competency=criteria.competency,
        minutes=criteria.minutes,
        only_language=criteria.language,
    )
    courses = [course for one in series for course in one.courses]
    as_list = request.args.get("view") == "list"
    return render_template(
        "catalogue/list_courses.html" if as_list else "catalogue/show_map.html",
        lines=by_line(series),
        courses=courses,
        titles={course.key: course.title for course in courses},
        marks=list_course_marks(person, [course.id for course in courses]),
        criteria=criteria,
        labels=labels,
        lengths=COURSE_MINUTES,
        retired=list_retired(current_language()) if writes(person) else [],
    )


def get_page(course_key: str) -> CoursePage:
    """The course in the language asked for, else the page's; `NotFound` if never published."""
    asked = request.args.get("language")
    page = find_course_page(course_key, asked if asked in labels.LANGUAGES else current_language())
    if page is None:
        raise NotFound()
    return page


@bp.get("/courses/<slug:course_key>")
@requires("catalogue.read")
def show_course(course_key: str) -> ResponseReturnValue:
    """What a course is, its lessons, and whatever other subjects have to say about it."""
    return _course_page(get_page(course_key))


def _course_page(page: CoursePage, error: str = "", status: int = 200) -> ResponseReturnValue:
    person = current_person()
    place = TextPlace(page.key, page.language, page.number)
    shown = render_template(
        "catalogue/show_course.html",
        page=page,
        intro=render_text(place, page.intro, id_prefix="intro-"),
        panels=list_course_panels(person, page),
        versions=list_versions(page.id) if writes(person) else [],
        labels=labels,
        error=error,
    )
    return shown, status


@bp.post("/courses/<slug:course_key>/retire")
@requires("catalogue.write")
def retire(course_key: str) -> ResponseReturnValue:
    """Take a course out of the library."""
    return _change(course_key, retire_course, _("The course is no longer in the library."))


@bp.post("/courses/<slug:course_key>/restore")
@requires("catalogue.write")
def restore(course_key: str) -> ResponseReturnValue:
    """Put a retired course back into the library."""
    return _change(course_key, restore_course, _("The course is in the library again."))


@bp.post("/courses/<slug:course_key>/self-enrolment")
@requires("catalogue.write")
def open_self_enrolment(course_key: str) -> ResponseReturnValue:
    """Let people enrol themselves, or give the course on assignment only."""
    asked = request.form.get("is_open", "")
    if asked not in {"0", "1"}:
        raise DomainError(field="is_open")
    is_open = asked == "1"
    with transaction():
        course = queries.find_course(course_key)
        if course is None:
            raise NotFound()
        set_self_enrolment(course, is_open, actor=current_person(), now=clock.now())
    done = _("Everybody may enrol now.") if is_open else _("Only who is assigned gets it now.")
    flash(done, "success")
    return redirect(url_for("catalogue.show_course", course_key=course_key))


def _change(course_key: str, change: object, done: str) -> ResponseReturnValue:
    try:
        with transaction():
            course = queries.find_course(course_key)
            if course is None:
                raise NotFound()
            change(  # type: ignore[operator]  # one of the two services above
                course,
                reason=request.form.get("reason", ""),
                actor=current_person(),
                now=clock.now(),
            )
    except InputErrors as refused:
        return _course_page(get_page(course_key), refused.errors[0].text(translated), 422)
    flash(done, "success")
    return redirect(url_for("catalogue.show_course", course_key=course_key))
