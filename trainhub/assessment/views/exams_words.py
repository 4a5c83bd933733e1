"""Exams in words: their rules, what a version changed."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_babel import ngettext

from trainhub.assessment.forms.exams import METHOD_WORDS
from trainhub.assessment.rules.exam_changes import SettingChange
from trainhub.assessment.rules.settings import (
    Blueprint,
    ExamSettings,
    Form,
    Layout,
    Quota,
)
from trainhub.assessment.views.blueprint import bp
from trainhub.assessment.views.shown import PART_WORDS, WHEN_WORDS
from trainhub.catalogue.forms.item_form import LEVEL_WORDS
from trainhub.web.filters import show_duration

LANGUAGE_NAMES = {"zh": "中文", "en": "English"}
STATE_BADGES: dict[str, tuple[str, Any]] = {
    "draft": ("warning", _l("Not published yet")),
    "published": ("success", _l("Published")),
    "retired": ("neutral", _l("Retired")),
}
SETTING_WORDS: dict[str, Any] = {
    "titles": _l("Title"),
    "languages": _l("Languages"),
    "instructions": _l("Instructions"),
    "blueprint": _l("Questions"),
    "duration_s": _l("Time for one attempt"),
    "pass_mark": _l("Pass mark"),
    "pass_mark_method": _l("How the pass mark was found"),
    "pass_mark_note": _l("Note on the pass mark"),
    "attempts": _l("Attempts allowed"),
    "pause_s": _l("Pause between attempts"),
    "shuffle_items": _l("Questions shuffled"),
    "shuffle_options": _l("Options shuffled"),
    "layout": _l("Questions on a page"),
    "may_go_back": _l("Going back allowed"),
    "item_limit_s": _l("Limit for each question"),
    "release": _l("What is shown when"),
    "form": _l("Form of the paper"),
    "is_practice": _l("Practice"),
    "markers": _l("Markers of a long answer"),
}


def yes_no(value: bool) -> str:
    """Yes or no."""
    return str(_("yes") if value else _("no"))


def quota_words(quota: Quota) -> str:
    """A quota without its number: topic, level, tags."""
    parts = [quota.topic or str(_("any topic"))]
    parts += [str(LEVEL_WORDS.get(quota.level, quota.level))] if quota.level else []
    parts += [", ".join(quota.tags)] if quota.tags else []
    return " · ".join(parts)


def blueprint_words(blueprint: Blueprint) -> str:
    """A blueprint in one line."""
    if blueprint.is_fixed:
        words: str = ngettext(
            "a fixed list of %(num)d question",
            "a fixed list of %(num)d questions",
            len(blueprint.items),
        )
        more = "…" if len(blueprint.items) > 12 else ""
        return f"{words} ({', '.join(blueprint.items[:12])}{more})"
    return "; ".join(f"{one.count} × {quota_words(one)}" for one in blueprint.quotas) or "–"


def setting_words(name: str, value: Any) -> str:
    """One setting's value as its author reads it."""
    if isinstance(value, bool):
        return yes_no(value)
    match name:
        case "titles" | "instructions":
            return " / ".join(f"{LANGUAGE_NAMES[key]}: {text}" for key, text in value.items())
        case "languages":
            return ", ".join(LANGUAGE_NAMES[one] for one in value)
        case "blueprint":
            return blueprint_words(value)
        case "release":
            parts = (f"{PART_WORDS[part]}: {WHEN_WORDS[when]}" for part, when in value.items())
            return "; ".join(parts)
        case "pass_mark_method":
            return str(METHOD_WORDS[value])
        case "layout":
            words = {Layout.ONE: _("One question a page"), Layout.ALL: _("All on one page")}
            return str(words[value])
        case "form":
            own = _("Each candidate has a paper of their own")
            shared = _("All candidates of a sitting have the same questions")
            return str(own if value is Form.OWN else shared)
        case _:
            return _number_words(name, value)


def _number_words(name: str, value: Any) -> str:
    match name:
        case "duration_s" | "pause_s":
            return show_duration(value / 60)
        case "item_limit_s":
            return ngettext("%(num)d second", "%(num)d seconds", value) if value else yes_no(False)
        case "pass_mark":
            return f"{value} %"
        case "attempts":
            return str(value or _("any number"))
        case _:
            return str(value) or "–"


def change_rows(changes: Iterable[SettingChange]) -> list[tuple[Any, str, str]]:
    """Name, before and after of each change, in words."""
    return [
        (
            SETTING_WORDS[one.name],
            setting_words(one.name, one.before),
            setting_words(one.name, one.after),
        )
        for one in changes
    ]


RULES = (
    "duration_s", "attempts", "pause_s", "layout", "may_go_back", "item_limit_s",
    "shuffle_items", "shuffle_options", "form", "is_practice", "markers",
)  # fmt: skip


def rules_in_words(settings: ExamSettings) -> list[tuple[Any, str]]:
    """The rules of sitting, name and value."""
    return [(SETTING_WORDS[name], setting_words(name, getattr(settings, name))) for name in RULES]


@bp.app_template_global("exam_state")
def exam_state(state: str) -> tuple[str, Any]:
    """Kind of badge and words of where an exam stands."""
    return STATE_BADGES[state]
