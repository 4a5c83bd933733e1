"""The key credentials are signed with: Ed25519, derived from the server's secret.

Every node that knows the secret has the same key, and no table or file holds it. The public half
is noted when it is first used, so that credentials stay verifiable after the secret has changed.
"""

from __future__ import annotations

from datetime import datetime
from functools import lru_cache

from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from sqlalchemy import select

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
    """Remember a public key that is about to sign something; once is enough."""
    if not db.session.scalar(select(IssuerKey.id).where(IssuerKey.multibase == multibase)):
        db.session.add(IssuerKey(multibase=multibase, first_used_at=now))
        db.session.flush()


def list_keys() -> list[str]:
    """Every public key that has signed something, oldest first."""
    return list(db.session.scalars(select(IssuerKey.multibase).order_by(IssuerKey.id)))
