"""Lines of the debt account in words."""

from __future__ import annotations

from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from trainhub.delivery.views.blueprint import bp

# Reasons the program itself writes.
OWN_REASONS: dict[str, Any] = {
    "never_begun": _l("nobody began the class or recorded it within a day"),
    "class_over": _l("the class was over"),
}
KINDS: dict[str, Any] = {
    "planned": _l("Planned"),
    "delivered": _l("Held"),
    "cancelled": _l("Lost"),
    "owed": _l("Owed"),
    "repaid": _l("Made up"),
    "waived": _l("Waived"),
}


def kind_words(kind: str) -> str:
    """What a line of the account is."""
    return str(KINDS[kind])


def settled_words(settled_as: str) -> tuple[str, str]:
    """Kind of badge and words for what became of a class owed."""
    return {
        "": ("warning", _("Owed")),
        "attended": ("success", _("Made up in a class")),
        "learned": ("success", _("Completed alone")),
        "waived": ("neutral", _("Waived")),
    }[settled_as]


@bp.app_template_global("debt_reason")
def debt_reason(reason: str) -> str:
    """A reason as somebody wrote it, or the program's own in words."""
    return str(OWN_REASONS.get(reason, reason))
