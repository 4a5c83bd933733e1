"""Tables of delivery to take away, and the dates they are asked for by."""

from __future__ import annotations

from datetime import date

from flask import request

from trainhub.web.table_files import table_file

__all__ = ["asked_date", "table_file"]


def asked_date(name: str) -> date | None:
    """A date asked for in the address; None for none and for nonsense."""
    try:
        return date.fromisoformat(request.args.get(name, ""))
    except ValueError:
        return None
