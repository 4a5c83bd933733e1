"""The blueprint that every page of typing tests hangs on."""

from __future__ import annotations

from flask import Blueprint

bp = Blueprint("typing_tests", __name__)
