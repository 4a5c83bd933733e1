"""What learning shows on the library's pages: the way in, who is where, marks on the map."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any

from flask_babel import gettext as _

from trainhub.catalogue.panels import CourseMark, register_course_marks, register_course_panel
from trainhub.catalogue.queries.course_page import CoursePage
from trainhub.learning.queries.learners import count_standings
from trainhub.learning.queries.mine import CourseProgress, list_marks
from trainhub.learning.queries.progress import find_enrolment
from trainhub.learning.rules import minutes_left
from trainhub.learning.views.shown import standing_of, this_day
from trainhub.people.models import Person


def way_in(person: Person, page: CoursePage) -> dict[str, Any] | None:
    """Start, go on, or enrol."""
    enrolment = find_enrolment(person.id, page.key)
    if enrolment is not None and enrolment.withdrawn_at is not None:
        enrolment = None
    today = this_day()
    return {
        "enrolment": enrolment,
        "standing": standing_of(enrolment, today) if enrolment else None,
        "left": minutes_left(page.minutes, enrolment.lessons_done, enrolment.lessons_total)
        if enrolment
        else 0,
        "key": page.key,
        "today": today,
        "retired": page.retired_at is not None,
    }


def who_is_where(person: Person, page: CoursePage) -> dict[str, Any] | None:
    """How many stand how, for those who may look."""
    counts = count_standings(person, page.id, this_day())
    return {"counts": counts, "key": page.key, "total": sum(counts.values())}


def marks(person: Person, course_ids: Collection[int]) -> Mapping[int, CourseMark]:
    """How far the reader is with each course of the map."""
    return {one.course_id: _mark(one) for one in list_marks(person.id, course_ids)}


def _mark(one: CourseProgress) -> CourseMark:
    if one.is_completed:
        return CourseMark(1.0, _("completed"))
    if one.was_completed:
        return CourseMark(1.0, _("completed, being taken again"))
    done, total = one.lessons_done, one.lessons_total
    return CourseMark(done / total, _("%(done)s of %(count)s", done=done, count=total))


register_course_panel(10, "learning.learn", way_in, "learning/_panel_learner.html")
register_course_panel(
    20, "learning.view_learners", who_is_where, "learning/_panel_teaching.html", place="side"
)
register_course_marks(marks)
