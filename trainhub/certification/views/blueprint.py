"""The blueprint that every page of certification hangs on."""

from __future__ import annotations

from flask import Blueprint

bp = Blueprint("certification", __name__)
