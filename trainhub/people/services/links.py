"""Links that work once, and personal tokens for programs."""

from __future__ import annotations

import hmac
import secrets
from datetime import datetime, timedelta

from sqlalchemy import update

from trainhub.audit.services import append_entry
from trainhub.db import db
from trainhub.errors import N_, Conflict, DomainError, InputError, InputErrors
from trainhub.people import queries
from trainhub.people.models import AccessToken, Invitation, Person
from trainhub.people.rules import LINK_LIFETIMES, link_token, token_hash
from trainhub.people.services.accounts import set_password, void_links
from trainhub.people.services.sign_ins import count_try

LABEL_LENGTH = 60


class LinkSpent(DomainError):
    """The link is unknown, used, replaced by a newer one, or too old; which, it does not say."""

    code = "token_invalid"
    status = 410
    message = N_("This link no longer works: it works once, and only for a while.")


def invite(
    person: Person,
    *,
    kind: str,
    keep_earlier: bool = False,
    actor: Person | None,
    now: datetime,
) -> Invitation:
    """Make a link to set a password (`invite` for 7 days, `reset` for 1 hour).

    Earlier links of the person stop working unless `keep_earlier`. Raises `DomainError` for
    a disabled account.
    """
    if not person.is_active:
        raise DomainError(N_("The account is disabled. Enable it first."), code="account_disabled")
    if not keep_earlier:
        void_links(person, now=now)
    invitation = Invitation(
        person_id=person.id,
        kind=kind,
        nonce=secrets.token_urlsafe(32),
        created_at=now,
        expires_at=now + LINK_LIFETIMES[kind],
    )
    db.session.add(invitation)
    db.session.flush()
    _audit(f"person.{kind}_link_made", person, actor=actor, now=now)
    return invitation


def ask_for_link(identifier: str, address: str, *, now: datetime) -> Invitation | None:
    """Make a link for whoever has this name and could receive it, else None.

    The caller answers the same either way; a row is written either way, so that it also takes
    as long. Earlier links keep working, so that nobody can spoil an invitation by asking.
    Raises `SlowDown`.
    """
    person = count_try(identifier, address, purpose="link", now=now).person
    if person is None or not person.is_active or not person.email:
        return None
    kind = "reset" if person.password_hash else "invite"
    return invite(person, kind=kind, keep_earlier=True, actor=None, now=now)


def get_usable_link(token: str, secret: str, *, now: datetime) -> Invitation:
    """The link's row while it works. Raises `LinkSpent`."""
    invitation = queries.find_invitation(token)
    if invitation is None or not hmac.compare_digest(
        token.encode("utf-8", "replace"), link_token(secret, invitation).encode()
    ):
        raise LinkSpent()
    usable = invitation.used_at is None and invitation.expires_at > now
    if not usable or not invitation.person.is_active:
        raise LinkSpent()
    return invitation


def use_link(token: str, secret: str, password_hash: str, *, now: datetime) -> Person:
    """Spend the link on a new password. Raises `LinkSpent`, also for the slower of two."""
    invitation = get_usable_link(token, secret, now=now)
    spent = db.session.execute(
        update(Invitation)
        .where(Invitation.id == invitation.id, Invitation.used_at.is_(None))
        .values(used_at=now)
        .execution_options(synchronize_session=False)
    )
    if spent.rowcount != 1:  # type: ignore[attr-defined]  # what an UPDATE gives
        raise LinkSpent()
    set_password(invitation.person, password_hash, now=now)
    return invitation.person


def issue_access_token(
    person: Person, label: str, *, lifetime: timedelta | None, actor: Person | None, now: datetime
) -> str:
    """A personal token (256 random bits, shown once) for the JSON interface.

    Raises `InputErrors` without a label, `Conflict` where the label is in use.
    """
    label = label.strip()
    if not 1 <= len(label) <= LABEL_LENGTH:
        message = N_("A label has 1 to %(most)s characters.")
        raise InputErrors([InputError("label_invalid", message, {"most": LABEL_LENGTH})])
    token = queries.find_access_token(person, label) or AccessToken(
        person_id=person.id, label=label
    )
    if token.id and token.revoked_at is None:
        raise Conflict(N_("This person already has a token with this label."), code="label_taken")
    secret = secrets.token_urlsafe(32)
    token.token_hash, token.created_at, token.revoked_at = token_hash(secret), now, None
    token.expires_at = now + lifetime if lifetime else None
    db.session.add(token)
    db.session.flush()
    _audit("person.token_issued", person, label=label, actor=actor, now=now)
    return secret


def revoke_access_token(person: Person, label: str, *, actor: Person | None, now: datetime) -> None:
    """End a personal token. Raises `DomainError` if there is none of this label."""
    token = queries.find_access_token(person, label)
    if token is None or token.revoked_at is not None:
        raise DomainError(N_("There is no token with this label."), code="token_unknown")
    token.revoked_at = now
    db.session.flush()
    _audit("person.token_revoked", person, label=label, actor=actor, now=now)


def _audit(
    action: str, person: Person, *, label: str | None = None, actor: Person | None, now: datetime
) -> None:
    append_entry(
        action,
        actor=actor,
        object_type="person",
        object_key=person.username,
        now=now,
        changes={"label": [None, label]} if label else None,
    )
