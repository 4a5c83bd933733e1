"""Searching the library."""

from __future__ import annotations

from flask import render_template, request, url_for
from flask.typing import ResponseReturnValue

from trainhub.catalogue.queries.search import search_courses
from trainhub.catalogue.views import labels
from trainhub.catalogue.views.blueprint import bp
from trainhub.web import navigation
from trainhub.web.access import requires
from trainhub.web.converters import row_id
from trainhub.web.locale import current_language

_LONGEST = 200
navigation.register_search("catalogue.search", "catalogue.read")


@bp.get("/search")
@requires("catalogue.read")
def search() -> ResponseReturnValue:
    """The courses and lessons that hold the words asked for."""
    words = " ".join(request.args.get("q", "").split())[:_LONGEST]
    asked = request.args.get("language")
    language = asked if asked in labels.LANGUAGES else None
    page = request.args.get("page", default=1, type=row_id)
    found = search_courses(words, reading=current_language(), language=language, page=page)
    return render_template(
        "catalogue/search_courses.html",
        words=words,
        language=language,
        found=found,
        labels=labels,
        page_url=lambda number: url_for(
            "catalogue.search", q=words, language=language, page=number
        ),
    )
