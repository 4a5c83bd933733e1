"""Reading shift codes."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import func, select

from trainhub.db import db
from trainhub.errors import NotFound
from trainhub.rota.models import Shift, ShiftCode
from trainhub.rota.rules.shift_codes import CodeWords, folded, index_of

_IN_ORDER = (ShiftCode.position, ShiftCode.code)


@dataclass(frozen=True)
class CodeUse:
    """A code and how many dates of the rota say it."""

    code: ShiftCode
    dates: int


def list_codes(*, retired: bool = False) -> list[ShiftCode]:
    """The codes in use, in their order; with `retired` all of them."""
    query = select(ShiftCode).order_by(*_IN_ORDER)
    if not retired:
        query = query.where(ShiftCode.retired_at.is_(None))
    return list(db.session.scalars(query))


def list_code_uses() -> list[CodeUse]:
    """Every code with the dates that say it counted, in their order."""
    counted = (
        select(Shift.shift_code_id, func.count().label("dates"))
        .group_by(Shift.shift_code_id)
        .subquery()
    )
    query = (
        select(ShiftCode, func.coalesce(counted.c.dates, 0))
        .outerjoin(counted, counted.c.shift_code_id == ShiftCode.id)
        .order_by(ShiftCode.retired_at.is_not(None), *_IN_ORDER)
    )
    return [CodeUse(code, dates) for code, dates in db.session.execute(query)]


def get_code(code_id: int) -> ShiftCode:
    """The code. Raises `NotFound`."""
    code = db.session.get(ShiftCode, code_id)
    if code is None:
        raise NotFound()
    return code


def find_code(code: str) -> ShiftCode | None:
    """The code written exactly so."""
    return db.session.scalar(select(ShiftCode).where(ShiftCode.code == code))


def words_of_codes() -> dict[str, int]:
    """Folded word → id, of the codes in use: codes, names of both languages, synonyms."""
    return index_of(
        CodeWords(code.id, code.code, (code.name_zh, code.name_en), tuple(code.synonyms))
        for code in list_codes()
    )


def taken_words(*, but: int | None = None) -> dict[str, str]:
    """Folded code or synonym → the code that has it, without those of the code `but`."""
    return {
        folded(word): code.code
        for code in list_codes(retired=True)
        if code.id != but
        for word in (*code.synonyms, code.code)
    }
