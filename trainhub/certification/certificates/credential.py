"""An award as an Open Badges 3.0 credential, signed so that others can check it without us.

Two forms of the same credential: JSON with an embedded `eddsa-jcs-2022` proof (W3C Data
Integrity EdDSA Cryptosuites: the hash of the canonical proof options, then that of the canonical
document, signed with Ed25519), and a JSON Web Token signed with the same key.
"""

from __future__ import annotations

import base64
import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import rfc8785
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import (
    Ed25519PrivateKey,
    Ed25519PublicKey,
)

from trainhub.certification.certificates.keys import base58, public_multibase

CONTEXT = (
    "https://www.w3.org/ns/credentials/v2",
    "https://purl.imsglobal.org/spec/ob/v3p0/context-3.0.3.json",
)


@dataclass(frozen=True)
class CredentialFacts:
    """What a credential says. `salt` and `identity` hash the holder's e-mail address, if known."""

    code: str
    holder_name: str
    programme_key: str
    titles: Mapping[str, str]
    criteria: str
    granted_at: datetime
    valid_until: Any
    zone: ZoneInfo
    issuer_name: str
    root: str
    version: int


def credential_of(facts: CredentialFacts, language: str) -> dict[str, Any]:
    """The credential without a proof. Addresses name our own pages; nothing is fetched."""
    other = next(iter(facts.titles.values()), facts.programme_key)
    title = facts.titles.get(language, other)
    document: dict[str, Any] = {
        "@context": list(CONTEXT),
        "id": f"{facts.root}/verify/{facts.code}",
        "type": ["VerifiableCredential", "OpenBadgeCredential"],
        "name": title,
        "issuer": {
            "id": f"{facts.root}/issuer",
            "type": ["Profile"],
            "name": facts.issuer_name,
        },
        "validFrom": _instant(facts.granted_at),
        "credentialSubject": {
            "type": ["AchievementSubject"],
            "identifier": [
                {
                    "type": "IdentityObject",
                    "hashed": False,
                    "identityHash": facts.holder_name,
                    "identityType": "name",
                }
            ],
            "achievement": {
                "id": f"{facts.root}/issuer/programmes/{facts.programme_key}/{facts.version}",
                "type": ["Achievement"],
                "achievementType": "Certification",
                "name": title,
                "description": title,
                "criteria": {"narrative": facts.criteria},
            },
        },
    }
    if facts.valid_until is not None:
        document["validUntil"] = _instant(_end_of(facts.valid_until, facts.zone))
    return document


def _end_of(on: Any, zone: ZoneInfo) -> datetime:
    """The last second of a local date."""
    midnight = datetime.combine(on + timedelta(days=1), time(), zone)
    return midnight.astimezone(ZoneInfo("UTC")) - timedelta(seconds=1)


def _instant(at: datetime) -> str:
    return at.astimezone(ZoneInfo("UTC")).strftime("%Y-%m-%dT%H:%M:%SZ")


def with_proof(
    document: Mapping[str, Any], key: Ed25519PrivateKey, *, root: str, created_at: datetime
) -> dict[str, Any]:
    """The credential with an embedded `eddsa-jcs-2022` proof."""
    multibase = public_multibase(key)
    options = {
        "type": "DataIntegrityProof",
        "cryptosuite": "eddsa-jcs-2022",
        "created": _instant(created_at),
        "verificationMethod": f"{root}/issuer#{multibase}",
        "proofPurpose": "assertionMethod",
        "@context": list(document["@context"]),
    }
    signature = key.sign(_hashed(options, document))
    return {**document, "proof": {**options, "proofValue": "z" + base58(signature)}}


def _hashed(options: Mapping[str, Any], document: Mapping[str, Any]) -> bytes:
    parts = (options, document)
    return b"".join(hashlib.sha256(rfc8785.dumps(dict(one))).digest() for one in parts)


def is_signed_by(signed: Mapping[str, Any], key: Ed25519PublicKey) -> bool:
    """Whether an embedded proof was made with this key over exactly this credential."""
    document = dict(signed)
    options = dict(document.pop("proof", {}))
    value = str(options.pop("proofValue", ""))
    try:
        key.verify(_from_base58(value.removeprefix("z")), _hashed(options, document))
    except (InvalidSignature, ValueError):
        return False
    return True


def _from_base58(text: str) -> bytes:
    alphabet = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz"
    number = 0
    for sign in text:
        number = number * 58 + alphabet.index(sign)
    return number.to_bytes(64)


def as_token(document: Mapping[str, Any], key: Ed25519PrivateKey, *, root: str) -> str:
    """The credential as a JSON Web Token (RFC 7519, algorithm EdDSA)."""
    head = {"alg": "EdDSA", "typ": "vc+jwt", "kid": f"{root}/issuer#{public_multibase(key)}"}
    claims = {**document, "iss": document["issuer"]["id"], "jti": document["id"]}
    body = f"{_part(head)}.{_part(claims)}"
    return f"{body}.{_base64(key.sign(body.encode()))}"


def _part(values: Mapping[str, Any]) -> str:
    return _base64(json.dumps(values, ensure_ascii=False, separators=(",", ":")).encode())


def _base64(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()
