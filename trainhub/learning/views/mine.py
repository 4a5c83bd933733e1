"""My courses, and a course on paper."""

from __future__ import annotations

from flask import render_template, request
from flask.typing import ResponseReturnValue

from trainhub import permissions
from trainhub.catalogue.models import CourseVersion
from trainhub.errors import Forbidden, NotFound
from trainhub.learning.queries import courses as course_queries
from trainhub.learning.queries import progress as queries
from trainhub.learning.queries.mine import list_my_courses
from trainhub.learning.rules import Standing
from trainhub.learning.views.blueprint import bp
from trainhub.learning.views.items import ItemSource, item_on_page
from trainhub.learning.views.lesson_page import pieces_of, text_place
from trainhub.learning.views.shown import asked_language, this_day
from trainhub.people.views.signed_in import note_refusal
from trainhub.web.access import current_person, requires
from trainhub.web.locale import current_language

# Open, with no date near.
NOT_NEAR = {Standing.IN_PROGRESS, Standing.NOT_STARTED, Standing.AGAIN}


@bp.get("/learning")
@requires("learning.learn")
def list_courses() -> ResponseReturnValue:
    """One's own courses: late ones first, completed ones last."""
    heads = course_queries.list_course_heads(current_language())
    courses = list_my_courses(current_person().id, heads, today=this_day())
    not_near = [one for one in courses if one.standing in NOT_NEAR]
    return render_template(
        "learning/list_courses.html",
        urgent=[one for one in courses if one.standing in {Standing.OVERDUE, Standing.DUE_SOON}],
        under_way=[one for one in not_near if one.started_at],
        waiting=[one for one in not_near if not one.started_at],
        completed=[one for one in courses if one.standing is Standing.COMPLETED],
        today=this_day(),
    )


@bp.get("/learning/<slug:course_key>/print")
@requires("learning.learn")
def print_course(course_key: str) -> ResponseReturnValue:
    """A whole course for paper, questions without answers; for trainers also with notes."""
    person = current_person()
    for_trainer = request.args.get("view") == "trainer"
    if for_trainer and not permissions.allows("learning.teach", person):
        note_refusal(person, "learning.teach", request.path)
        raise Forbidden()
    version = _version_on_paper(course_key, for_trainer=for_trainer)
    place = text_place(version, course_key)
    lessons = course_queries.list_lessons(version.id)
    wanted = [(quiz, key) for lesson in lessons for quiz, key in lesson.checkpoint_items]
    rows = queries.list_items(version.id, wanted)
    items = {
        pair: item_on_page(
            ItemSource(row, pair[0], number, number, len(rows)),
            place,
            seed=0,
            solution=for_trainer,
        )
        for number, (pair, row) in enumerate(rows.items(), start=1)
    }
    shown = [
        (lesson, pieces_of(place, lesson, items, for_trainer=for_trainer, id_prefix=lesson.key))
        for lesson in lessons
    ]
    return render_template(
        "learning/print_course.html", version=version, place=place, lessons=shown
    )


def _version_on_paper(course_key: str, *, for_trainer: bool) -> CourseVersion:
    person = current_person()
    if for_trainer or permissions.allows("learning.teach", person):
        version = queries.find_published(course_key, asked_language())
        if version is None:
            raise NotFound()
        return version
    enrolment = queries.get_started_enrolment(person.id, course_key)
    assert enrolment.version is not None
    return enrolment.version
