"""The blueprint that every page of exams hangs on."""

from __future__ import annotations

from flask import Blueprint

bp = Blueprint("assessment", __name__)
