"""What anybody may see who has a certificate's code: whether it holds, and nothing more.

These pages say the same to everybody, signed in or not. An unknown code and a malformed one get
the same “not found”; the code's 160 random bits are what guards it, the limit keeps a loop away.
"""

from __future__ import annotations

import json
from datetime import date
from typing import Any

from flask import Response, jsonify, render_template
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from trainhub import clock
from trainhub.certification.certificates.credential import as_jwk, as_token, with_proof
from trainhub.certification.certificates.keys import list_keys, public_key, signing_key
from trainhub.certification.certificates.texts import credential, number_of
from trainhub.certification.models import Award
from trainhub.certification.queries.awards import find_public_award
from trainhub.certification.rules.awards.states import AwardState, Shown, shown_state
from trainhub.certification.rules.awards.validity import ends_on
from trainhub.certification.rules.programmes.content import from_dict
from trainhub.certification.views.blueprint import bp
from trainhub.db import end_read
from trainhub.errors import N_, Conflict, NotFound
from trainhub.people.views.signed_in import client_address
from trainhub.web.access import public, wants_json
from trainhub.web.locale import current_language
from trainhub.web.rates import Bucket, spend
from trainhub.web.settings import current_settings

LOOKS = Bucket(size=60, refill_per_s=1)
HEADERS = {"X-Robots-Tag": "noindex, nofollow, noarchive", "Referrer-Policy": "no-referrer"}
CREDENTIAL_TYPE = "application/vc+ld+json"
# What a state is called, the kind of its badge, and the sentence beside it.
SHOWN: dict[Shown, tuple[Any, str, Any]] = {
    Shown.VALID: (_l("Valid"), "success", _l("This certificate holds today.")),
    Shown.GRACE: (
        _l("In its grace period"),
        "warning",
        _l("Its last day is over; it holds until the grace period ends, to be renewed."),
    ),
    Shown.EXPIRED: (_l("Expired"), "danger", _l("This certificate holds no longer.")),
    Shown.REVOKED: (_l("Revoked"), "danger", _l("This certificate was taken back.")),
    Shown.UNDER_REVIEW: (
        _l("Under review"),
        "warning",
        _l("Until a decision is made, do not rely on this certificate."),
    ),
    Shown.SUPERSEDED: (
        _l("Superseded"),
        "info",
        _l("A newer certificate has taken the place of this one."),
    ),
}


class NoCredential(Conflict):
    """What was revoked or is being looked into is not signed anew."""

    code = "no_credential"
    message = N_("There is no signed credential of this certificate at present.")


def shown_of(award: Award) -> Shown:
    """What is told of an award today, by the centre's calendar."""
    today = clock.now().astimezone(current_settings().zone).date()
    validity = from_dict(award.version.content).validity
    return shown_state(AwardState(award.state), validity, award.valid_until, today)


def grace_end(award: Award) -> date | None:
    """The last day of the grace period an award is in today; None while it is in none."""
    if award.valid_until is None or shown_of(award) is not Shown.GRACE:
        return None
    return ends_on(from_dict(award.version.content).validity, award.valid_until)


def _award_of(code: str) -> Award:
    spend(LOOKS, f"verify:{client_address()}")
    is_whole = code.isascii() and len(code) <= 40
    award = find_public_award(code if is_whole else "")  # asked for in any case: the same time
    if award is None:
        raise NotFound()
    return award


@bp.get("/verify/<string:code>")
@public
def verify_certificate(code: str) -> ResponseReturnValue:
    """Whether a certificate holds: name, programme, dates, issuer."""
    try:
        award = _award_of(code)
    except NotFound:
        if wants_json():
            raise
        return render_template("certification/awards/no_certificate.html"), 404, HEADERS
    shown = shown_of(award)
    page = render_template(
        "certification/awards/verify_certificate.html",
        award=award,
        shown=shown.value,
        words=SHOWN[shown],
        number=number_of(award),
        grace_until=grace_end(award),
        has_credential=shown not in (Shown.REVOKED, Shown.UNDER_REVIEW),
    )
    return page, HEADERS


def _signed_document(code: str) -> dict[str, Any]:
    award, settings = _award_of(code), current_settings()
    if shown_of(award) in (Shown.REVOKED, Shown.UNDER_REVIEW):
        raise NoCredential()
    return credential(award, current_language(), settings)


@bp.get("/verify/<string:code>/credential.json")
@public
def show_credential(code: str) -> ResponseReturnValue:
    """The certificate as an Open Badges 3.0 credential with an embedded proof."""
    settings = current_settings()
    document = _signed_document(code)
    signed = with_proof(
        document, signing_key(settings.secret_key), root=settings.base_url, created_at=clock.now()
    )
    text = json.dumps(signed, ensure_ascii=False, indent=2)
    return Response(text, mimetype=CREDENTIAL_TYPE, headers=HEADERS)


@bp.get("/verify/<string:code>/credential.jwt")
@public
def show_credential_token(code: str) -> ResponseReturnValue:
    """The certificate as a signed JSON Web Token."""
    settings = current_settings()
    token = as_token(
        _signed_document(code), signing_key(settings.secret_key), root=settings.base_url
    )
    return Response(token, mimetype="application/vc+jwt", headers=HEADERS)


@bp.get("/issuer")
@public
def show_issuer() -> ResponseReturnValue:
    """Who signs the certificates, with every key that has ever signed one."""
    spend(LOOKS, f"verify:{client_address()}")
    settings = current_settings()
    root, keys = settings.base_url, list_keys(settings.secret_key)
    end_read()
    methods = [
        {
            "id": f"{root}/issuer#{key}",
            "type": "Multikey",
            "controller": f"{root}/issuer",
            "publicKeyMultibase": key,
        }
        for key in keys
    ]
    return jsonify(
        {
            "@context": [
                "https://www.w3.org/ns/cid/v1",
                "https://purl.imsglobal.org/spec/ob/v3p0/context-3.0.3.json",
            ],
            "id": f"{root}/issuer",
            "type": ["Profile"],
            "name": settings.centre_name,
            "url": f"{root}/",
            "description": _("Issues the certificates of this centre."),
            "verificationMethod": methods,
            "assertionMethod": [one["id"] for one in methods],
        }
    )


@bp.get("/issuer/keys/<string:multibase>")
@public
def show_issuer_key(multibase: str) -> ResponseReturnValue:
    """One key as a JSON Web Key: where the `kid` of a token leads."""
    spend(LOOKS, f"verify:{client_address()}")
    settings = current_settings()
    if multibase not in list_keys(settings.secret_key):
        raise NotFound()
    kid = f"{settings.base_url}/issuer/keys/{multibase}"
    return jsonify(as_jwk(public_key(multibase)) | {"kid": kid, "alg": "EdDSA", "use": "sig"})
