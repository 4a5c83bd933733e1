"""The kinds of questions in words."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l

KINDS = {
    "single": (_l("One right option"), "record-circle"),
    "multiple": (_l("Several right options"), "ui-checks"),
    "true_false": (_l("True or false"), "toggle-on"),
    "short_answer": (_l("Short answer"), "input-cursor-text"),
    "numeric": (_l("Number"), "speedometer2"),
    "ordering": (_l("Order of steps"), "list-ol"),
    "matching": (_l("Pairs"), "arrow-left-right"),
    "cloze": (_l("Text with gaps"), "text-paragraph"),
    "long_answer": (_l("Long answer"), "journal-text"),
}
