"""Signing in and out: tries are counted, a right password starts a sign-in.

The caller counts the try first (`count_try`, in a transaction of its own), checks the
password outside any transaction, then starts the sign-in. Counting before checking keeps
tries sent at the same moment from slipping past the limit.
"""

from __future__ import annotations

import contextlib
import hashlib
import secrets
from collections import OrderedDict
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import bindparam, delete, null, or_, select, update
from sqlalchemy.exc import IntegrityError

from trainhub.db import db
from trainhub.errors import N_, DomainError, NotFound, SlowDown
from trainhub.people import queries
from trainhub.people.models import Person, SignIn, SignInMisses
from trainhub.people.rules import (
    SEEN_EVERY,
    STANDARD_LIMITS,
    SignInLimits,
    account_delay,
    address_delay,
    fold_username,
    token_hash,
)
from trainhub.people.rules.signing_in import (
    ADDRESS_MISSES_FORGOTTEN_AFTER,
    MISSES_FORGOTTEN_AFTER,
)
from trainhub.prepared import Connection, Statement


class WrongPassword(DomainError):
    """The name or the password is wrong; the same for both, so that names cannot be tried out."""

    code = "wrong_password"
    status = 401
    message = N_("The name or the password is not right.")


@dataclass(frozen=True)
class Try:
    """A counted try to sign in. `person` is None for a name nobody has."""

    person: Person | None
    account_subject: str
    address_subject: str


def count_try(identifier: str, address: str, *, purpose: str = "sign-in", now: datetime) -> Try:
    """Count a try on an account from an address as a miss, until it proves right.

    The account is counted apart for an address it is known to sign in from, so that others'
    guessing does not keep the owner out. Each `purpose` is counted by itself. Raises
    `SlowDown` while a pause lasts; such a try is not counted.
    """
    person = queries.find_person_by_identifier(identifier)
    if person is None:
        digest = hashlib.sha256(fold_username(identifier).encode("utf-8", "replace")).hexdigest()
        account = f"{purpose}:name:{digest}"
    else:
        is_known = queries.is_known_address(person, address, now)
        account = f"{purpose}:person:{person.id}" + (f"@{address}" if is_known else "")
    attempt = Try(person, account, f"{purpose}:address:{address}")
    rows = _misses(attempt)
    _refuse_while_paused(rows, attempt, now)
    for subject in (attempt.account_subject, attempt.address_subject):
        _count_miss(rows, attempt, subject, now)
    db.session.flush()
    return attempt


def _count_miss(rows: dict[str, SignInMisses], attempt: Try, subject: str, now: datetime) -> None:
    row = rows.get(subject)
    if row is None:
        with contextlib.suppress(IntegrityError), db.session.begin_nested():  # another was first
            db.session.add(SignInMisses(subject=subject, count=1, last_at=now))
    else:
        row.count = 1 if _is_forgotten(row, attempt, now) else row.count + 1
        row.last_at = now


def _misses(attempt: Try) -> dict[str, SignInMisses]:
    subjects = (attempt.account_subject, attempt.address_subject)
    query = select(SignInMisses).where(SignInMisses.subject.in_(subjects)).with_for_update()
    return {row.subject: row for row in db.session.scalars(query)}


def _is_forgotten(row: SignInMisses, attempt: Try, now: datetime) -> bool:
    is_address = row.subject == attempt.address_subject
    after = ADDRESS_MISSES_FORGOTTEN_AFTER if is_address else MISSES_FORGOTTEN_AFTER
    return now - row.last_at > after


def _refuse_while_paused(rows: dict[str, SignInMisses], attempt: Try, now: datetime) -> None:
    left = timedelta(0)
    for row in rows.values():
        delay = address_delay if row.subject == attempt.address_subject else account_delay
        if not _is_forgotten(row, attempt, now):
            left = max(left, row.last_at + delay(row.count) - now)
    if left > timedelta(0):
        raise SlowDown(max(1, int(left.total_seconds() + 0.999)))


def forgive_try(attempt: Try) -> None:
    """The password was right: the account starts from zero, the address is one miss better."""
    db.session.execute(delete(SignInMisses).where(SignInMisses.subject == attempt.account_subject))
    db.session.execute(
        update(SignInMisses)
        .where(SignInMisses.subject == attempt.address_subject, SignInMisses.count > 0)
        .values(count=SignInMisses.count - 1)
    )


def count_token_try(address: str, *, is_right: bool, now: datetime) -> None:
    """Count a wrong personal token against its address. Raises `SlowDown` during a pause.

    A right one is not counted, but waits as well: guessing is slow whatever is guessed.
    """
    attempt = Try(None, "", f"token:address:{address}")
    rows = _misses(attempt)
    _refuse_while_paused(rows, attempt, now)
    if not is_right:
        _count_miss(rows, attempt, attempt.address_subject, now)
        db.session.flush()


_known_tokens: OrderedDict[tuple[str, str], None] = OrderedDict()
_MOST_TOKENS_KNOWN = 10_000


def is_token_known(token: str, address: str) -> bool:
    """Whether this process has seen the token prove right from the address."""
    return (token_hash(token), address) in _known_tokens


