"""Putting input fields into the rendered stem of a cloze."""

from __future__ import annotations

import re
from collections.abc import Mapping

from markupsafe import Markup

_GAP = re.compile(r"\{\{(\d{1,3})\}\}")


def fill_gaps(html: Markup, fields: Mapping[str, Markup]) -> Markup:
    """The rendered stem of `learner_view` with `{{1}}` … replaced by the given fields.

    A number without a field stays as it is.
    """

    def field(found: re.Match[str]) -> str:
        return str(fields.get(found[1], found[0]))

    return Markup(_GAP.sub(field, str(html)))  # noqa: S704 -- both parts are Markup already
