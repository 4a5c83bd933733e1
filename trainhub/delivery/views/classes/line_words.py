"""What a class leaves of the lines, in words: a badge and a sentence."""

from __future__ import annotations

from flask_babel import gettext as _
from flask_babel import ngettext

from trainhub.delivery.rules.classes.lines import LinesDuring, QueueDuring
from trainhub.delivery.views.blueprint import bp
from trainhub.rota.rules.clock_times import clock_time
from trainhub.web.filters import show_number


@bp.app_template_global("lines_badge")
def lines_badge(lines: LinesDuring) -> tuple[str, str, str | None]:
    """Kind, words and picture of what a class leaves of the lines."""
    if lines.short:
        lacking = max(one.short_by for one in lines.short)
        words = ngettext("%(num)d head short", "%(num)d heads short", lacking)
        return "danger", words, "exclamation-circle-fill"
    if not lines.is_known:
        return "neutral", _("demand not known"), None
    return "success", _("lines covered"), "shield-check"


@bp.app_template_global("lines_words")
def lines_words(lines: LinesDuring) -> str:
    """Every queue with the heads off and the headroom at its least, in one line."""
    if not lines.queues:
        return str(_("takes nobody off the phones"))
    return " · ".join(_queue(one) for one in lines.queues)


def _queue(one: QueueDuring) -> str:
    heads = show_number(one.heads)
    if one.least is None:
        return str(_("%(queue)s: %(heads)s off the phones", queue=one.name, heads=heads))
    return str(
        _(
            "%(queue)s: %(heads)s off the phones, headroom %(without)s → %(left)s at %(at)s",
            queue=one.name,
            heads=heads,
            without=show_number(one.least.without),
            left=show_number(one.least.with_class),
            at=clock_time(one.least.starts_min),
        )
    )
