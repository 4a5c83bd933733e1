"""Looking at a paper as a candidate would get it, and trying the exam as its author."""

from __future__ import annotations

import re
import secrets

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from trainhub import clock
from trainhub.assessment.queries.bank import list_items
from trainhub.assessment.queries.exams import language_pools
from trainhub.assessment.queries.keys import get_exam
from trainhub.assessment.rules.drawing import BlueprintUnfillable, draw
from trainhub.assessment.rules.settings import settings_from
from trainhub.assessment.services import start_preview
from trainhub.assessment.views.bank_shown import show_version
from trainhub.assessment.views.blueprint import bp
from trainhub.assessment.views.exams import EXAM_PATH, exam_address
from trainhub.catalogue.views.questions import ShownQuestion
from trainhub.db import transaction
from trainhub.errors import DomainError
from trainhub.web.access import current_person, requires
from trainhub.web.locale import current_language
from trainhub.web.text import translated

_SEED = re.compile(r"[0-9a-f]{1,16}")


@bp.get(f"{EXAM_PATH}/preview")
@requires("assessment.write_exams")
def preview_paper(exam_key: str) -> ResponseReturnValue:
    """A paper drawn from what is written now, with the right answers."""
    exam = get_exam(exam_key)
    settings = settings_from(exam.settings)
    asked, given = request.args.get("language", current_language()), request.args.get("seed", "")
    language = asked if asked in settings.languages else settings.languages[0]
    seed = given if _SEED.fullmatch(given) else secrets.token_hex(3)
    refused, paper = None, []
    try:
        pool = language_pools(settings)[language]
        drawn = draw(settings.blueprint, pool, seed, shuffle=settings.shuffle_items)
        paper = _shown([one.item_id for one in drawn], language)
    except BlueprintUnfillable as error:
        refused = error.text(translated)
    return render_template(
        "assessment/preview_paper.html",
        exam=exam,
        settings=settings,
        language=language,
        seed=seed,
        next_seed=secrets.token_hex(3),
        paper=paper,
        refused=refused,
    )


def _shown(item_ids: list[int], language: str) -> list[ShownQuestion]:
    """The questions of a paper in its order, with their keys."""
    found = {item.id: item for item in list_items(item_ids)}
    shown = []
    for number, item_id in enumerate(item_ids, start=1):
        item = found[item_id]
        edition = next(one for one in item.editions if one.language == language)
        shown.append(show_version(item, edition.version, name=f"q{number}"))
    return shown


@bp.post(f"{EXAM_PATH}/try")
@requires("assessment.write_exams")
def try_exam(exam_key: str) -> ResponseReturnValue:
    """Sit the published version as a candidate would; it counts nowhere."""
    exam = get_exam(exam_key)
    if exam.published is None:
        flash(_("Publish the exam first: what is tried is the published version."), "warning")
        return redirect(exam_address(exam_key))
    languages = settings_from(exam.published.settings).languages
    asked = request.form.get("language", "")
    language = asked if asked in languages else languages[0]
    try:
        with transaction():
            attempt = start_preview(
                exam.published, language, actor=current_person(), now=clock.now()
            )
            attempt_id = attempt.id
    except DomainError as refused:
        flash(refused.text(translated), "error")
        return redirect(exam_address(exam_key))
    return redirect(url_for("assessment.show_attempt", attempt_id=attempt_id))
