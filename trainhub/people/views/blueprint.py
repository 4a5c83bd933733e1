"""The blueprint on which the views of people stand."""

from __future__ import annotations

from flask import Blueprint

bp = Blueprint("people", __name__)
