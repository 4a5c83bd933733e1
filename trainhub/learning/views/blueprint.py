"""The blueprint on which the views of learning stand."""

from __future__ import annotations

from flask import Blueprint

bp = Blueprint("learning", __name__)
