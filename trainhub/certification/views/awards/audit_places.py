"""From the audit trail to awards: by the number of the certificate, the programme, the evidence."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from flask import url_for
from flask_babel import gettext as _

from trainhub import permissions
from trainhub.audit.models import AuditEntry
from trainhub.certification.certificates.texts import number_of
from trainhub.certification.queries.awards import (
    list_awards_by_id,
    list_awards_on_cases,
    list_programmes_by_key,
)
from trainhub.certification.views.wording import in_language
from trainhub.people.models import Person
from trainhub.people.views.audit_places import AuditPlace, register_places

READS = "certification.view_audit"  # every award with its evidence


def _ids(entries: Iterable[AuditEntry]) -> dict[int, list[int]]:
    """The numbers of the entries about each id; keys that are no ids are left out."""
    found: dict[int, list[int]] = {}
    for entry in entries:
        if entry.object_key.isascii() and entry.object_key.isdigit():
            found.setdefault(int(entry.object_key), []).append(entry.number)
    return found


def find_awards(entries: Sequence[AuditEntry], viewer: Person) -> Mapping[int, AuditPlace]:
    """The award of an entry, by the number of its certificate."""
    if not permissions.allows(READS, viewer):
        return {}
    numbers = _ids(entries)
    return {
        number: AuditPlace(url_for("certification.show_award", award_id=award.id), number_of(award))
        for award in list_awards_by_id(numbers)
        for number in numbers[award.id]
    }


def find_programmes(entries: Sequence[AuditEntry], viewer: Person) -> Mapping[int, AuditPlace]:
    """The programme itself for who writes them; else its awards, those of the person named."""
    writes = permissions.allows("certification.write_programmes", viewer)
    if not writes and not permissions.allows(READS, viewer):
        return {}
    programmes = {one.key: one for one in list_programmes_by_key(e.object_key for e in entries)}
    found = {}
    for entry in entries:
        programme = programmes.get(entry.object_key)
        if programme is None:
            continue
        person = _person(entry)
        if person or not writes:
            url = url_for("certification.list_awards", programme_id=programme.id, q=person or None)
        else:
            url = url_for("certification.show_programme", programme_id=programme.id)
        found[entry.number] = AuditPlace(url, in_language(programme.titles) or programme.key)
    return found


def _person(entry: AuditEntry) -> str:
    """The name of whom an entry was about; "" for nobody."""
    change = entry.changes.get("person")
    values = change if isinstance(change, list) else []
    return str(next((one for one in reversed(values) if one), ""))


def find_cases(entries: Sequence[AuditEntry], viewer: Person) -> Mapping[int, AuditPlace]:
    """The award that rests on observed work, at that evidence; else the work, for who may see."""
    numbers = _ids(entries)
    found: dict[int, AuditPlace] = {}
    if permissions.allows("certification.award", viewer):
        for case_id, some in numbers.items():
            url = url_for("certification.show_observation", case_id=case_id)
            found |= {
                number: AuditPlace(url, _("no. %(number)s", number=case_id)) for number in some
            }
    if not permissions.allows(READS, viewer):
        return found
    for case_id, award, key in list_awards_on_cases(numbers):
        url = url_for("certification.show_award_evidence", award_id=award.id, requirement_key=key)
        found |= {number: AuditPlace(url, number_of(award)) for number in numbers[case_id]}
    return found


register_places("award", find_awards)
register_places("programme", find_programmes)
register_places("observed_case", find_cases)
