"""What comes to light: figures of exams and questions, the authors' queue, every response.

`figures_of_items(item_ids)` is what lists of questions show beside each one.
"""

from trainhub.assessment.queries.statistics.aggregates import (
    ItemFigures,
    Sums,
    figures_of_items,
    sums_of_texts,
)
from trainhub.assessment.queries.statistics.exams import (
    Edition,
    ExamFigures,
    ExamSummary,
    ItemRow,
    exam_figures,
    list_editions,
    list_summaries,
)
from trainhub.assessment.queries.statistics.hygiene import (
    FlaggedText,
    HygieneQueue,
    Neglect,
    NeglectedItem,
    hygiene_queue,
)
from trainhub.assessment.queries.statistics.items import (
    TextFigures,
    Use,
    list_uses,
    text_figures,
)
from trainhub.assessment.queries.statistics.responses import ResponseRow, batches_of_responses
from trainhub.assessment.queries.statistics.scores import AskedText

__all__ = [
    "AskedText",
    "Edition",
    "ExamFigures",
    "ExamSummary",
    "FlaggedText",
    "HygieneQueue",
    "ItemFigures",
    "ItemRow",
    "Neglect",
    "NeglectedItem",
    "ResponseRow",
    "Sums",
    "TextFigures",
    "Use",
    "batches_of_responses",
    "exam_figures",
    "figures_of_items",
    "hygiene_queue",
    "list_editions",
    "list_summaries",
    "list_uses",
    "sums_of_texts",
    "text_figures",
]
