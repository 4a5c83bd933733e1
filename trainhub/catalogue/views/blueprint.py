"""The blueprint on which the views of the catalogue stand."""

from __future__ import annotations

from flask import Blueprint

bp = Blueprint("catalogue", __name__)
