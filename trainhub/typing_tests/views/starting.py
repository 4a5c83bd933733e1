"""Before a run: what is due, what can be practised, the rules of a test, and the start itself."""

from __future__ import annotations

from typing import Any

from flask import redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import lazy_gettext as _l

from trainhub import clock
from trainhub.db import transaction
from trainhub.errors import DomainError, InputErrors
from trainhub.typing_tests.models import TypingRun
from trainhub.typing_tests.queries.practising import find_weak_points, list_speed_points
from trainhub.typing_tests.queries.runs import find_open_run, list_own_runs
from trainhub.typing_tests.queries.standings import MyTest, get_my_test, list_my_tests
from trainhub.typing_tests.queries.tests import list_open_sittings
from trainhub.typing_tests.rules.settings import DURATIONS_S, Counting, Mode, PassageKind
from trainhub.typing_tests.services.starting import RunUnderWay, StartedRun, start_run
from trainhub.typing_tests.views.blueprint import bp
from trainhub.typing_tests.views.code_tries import count_try
from trainhub.typing_tests.views.own_runs import shown_run
from trainhub.typing_tests.views.running import to_surface
from trainhub.typing_tests.views.shown import KIND_NOTES, length_words
from trainhub.web.access import current_person, requires
from trainhub.web.filters import LANGUAGE_TAGS
from trainhub.web.locale import current_language, current_zone
from trainhub.web.navigation import NavigationEntry, register
from trainhub.web.text import translated, typed_text

SHOWN_RUNS = 6
SHOWN_SIGNS = 12
LEAST_CURVE = 2
DRAWN_RUNS = 20
WHOLE = "whole"

register(
    NavigationEntry(
        "typing_tests.show_hub",
        _l("Typing"),
        "keyboard",
        "learn",
        "typing_tests.type",
        30,
        (
            "typing_tests.show_test",
            "typing_tests.show_result",
            "typing_tests.show_replay",
            "typing_tests.show_history",
            "typing_tests.show_practice",
        ),
    )
)


@bp.get("/typing")
@requires("typing_tests.type")
def show_hub() -> ResponseReturnValue:
    """What is due, what can be practised now, and how it went of late."""
    return hub_page()


def hub_page(error: str | None = None, status: int = 200) -> ResponseReturnValue:
    """The hub; `error` says why no run has begun."""
    person, today = current_person(), clock.today(current_zone())
    tests = list_my_tests(person.id, today)
    open_run = find_open_run(person.id)
    language = current_language()
    weak = find_weak_points(person.id, language, clock.now())
    signs = weak.slow_characters + weak.mistaken_characters
    values: dict[str, Any] = {
        "tests": tests,
        "today": today,
        "is_pressing": any(one.is_overdue(today) for one in tests),
        "open_run": open_run if open_run and _is_begun(open_run) else None,
        "runs": [shown_run(run) for run in list_own_runs(person.id, size=SHOWN_RUNS).runs],
        "kinds": [(kind.value, KIND_NOTES[kind]) for kind in PassageKind],
        "lengths": _lengths(),
        "chosen": _chosen(language),
        "curves": [
            (key, [point.speed for point in points[-DRAWN_RUNS:]], points[-1].speed, unit)
            for (key, unit), points in list_speed_points(person.id).items()
            if len(points) >= LEAST_CURVE
        ],
        "weak": _unlike(signs, LANGUAGE_TAGS.get(language, language)),
        "error": error,
    }
    return render_template("typing_tests/show_hub.html", **values), status


def _is_begun(run: TypingRun) -> bool:
    """Whether there is something to go on with: a run without a key is put aside by the next."""
    return run.events > 0 and run.closes_at > clock.now()


def _unlike(signs: list[Any], tag: str) -> list[dict[str, str]]:
    texts = list(dict.fromkeys(sign.text for sign in signs))[:SHOWN_SIGNS]
    return [{"text": text, "tag": tag} for text in texts]


def _lengths() -> list[tuple[str, str]]:
    timed = [(str(length), length_words(Mode.TIMED, length)) for length in DURATIONS_S]
    return [*timed, (WHOLE, length_words(Mode.WHOLE, 0))]


def _chosen(language: str) -> dict[str, str]:
    """What is preset: what was sent, else a minute of prose in the reader's language."""
    usual = {"language": language, "kind": PassageKind.PROSE.value, "length": str(DURATIONS_S[0])}
    return {name: request.values.get(name, value) for name, value in usual.items()}


@bp.get("/typing/tests/<int:test_id>")
@requires("typing_tests.type")
def show_test(test_id: int) -> ResponseReturnValue:
    """Everything a typist should know before a test begins."""
    return _test_page(get_my_test(test_id, current_person().id))


def _test_page(mine: MyTest, error: DomainError | None = None) -> ResponseReturnValue:
    now = clock.now()
    next_start = mine.next_start
    runs = list_own_runs(current_person().id, test_id=mine.test.id).runs
    values: dict[str, Any] = {
        "mine": mine,
        "needs_code": mine.settings.counting is Counting.MEDIAN_OF_THREE_SUPERVISED
        or not mine.is_assigned,
        "has_open_room": any(one.test_id == mine.test.id for one in list_open_sittings(now)),
        "pause_until": next_start if next_start and next_start > now else None,
        "room_code": typed_text("room_code", 40),
        "runs": [shown_run(run) for run in runs],
        "error": error.text(translated) if error else None,
        "error_field": "room_code" if error and error.field == "sitting_code" else None,
    }
    return render_template("typing_tests/show_test.html", **values), error.status if error else 200


@bp.post("/typing/runs")
@requires("typing_tests.type")
def start() -> ResponseReturnValue:
    """Begin a run, of a test or to practise; a run under way is gone on with instead."""
    test_id = request.form.get("test_id", type=int)
    person = current_person()
    try:
        started = _started(test_id)
    except RunUnderWay as under_way:
        return redirect(url_for("typing_tests.show_run", run_id=under_way.run_id))
    except InputErrors as wrong:
        return hub_page(" ".join(one.text(translated) for one in wrong.errors), 422)
    except DomainError as error:
        if test_id is None or error.status == 404:
            return hub_page(error.text(translated), error.status)
        return _test_page(get_my_test(test_id, person.id), error)
    return to_surface(started)


def _started(test_id: int | None) -> StartedRun:
    person, now = current_person(), clock.now()
    if test_id is not None:
        code = typed_text("room_code", 40).strip()
        count_try(person.id, code)
        with transaction():
            return start_run(person, test_id=test_id, sitting_code=code, now=now)
    chosen = _chosen(current_language())
    is_whole = chosen["length"] == WHOLE
    with transaction():
        return start_run(
            person,
            language=chosen["language"],
            kind=chosen["kind"],
            mode=Mode.WHOLE if is_whole else Mode.TIMED,
            duration_s=0 if is_whole else _seconds(chosen["length"]),
            passage_id=request.form.get("passage_id", type=int),
            now=now,
        )


def _seconds(text: str) -> int:
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 6 else -1
