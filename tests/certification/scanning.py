"""Reading the code on a printed certificate as a camera would."""

from __future__ import annotations

import pypdfium2
import zxingcpp

POINTS_PER_INCH, DOTS_PER_INCH = 72, 110  # what a PDF is measured in, and a modest camera


def address_in_code(pdf: bytes) -> str:
    """The address that the one QR code on the first page of `pdf` leads to."""
    page = pypdfium2.PdfDocument(pdf)[0]
    picture = page.render(scale=DOTS_PER_INCH / POINTS_PER_INCH).to_pil()
    (found,) = zxingcpp.read_barcodes(picture)
    return str(found.text)
