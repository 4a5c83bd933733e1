"""How people stand: everything the rule needs, read for any number of them at once.

The number of queries depends on the kinds of evidence asked for, not on the people.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from trainhub.certification.evidence import Fact, Wanted, get_kind, standard
from trainhub.certification.evidence.records import batched_ids
from trainhub.certification.models import ProgrammeEnrolment, RequirementException
from trainhub.certification.queries.working_days import Works, horizon, working_days, zones_of
from trainhub.certification.rules.programmes.content import (
    ProgrammeContent,
    Requirement,
    from_dict,
)
from trainhub.certification.rules.standing.due_days import due_dates
from trainhub.certification.rules.standing.findings import Finding
from trainhub.certification.rules.standing.standing import Exempted, Standing, stand
from trainhub.db import db

assert standard  # the kinds of evidence have been entered


@dataclass(frozen=True)
class Looked:
    """Somebody's standing on the day it was looked at, local to them.

    `works` says which dates are working days of theirs; `arranged` on which date something
    takes place that a requirement waits for, None where nothing is arranged.
    """

    standing: Standing
    content: ProgrammeContent
    today: date
    zone: ZoneInfo
    findings: Mapping[str, Finding]
    works: Works
    arranged: Mapping[str, date | None]


@dataclass(frozen=True)
class Asked:
    """Whose standing is wanted, in which content: an enrolment's own, or one being tried out."""

    enrolment_id: int
    person_id: int
    path: str
    starts_on: date
    content: ProgrammeContent


def look_at(
    enrolments: Sequence[ProgrammeEnrolment], *, now: datetime, centre_zone: ZoneInfo
) -> dict[int, Looked]:
    """The standing of each enrolment now, by its id."""
    contents = {one.version_id: from_dict(one.version.content) for one in enrolments}
    asked = [
        Asked(one.id, one.person_id, one.path, one.starts_on, contents[one.version_id])
        for one in enrolments
    ]
    return look_at_all(asked, now=now, centre_zone=centre_zone)


def look_at_all(
    asked: Sequence[Asked], *, now: datetime, centre_zone: ZoneInfo
) -> dict[int, Looked]:
    """`look_at` for contents that need not be published: what a preview asks."""
    zones = zones_of({one.person_id for one in asked}, centre_zone)
    facts = _facts(asked, zones)
    exempted = _exempted([one.enrolment_id for one in asked])
    works = _works(asked)
    found: dict[int, Looked] = {}
    for one in asked:
        today = now.astimezone(zones[one.person_id]).date()
        own = works[one.person_id]
        findings = _judged(one, facts, today)
        standing = stand(
            one.content,
            one.path,
            findings,
            exempted=exempted.get(one.enrolment_id, ()),
            due_on=due_dates(one.content, one.path, one.starts_on, own),
            today=today,
            begins_at=datetime.combine(one.starts_on, time(), zones[one.person_id]).astimezone(UTC),
        )
        found[one.enrolment_id] = Looked(
            standing, one.content, today, zones[one.person_id], findings, own, {}
        )
    arranged = _arranged(asked, found, now)
    return {key: replace(looked, arranged=arranged[key]) for key, looked in found.items()}


def _requirements(one: Asked) -> list[Requirement]:
    keys = (
        key for stage in one.content.stages_of(one.path) for key in stage.needs.requirement_keys()
    )
    return [one.content.requirement(key) for key in keys]


def _facts(
    asked: Sequence[Asked], zones: Mapping[int, ZoneInfo]
) -> dict[tuple[int, str], Sequence[Fact]]:
    by_kind: dict[str, list[Wanted]] = defaultdict(list)
    for one in asked:
        for requirement in _requirements(one):
            counts_earlier = requirement.counts_earlier and one.path == "full"
            since = None if counts_earlier else one.starts_on
            by_kind[requirement.kind].append(
                Wanted(one.enrolment_id, one.person_id, requirement, since, zones[one.person_id])
            )
    facts: dict[tuple[int, str], Sequence[Fact]] = {}
    for kind, wanted in by_kind.items():
        facts |= get_kind(kind).load(wanted)
    return facts


def _judged(
    one: Asked, facts: Mapping[tuple[int, str], Sequence[Fact]], today: date
) -> dict[str, Finding]:
    findings: dict[str, Finding] = {}
    in_turn = sorted(_requirements(one), key=lambda each: get_kind(each.kind).judged)
    for requirement in in_turn:
        own = facts.get((one.enrolment_id, requirement.key), ())
        found = get_kind(requirement.kind).judge(requirement, own, today, findings)
        findings[requirement.key] = replace(found, tries=_tries(own))
    return findings


def _tries(facts: Sequence[Fact]) -> int:
    return sum(not fact.values.get("is_earlier") for fact in facts)


def _exempted(enrolment_ids: Sequence[int]) -> dict[int, list[Exempted]]:
    found: dict[int, list[Exempted]] = {}
    for some in batched_ids(sorted(enrolment_ids)):
        query = (
            select(RequirementException)
            .where(
                RequirementException.enrolment_id.in_(some),
                RequirementException.ended_at.is_(None),
            )
            .options(joinedload(RequirementException.granted_by))
            .order_by(RequirementException.id)
        )
        for row in db.session.scalars(query):
            found.setdefault(row.enrolment_id, []).append(
                Exempted(
                    row.requirement_key, row.kind, row.until_on, row.reason,
                    row.granted_by.name, row.granted_at,
                )
            )  # fmt: skip
    return found


def _works(asked: Sequence[Asked]) -> Mapping[int, Works]:
    if not asked:
        return {}
    longest = max(
        (each.due_days or 0 for one in asked for each in one.content.requirements), default=0
    )
    first = min(one.starts_on for one in asked)
    last = horizon(max(one.starts_on for one in asked), longest)
    return working_days({one.person_id for one in asked}, first, last)


def _arranged(
    asked: Sequence[Asked], found: Mapping[int, Looked], now: datetime
) -> dict[int, dict[str, date | None]]:
    """What is arranged for whatever is missing and needs something to take place first."""
    by_kind: dict[str, list[Wanted]] = defaultdict(list)
    for one in asked:
        looked = found[one.enrolment_id]
        for line in looked.standing.missing:
            if get_kind(line.requirement.kind).arranged is not None:
                by_kind[line.requirement.kind].append(
                    Wanted(
                        one.enrolment_id, one.person_id, line.requirement, one.starts_on,
                        looked.zone,
                    )
                )  # fmt: skip
    dates: dict[int, dict[str, date | None]] = {one.enrolment_id: {} for one in asked}
    for kind, wanted in by_kind.items():
        find = get_kind(kind).arranged
        assert find is not None
        known = find(wanted, now)
        for each in wanted:
            place = (each.enrolment_id, each.requirement.key)
            dates[each.enrolment_id][each.requirement.key] = known.get(place)
    return dates
