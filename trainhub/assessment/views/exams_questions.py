"""Which questions an exam has: quotas to draw by with what the bank has, or a fixed list."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from trainhub import clock
from trainhub.assessment.models import Exam
from trainhub.assessment.queries.bank import bank_words, find_bank_page, list_rows_by_key
from trainhub.assessment.queries.bank.listing import BankCriteria
from trainhub.assessment.queries.exams import find_expectation, language_pools
from trainhub.assessment.queries.keys import get_exam
from trainhub.assessment.queries.statistics import figures_of_items
from trainhub.assessment.rules.bank import ItemStatus
from trainhub.assessment.rules.drawing import BlueprintUnfillable
from trainhub.assessment.rules.exam_checks import (
    read_fixed_list,
    read_quotas,
    with_blueprint,
)
from trainhub.assessment.rules.expectations import (
    Expectation,
    QuotaCount,
    common_pool,
    missing_keys,
    quota_counts,
    refusal_to_fill,
)
from trainhub.assessment.rules.settings import Blueprint, ExamSettings, Form, settings_from
from trainhub.assessment.services.exams import change_exam
from trainhub.assessment.views.bank import asked_criteria
from trainhub.assessment.views.blueprint import bp
from trainhub.assessment.views.exams import EXAM_PATH
from trainhub.assessment.views.exams_words import quota_words
from trainhub.catalogue.markdown import plain_text
from trainhub.catalogue.views.questions import key_in_words
from trainhub.db import transaction
from trainhub.errors import DomainError, InputErrors
from trainhub.web.access import current_person, requires
from trainhub.web.converters import row_id
from trainhub.web.locale import current_language
from trainhub.web.text import translated

MOST_ROWS = 40
PICKED_FROM = 15
FIRST_ROWS = 3
MOVES = {"up": -1, "down": 1}


@dataclass
class BlueprintPage:
    """Quotas as typed with what the bank has for them."""

    exam: Exam
    settings: ExamSettings
    rows: list[dict[str, Any]]
    errors: list[str] = field(default_factory=list)

    def count(self) -> dict[str, Any]:
        """What the bank has for the blueprint, in every language of the exam."""
        pools = language_pools(self.settings)
        blueprint = self.settings.blueprint
        drawn_from = dict(pools)
        if self.settings.form is Form.SHARED:
            drawn_from = dict.fromkeys(pools, common_pool(pools))
        expected, refused = _expected(self.settings, drawn_from)
        counts: list[QuotaCount] = quota_counts(blueprint, pools)
        return {
            "quotas": list(zip(map(quota_words, blueprint.quotas), counts, strict=True)),
            "missing": {name: missing_keys(blueprint, pool) for name, pool in pools.items()},
            "expected": expected,
            "refused": {name: why.text(translated) for name, why in refused.items()},
        }

    def answer(self, status: int = 200) -> ResponseReturnValue:
        """The page, or only the counts for a script that asks for that."""
        name = "assessment/edit_blueprint.html"
        if request.headers.get("X-Part") == "counts":
            name = "assessment/_blueprint_counts.html"
        page = render_template(
            name,
            page=self,
            exam=self.exam,
            settings=self.settings,
            words=bank_words(),
            **self.count(),
        )
        return page, status


def _expected(
    settings: ExamSettings, pools: Mapping[str, Any]
) -> tuple[dict[str, Expectation], dict[str, BlueprintUnfillable]]:
    expected: dict[str, Expectation] = {}
    refused: dict[str, BlueprintUnfillable] = {}
    if not settings.blueprint.length:
        return expected, refused
    for language, pool in pools.items():
        why = refusal_to_fill(settings.blueprint, pool)
        if why is not None:
            refused[language] = why
        else:
            expected[language] = find_expectation(settings, pool)
    return expected, refused


def _stored_rows(blueprint: Blueprint) -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = [
        {"topic": one.topic, "level": one.level, "tags": list(one.tags), "count": str(one.count)}
        for one in blueprint.quotas
    ]
    return rows + [{} for _row in range(max(0, FIRST_ROWS - len(rows)) or 1)]


def _typed_rows() -> list[dict[str, Any]]:
    """The rows of the form in their order, at most `MOST_ROWS`."""
    numbers = [n for n in range(MOST_ROWS) if f"count-{n}" in request.form]
    return [
        {
            "topic": request.form.get(f"topic-{n}", ""),
            "level": request.form.get(f"level-{n}", ""),
            "tags": [tag for tag in request.form.getlist(f"tags-{n}") if tag],
            "count": request.form.get(f"count-{n}", ""),
        }
        for n in numbers
    ]


@bp.route(f"{EXAM_PATH}/questions", methods=["GET", "POST"])
@requires("assessment.write_exams")
def edit_blueprint(exam_key: str) -> ResponseReturnValue:
    """Say by quotas which questions a paper has."""
    exam = get_exam(exam_key)
    settings = settings_from(exam.settings)
    if settings.blueprint.is_fixed:
        return redirect(url_for("assessment.edit_fixed_list", exam_key=exam_key))
    page = BlueprintPage(exam, settings, _stored_rows(settings.blueprint))
    if request.method == "GET":
        return page.answer()
    page.rows = _typed_rows()
    try:
        page.settings = with_blueprint(settings, Blueprint(read_quotas(page.rows)))
        if request.form.get("do") == "save":
            _store(exam_key, page.settings)
            flash(_("The questions are saved."), "success")
            return redirect(url_for("assessment.edit_blueprint", exam_key=exam_key))
    except InputErrors as refused:
        page.errors = [_row_words(one) for one in refused.errors]
    except DomainError as error:
        page.errors = [error.text(translated)]
    if request.form.get("do") == "row":
        page.rows.append({})
    return page.answer(422 if page.errors and request.form.get("do") == "save" else 200)


def _row_words(error: Any) -> str:
    text = error.text(translated)
    return _("Row %(row)s: %(text)s", row=error.row, text=text) if error.row else str(text)


def _store(exam_key: str, settings: ExamSettings) -> None:
    revision = request.form.get("revision", type=row_id) or 0
    with transaction():
        change_exam(
            get_exam(exam_key),
            settings,
            revision=revision,
            actor=current_person(),
            now=clock.now(),
        )


@bp.get(f"{EXAM_PATH}/fixed-list")
@requires("assessment.write_exams")
def edit_fixed_list(exam_key: str) -> ResponseReturnValue:
    """The fixed list of an exam beside the bank to pick from."""
    exam = get_exam(exam_key)
    settings = settings_from(exam.settings)
    criteria, asked = asked_criteria()
    if not criteria.status:
        criteria = BankCriteria(**(vars(criteria) | {"status": ItemStatus.LIVE.value}))
    page = request.args.get("page", default=1, type=row_id)
    found = find_bank_page(criteria, current_language(), page, PICKED_FROM)
    listed = list_rows_by_key(settings.blueprint.items, current_language())
    ids = [row.item.id for row in [*found.rows, *listed]]
    return render_template(
        "assessment/edit_fixed_list.html",
        exam=exam,
        page=BlueprintPage(exam, settings, []),
        listed=listed,
        found=found,
        criteria=criteria,
        asked=asked,
        figures=figures_of_items(ids),
        words=bank_words(),
        plain_text=plain_text,
        key_in_words=key_in_words,
        clashes=_clashes(listed),
        page_url=lambda number: url_for(
            "assessment.edit_fixed_list", exam_key=exam_key, **(asked | {"page": number})
        ),
    )


def _clashes(listed: Sequence[Any]) -> list[str]:
    """The groups of enemies of which the list has more than one."""
    groups = [group for row in listed for group in row.item.enemies]
    return sorted({group for group in groups if groups.count(group) > 1})


@bp.post(f"{EXAM_PATH}/fixed-list")
@requires("assessment.write_exams")
def change_fixed_list(exam_key: str) -> ResponseReturnValue:
    """Add, take away or move one question of the list, or give the list up."""
    settings = settings_from(get_exam(exam_key).settings)
    keys = list(settings.blueprint.items)
    act, key = request.form.get("do", ""), request.form.get("key", "")
    try:
        items = read_fixed_list(_changed(keys, act, key))
        _store(exam_key, with_blueprint(settings, Blueprint(settings.blueprint.quotas, items)))
    except InputErrors as refused:
        for error in refused.errors:
            flash(error.text(translated), "error")
    except DomainError as error:
        flash(error.text(translated), "error")
    if act == "clear":
        return redirect(url_for("assessment.edit_blueprint", exam_key=exam_key))
    _criteria, asked = asked_criteria()
    anchor = f"listed-{key}" if act in MOVES else None
    return redirect(
        url_for("assessment.edit_fixed_list", exam_key=exam_key, _anchor=anchor, **asked)
    )


def _changed(keys: list[str], act: str, key: str) -> list[str]:
    if act == "clear":
        return []
    if act == "add":
        known = [row.item.key for row in list_rows_by_key([key], current_language())]
        return keys + known
    if act == "remove":
        return [one for one in keys if one != key]
    if act in MOVES and key in keys:
        place = keys.index(key)
        target = max(0, min(len(keys) - 1, place + MOVES[act]))
        keys.insert(target, keys.pop(place))
    return keys
