"""The blueprint that every page of the rota hangs on."""

from __future__ import annotations

from flask import Blueprint

bp = Blueprint("rota", __name__)
