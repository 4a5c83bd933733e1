"""What stands on the certificate of an award, in a language; and its credential."""

from __future__ import annotations

from flask_babel import force_locale
from flask_babel import gettext as _

from trainhub.certification.certificates.credential import CredentialFacts, credential_of
from trainhub.certification.certificates.document import CertificateText
from trainhub.certification.models import Award
from trainhub.config import LOCALES, Settings
from trainhub.web.filters import show_date


def number_of(award: Award) -> str:
    """The number of a certificate, as people say it on the telephone."""
    return f"{award.programme.key.upper()}-{award.valid_from.year}-{award.id:05d}"


def address_of(award: Award, settings: Settings) -> str:
    """Where anybody can see whether a certificate holds; the QR code leads there."""
    return f"{settings.base_url}/verify/{award.code}"


def title_of(award: Award, language: str) -> str:
    """What was awarded, in a language, else in the one it has."""
    return award.titles.get(language) or next((t for t in award.titles.values() if t), "")


def certificate_text(award: Award, language: str, settings: Settings) -> CertificateText:
    """The certificate of an award in a language (`zh` or `en`)."""
    assert language in LOCALES
    with force_locale(language):
        until = show_date(award.valid_until) if award.valid_until else _("without an end")
        return CertificateText(
            language=language,
            heading=_("Certificate"),
            intro=_("This is to certify that"),
            holder=award.holder_name,
            statement=_("has met every requirement of the programme"),
            title=title_of(award, language),
            rows=(
                (_("Certified on"), show_date(award.valid_from)),
                (_("Valid until"), until),
                (_("Issued by"), settings.centre_name),
                (_("Certificate no."), number_of(award)),
            ),
            issuer=settings.centre_name,
            check=_("Scan to see whether it is still valid"),
            address=address_of(award, settings),
            number=number_of(award),
        )


def credential(award: Award, language: str, settings: Settings) -> dict[str, object]:
    """The award as a credential that is not signed yet: no more than stands on the certificate."""
    with force_locale(language):
        criteria = _("Every requirement of the programme was met, on evidence kept with the award.")
    facts = CredentialFacts(
        code=award.code,
        holder_name=award.holder_name,
        programme_key=award.programme.key,
        titles=award.titles,
        criteria=criteria,
        granted_at=award.granted_at,
        valid_until=award.valid_until,
        zone=settings.zone,
        issuer_name=settings.centre_name,
        root=settings.base_url,
        version=award.version.number,
    )
    return credential_of(facts, language)
