"""Storing what a series says about itself."""

from __future__ import annotations

from trainhub.catalogue import queries
from trainhub.catalogue.models import Series
from trainhub.catalogue.rules.front_matter import SeriesMeta
from trainhub.catalogue.rules.sync import Step, source_hash
from trainhub.db import db


def store_series(key: str, meta: SeriesMeta, source: str) -> Step:
    """Take a `_series.yaml` over; the file always wins, a series has no editor of its own."""
    series = queries.find_series(key)
    hashed = source_hash(source)
    if series is not None and series.source_hash == hashed:
        return Step.UNCHANGED
    step = Step.UPDATE if series is not None and series.source_hash else Step.CREATE
    series = series or Series(key=key)
    series.knowledge_line = meta.knowledge_line.value
    series.position = meta.order
    series.title_zh, series.title_en = meta.title["zh"], meta.title["en"]
    series.summary_zh, series.summary_en = meta.summary["zh"], meta.summary["en"]
    series.source = source
    series.source_hash = hashed
    db.session.add(series)
    db.session.flush()
    return step
