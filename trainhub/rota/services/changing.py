"""Changing the rota by hand: one date of one person, or two people's shifts against each other."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta

from sqlalchemy import insert, select

from trainhub.db import db
from trainhub.errors import N_, Conflict, DomainError, InputError, InputErrors
from trainhub.people.models import Person
from trainhub.rota.models import RotaChange, Shift, ShiftCode
from trainhub.rota.queries.rota import days_of_person
from trainhub.rota.rules.changing import SHORTEST_REASON, ShortRest, short_rests
from trainhub.rota.services.changed import RotaChanged, by_person, tell
from trainhub.rota.services.first_fills import keep_first_fills

LONGEST_REASON = 300


class RestTooShort(DomainError):
    """Less than eleven hours would lie between two shifts, and nobody has said that is meant."""

    code = "rest_too_short"
    message = N_("There would be less than 11 hours of rest between two shifts.")

    def __init__(self, rests: Sequence[ShortRest]) -> None:
        super().__init__(field="accept")
        self.rests = tuple(rests)


class ShiftsOverlap(DomainError):
    """One shift would begin before the one of the day before has ended."""

    code = "shifts_overlap"
    message = N_("The shift would begin before the one of the day before has ended.")


def change_shift(
    person: Person,
    on: date,
    code: ShiftCode | None,
    reason: str,
    *,
    seen: str,
    accept: bool,
    today: date,
    actor: Person | None,
    now: datetime,
) -> list[ShortRest]:
    """Have a date of one person's rota say `code`, or nothing (None); the short rests accepted.

    `seen` is the code the person saw when deciding (“” for none); `today` the date at their site.
    Raises `InputErrors` (past date, no reason, retired code, nothing different), `Conflict` when
    the date says something else by now, `RestTooShort` unless `accept`, `ShiftsOverlap`.
    """
    _check_entry([on], reason, today)
    days = _days_around(person, {on})
    old = days.get(on)
    _check_seen([(old, seen)])
    if code is not None and code.retired_at is not None:
        _refuse("code_retired", N_("This shift code is out of use."), "code")
    if old is code:
        _refuse("nothing_different", N_("The rota says this already."), "code")
    rests = _check_rest(person, days, {on: code}, accept)
    _put(person, on, code)
    _note([(person, on, old, code)], "edit", reason, actor, now)
    return rests


def swap_shifts(
    first: Person,
    second: Person,
    dates: Sequence[date],
    reason: str,
    *,
    seen: Mapping[tuple[int, date], str],
    accept: bool,
    today: date,
    actor: Person | None,
    now: datetime,
) -> list[ShortRest]:
    """Give each of two people the other's shifts of these dates; the short rests accepted.

    `seen`: (person id, date) → the code shown, of those that were. Raises what `change_shift`
    raises; a date the rota says nothing of for one of them is not swapped.
    """
    days = sorted(set(dates))
    _check_entry(days, reason, today)
    if first.id == second.id:
        _refuse("same_person", N_("Choose two different people."), "other")
    known = {one.id: _days_around(one, set(days)) for one in (first, second)}
    mine, theirs = known[first.id], known[second.id]
    _check_known(days, mine, theirs)
    _check_seen(
        [(known[who][on], code) for (who, on), code in seen.items() if who in known and on in days]
    )
    if all(mine[on] is theirs[on] for on in days):
        _refuse("nothing_different", N_("Both have the same shift then."), "other")
    rests = []
    for one, old, other in ((first, mine, theirs), (second, theirs, mine)):
        rests += _check_rest(one, old, {on: other[on] for on in days}, True)
    if rests and not accept:
        raise RestTooShort(rests)
    changes = [
        (one, on, old[on], other[on])
        for one, old, other in ((first, mine, theirs), (second, theirs, mine))
        for on in days
        if old[on] is not other[on]
    ]
    for one, on, _, new in changes:
        _put(one, on, new)
    _note(changes, "swap", reason, actor, now)
    return rests


def _check_known(days: Sequence[date], *shifts: Mapping[date, ShiftCode]) -> None:
    for on in days:
        if any(on not in known for known in shifts):
            message = N_("One of the two is not on the rota on %(date)s.")
            _refuse("day_unknown", message, "on", date=on.isoformat())


def _check_entry(dates: Sequence[date], reason: str, today: date) -> None:
    if any(on < today for on in dates):
        _refuse("day_past", N_("This day is over. The rota of past days stays as it is."), "on")
    if not SHORTEST_REASON <= len(reason.strip()) <= LONGEST_REASON:
        message = N_("Give a reason of 3 to 300 characters; it stays in the history.")
        _refuse("reason_missing", message, "reason")


def _refuse(code: str, message: str, field: str, **params: str) -> None:
    raise InputErrors([InputError(code, message, params, field=field)])


def _check_seen(pairs: Sequence[tuple[ShiftCode | None, str]]) -> None:
    if any((code.code if code else "") != seen for code, seen in pairs):
        raise Conflict(N_("The rota has changed meanwhile: look at the day once more."))


def _days_around(person: Person, dates: set[date]) -> dict[date, ShiftCode]:
    day = timedelta(days=1)
    return days_of_person(person, min(dates) - day, max(dates) + day)


def _check_rest(
    person: Person,
    days: Mapping[date, ShiftCode],
    new: Mapping[date, ShiftCode | None],
    accept: bool,
) -> list[ShortRest]:
    """The short rests the change makes; those that were there before are nobody's fault now."""
    old_times = {on: code.times for on, code in days.items()}
    new_times = {on: code.times for on, code in {**days, **new}.items() if code is not None}
    before = set(short_rests(person.id, old_times, set(new)))
    rests = [rest for rest in short_rests(person.id, new_times, set(new)) if rest not in before]
    if any(rest.is_overlap for rest in rests):
        raise ShiftsOverlap(field="code")
    if rests and not accept:
        raise RestTooShort(rests)
    return rests


def _put(person: Person, on: date, code: ShiftCode | None) -> None:
    keep_first_fills([(person.id, on)])
    shift = db.session.scalar(
        select(Shift).where(Shift.person_id == person.id, Shift.on == on).with_for_update()
    )
    if shift is not None and code is None:
        db.session.delete(shift)
    elif shift is not None and code is not None:
        shift.shift_code_id, shift.import_id = code.id, None
    elif code is not None:
        db.session.add(Shift(person_id=person.id, on=on, shift_code_id=code.id))
    db.session.flush()


def _note(
    changes: Sequence[tuple[Person, date, ShiftCode | None, ShiftCode | None]],
    kind: str,
    reason: str,
    actor: Person | None,
    now: datetime,
) -> None:
    rows = [
        {
            "person_id": person.id,
            "on": on,
            "old_code": old.code if old else "",
            "new_code": new.code if new else "",
            "kind": kind,
            "reason": reason.strip(),
            "changed_at": now,
            "changed_by_id": actor.id if actor else None,
        }
        for person, on, old, new in changes
    ]
    db.session.execute(insert(RotaChange), rows)
    tell(RotaChanged(now, days=by_person((person.id, on) for person, on, *_ in changes)))
