"""What an author has changed since an exam was published last."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields
from typing import Any

from trainhub.assessment.rules.settings import ExamSettings


@dataclass(frozen=True)
class SettingChange:
    """One setting with both its values; `titles` and the parts of `release` count each."""

    name: str
    before: Any
    after: Any


def list_changes(
    old_titles: Mapping[str, str],
    old: ExamSettings,
    titles: Mapping[str, str],
    settings: ExamSettings,
) -> list[SettingChange]:
    """Every setting that differs, in the order in which they are written."""
    changes = []
    if dict(old_titles) != dict(titles):
        changes.append(SettingChange("titles", dict(old_titles), dict(titles)))
    for one in fields(ExamSettings):
        before, after = getattr(old, one.name), getattr(settings, one.name)
        if isinstance(before, Mapping):
            before, after = dict(before), dict(after)
        if before != after:
            changes.append(SettingChange(one.name, before, after))
    return changes
