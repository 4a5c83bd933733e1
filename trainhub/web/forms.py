"""What every form of the house shares."""

from __future__ import annotations

from typing import Any

from flask_wtf import FlaskForm
from wtforms import Field

from trainhub.errors import DomainError, InputErrors
from trainhub.web.text import translated


class HouseForm(FlaskForm):
    """A form whose errors can also come from a service."""

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
    field.errors = [*field.errors, text]


def stripped(value: Any) -> Any:
    """WTForms filter: text without blanks around it; empty text becomes None."""
    if isinstance(value, str):
        return value.strip() or None
    return value
