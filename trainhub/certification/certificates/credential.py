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
from datetime import date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import rfc8785
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import (
    Ed25519PrivateKey,
    Ed25519PublicKey,
)

from trainhub.certification.certificates.keys import base58, from_base58, public_multibase

CONTEXT = (
    "https://www.w3.org/ns/credentials/v2",
    "https://purl.imsglobal.org/spec/ob/v3p0/context-3.0.3.json",
)


@dataclass(frozen=True)
class CredentialFacts:
    """What a credential says: no more than the certificate. `valid_until` is a local date of
    `zone` or None; `root` is where our own pages begin."""

    code: str
    holder_name: str
    programme_key: str
    titles: Mapping[str, str]
    criteria: str
    granted_at: datetime
    valid_until: date | None
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
                "id": f"{facts.root}/issuer#{facts.programme_key}-{facts.version}",
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


def _end_of(on: date, zone: ZoneInfo) -> datetime:
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
    proof = document.pop("proof", {})
    options = dict(proof) if isinstance(proof, Mapping) else {}
    value = str(options.pop("proofValue", ""))
    if options.get("cryptosuite") != "eddsa-jcs-2022":
        return False
    try:
        key.verify(from_base58(value.removeprefix("z"), 64), _hashed(options, document))
    except (InvalidSignature, ValueError, rfc8785.CanonicalizationError):
        return False
    return True


def as_token(document: Mapping[str, Any], key: Ed25519PrivateKey, *, root: str) -> str:
    """The credential as a JSON Web Token (RFC 7519, algorithm EdDSA).

    `kid` is the address of the public key as a JWK; the times stand once more as numbers.
    """
    kid = f"{root}/issuer/keys/{public_multibase(key)}"
    claims: dict[str, Any] = {
        **document,
        "iss": document["issuer"]["id"],
        "jti": document["id"],
        "nbf": _seconds(document["validFrom"]),
    }
    if "validUntil" in document:
        claims["exp"] = _seconds(document["validUntil"])
    body = f"{_part({'alg': 'EdDSA', 'typ': 'vc+jwt', 'kid': kid})}.{_part(claims)}"
    return f"{body}.{_base64(key.sign(body.encode()))}"


def claims_of(token: str, key: Ed25519PublicKey) -> dict[str, Any] | None:
    """What a token says, if it was signed with this key; else None."""
    try:
        head, claims, signature = token.strip().split(".")
        key.verify(_bytes(signature), f"{head}.{claims}".encode("ascii"))
        if json.loads(_bytes(head)).get("alg") != "EdDSA":
            return None
        found = json.loads(_bytes(claims))
    except (InvalidSignature, ValueError, AttributeError):
        return None
    return found if isinstance(found, dict) else None


def as_jwk(key: Ed25519PublicKey) -> dict[str, str]:
    """A public key as a JSON Web Key (RFC 8037)."""
    return {"kty": "OKP", "crv": "Ed25519", "x": _base64(key.public_bytes_raw())}


def _seconds(instant: str) -> int:
    return int(datetime.fromisoformat(instant).timestamp())


def _bytes(part: str) -> bytes:
    return base64.urlsafe_b64decode(part + "=" * (-len(part) % 4))


def _part(values: Mapping[str, Any]) -> str:
    return _base64(json.dumps(values, ensure_ascii=False, separators=(",", ":")).encode())


def _base64(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()
