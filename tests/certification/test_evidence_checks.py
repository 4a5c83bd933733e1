"""An edit of frozen evidence by somebody who owns the database comes to light."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any

import pytest
from flask import Flask
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select, update

from tests.certification.test_observing import Place, hand_in
from tests.checking import CheckingClient
from tests.factories import Make
from trainhub.audit.models import AuditEntry
from trainhub.audit.queries import find_broken_entry
from trainhub.certification.models import Award
from trainhub.certification.queries.evidence_checks import (
    EvidenceState,
    evidence_state,
    list_evidence_faults,
)
from trainhub.certification.rules.awards.evidence import evidence_digest
from trainhub.db import db, transaction
from trainhub.ops import doctor
from trainhub.ops.nightly import ChangedEvidence, jobs_of
from trainhub.people.models import Role

Client = Callable[..., CheckingClient]
_JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**53) + 1, 2**53 - 1) | st.text(max_size=9),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner),
    max_leaves=9,
)


@given(st.dictionaries(st.text(max_size=5), _JSON), _JSON, _JSON)
def test_the_order_of_keys_changes_nothing_and_a_value_does(
    values: dict[str, Any], one: Any, other: Any
) -> None:
    turned = dict(reversed(values.items()))
    assert evidence_digest([values]) == evidence_digest([turned])
    same = evidence_digest([one]) == evidence_digest([other])
    assert same is (_exact(one) == _exact(other))


def _exact(value: Any) -> Any:
    """As JSON tells values apart: true is not 1."""
    if isinstance(value, dict):
        return {key: _exact(inner) for key, inner in value.items()}
    if isinstance(value, list):
        return [_exact(inner) for inner in value]
    return (type(value).__name__, value)


@pytest.fixture
def place(app: Flask, make: type[Make], now: datetime) -> Place:
    return Place(make, now)


def granted(place: Place, client: Client) -> Award:
    case = place.open(client, place.one, place.two)
    for rater in (place.one, place.two):
        hand_in(client, case, rater, 4)
    db.session.expire_all()
    return db.session.scalars(select(Award).order_by(Award.id.desc())).first()


def edit(award: Award) -> None:
    """As somebody does who owns the database: past the program and its trail."""
    evidence = [dict(one) for one in award.evidence]
    evidence[0]["pieces"][0]["values"]["permille"] = 990
    with transaction():
        db.session.execute(update(Award).where(Award.id == award.id).values(evidence=evidence))
    db.session.expire_all()


def test_an_edit_past_the_program_is_named(
    app: Flask, place: Place, client: Client, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    award, settings = granted(place, client), app.config["SETTINGS"]
    assert evidence_state(award) == EvidenceState.UNCHANGED
    assert list(list_evidence_faults()) == []
    night = next(job for job in jobs_of(settings, lambda now: {}) if job.name == "award-evidence")
    assert "every award" in night.run(now)
    edit(award)
    named = f"award {award.id}: its evidence is not what it was granted on"
    assert [str(one) for one in list_evidence_faults(batch=1)] == [named]
    assert find_broken_entry() is None, "the trail itself is whole"
    with pytest.raises(ChangedEvidence, match=named):
        night.run(now)
    whole = doctor.Finding("structure", True, "made without migrations for this test")
    monkeypatch.setattr(doctor, "_structure", lambda: whole)
    found = {one.name: one for one in doctor.examine(settings, now)}["award evidence"]
    assert (found.ok, found.value) == (False, named)


def test_an_award_that_nobody_granted_is_named(place: Place, client: Client) -> None:
    award = granted(place, client)
    values = {name: getattr(award, name) for name in Award.__table__.c.keys() if name != "id"}  # noqa: SIM118
    forged = {**values, "number": 2, "code": "forged", "state": "expired"}
    with transaction():
        db.session.add(Award(**forged))
    (fault,) = list_evidence_faults(batch=1)
    assert fault.state == EvidenceState.NOT_GRANTED
    assert fault.award_id != award.id


def test_the_page_says_so_to_who_audits_and_to_nobody_else(
    place: Place, client: Client, make: type[Make]
) -> None:
    award = granted(place, client)
    path = f"/awards/{award.id}"
    auditor = client(make.person("audit", Role.AUDITOR))
    assert "Evidence unchanged since granted" in auditor.get(path).text
    for other in (place.agent, place.boss):
        assert "since granted" not in client(other).get(path).text
    edit(award)
    assert "Evidence changed since granted" in auditor.get(path).text
    chinese = client(make.person("admin", Role.ADMINISTRATOR), language="zh")
    assert "授予之后依据被改动" in chinese.get(path).text


def test_only_the_grant_carries_the_fingerprint(place: Place, client: Client) -> None:
    award = granted(place, client)
    query = select(AuditEntry).where(AuditEntry.object_type == "award")
    (entry,) = db.session.scalars(query)
    assert entry.changes["evidence_sha256"] == [None, evidence_digest(award.evidence)]
