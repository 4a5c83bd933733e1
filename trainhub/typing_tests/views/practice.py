"""Practice lessons: of one's own weak characters, and of the phrases that are typed all day."""

from __future__ import annotations

import secrets
from dataclasses import dataclass

from flask import redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from trainhub import clock
from trainhub.db import transaction
from trainhub.errors import DomainError, InputErrors
from trainhub.typing_tests.queries.phrases import list_groups, list_phrases
from trainhub.typing_tests.queries.practising import find_weak_points, list_sources
from trainhub.typing_tests.rules.lessons import lesson_of_weak
from trainhub.typing_tests.rules.passages import LANGUAGES
from trainhub.typing_tests.rules.phrases import compose
from trainhub.typing_tests.rules.settings import Mode, PassageKind
from trainhub.typing_tests.rules.weak_points import WeakPoint, WeakPoints
from trainhub.typing_tests.services.starting import RunUnderWay, start_run
from trainhub.typing_tests.views.blueprint import bp
from trainhub.typing_tests.views.running import to_surface
from trainhub.typing_tests.views.starting import hub_page
from trainhub.web.access import current_person, requires
from trainhub.web.filters import LANGUAGE_TAGS
from trainhub.web.locale import current_language
from trainhub.web.text import translated, typed_text

PHRASES_IN_LESSON = 8
SHOWN_SIGNS = 12


@dataclass(frozen=True)
class WeakLesson:
    """What a lesson of weak characters would be made of."""

    language: str
    signs: list[WeakPoint]

    @property
    def tag(self) -> str:
        """The language, for `lang`."""
        return LANGUAGE_TAGS.get(self.language, self.language)


def weakest(found: WeakPoints) -> list[WeakPoint]:
    """The mistaken and the slow characters in turn, each once."""
    both = zip(found.mistaken_characters, found.slow_characters, strict=False)
    first = [point for pair in both for point in pair]
    every = [*first, *found.mistaken_characters, *found.slow_characters]
    return list({point.text: point for point in reversed(every)}.values())[::-1][:SHOWN_SIGNS]


@bp.get("/typing/practice")
@requires("typing_tests.type")
def show_practice() -> ResponseReturnValue:
    """The lessons that one may choose from."""
    person, now = current_person(), clock.now()
    order = sorted(LANGUAGES, key=lambda language: language != current_language())
    lessons = [
        WeakLesson(language, weakest(find_weak_points(person.id, language, now)))
        for language in order
    ]
    groups = [(language, found) for language in order if (found := list_groups(language))]
    return render_template(
        "typing_tests/show_practice.html",
        weak_lessons=[lesson for lesson in lessons if lesson.signs],
        phrase_groups=groups,
    )


@bp.post("/typing/lessons")
@requires("typing_tests.type")
def start_lesson() -> ResponseReturnValue:
    """Make a lesson and begin it."""
    person, now = current_person(), clock.now()
    language = request.form.get("language", "")
    kind = PassageKind.PHRASES if request.form.get("source") == "phrases" else PassageKind.PROSE
    text = _lesson_text(language, kind)
    if not text:
        return hub_page(_("There is nothing yet to make this lesson of."), 422)
    try:
        with transaction():
            started = start_run(
                person, language=language, kind=kind, mode=Mode.WHOLE, passage_text=text, now=now
            )
    except RunUnderWay as under_way:
        return redirect(url_for("typing_tests.show_run", run_id=under_way.run_id))
    except InputErrors as wrong:
        return hub_page(" ".join(one.text(translated) for one in wrong.errors), 422)
    except DomainError as error:
        return hub_page(error.text(translated), error.status)
    return to_surface(started)


def _lesson_text(language: str, kind: PassageKind) -> str:
    if language not in LANGUAGES:
        return ""
    seed = secrets.randbits(32)
    if kind is PassageKind.PHRASES:
        phrases = [one.text for one in list_phrases(language, typed_text("group", 60))]
        return compose(phrases, count=PHRASES_IN_LESSON, seed=seed) if phrases else ""
    found = find_weak_points(current_person().id, language, clock.now())
    weak = [point.text for point in [*weakest(found), *found.mistaken_pairs, *found.slow_pairs]]
    return lesson_of_weak(weak, list_sources(language), language, seed=seed)