def remember_token(token: str, address: str) -> None:
    """Note that the token has proved right from the address."""
    _known_tokens[token_hash(token), address] = None
    while len(_known_tokens) > _MOST_TOKENS_KNOWN:
        _known_tokens.popitem(last=False)


def start_sign_in(
    person: Person,
    *,
    address: str = "",
    browser: str = "",
    now: datetime,
    limits: SignInLimits = STANDARD_LIMITS,
) -> str:
    """Let one browser act as the person; the token (256 random bits) that it keeps.

    Raises `WrongPassword` for a disabled account.
    """
    if not person.is_active:
        raise WrongPassword()
    token = secrets.token_urlsafe(32)
    db.session.add(
        SignIn(
            person_id=person.id,
            token_hash=token_hash(token),
            started_at=now,
            last_seen_at=now,
            password_at=now,
            ends_at=now + limits.longest,
            address=address[:64],
            browser=browser[:200],
        )
    )
    db.session.flush()
    return token


def touch_sign_in(sign_in_id: int, *, now: datetime) -> None:
    """Note that the sign-in is being used, unless that was noted less than a minute ago."""
    db.session.execute(
        update(SignIn)
        .where(SignIn.id == sign_in_id, SignIn.last_seen_at <= now - SEEN_EVERY)
        .values(last_seen_at=now)
        .execution_options(synchronize_session=False)
    )


_HOLD = Statement(
    update(SignIn)
    .where(SignIn.id == bindparam("sign_in_id"))
    .values(last_seen_at=bindparam("at"), held_until=bindparam("until"))
)


_TOUCH = Statement(
    update(SignIn).where(SignIn.id == bindparam("sign_in_id")).values(last_seen_at=bindparam("at"))
)
_LET_GO = Statement(
    update(SignIn)
    .where(SignIn.person_id == bindparam("of_person"), SignIn.held_until.is_not(None))
    .values(held_until=null())
)


def touch_caller(connection: Connection, caller: queries.Caller, *, now: datetime) -> None:
    """`touch_sign_in` for a prepared request."""
    if caller.sign_in_id is not None and now - caller.last_seen_at >= SEEN_EVERY:
        connection.run(_TOUCH, sign_in_id=caller.sign_in_id, at=now)


def let_go_caller(connection: Connection, person_id: int) -> None:
    """`let_go_sign_ins` for a prepared request."""
    connection.run(_LET_GO, of_person=person_id)


def hold_caller(connection: Connection, sign_in_id: int, until: datetime, *, now: datetime) -> None:
    """`touch_sign_in` and `hold_sign_in` in one, for a prepared request."""
    connection.run(_HOLD, sign_in_id=sign_in_id, at=now, until=until)


def hold_sign_in(token: str, until: datetime) -> None:
    """Keep the sign-in of a token in force until then, whatever its limits; never shorter."""
    db.session.execute(
        update(SignIn)
        .where(
            SignIn.token_hash == token_hash(token),
            or_(SignIn.held_until.is_(None), SignIn.held_until < until),
        )
        .values(held_until=until)
        .execution_options(synchronize_session=False)
    )


def let_go_sign_ins(person_id: int) -> None:
    """Nothing holds the person's sign-ins any more: their usual limits count again."""
    db.session.execute(
        update(SignIn)
        .where(SignIn.person_id == person_id, SignIn.held_until.is_not(None))
        .values(held_until=None)
        .execution_options(synchronize_session=False)
    )


def confirm_password(token: str, *, now: datetime) -> None:
    """Note that the password was typed again in this sign-in."""
    db.session.execute(
        update(SignIn).where(SignIn.token_hash == token_hash(token)).values(password_at=now)
    )


def end_sign_in(token: str, *, now: datetime) -> None:
    """End the sign-in of a token; nothing happens if it has ended already."""
    _end(SignIn.token_hash == token_hash(token), now=now)


def end_own_sign_in(person: Person, sign_in_id: int, *, now: datetime) -> None:
    """End one of the person's own sign-ins. Raises `NotFound` for another's."""
    sign_in = db.session.get(SignIn, sign_in_id)
    if sign_in is None or sign_in.person_id != person.id:
        raise NotFound()
    _end(SignIn.id == sign_in_id, now=now)


def end_all_sign_ins(person: Person, *, now: datetime, but: str | None = None) -> None:
    """End every sign-in of the person, except the one of the token `but`."""
    kept = token_hash(but) if but else ""
    _end((SignIn.person_id == person.id) & (SignIn.token_hash != kept), now=now)


def _end(which: object, *, now: datetime) -> None:
    db.session.execute(
        update(SignIn).where(which, SignIn.ended_at.is_(None)).values(ended_at=now)  # type: ignore[arg-type]  # a column expression
    )


def forget_old_misses(*, now: datetime) -> int:
    """Delete counts of misses that no longer slow anybody down; how many."""
    done = db.session.execute(
        delete(SignInMisses).where(SignInMisses.last_at < now - MISSES_FORGOTTEN_AFTER)
    )
    return int(done.rowcount)  # type: ignore[attr-defined]  # what a DELETE gives
