"""The trainer's list of passages, and one of them as a typist has it before the eyes."""

from __future__ import annotations

from dataclasses import fields
from typing import Any

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from trainhub import clock
from trainhub.db import transaction
from trainhub.typing_tests.queries.passages import (
    ALL,
    RETIRED,
    PassageCriteria,
    get_passage,
    list_passages,
    list_versions,
)
from trainhub.typing_tests.rules.passage_facts import HARD_FROM, NORMAL_FROM, Difficulty
from trainhub.typing_tests.services.passages import restore_passage, retire_passage
from trainhub.typing_tests.views.blueprint import bp
from trainhub.typing_tests.views.shown import KIND_WORDS
from trainhub.web.access import current_person, requires
from trainhub.web.locale import current_language
from trainhub.web.navigation import NavigationEntry, register
from trainhub.web.text import asked_text

DIFFICULTY_WORDS: dict[str, tuple[str, Any]] = {
    Difficulty.EASY: ("success", _l("Easy")),
    Difficulty.NORMAL: ("info", _l("Normal")),
    Difficulty.HARD: ("warning", _l("Hard")),
}
STATES = {RETIRED: _l("Out of use"), ALL: _l("All")}

register(
    NavigationEntry(
        "typing_tests.list_typing_passages",
        _l("Typing passages"),
        "keyboard",
        "teach",
        "typing_tests.write_passages",
        40,
        (
            "typing_tests.show_passage",
            "typing_tests.add_passage",
            "typing_tests.edit_passage",
            "typing_tests.compose_passage",
            "typing_tests.list_typing_phrases",
            "typing_tests.import_phrases",
        ),
    )
)


@bp.app_template_global("difficulty_words")
def difficulty_words(difficulty: str) -> tuple[str, Any]:
    """The kind of badge and the name of a difficulty."""
    return DIFFICULTY_WORDS[difficulty]


@bp.app_template_global("difficulty_bounds")
def difficulty_bounds() -> tuple[int, int]:
    """From how many points on a passage is normal, and hard."""
    return NORMAL_FROM, HARD_FROM


def asked_criteria() -> tuple[PassageCriteria, dict[str, str]]:
    """What the list is narrowed to, from the address, and the part of it that says so."""
    given = {one.name: asked_text(one.name) for one in fields(PassageCriteria)}
    given["words"] = asked_text("q") or given["words"]
    given = {name: text for name, text in given.items() if text}
    return PassageCriteria(**given), given


@bp.get("/typing-passages")
@requires("typing_tests.write_passages")
def list_typing_passages() -> ResponseReturnValue:
    """The passages, narrowed as asked."""
    criteria, asked = asked_criteria()
    return render_template(
        "typing_tests/list_passages.html",
        criteria=criteria,
        asked=asked,
        rows=list_passages(criteria, current_language()),
        kinds=KIND_WORDS,
        difficulties=DIFFICULTY_WORDS,
        states=STATES,
    )


@bp.get("/typing-passages/<int:passage_id>")
@requires("typing_tests.write_passages")
def show_passage(passage_id: int) -> ResponseReturnValue:
    """One passage: its text as it is typed, its facts, its versions."""
    return render_template(
        "typing_tests/show_passage.html",
        row=get_passage(passage_id),
        versions=list_versions(passage_id),
    )


@bp.post("/typing-passages/<int:passage_id>/retire")
@requires("typing_tests.write_passages")
def put_passage_away(passage_id: int) -> ResponseReturnValue:
    """Give the passage to nobody any more."""
    with transaction():
        passage = get_passage(passage_id).passage
        retire_passage(passage, actor=current_person(), now=clock.now())
    flash(_("The passage is out of use. What was typed of it stays."), "success")
    return redirect(url_for("typing_tests.show_passage", passage_id=passage_id))


@bp.post("/typing-passages/<int:passage_id>/restore")
@requires("typing_tests.write_passages")
def put_passage_back(passage_id: int) -> ResponseReturnValue:
    """Put a passage back into use."""
    with transaction():
        passage = get_passage(passage_id).passage
        restore_passage(passage, actor=current_person(), now=clock.now())
    flash(_("The passage is in use again."), "success")
    return redirect(url_for("typing_tests.show_passage", passage_id=passage_id))
