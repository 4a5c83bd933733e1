"""Certificates as PDF: one or many, Chinese or English, with embedded fonts (PDF/A-2b)."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from trainhub.certification.certificates.qr import qr_svg

_TEMPLATE = Path(__file__).with_name("certificate.typ")


@dataclass(frozen=True)
class CertificateText:
    """What stands on one certificate, in its language."""

    language: str
    heading: str
    intro: str
    holder: str
    statement: str
    title: str
    rows: Sequence[tuple[str, str]]
    issuer: str
    check: str
    address: str
    number: str


def font_folder() -> Path:
    """The folder of the fonts every certificate is set in."""
    import pylopdf_fonts_zh_cn as fonts  # an installed package: no font of the host is used

    return Path(str(fonts.sans_path())).parent


def certificates_pdf(texts: Sequence[CertificateText]) -> bytes:
    """A PDF with a page for each certificate.

    Names and titles reach the template as data: nothing in them is ever read as markup. PDF/A
    asks for a letter shape of every sign: where a name has a sign that no font has, the file is
    an ordinary PDF, and every other certificate of it still comes out.
    """
    import typst  # some 80 MB that most pages never need

    try:
        return _compiled(texts, is_archival=True)
    except typst.TypstError:
        return _compiled(texts, is_archival=False)


def _compiled(texts: Sequence[CertificateText], *, is_archival: bool) -> bytes:
    import typst

    codes: Mapping[str, bytes] = {
        f"code-{place}.svg": qr_svg(text.address) for place, text in enumerate(texts)
    }
    pages = [asdict(text) | {"code": f"code-{place}.svg"} for place, text in enumerate(texts)]
    sources: Any = {"main": _TEMPLATE.read_bytes(), **codes}
    made: bytes = typst.compile(
        sources,
        font_paths=[str(font_folder())],
        ignore_system_fonts=True,
        sys_inputs={"pages": json.dumps(pages, ensure_ascii=False)},
        pdf_standards=["a-2b"] if is_archival else None,
    )
    return made
