"""What every form of the house shares."""

from __future__ import annotations

from typing import Any

from flask import request
from flask_wtf import FlaskForm
from werkzeug.datastructures import ImmutableMultiDict
from wtforms import Field

from trainhub.errors import DomainError, InputErrors
from trainhub.web.text import translated


class HouseForm(FlaskForm):
    """A form whose errors can also come from a service."""

    class Meta(FlaskForm.Meta):
        """Takes what forms send and nothing else: JSON could put any type into a field."""

        def wrap_formdata(self, form: Any, formdata: Any) -> Any:
            """The fields that were sent; none for a JSON body."""
            if formdata is not None and request.is_json:
                return ImmutableMultiDict()
            return super().wrap_formdata(form, formdata)

    def take_error(self, error: DomainError) -> None:
        """Show a service's refusal at the field it names, else above the form."""
        found = error.errors if isinstance(error, InputErrors) else (error,)
        for one in found:
            field = self._fields.get(one.field or "")
            text = one.text(translated)
            if field is None:
                self.form_errors.append(text)
            else:
                _add_error(field, text)


def _add_error(field: Field, text: str) -> None:
    if text not in field.errors:  # two wrong numbers of one line are one error to read
        field.errors = [*field.errors, text]


def stripped(value: Any) -> Any:
    """WTForms filter: text without blanks around it; empty text becomes None.

    Nor with NUL, which PostgreSQL refuses.
    """
    if isinstance(value, str):
        return value.replace("\0", "").strip() or None
    return value
