"""The item bank: the list, and changing many questions at once."""

from __future__ import annotations

from dataclasses import fields, replace
from typing import Any
from urllib.parse import parse_qsl, urlencode

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import ngettext

from trainhub import clock
from trainhub.assessment.queries.bank import bank_words, find_bank_page, list_items
from trainhub.assessment.queries.bank.listing import ALL, SORTS, BankCriteria
from trainhub.assessment.queries.statistics import figures_of_items
from trainhub.assessment.rules.bank_facts import ItemFacts, distinct
from trainhub.assessment.services.bank import change_facts
from trainhub.assessment.services.bank.facts import current_facts
from trainhub.assessment.views.blueprint import bp
from trainhub.catalogue.forms.item_form import words_of
from trainhub.catalogue.markdown import plain_text
from trainhub.catalogue.views.item_words import KINDS
from trainhub.catalogue.views.questions import key_in_words
from trainhub.db import transaction
from trainhub.errors import InputErrors
from trainhub.web.access import current_person, requires
from trainhub.web.converters import row_id
from trainhub.web.locale import current_language
from trainhub.web.text import translated

NAMES = tuple(one.name for one in fields(BankCriteria))


def asked_criteria() -> tuple[BankCriteria, dict[str, Any]]:
    """What the list is narrowed to, from the address, and the address's part that says so."""
    given = {name: request.args[name] for name in NAMES if request.args.get(name)}
    if "q" in request.args:
        given["words"] = request.args["q"]
    if given.get("sort") not in SORTS:
        given.pop("sort", None)
    criteria = BankCriteria(**given)
    asked: dict[str, Any] = {
        ("q" if name == "words" else name): value for name, value in given.items()
    }
    return criteria, asked


@bp.get("/question-bank")
@requires("assessment.write_items")
def list_bank() -> ResponseReturnValue:
    """The questions of the bank."""
    criteria, asked = asked_criteria()
    page = request.args.get("page", default=1, type=row_id)
    found = find_bank_page(criteria, current_language(), page)
    return render_template(
        "assessment/list_bank.html",
        criteria=criteria,
        asked=asked,
        back=urlencode(asked | ({"page": page} if page > 1 else {})),
        found=found,
        figures=figures_of_items([row.item.id for row in found.rows]),
        words=bank_words(),
        kinds=KINDS,
        everything=ALL,
        plain_text=plain_text,
        key_in_words=key_in_words,
        page_url=lambda number: url_for("assessment.list_bank", **(asked | {"page": number})),
    )


@bp.get("/question-bank/new")
@requires("assessment.write_items")
def choose_kind() -> ResponseReturnValue:
    """Choose the kind of the question to write."""
    return render_template("assessment/choose_kind.html", kinds=KINDS)


@bp.post("/question-bank/change")
@requires("assessment.write_items")
def change_items() -> ResponseReturnValue:
    """Give the ticked questions another topic, level or status, or tags; all, or none."""
    items = list_items(request.form.getlist("item_id", type=row_id))
    try:
        with transaction():
            count = sum(_change(item, request.form) for item in items)
    except InputErrors as refused:
        for error in refused.errors:
            flash(error.text(translated), "error")
    else:
        flash(ngettext("%(num)d question changed.", "%(num)d questions changed.", count), "success")
    if not items:
        flash(_("Tick the questions to change first."), "warning")
    return redirect(_back())


def _back() -> str:
    """The list as it was asked for."""
    given = parse_qsl(request.form.get("back", ""))
    asked: dict[str, Any] = {name: text for name, text in given if name in ("q", "page", *NAMES)}
    return url_for("assessment.list_bank", **asked)


def _change(item: Any, form: Any) -> bool:
    before = current_facts(item)
    after = changed_facts(before, form)
    reason = form.get("reason", "")[:500]
    return change_facts(item, after, reason=reason, actor=current_person(), now=clock.now())


def changed_facts(facts: ItemFacts, form: Any) -> ItemFacts:
    """The facts with what a form for many questions asks; what it leaves empty stays."""
    gone = set(words_of(form.get("tags_off")))
    tags = [tag for tag in facts.tags if tag not in gone] + words_of(form.get("tags_on"))
    named = {
        name: form[name].strip()
        for name in ("topic", "level", "status")
        if form.get(name, "").strip()
    }
    return replace(facts, tags=distinct(tags), **named)
