"""Answers that come as a plain form, from a browser without scripts."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from hashlib import sha256
from typing import Any

from werkzeug.datastructures import MultiDict

from trainhub.assessment import services
from trainhub.assessment.queries.attempts import PaperItem
from trainhub.assessment.rules.saving import MAX_SEQ, Decision, Save
from trainhub.assessment.views.sitting_paper import as_text
from trainhub.db import transaction
from trainhub.errors import DomainError
from trainhub.learning.views.answers import read_response
from trainhub.people.models import Person


@dataclass
class Kept:
    """What a form came to: receipts, the answers that were refused, those that did not win."""

    receipts: list[services.Receipt] = field(default_factory=list)
    refused: dict[int, DomainError] = field(default_factory=dict)
    own: dict[int, Any] = field(default_factory=dict)

    def count(self, *decisions: Decision) -> int:
        """How many answers came to one of the decisions."""
        return sum(one.decision in decisions for one in self.receipts)

    @property
    def needs_the_page(self) -> bool:
        """Whether the candidate must look at the same page again before going on."""
        return bool(self.refused or self.own)


def keep_form(
    person: Person,
    attempt_id: int,
    paper: Sequence[PaperItem],
    form: MultiDict[str, str],
    *,
    now: datetime,
) -> Kept:
    """Save every answer of the form that was touched; one that is refused stops no other.

    The newest number of a question's saves is one above the one the page was made with, so that
    a page that stood open loses against what came from elsewhere meanwhile, and says so.
    """
    kept = Kept()
    for each in paper:
        name = f"q{each.row.no}"
        if f"{name}-key" not in form:
            continue
        try:
            response = _response(each, name, form)
            if as_text(response) == form.get(f"{name}-was"):
                continue
            save = Save(
                each.row.no, response, _seq(form, name), form[f"{name}-key"], _device(person)
            )
            with transaction():
                receipt = services.save_responses(attempt_id, person.id, [save], now=now)[0]
        except DomainError as error:
            kept.refused[each.row.no] = error
            continue
        kept.receipts.append(receipt)
        if receipt.decision is Decision.SUPERSEDED and receipt.response != response:
            kept.own[each.row.no] = response
    return kept


def _response(each: PaperItem, name: str, form: MultiDict[str, str]) -> Any:
    """The answer in the fields, or the candidate's own earlier one, asked for again."""
    if form.get("do") == f"mine-{each.row.no}":
        try:
            return json.loads(form.get(f"{name}-mine", "null"))
        except ValueError:
            return None
    return read_response(each.item, name, form)


def _seq(form: MultiDict[str, str], name: str) -> int:
    text = form.get(f"{name}-seq", "")
    known = int(text) if text.isascii() and text.isdigit() and len(text) < 10 else 0
    return min(known + 1, MAX_SEQ)


def _device(person: Person) -> str:
    """The same for all pages of one sign-in."""
    token = person.get_id() or ""
    return f"form-{sha256(token.encode()).hexdigest()[:12]}"
