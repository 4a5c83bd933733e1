"""Where the program's own files lie: beside the package in a checkout, inside it in a wheel."""

from __future__ import annotations

from pathlib import Path

PACKAGE = Path(__file__).resolve().parent
_CHECKOUT = PACKAGE.parent
_ROOT = _CHECKOUT if (_CHECKOUT / "templates" / "base.html").exists() else PACKAGE / "shipped"

TEMPLATES = _ROOT / "templates"
COURSES = _ROOT / "courses"
QUIZZES = _ROOT / "quizzes"
PASSAGES = _ROOT / "passages"
PROGRAMMES = _ROOT / "programmes"
COMPETENCIES = _ROOT / "competencies"
STATIC = PACKAGE / "static"
TRANSLATIONS = PACKAGE / "translations"
MIGRATIONS = PACKAGE / "migrations"
