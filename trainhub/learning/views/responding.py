"""Answering in a lesson: kept at once, told at once what was right."""

from __future__ import annotations

from typing import Any

from flask import flash, get_template_attribute, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from trainhub import clock
from trainhub.db import transaction
from trainhub.errors import DomainError, NotFound
from trainhub.learning import services
from trainhub.learning.queries import progress as queries
from trainhub.learning.services import ItemNotInLesson
from trainhub.learning.views.answers import read_response
from trainhub.learning.views.blueprint import bp
from trainhub.learning.views.items import ItemSource
from trainhub.learning.views.lesson_page import learner_page, sources_of
from trainhub.learning.views.shown import clock_time
from trainhub.web.access import current_person, requires, wants_json
from trainhub.web.text import translated


@bp.post("/learning/<slug:course_key>/lessons/<slug:lesson_key>/answers")
@requires("learning.learn")
def answer(course_key: str, lesson_key: str) -> ResponseReturnValue:
    """Keep an answer. Without a script: every question of the form that was answered."""
    person_id = current_person().id
    sources = _load_sources(person_id, course_key, lesson_key)
    name = request.form.get("only", "")
    if wants_json():
        if name not in sources:
            raise ItemNotInLesson(field="only")
        _keep(person_id, course_key, lesson_key, sources[name])
        return _fragments(person_id, course_key, lesson_key, name)
    kept = [
        each
        for each, source in sources.items()
        if f"{each}-key" in request.form
        and _kept_or_flashed(person_id, course_key, lesson_key, source, asked=each == name)
    ]
    anchor = f"item-{name if name in sources else kept[0] if kept else 'q1'}"
    return redirect(
        url_for(
            "learning.show_lesson", course_key=course_key, lesson_key=lesson_key, _anchor=anchor
        )
    )


def _load_sources(person_id: int, course_key: str, lesson_key: str) -> dict[str, ItemSource]:
    enrolment = queries.get_started_enrolment(person_id, course_key)
    assert enrolment.version_id is not None
    lesson = queries.find_lesson(enrolment.version_id, lesson_key)
    if lesson is None:
        raise NotFound()
    return {one.name: one for one in sources_of(enrolment.version_id, lesson).values()}


def _keep(person_id: int, course_key: str, lesson_key: str, source: ItemSource) -> None:
    item, quiz, name = source.item, source.quiz, source.name
    response = read_response(item, name, request.form)
    with transaction():
        services.answer_item(
            queries.get_started_enrolment(person_id, course_key, for_update=True),
            lesson_key,
            quiz,
            item.key,
            response,
            idempotency_key=request.form.get(f"{name}-key", ""),
            now=clock.now(),
        )


def _kept_or_flashed(
    person_id: int, course_key: str, lesson_key: str, source: ItemSource, *, asked: bool
) -> bool:
    """Keep one of several answers; what is wrong with one does not stop the others.

    A question left open is passed over unless its own button was pressed (`asked`).
    """
    number = source.number
    try:
        _keep(person_id, course_key, lesson_key, source)
    except services.NoAnswer as error:
        if asked:
            flash(error.text(translated), "warning")
        return False
    except DomainError as error:
        found = getattr(error, "errors", (error,))
        words = " ".join(one.text(translated) for one in found)
        flash(_("Question %(number)s was not saved: %(why)s", number=number, why=words), "danger")
        return False
    return True


def _fragments(person_id: int, course_key: str, lesson_key: str, name: str) -> dict[str, Any]:
    """The parts of the page that an answer changes, for the script to put in their places."""
    enrolment = queries.get_started_enrolment(person_id, course_key)
    page = learner_page(enrolment, lesson_key)
    item = page.item(name)
    draw = get_template_attribute("learning/_item.html", "item")
    assert item.answered is not None
    return {
        "saved": clock_time(item.answered.at or clock.now()),
        "right": item.answered.mark.right,
        "completed": enrolment.completed_at is not None,
        "item": draw(page, item),
        "checkpoints": {
            quiz: render_template("learning/_mark.html", mark=mark)
            for quiz, mark in page.marks.items()
        },
        "lessons": render_template("learning/_lessons.html", page=page),
        "ending": render_template("learning/_ending.html", page=page),
    }
