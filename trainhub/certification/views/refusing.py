"""Looks at what is not one's own: not found, and put on record."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import ParamSpec

from flask import request
from flask.typing import ResponseReturnValue

from trainhub.errors import NotFound
from trainhub.people.views.signed_in import note_refusal
from trainhub.web.access import current_person

P = ParamSpec("P")


def on_record(
    permission: str,
) -> Callable[[Callable[P, ResponseReturnValue]], Callable[P, ResponseReturnValue]]:
    """Note in the audit trail whenever the view finds nothing that its reader may see."""

    def mark(view: Callable[P, ResponseReturnValue]) -> Callable[P, ResponseReturnValue]:
        @wraps(view)
        def noting(*args: P.args, **kwargs: P.kwargs) -> ResponseReturnValue:
            try:
                return view(*args, **kwargs)
            except NotFound:
                note_refusal(current_person(), permission, request.path)
                raise

        return noting

    return mark
