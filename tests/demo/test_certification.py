"""The demonstration's three cohorts: certified, at risk with reasons, renewing."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from flask import Flask
from sqlalchemy import select

from tests.attacks.world import ONE_ENGINE
from trainhub import clock, pipeline
from trainhub.audit.queries import find_broken_entry
from trainhub.certification.models import (
    Award,
    ObservedCase,
    PersonalSummary,
    ProgrammeEnrolment,
    Rating,
    RequirementException,
    RequirementStanding,
)
from trainhub.certification.queries.agreement import find_agreement
from trainhub.certification.queries.awards import list_own_awards
from trainhub.certification.queries.cohorts import list_paces
from trainhub.certification.queries.matrix import MatrixCriteria, find_matrix
from trainhub.certification.queries.programmes import find_programme
from trainhub.certification.queries.roads import find_road
from trainhub.certification.rules.standing.standing import Line
from trainhub.db import db, transaction
from trainhub.demo import build_centre
from trainhub.ops.content import load_shipped_content
from trainhub.people.models import Person
from trainhub.typing_tests.services.shipped import load_shipped_passages

ZONE = ZoneInfo("Asia/Shanghai")
CERTIFIED, BEGINNING = "certified", "beginning"


def build(now: datetime, size: int = 120) -> None:
    with transaction():
        load_shipped_content(now)
        load_shipped_passages(now)
        build_centre(size=size, seed=1, now=now, zone=ZONE, typists=0)


def person(username: str) -> Person:
    return db.session.scalars(select(Person).filter_by(username=username)).one()


def shown(now: datetime, viewer: str, **criteria: object) -> dict[str, list[str]]:
    """The names of whom the matrix shows in each state."""
    programme = find_programme("onboarding")
    assert programme is not None
    found: dict[str, list[str]] = {}
    wanted = MatrixCriteria(programme.id, **criteria)  # type: ignore[arg-type]
    page = find_matrix(person(viewer), wanted, today=now.astimezone(ZONE).date())
    for row in page.rows:
        found.setdefault(row.state, []).append(row.name)
    return found


def standings(now: datetime) -> set[tuple[object, ...]]:
    rows = db.session.execute(
        select(
            RequirementStanding.enrolment_id, RequirementStanding.requirement_key,
            RequirementStanding.state, RequirementStanding.due_on,
        )
    )  # fmt: skip
    awards = db.session.execute(select(Award.id, Award.state))
    enrolments = db.session.execute(
        select(ProgrammeEnrolment.id, ProgrammeEnrolment.state, ProgrammeEnrolment.is_at_risk)
    )
    return {tuple(row) for found in (rows, awards, enrolments) for row in found}


def test_three_cohorts_stand_at_different_points(app: Flask, now: datetime) -> None:
    build(now)
    today = now.astimezone(ZONE).date()
    programme = find_programme("onboarding")
    assert programme is not None
    admin = person("admin")
    beginning, certified, renewing = list_paces(admin, programme, today=today, zone=ZONE)

    assert certified.states == {"certified": 7, "left": 1}
    assert 55 < (certified.spread.median or 0) < 75
    assert sum(renewing.states.values()) == 8 and renewing.spread.median is not None
    assert beginning.states["late"] >= 2 and beginning.states["at_risk"] >= 3
    assert beginning.states["on_track"] >= 3 and not beginning.states.get("certified")

    of_cohort = shown(now, "admin", cohort_id=certified.cohort.id)
    assert len(of_cohort["certified"]) == 7
    _certificates_rest_on_evidence()
    _renewals_are_at_every_point(today)
    _beginners_have_reasons(beginning.cohort.id)
    _everybody_sees_something(now)
    _raters_mostly_agree(admin, now)
    _the_selection_has_a_result_and_ranks(now)
    assert find_broken_entry() is None


def _certificates_rest_on_evidence() -> None:
    for award in db.session.scalars(select(Award).where(Award.state == "active")):
        assert award.code and award.valid_until is not None
        for line in award.evidence:
            if line["state"] == "met":
                assert line["pieces"], (award.holder_name, line["requirement"])
            elif line["state"] == "waived":
                assert line["waiver"]["reason"]
        last = max(
            (datetime.fromisoformat(piece["at"]) for line in award.evidence
             for piece in line["pieces"]),
        )  # fmt: skip
        starts_on = db.session.get_one(ProgrammeEnrolment, award.enrolment_id).starts_on
        assert award.granted_at == max(last, datetime.combine(starts_on, time(), ZONE))


def _renewals_are_at_every_point(today: date) -> None:
    states = set(db.session.scalars(select(Award.state)))
    assert states == {"active", "expired", "revoked", "superseded", "under_review"}
    renewals = db.session.scalars(select(ProgrammeEnrolment).filter_by(path="renewal")).all()
    assert {one.state for one in renewals} == {"active", "awarded"}
    assert any(0 < one.done < one.needed for one in renewals if one.state == "active")
    ending = select(Award).where(
        Award.state == "active", Award.valid_until.between(today, today + timedelta(days=60))
    )
    assert len(db.session.scalars(ending).all()) >= 3
    second = db.session.scalars(select(Award).where(Award.number == 2)).one()
    assert second.previous_id is not None and second.valid_until is not None
    assert second.valid_until > today + timedelta(days=365)


def _beginners_have_reasons(cohort_id: int) -> None:
    enrolments = db.session.scalars(select(ProgrammeEnrolment).filter_by(cohort_id=cohort_id)).all()
    reasons = {one.risk["reason"]["message"] for one in enrolments if one.is_at_risk}
    assert reasons
    ids = [one.id for one in enrolments]
    states = set(
        db.session.scalars(
            select(RequirementStanding.state).where(RequirementStanding.enrolment_id.in_(ids))
        )
    )
    assert states >= {"met", "waived", "awaited", "open", "failed", "not_needed"}
    kinds = db.session.scalars(
        select(RequirementException.kind).where(RequirementException.enrolment_id.in_(ids))
    )
    assert set(kinds) == {"waiver", "extension"}
    summaries = db.session.scalars(
        select(PersonalSummary.state).where(PersonalSummary.enrolment_id.in_(ids))
    )
    assert sorted(summaries) == ["handed_in", "returned"]


def _everybody_sees_something(now: datetime) -> None:
    team = shown(now, "gao.feng")
    assert person("xu.jiayi").name in team["late"] and team["certified"] and team["on_track"]
    (held,) = list_own_awards(person("olivia.reed").id)
    assert held.state == "active"
    disputed = select(ObservedCase).filter_by(state="open", raters_needed=3)
    assert db.session.scalars(disputed).one()
    for username in ("lin.yue", "emma.clarke"):
        asked = select(Rating).filter_by(rater_id=person(username).id, handed_in_at=None)
        assert db.session.scalars(asked).one().case.state == "open"


def _raters_mostly_agree(admin: Person, now: datetime) -> None:
    (model,) = find_agreement(admin, now - timedelta(days=720))
    assert model.whole.pairs >= 15 and (model.whole.within_permille or 0) >= 850
    assert 0.5 <= (model.kappa_of_marks or 0) <= 0.75
    assert (model.whole.kappa or 0) >= 0.5


def _the_selection_has_a_result_and_ranks(now: datetime) -> None:
    programme = find_programme("campaign-duty")
    assert programme is not None
    enrolments = db.session.scalars(
        select(ProgrammeEnrolment).filter_by(programme_id=programme.id)
    ).all()
    roads = [find_road(one, now=now, centre_zone=ZONE) for one in enrolments]
    assert 5 <= len(roads) <= 8
    places = sorted(road.ranks["combined"].place for road in roads if "combined" in road.ranks)
    assert len(places) == len(roads) - 1, "one has not taken the course yet"
    assert places[0] == 1 and places[-1] > 1
    combined = [
        next(line for line in road.looked.standing.lines if line.requirement.key == "combined")
        for road in roads
    ]
    said = [line.finding.said.message for line in combined if line.finding.said]
    assert sum(one.startswith("A part that has to be passed by itself") for one in said) == 1
    assert sum(one.startswith("Parts without a result") for one in said) == 1
    below = [one for one in combined if one.state == "failed" and (one.finding.score_permille or 0)
             < programme_pass(one)]  # fmt: skip
    assert len(below) == 1
    awards = db.session.scalars(select(Award).filter_by(programme_id=programme.id)).all()
    assert len(awards) == len(roads) - 3
    starts_on = enrolments[0].starts_on
    assert {award.valid_from == starts_on for award in awards} == {True, False}
    assert min(award.valid_from for award in awards) == starts_on


def programme_pass(line: Line) -> int:
    return int(line.requirement.settings["pass_permille"])


@ONE_ENGINE
@pytest.mark.parametrize(("hour", "size"), [(0, 40), (9, 300)])
def test_the_tick_leaves_everybody_where_they_are(
    app: Flask, now: datetime, hour: int, size: int
) -> None:
    at = now.astimezone(ZONE).replace(hour=hour).astimezone(UTC)
    with clock.frozen(at):
        build(at, size)
        before = standings(at)
        assert {row[1] for row in before} >= {"awarded", "superseded", "revoked"}
        done = pipeline.tick(at + timedelta(minutes=2))
        assert None not in done.values()
        assert (done["collect notices of certification"] or 0) < 110
        assert standings(at) == before
