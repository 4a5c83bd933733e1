"""The printed face of an award: text, fonts, code, signature; and who may print it."""

from __future__ import annotations

import io
import json
import re
from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pypdf
import pytest
from flask import Flask
from joserfc import jws
from joserfc.jwk import OKPKey

from tests.certification.awarding import NOW, awarded
from tests.certification.scanning import address_in_code
from tests.checking import CheckingClient
from tests.factories import Make
from trainhub.certification.certificates.credential import claims_of, is_signed_by
from trainhub.certification.certificates.document import certificates_pdf
from trainhub.certification.certificates.keys import note_key, public_key
from trainhub.certification.certificates.texts import certificate_text, number_of
from trainhub.certification.models import Award
from trainhub.certification.rules.awards.states import AwardState
from trainhub.certification.services.awards import change
from trainhub.config import Settings
from trainhub.db import transaction
from trainhub.people.models import Role

Browser = Callable[..., CheckingClient]


def settings_of(app: Flask) -> Settings:
    settings: Settings = app.config["SETTINGS"]
    return settings


def pdf_of(app: Flask, award: Award, language: str = "zh") -> pypdf.PdfReader:
    return reader([certificate_text(award, language, settings_of(app))])


def reader(texts: Any) -> pypdf.PdfReader:
    return pypdf.PdfReader(io.BytesIO(certificates_pdf(texts)))


def fonts_of(page: pypdf.PageObject) -> list[Any]:
    fonts: Any = page["/Resources"]["/Font"]
    return [font.get_object()["/DescendantFonts"][0].get_object() for font in fonts.values()]


@pytest.mark.parametrize(
    ("language", "said"),
    [
        ("zh", ["证书", "兹证明", "客服上岗", "认证日期", "2026年11月23日", "2027年11月23日"]),
        ("en", ["Certificate", "Ready for the phones", "Certified on", "Nov 23, 2026"]),
    ],
)
def test_a_certificate_says_who_what_and_until_when(
    app: Flask, language: str, said: list[str]
) -> None:
    award = awarded(Make.person("holder", name="欧阳晓彤"))
    pdf = pdf_of(app, award, language)
    text = pdf.pages[0].extract_text()
    for words in [*said, "欧阳晓彤", number_of(award), f"/verify/{award.code}"]:
        assert words in text
    assert len(pdf.pages) == 1


def test_its_fonts_are_embedded_and_cut_to_what_is_used(app: Flask) -> None:
    pdf = pdf_of(app, awarded())
    fonts = fonts_of(pdf.pages[0])
    assert fonts
    for font in fonts:
        assert re.match(r"/[A-Z]{6}\+", font["/BaseFont"]), "not a subset"
        assert "/FontFile3" in font["/FontDescriptor"] or "/FontFile2" in font["/FontDescriptor"]


def test_it_says_that_it_is_meant_to_be_kept(app: Flask) -> None:
    raw = certificates_pdf([certificate_text(awarded(), "en", settings_of(app))])
    assert b"<pdfaid:part>2</pdfaid:part>" in raw
    assert b"<pdfaid:conformance>B</pdfaid:conformance>" in raw


@pytest.mark.parametrize(
    "name",
    [
        '#read("/etc/passwd")',
        "$x^2$ *bold* _it_ `raw`",
        "#set text(size: 99pt) \\ // not a comment",
        '"; #panic() [x]',
        "<label> @ref",
    ],
)
def test_nothing_in_a_name_is_read_as_markup(app: Flask, name: str) -> None:
    text = pdf_of(app, awarded(Make.person("holder", name=name))).pages[0].extract_text()
    assert name in text
    assert "root:" not in text


def test_the_longest_name_leaves_its_code_on_the_same_page(app: Flask) -> None:
    titles = {"zh": "上" * 120, "en": "Ready " * 20}
    award = awarded(Make.person("wang", name="王" * 80), titles=titles)
    for language in ("zh", "en"):
        document = pdf_of(app, award, language)
        assert len(document.pages) == 1
        assert "".join(document.pages[0].extract_text().split()).count("王") >= 80


def test_a_name_with_a_sign_that_no_font_has_is_still_printed(app: Flask) -> None:
    award = awarded(Make.person("holder", name="Zoe 😀"))
    assert "Zoe" in pdf_of(app, award).pages[0].extract_text()


def test_its_code_leads_to_the_public_page(app: Flask, client: Browser) -> None:
    award = awarded()
    printed = certificates_pdf([certificate_text(award, "zh", settings_of(app))])
    address = address_in_code(printed)
    assert address == f"http://localhost/verify/{award.code}"
    page = client().page(address.removeprefix("http://localhost"))
    assert "Valid" in page.text and award.holder_name in page.text


def test_many_are_printed_as_one_file(app: Flask, client: Browser) -> None:
    team = Make.team("Red")
    boss = Make.person("boss", Role.SUPERVISOR, supervises=team)
    first = awarded(Make.person("first", team=team))
    for name in ("second", "third"):
        awarded(Make.person(name, team=team), first.programme)
    awarded(Make.person("stranger"), first.programme)
    answer = client(boss).get("/awards/certificates.pdf?language=zh")
    assert answer.mimetype == "application/pdf"
    pages = pypdf.PdfReader(io.BytesIO(answer.data)).pages
    text = "".join(page.extract_text() for page in pages)
    assert len(pages) == 3
    assert "Stranger" not in text


