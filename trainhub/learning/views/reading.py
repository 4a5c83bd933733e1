"""The lesson reader, and what it keeps: the place, the end of a lesson, notes."""

from __future__ import annotations

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from trainhub import clock, permissions
from trainhub.db import transaction
from trainhub.errors import Forbidden, NotFound
from trainhub.learning import services
from trainhub.learning.queries import progress as queries
from trainhub.learning.rules import lesson_to_resume, lessons_done
from trainhub.learning.views.blueprint import bp
from trainhub.learning.views.lesson_page import learner_page, trainer_page
from trainhub.learning.views.shown import asked_language, clock_time
from trainhub.people.views.signed_in import note_refusal
from trainhub.web.access import current_person, requires, wants_json

LONGEST_SCROLL = 1_000


def _whole_number(text: str) -> int:
    """A number the browser has sent; nonsense and enormous ones count as 0."""
    return int(text) if text.isascii() and text.isdigit() and len(text) < 7 else 0


@bp.get("/learning/<slug:course_key>/continue")
@requires("learning.learn")
def resume_course(course_key: str) -> ResponseReturnValue:
    """To the lesson where the learner left off, on whatever device."""
    enrolment = queries.find_enrolment(current_person().id, course_key)
    if enrolment is None or enrolment.withdrawn_at is not None or enrolment.version_id is None:
        return redirect(url_for("learning.show_course", course_key=course_key))
    progress = queries.progress_of(enrolment)
    done = lessons_done(progress.plans, progress.read_keys, progress.scores)
    keys = [lesson.key for lesson in progress.lessons]
    lesson = lesson_to_resume(keys, done, enrolment.last_lesson_key)
    return redirect(url_for("learning.show_lesson", course_key=course_key, lesson_key=lesson))


@bp.get("/learning/<slug:course_key>/lessons/<slug:lesson_key>")
@requires("learning.learn")
def show_lesson(course_key: str, lesson_key: str) -> ResponseReturnValue:
    """One lesson: for its learner, or with notes and solutions for a trainer."""
    person = current_person()
    if request.args.get("view") == "trainer":
        return _show_to_trainer(course_key, lesson_key)
    enrolment = queries.find_enrolment(person.id, course_key)
    if enrolment is None or enrolment.withdrawn_at is not None or enrolment.version_id is None:
        if permissions.allows("learning.teach", person):
            return redirect(f"{request.path}?view=trainer")
        return redirect(url_for("learning.show_course", course_key=course_key))
    page = learner_page(enrolment, lesson_key, again=request.args.getlist("again"))
    return render_template(
        "learning/show_lesson.html",
        page=page,
        newer=queries.find_newer_version(enrolment),
        may_teach=permissions.allows("learning.teach", person),
    )


def _show_to_trainer(course_key: str, lesson_key: str) -> ResponseReturnValue:
    person = current_person()
    if not permissions.allows("learning.teach", person):
        note_refusal(person, "learning.teach", request.path)
        raise Forbidden()
    version = queries.find_published(course_key, asked_language())
    if version is None:
        raise NotFound()
    page = trainer_page(version, course_key, lesson_key)
    return render_template("learning/show_lesson_to_trainer.html", page=page)


@bp.post("/learning/<slug:course_key>/lessons/<slug:lesson_key>/place")
@requires("learning.learn")
def keep_place(course_key: str, lesson_key: str) -> ResponseReturnValue:
    """Keep how far the learner has scrolled and how long they were here (sent by the script)."""
    person_id = current_person().id
    with transaction():
        services.note_place(
            queries.get_started_enrolment(person_id, course_key, for_update=True),
            lesson_key,
            scroll_permille=min(LONGEST_SCROLL, _whole_number(request.form.get("scroll", ""))),
            active_s=_whole_number(request.form.get("active", "")),
            now=clock.now(),
        )
    return "", 204


@bp.post("/learning/<slug:course_key>/lessons/<slug:lesson_key>/note")
@requires("learning.learn")
def keep_note(course_key: str, lesson_key: str) -> ResponseReturnValue:
    """Keep the learner's own note beside the lesson."""
    person_id, now = current_person().id, clock.now()
    with transaction():
        enrolment = queries.get_started_enrolment(person_id, course_key, for_update=True)
        services.save_note(enrolment, lesson_key, request.form.get("text", ""), now=now)
    if wants_json():
        return {"saved": clock_time(now)}
    flash(_("Your note is saved."), "success")
    return redirect(url_for("learning.show_lesson", course_key=course_key, lesson_key=lesson_key))


@bp.post("/learning/<slug:course_key>/lessons/<slug:lesson_key>/done")
@requires("learning.learn")
def finish_lesson(course_key: str, lesson_key: str) -> ResponseReturnValue:
    """“Done, next lesson”: to the next lesson, or to the end of the course."""
    person_id, now = current_person().id, clock.now()
    with transaction():
        enrolment = queries.get_started_enrolment(person_id, course_key, for_update=True)
        was_complete = enrolment.completed_at is not None
        complete = services.finish_lesson(enrolment, lesson_key, now=now)
    if complete and not was_complete:
        return redirect(url_for("learning.show_completion", course_key=course_key))
    enrolment = queries.get_started_enrolment(person_id, course_key)
    assert enrolment.version_id is not None
    keys = [one.key for one in queries.lesson_heads(enrolment.version_id)]
    place = keys.index(lesson_key) + 1
    if place == len(keys):
        return redirect(url_for("learning.show_course", course_key=course_key))
    return redirect(url_for("learning.show_lesson", course_key=course_key, lesson_key=keys[place]))
