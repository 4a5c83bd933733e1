"""The blueprint that every page of delivery hangs on."""

from __future__ import annotations

from flask import Blueprint

bp = Blueprint("delivery", __name__)
