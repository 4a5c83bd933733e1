"""Filling and keeping the item bank."""

from trainhub.assessment.services.bank.facts import change_facts, retire_item
from trainhub.assessment.services.bank.importing import ImportOutcome, import_questions
from trainhub.assessment.services.bank.pictures import keep_picture
from trainhub.assessment.services.bank.rehearsing import rehearse_import
from trainhub.assessment.services.bank.taking_over import take_over_catalogue
from trainhub.assessment.services.bank.usage import count_usage
from trainhub.assessment.services.bank.writing import (
    CatalogueText,
    KeyTaken,
    TextMoved,
    put_text,
    save_item,
)

__all__ = [
    "CatalogueText",
    "ImportOutcome",
    "KeyTaken",
    "TextMoved",
    "change_facts",
    "count_usage",
    "import_questions",
    "keep_picture",
    "put_text",
    "rehearse_import",
    "retire_item",
    "save_item",
    "take_over_catalogue",
]
