"""What makes a queue's settings sound."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from trainhub.errors import N_, InputError
from trainhub.rota.rules.requirement import INTERVALS, Method, StaffingRules

CHANNELS = ("calls", "chats")
LONGEST_NAME = 80
_KEY = re.compile(r"[^\s/,;，；]{1,40}")


@dataclass(frozen=True)
class QueueDraft:
    """A queue as somebody writes it; shares from 0 to 1."""

    key: str
    name: str
    channel: str = "calls"
    staffing: StaffingRules = field(default_factory=StaffingRules)


_Check = tuple[str, Callable[[Any], bool], str]
_CHECKS: tuple[_Check, ...] = (
    ("interval_min", lambda value: value in INTERVALS, N_("Choose 15, 30 or 60 minutes.")),
    ("service_level", lambda value: 0.01 <= value <= 0.999,
     N_("The service level must be between 1 % and 99.9 %.")),
    ("answer_within_s", lambda value: 0 <= value <= 7_200,
     N_("The time to answer must be between 0 and 7,200 seconds.")),
    ("max_occupancy", lambda value: 0.3 <= value <= 1,
     N_("The highest occupancy must be between 30 % and 100 %.")),
    ("patience_s", lambda value: value is None or 1 <= value <= 3_600,
     N_("Patience must be between 1 and 3,600 seconds.")),
    ("planned_shrinkage", lambda value: 0 <= value <= 0.9,
     N_("Shrinkage must be between 0 % and 90 %.")),
    ("unplanned_shrinkage", lambda value: 0 <= value <= 0.9,
     N_("Shrinkage must be between 0 % and 90 %.")),
    ("concurrency", lambda value: 1 <= value <= 20,
     N_("One person handles from 1 to 20 chats at once.")),
    ("buffer", lambda value: 0 <= value <= 1_000,
     N_("The buffer must be between 0 and 1,000 people.")),
)  # fmt: skip


def list_staffing_errors(rules: StaffingRules) -> list[InputError]:
    """What is wrong with a promise, by field."""
    errors = [
        InputError("out_of_range", message, field=name)
        for name, is_sound, message in _CHECKS
        if not is_sound(getattr(rules, name))
    ]
    if rules.method is Method.ERLANG_A and rules.patience_s is None:
        message = N_("Erlang A needs to know how long customers wait before they hang up.")
        errors.append(InputError("patience_missing", message, field="patience_s"))
    return errors


def list_queue_errors(draft: QueueDraft) -> list[InputError]:
    """What is wrong with a queue, by field."""
    errors = []
    if not draft.name or len(draft.name) > LONGEST_NAME:
        message = N_("A queue has a name of at most %(most)s characters.")
        errors.append(InputError("name_wrong", message, {"most": LONGEST_NAME}, field="name"))
    if not _KEY.fullmatch(draft.key):
        message = N_("The short name has 1 to 40 characters, no blanks, commas or strokes.")
        errors.append(InputError("key_wrong", message, field="key"))
    if draft.channel not in CHANNELS:
        message = N_("Choose calls or chats.")
        errors.append(InputError("channel_wrong", message, field="channel"))
    if draft.channel == "calls" and draft.staffing.concurrency != 1:
        message = N_("Nobody takes several calls at once: this is for chats.")
        errors.append(InputError("concurrency_of_calls", message, field="concurrency"))
    return errors + list_staffing_errors(draft.staffing)
