"""Reading sign-ins, links and tokens."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, and_, bindparam, or_, select
from sqlalchemy.orm import contains_eager, joinedload

from trainhub.db import UtcDateTime, db
from trainhub.people.models import AccessToken, Invitation, Person, SignIn
from trainhub.people.rules import (
    STANDARD_LIMITS,
    SignInLimits,
    fold_email,
    fold_employee_no,
    fold_username,
    link_id,
    token_hash,
)
from trainhub.people.rules.signing_in import KNOWN_ADDRESS_FOR
from trainhub.prepared import Connection, Statement


def _is_in_force(now: Any, idle_since: Any) -> ColumnElement[bool]:
    """The rule: not ended, and within its limits or held by an exam under way."""
    return and_(
        SignIn.ended_at.is_(None),
        or_(
            and_(SignIn.ends_at > now, SignIn.last_seen_at > idle_since),
            SignIn.held_until > now,
        ),
    )


def _in_force(now: datetime, limits: SignInLimits) -> ColumnElement[bool]:
    return _is_in_force(now, now - limits.idle)


_NOW = bindparam("now", type_=UtcDateTime)
_IDLE_SINCE = bindparam("idle_since", type_=UtcDateTime)
# Asked on every page: built once, because building it takes longer than running it.
_BY_TOKEN = (
    select(SignIn)
    .join(SignIn.person)
    .where(
        SignIn.token_hash == bindparam("token_hash"),
        _is_in_force(_NOW, _IDLE_SINCE),
        Person.disabled_at.is_(None),
    )
    .options(
        contains_eager(SignIn.person).options(
            joinedload(Person.role_rows),
            joinedload(Person.supervisions),
            joinedload(Person.team),
        )
    )
)


def find_sign_in(
    token: str, now: datetime, limits: SignInLimits = STANDARD_LIMITS
) -> SignIn | None:
    """The sign-in of a token while it is in force, its person with roles and teams loaded.

    One query. None once the sign-in has ended, has not been used for `limits.idle`, has lasted
    its longest, or the account has been disabled.
    """
    values = {"token_hash": token_hash(token), "now": now, "idle_since": now - limits.idle}
    return db.session.scalars(_BY_TOKEN, values).unique().one_or_none()


@dataclass(frozen=True)
class Caller:
    """Who acts in a sign-in, without the person: `prepared` requests need no more.

    `sign_in_id` is None for who comes with a personal token: there is nothing to keep alive.
    """

    sign_in_id: int | None
    person_id: int
    last_seen_at: datetime
    held_until: datetime | None


_CALLER = Statement(
    select(SignIn.id, SignIn.person_id, SignIn.last_seen_at, SignIn.held_until)
    .join(SignIn.person)
    .where(
        SignIn.token_hash == bindparam("token_hash"),
        _is_in_force(_NOW, _IDLE_SINCE),
        Person.disabled_at.is_(None),
    )
)


def find_caller(
    connection: Connection, token: str, now: datetime, limits: SignInLimits = STANDARD_LIMITS
) -> Caller | None:
    """Who acts in the sign-in of a token, by the rules of `find_sign_in`."""
    found = connection.read(
        _CALLER, token_hash=token_hash(token), now=now, idle_since=now - limits.idle
    )
    return Caller(*found) if found else None


def find_signed_in_person(
    token: str, now: datetime, limits: SignInLimits = STANDARD_LIMITS
) -> Person | None:
    """The person whom a sign-in token stands for, by the rules of `find_sign_in`."""
    sign_in = find_sign_in(token, now, limits)
    return sign_in.person if sign_in else None


def list_sign_ins(
    person: Person, now: datetime, limits: SignInLimits = STANDARD_LIMITS
) -> list[SignIn]:
    """The person's sign-ins in force, the latest used first."""
    query = (
        select(SignIn)
        .where(SignIn.person_id == person.id, _in_force(now, limits))
        .order_by(SignIn.last_seen_at.desc(), SignIn.id.desc())
    )
    return list(db.session.scalars(query))


def find_person_by_identifier(identifier: str) -> Person | None:
    """The account a person means with a user name, e-mail address or employee number.

    The columns never share a value between two people (`services.accounts` sees to it).
    """
    if "\0" in identifier:  # nobody's; PostgreSQL would answer with an error
        return None
    query = select(Person).where(
        or_(
            Person.username == fold_username(identifier),
            Person.email == fold_email(identifier),
            Person.employee_no == fold_employee_no(identifier),
        )
    )
    return db.session.scalars(query.order_by(Person.id).limit(1)).first()


def is_known_address(person: Person, address: str, now: datetime) -> bool:
    """Whether the person has signed in from the address in the last 30 days."""
    query = select(SignIn.id).where(
        SignIn.person_id == person.id,
        SignIn.address == address,
        SignIn.started_at > now - KNOWN_ADDRESS_FOR,
    )
    return db.session.scalar(query.limit(1)) is not None


def find_invitation(token: str) -> Invitation | None:
    """The row a link's token names. Whether the token is genuine is for the service to say."""
    number = link_id(token)
    return None if number is None else db.session.get(Invitation, number)


def list_open_invitations(now: datetime) -> list[Invitation]:
    """Links that could still be used: what is left to send is for `notices` to know."""
    query = (
        select(Invitation)
        .join(Invitation.person)
        .where(
            Invitation.used_at.is_(None),
            Invitation.expires_at > now,
            Person.disabled_at.is_(None),
        )
        .options(contains_eager(Invitation.person))
        .order_by(Invitation.id)
    )
    return list(db.session.scalars(query))


def find_person_by_access_token(token: str, now: datetime) -> Person | None:
    """The active person whose personal token this is, roles and teams loaded; one query."""
    query = (
        select(Person)
        .join(AccessToken, AccessToken.person_id == Person.id)
        .where(
            AccessToken.token_hash == token_hash(token),
            AccessToken.revoked_at.is_(None),
            or_(AccessToken.expires_at.is_(None), AccessToken.expires_at > now),
            Person.disabled_at.is_(None),
        )
        .options(joinedload(Person.role_rows), joinedload(Person.supervisions))
    )
    return db.session.scalars(query).unique().one_or_none()


def find_access_token(person: Person, label: str) -> AccessToken | None:
    """The person's token of this label, revoked or not."""
    query = select(AccessToken).where(
        AccessToken.person_id == person.id, AccessToken.label == label
    )
    return db.session.scalars(query).one_or_none()


def list_access_tokens(person: Person) -> list[AccessToken]:
    """The person's tokens that have not been revoked, by label."""
    query = (
        select(AccessToken)
        .where(AccessToken.person_id == person.id, AccessToken.revoked_at.is_(None))
        .order_by(AccessToken.label)
    )
    return list(db.session.scalars(query))
