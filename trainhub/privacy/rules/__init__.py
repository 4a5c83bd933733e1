"""Every table's declaration, in the order of the subjects."""

from __future__ import annotations

from trainhub.privacy.rules import (
    assessment,
    audit,
    catalogue,
    certification,
    delivery,
    learning,
    ledger,
    notices,
    ops,
    people,
    privacy,
    rota,
    typing_tests,
)
from trainhub.privacy.rules.declaring import (
    PSEUDONYM,
    Declaration,
    Erase,
    Impersonal,
    Personal,
)
from trainhub.privacy.rules.periods import LENGTHS, Length, Period, passed_by

__all__ = [
    "DECLARATIONS",
    "LENGTHS",
    "PERSONAL",
    "PSEUDONYM",
    "SUBJECTS",
    "Declaration",
    "Erase",
    "Impersonal",
    "Length",
    "Period",
    "Personal",
    "passed_by",
]

SUBJECTS: dict[str, tuple[Declaration, ...]] = {
    "people": people.TABLES,
    "audit": audit.TABLES,
    "catalogue": catalogue.TABLES,
    "ledger": ledger.TABLES,
    "learning": learning.TABLES,
    "assessment": assessment.TABLES,
    "typing_tests": typing_tests.TABLES,
    "rota": rota.TABLES,
    "delivery": delivery.TABLES,
    "certification": certification.TABLES,
    "notices": notices.TABLES,
    "privacy": privacy.TABLES,
    "ops": ops.TABLES,
}
DECLARATIONS = {one.table: one for tables in SUBJECTS.values() for one in tables}
PERSONAL = tuple(
    sorted(
        (one for one in DECLARATIONS.values() if isinstance(one, Personal)),
        key=lambda one: one.table != "person",  # who somebody is comes first
    )
)
