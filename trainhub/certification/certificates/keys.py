"""The key credentials are signed with: Ed25519, derived from the server's secret.

Every node that knows the secret has the same key, and no table or file holds it. The public half
is noted by the tick, so that credentials stay verifiable after the secret has changed.
"""

from __future__ import annotations

from datetime import datetime
from functools import lru_cache

from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric.ed25519 import (
    Ed25519PrivateKey,
    Ed25519PublicKey,
)
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from trainhub.certification.models import IssuerKey
from trainhub.db import db

_PURPOSE = b"trainhub certificate signing key, version 1"
_ED25519_PUBLIC = b"\xed\x01"  # multicodec prefix of an Ed25519 public key
_ALPHABET = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz"


@lru_cache(maxsize=4)
def signing_key(secret: str) -> Ed25519PrivateKey:
    """The private key of a server with this secret."""
    seed = HKDF(hashes.SHA256(), 32, salt=None, info=_PURPOSE).derive(secret.encode())
    return Ed25519PrivateKey.from_private_bytes(seed)


def public_multibase(key: Ed25519PrivateKey) -> str:
    """The public half as a Multikey (base58btc, beginning with ``z6Mk``)."""
    raw = key.public_key().public_bytes(serialization.Encoding.Raw, serialization.PublicFormat.Raw)
    return "z" + base58(_ED25519_PUBLIC + raw)


def base58(data: bytes) -> str:
    """Base58 in Bitcoin's alphabet."""
    number, text = int.from_bytes(data), ""
    while number:
        number, rest = divmod(number, 58)
        text = _ALPHABET[rest] + text
    return "1" * (len(data) - len(data.lstrip(b"\0"))) + text


def note_key(multibase: str, now: datetime) -> None:
    """Remember a public key that signs from now on; once is enough."""
    if multibase in list_noted_keys():
        return
    try:
        with db.session.begin_nested():
            db.session.add(IssuerKey(multibase=multibase, first_used_at=now))
    except IntegrityError:  # another process has just noted it
        pass


def list_noted_keys() -> list[str]:
    """Every public key that has been noted, oldest first."""
    return list(db.session.scalars(select(IssuerKey.multibase).order_by(IssuerKey.id)))


def list_keys(secret: str) -> list[str]:
    """Every public key of this centre, the one that signs now last."""
    current = public_multibase(signing_key(secret))
    return [one for one in list_noted_keys() if one != current] + [current]


def public_key(multibase: str) -> Ed25519PublicKey:
    """The key of a Multikey. Raises `ValueError` where it is none of Ed25519."""
    raw = from_base58(multibase.removeprefix("z"), 34)
    if not multibase.startswith("z") or raw[:2] != _ED25519_PUBLIC:
        raise ValueError(multibase)
    return Ed25519PublicKey.from_public_bytes(raw[2:])


def from_base58(text: str, length: int) -> bytes:
    """The bytes of a base58 text. Raises `ValueError` unless they are so many at most."""
    number = 0
    for sign in text[: 2 * length]:
        number = number * 58 + _ALPHABET.index(sign)
    try:
        return number.to_bytes(length)
    except OverflowError:
        raise ValueError(text) from None
