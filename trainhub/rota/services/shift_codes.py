"""Writing shift codes."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.exc import IntegrityError

from trainhub.audit.services import append_entry
from trainhub.db import db
from trainhub.errors import N_, Conflict, InputErrors
from trainhub.people.models import Person
from trainhub.rota.models import ShiftCode
from trainhub.rota.queries.shift_codes import list_codes, taken_words
from trainhub.rota.rules.clock_times import clock_time
from trainhub.rota.rules.shift_codes import (
    STANDARD_CODES,
    CheckedCode,
    CodeDraft,
    check_code,
    stretches_text,
)
from trainhub.rota.services.changed import RotaChanged, tell


def add_code(draft: CodeDraft, *, actor: Person | None, now: datetime) -> ShiftCode:
    """Add a shift code. Raises `InputErrors` by field, `Conflict` if another was quicker."""
    code = ShiftCode(position=_next_position(), breaks=[], synonyms=[])
    _take(code, _checked(draft, None))
    db.session.add(code)
    try:
        db.session.flush()
    except IntegrityError as error:
        raise Conflict(N_("Somebody else has just added this code."), code="code_taken") from error
    _note("shift_code.added", code, actor, now, {"code": [None, code.code]})
    return code


def change_code(code: ShiftCode, draft: CodeDraft, *, actor: Person | None, now: datetime) -> bool:
    """Change a code; False where nothing is different. Raises `InputErrors` by field.

    Rota days keep the code, so its new times hold for every day that says it, past ones too.
    """
    before = _account(code)
    _take(code, _checked(draft, code.id))
    after = _account(code)
    changes = {name: [before[name], after[name]] for name in after if before[name] != after[name]}
    if not changes:
        return False
    db.session.flush()
    _note("shift_code.changed", code, actor, now, changes)
    tell(RotaChanged(now, code_ids=[code.id]))
    return True


def retire_code(code: ShiftCode, *, actor: Person | None, now: datetime) -> None:
    """Take a code out of use: days that say it keep it, no new one gets it."""
    if code.retired_at is None:
        code.retired_at = now
        _note("shift_code.retired", code, actor, now, {})


def restore_code(code: ShiftCode, *, actor: Person | None, now: datetime) -> None:
    """Put a code back into use."""
    if code.retired_at is not None:
        code.retired_at = None
        _note("shift_code.restored", code, actor, now, {})


def add_standard_codes(*, actor: Person | None, now: datetime) -> list[ShiftCode]:
    """Add the codes we bring along, where the centre has none of its own yet."""
    if list_codes(retired=True):
        return []
    return [add_code(draft, actor=actor, now=now) for draft in STANDARD_CODES]


def draft_of(code: ShiftCode) -> CodeDraft:
    """A stored code as somebody would write it."""
    times = code.times
    starts, ends = times.span or (None, None)
    return CodeDraft(
        code.code,
        code.name_zh,
        code.name_en,
        code.kind,
        "" if starts is None else clock_time(starts),
        "" if ends is None else clock_time(ends % 1440 if ends > 1440 else ends),
        stretches_text(times.breaks),
        stretches_text([times.early_class] if times.early_class else []),
        code.early_class_on_phones,
        tuple(code.synonyms),
    )


def _checked(draft: CodeDraft, own_id: int | None) -> CheckedCode:
    checked = check_code(draft, taken_words(but=own_id))
    if isinstance(checked, list):
        raise InputErrors(checked)
    return checked


def _take(code: ShiftCode, checked: CheckedCode) -> None:
    code.code, code.kind = checked.code, checked.kind
    code.name_zh, code.name_en = checked.name_zh, checked.name_en
    code.starts_min, code.ends_min = checked.span or (None, None)
    code.breaks = [list(stretch) for stretch in checked.breaks]
    code.early_class_starts_min, code.early_class_ends_min = checked.early_class or (None, None)
    code.early_class_on_phones = checked.early_class_on_phones
    code.synonyms = list(checked.synonyms)


def _account(code: ShiftCode) -> dict[str, Any]:
    draft = draft_of(code)
    return {
        "code": draft.code,
        "name": f"{draft.name_zh} / {draft.name_en}",
        "kind": draft.kind,
        "times": f"{draft.starts}–{draft.ends}" if draft.starts else "",
        "breaks": draft.breaks,
        "early_class": draft.early_class,
        "early_class_on_phones": draft.early_class_on_phones,
        "synonyms": list(draft.synonyms),
    }


def _next_position() -> int:
    return (db.session.scalar(select(func.max(ShiftCode.position))) or 0) + 1


def _note(
    act: str, code: ShiftCode, actor: Person | None, now: datetime, changes: dict[str, Any]
) -> None:
    append_entry(
        act, actor=actor, object_type="shift_code", object_key=code.code, now=now, changes=changes
    )
