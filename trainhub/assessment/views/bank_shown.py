"""How the bank shows its questions: as candidates see them, with the key, with pictures."""

from __future__ import annotations

from typing import Any

from flask import url_for

from trainhub.assessment.forms.bank import STATUS_WORDS
from trainhub.assessment.models import BankItem, BankItemVersion
from trainhub.assessment.queries.items import as_quiz_item
from trainhub.assessment.rules.statistics.values import Figure, Hidden
from trainhub.assessment.views.blueprint import bp
from trainhub.catalogue.forms.item_form import LEVEL_WORDS
from trainhub.catalogue.views.item_words import KINDS
from trainhub.catalogue.views.questions import Pictures, ShownQuestion, show_question
from trainhub.web.filters import show_percent

STATUS_KINDS = {"draft": "warning", "live": "success", "retired": "neutral"}


def pictures_of(version: BankItemVersion) -> Pictures:
    """Where the pictures of a text lie; a version's never change."""

    def address(name: str) -> str | None:
        number = version.pictures.get(name)
        return url_for("assessment.show_bank_picture", picture_id=number) if number else None

    return Pictures(f"bank/{version.id}", address)


def show_version(
    item: BankItem, version: BankItemVersion, *, name: str, with_key: bool = True
) -> ShownQuestion:
    """A text of a question, with the right answers unless `with_key` is False."""
    text = as_quiz_item(item, version)
    pictures = pictures_of(version)
    return show_question(text, version.language, name=name, with_key=with_key, pictures=pictures)


@bp.app_template_global("item_status")
def item_status(status: str) -> tuple[str, Any]:
    """Kind of badge and words of a question's status."""
    return STATUS_KINDS[status], STATUS_WORDS[status]


@bp.app_template_global("level_words")
def level_words(level: str) -> Any:
    """A level in words; any for none."""
    return LEVEL_WORDS.get(level, "–")


@bp.app_template_global("kind_words")
def kind_words(kind: str) -> tuple[Any, str]:
    """Words and icon of a kind of question."""
    return KINDS[kind]


@bp.app_template_global("figure_percent")
def figure_percent(figure: Figure) -> str:
    """A figure in per cent; a dash where there are too few answers for one."""
    return "–" if isinstance(figure, Hidden) else show_percent(figure / 100)