def test_a_certificate_is_its_holders_their_supervisors_and_the_auditors(
    app: Flask, client: Browser
) -> None:
    team = Make.team("Red")
    award = awarded(Make.person("holder", team=team))
    address = f"/awards/{award.id}/certificate.pdf?language=en"
    seeing = [
        award.person,
        Make.person("boss", Role.SUPERVISOR, supervises=team),
        Make.person("auditor", Role.AUDITOR),
        Make.person("root", Role.ADMINISTRATOR),
    ]
    for person in seeing:
        assert client(person).client.get(address).status_code == 200, person.username
    others = [
        Make.person("other", Role.SUPERVISOR, supervises=Make.team("Blue")),
        Make.person("colleague", team=team),
        Make.person("trainer", Role.TRAINER),
    ]
    for person in others:
        assert client(person).client.get(address).status_code == 404, person.username


def test_what_must_not_be_relied_on_is_not_printed(app: Flask, client: Browser) -> None:
    award, root = awarded(), Make.person("root", Role.ADMINISTRATOR)
    with transaction():
        change(award, AwardState.REVOKED, now=NOW, by=root, reason="Cheated")
    browser = client(root).client
    assert browser.get(f"/awards/{award.id}/certificate.pdf").status_code == 409
    assert browser.get("/awards/certificates.pdf").status_code == 409
    assert browser.get(f"/verify/{award.code}/credential.json").status_code == 409
    assert browser.get(f"/verify/{award.code}/credential.jwt").status_code == 409


def test_the_credential_says_no_more_than_the_certificate(app: Flask, client: Browser) -> None:
    award = awarded(Make.person("holder", employee_no="E-777", email="secret@example.org"))
    answer = client().client.get(f"/verify/{award.code}/credential.json")
    document = answer.get_json(force=True)
    assert document["type"] == ["VerifiableCredential", "OpenBadgeCredential"]
    assert document["validFrom"] == "2026-11-23T02:00:00Z"
    assert document["validUntil"] == "2027-11-23T15:59:59Z", "the end of the day in Shanghai"
    assert document["issuer"]["id"] == "http://localhost/issuer"
    for private in ("E-777", "secret@", "entry", "850", "Red"):
        assert private not in answer.text


def test_its_proof_holds_and_not_with_one_changed_byte(app: Flask, client: Browser) -> None:
    award = awarded()
    browser = client().client
    signed = browser.get(f"/verify/{award.code}/credential.json").get_json(force=True)
    issuer = browser.get("/issuer").get_json()
    method = signed["proof"]["verificationMethod"]
    (found,) = [one for one in issuer["verificationMethod"] if one["id"] == method]
    key = public_key(found["publicKeyMultibase"])
    assert is_signed_by(signed, key)
    text = json.dumps(signed)
    for old, new in (
        ("2027-11-23", "2028-11-23"),
        (award.holder_name, award.holder_name[:-1] + "x"),
        (signed["proof"]["proofValue"][5:9], "1111"),
    ):
        assert not is_signed_by(json.loads(text.replace(old, new, 1)), key), old
    assert not is_signed_by({}, key)
    assert not is_signed_by({"proof": "x"}, key)


def test_its_token_is_verified_by_another_library(app: Flask, client: Browser) -> None:
    award = awarded()
    browser = client().client
    token = browser.get(f"/verify/{award.code}/credential.jwt").text
    kid = jws.extract_compact(token.encode()).headers()["kid"]
    jwk = browser.get(kid.removeprefix("http://localhost")).get_json()
    key = OKPKey.import_key({name: jwk[name] for name in ("kty", "crv", "x")})
    claims = json.loads(jws.deserialize_compact(token, key, algorithms=["EdDSA"]).payload)
    assert claims["jti"] == f"http://localhost/verify/{award.code}"
    assert claims["exp"] == 1826985599
    assert claims_of(token, public_key(kid.rsplit("/", 1)[1])) == claims
    head, body, signature = token.split(".")
    assert claims_of(f"{head}.{body[:-2]}AA.{signature}", public_key(kid[-48:])) is None
    assert claims_of("no token", public_key(kid[-48:])) is None


def test_a_key_of_an_earlier_secret_stays_with_the_issuer(app: Flask, client: Browser) -> None:
    from trainhub.certification.certificates.keys import public_multibase, signing_key

    old = public_multibase(signing_key("the secret of last year, long enough to sign"))
    with transaction():
        note_key(old, NOW)
        note_key(old, NOW + timedelta(days=1))
    issuer = client().client.get("/issuer").get_json()
    keys = [one["publicKeyMultibase"] for one in issuer["verificationMethod"]]
    assert keys[0] == old and len(keys) == 2
    assert client().client.get(f"/issuer/keys/{old}").get_json()["crv"] == "Ed25519"
    assert client().client.get("/issuer/keys/z6MkNothing").status_code == 404


def test_dates_of_a_certificate_are_those_of_the_award(app: Flask) -> None:
    award = awarded()
    assert (award.valid_from, award.valid_until) == (date(2026, 11, 23), date(2027, 11, 23))
