"""The figures of one question, text by text."""

from __future__ import annotations

from itertools import groupby

from flask import render_template
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from markupsafe import Markup

from trainhub.assessment.queries import statistics as queries
from trainhub.assessment.queries.bank import get_item
from trainhub.assessment.queries.statistics import TextFigures
from trainhub.assessment.rules.statistics import NO_ANSWER, Hidden, OptionStatistics
from trainhub.assessment.views.blueprint import bp
from trainhub.assessment.views.statistics.shown import fewest
from trainhub.catalogue.markdown import plain_text
from trainhub.web.access import requires
from trainhub.web.charts import Series, heat_map, line_chart
from trainhub.web.filters import show_percent
from trainhub.web.locale import current_language

TRUTH_WORDS = {"true": _l("True"), "false": _l("False")}


@bp.get("/question-bank/items/<slug:item_key>/statistics")
@requires("assessment.view_statistics")
def show_item_statistics(item_key: str) -> ResponseReturnValue:
    """How a question does in each of its texts, and who chose which option."""
    item = get_item(item_key)
    texts = queries.text_figures(item)
    texts.sort(key=lambda shown: shown.text.language != current_language())
    return render_template(
        "assessment/show_item_statistics.html",
        item=item,
        texts=texts,
        pictures={shown.text.version_id: _picture_of(shown) for shown in texts},
        trends=_trends(texts),
        uses=queries.list_uses(item.id),
        option_words=option_words,
        fewest=fewest(),
    )


def option_words(shown: TextFigures, row: OptionStatistics) -> str:
    """An option as plain text."""
    if row.option == NO_ANSWER:
        return str(_("No answer"))
    if row.option in TRUTH_WORDS:
        return str(TRUTH_WORDS[row.option])
    return plain_text(shown.text.options[row.option][0])


def _picture_of(shown: TextFigures) -> Markup | None:
    """Who of each third chose what, darker for more."""
    options = shown.figures.options
    if isinstance(options, Hidden):
        return None
    return heat_map(
        [option_words(shown, row) for row in options],
        [_("Best third"), _("Middle third"), _("Poorest third")],
        [[row.upper / 100, row.middle / 100, row.lower / 100] for row in options],
        _("Which option each third of the people chose"),
        show=show_percent,
    )


def _trends(texts: list[TextFigures]) -> list[tuple[str, Markup, list[tuple[str, str]]]]:
    """By language: the share of right answers from version to version, where there are two."""
    trends = []
    for language, group in groupby(texts, key=lambda shown: shown.text.language):
        way = [
            (shown.text.number, facility)
            for shown in group
            if not isinstance(facility := shown.figures.facility, Hidden)
        ][::-1]
        if len(way) < 2:
            continue
        labels = [_("version %(number)s", number=number) for number, _facility in way]
        line = Series(_("Right"), [facility / 100 for _number, facility in way])
        title = _("Share of right answers from version to version")
        rows = [
            (label, show_percent(facility / 100))
            for label, (_number, facility) in zip(labels, way, strict=True)
        ]
        trends.append((language, line_chart(labels, [line], title, show=show_percent), rows))
    return trends
