"""The catalogue's fixed words in the reader's language."""

from __future__ import annotations

from typing import Any

from flask_babel import lazy_gettext as _

LINES: dict[str, tuple[Any, Any, str]] = {
    "product": (
        _("Company and products"),
        _("What we sell, to whom, and how our systems say it."),
        "briefcase",
    ),
    "service": (
        _("Serving customers"),
        _("Listening, clearing up, helping, selling: what happens in a contact."),
        "headset",
    ),
    "support": (
        _("Working well"),
        _("The tools and habits behind every good contact."),
        "keyboard",
    ),
}
COMPETENCIES = {
    "reading-customer": _("Reading the customer"),
    "product-knowledge": _("Using product knowledge"),
    "understanding-need": _("Understanding the need"),
    "offering-solution": _("Offering the right product or service"),
    "communication": _("Communication"),
    "self-management": _("Managing oneself"),
    "teamwork": _("Teamwork"),
    "self-motivation": _("Motivating oneself"),
    "applying-knowledge": _("Gaining and applying knowledge"),
    "reflective-practice": _("Reflective practice"),
    "it-skill": _("Using IT"),
}
# Each language in its own words: whoever reads it finds it on a page in any language.
LANGUAGES = {"zh": "中文", "en": "English"}
STEPS = {
    "create": _("new"),
    "update": _("changed"),
    "unchanged": _("unchanged"),
    "keep": _("older file, left alone"),
}
