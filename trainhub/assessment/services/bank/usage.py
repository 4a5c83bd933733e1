"""Counting how many papers have held each question."""

from __future__ import annotations

from sqlalchemy import update

from trainhub.assessment.models import BankItem
from trainhub.assessment.queries.bank.usage import moved_usage
from trainhub.db import db


def count_usage() -> int:
    """Bring `BankItem.used` up to date; how many questions had another number.

    Why not while drawing: hundreds start in the same minute, and a count over half a million
    rows for each would be most of their work; and why not at each start: all of them would wait
    for the same rows. Drawing only prefers what is used less, so a count of a minute ago will do.
    """
    moved = moved_usage()
    if moved:
        rows = [{"id": item_id, "used": used} for item_id, used in moved.items()]
        db.session.execute(update(BankItem), rows)
    return len(moved)
