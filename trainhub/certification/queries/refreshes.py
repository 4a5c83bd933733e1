"""Refreshes: what may be asked about, of whom, and how those that were asked stand."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import Select, exists, func, select
from sqlalchemy.orm import aliased, joinedload

from trainhub.assessment.models import Exam
from trainhub.assessment.rules.settings import settings_from
from trainhub.catalogue.models import Course, CourseEdition, CourseVersion
from trainhub.certification.evidence import Choice
from trainhub.certification.models import (
    Award,
    AwardRefresh,
    ProgrammeVersion,
    RefreshRequest,
)
from trainhub.certification.rules.awards.refreshing import (
    ASKED_ABOUT_DAYS,
    Rested,
    depends_on_course,
)
from trainhub.certification.rules.awards.states import IN_FORCE, AwardState
from trainhub.certification.rules.programmes.content import ProgrammeContent, from_dict
from trainhub.db import db
from trainhub.errors import NotFound

_IN_FORCE = [state.value for state in IN_FORCE]
_AT_ONCE = 500


@dataclass(frozen=True)
class MaterialChange:
    """A course version published as a material change, and how many awards may rest on it."""

    version: CourseVersion
    course: Course
    holders: int


@dataclass(frozen=True)
class Progress:
    """How the refreshes of one request stand, of awards that are in force."""

    open: int = 0
    overdue: int = 0
    done: int = 0
    excused: int = 0


def list_refresh_exams() -> list[Choice]:
    """Exams that can be asked for: published, in use, and leaving a record."""
    query = (
        select(Exam)
        .where(Exam.published_version_id.is_not(None), Exam.retired_at.is_(None))
        .options(joinedload(Exam.published))
        .order_by(Exam.key)
    )
    return [
        Choice(exam.key, exam.titles)
        for exam in db.session.scalars(query)
        if exam.published and not settings_from(exam.published.settings).is_practice
    ]


def list_material_changes(now: datetime) -> list[MaterialChange]:
    """The latest material change of each course that awards in force may rest on, if nobody has
    asked about it yet; the newest first."""
    later, edition = aliased(CourseVersion), aliased(CourseEdition)
    is_latest = ~exists().where(
        later.edition_id == edition.id,
        edition.course_id == CourseEdition.course_id,
        later.is_material,
        (later.published_at > CourseVersion.published_at)
        | ((later.published_at == CourseVersion.published_at) & (later.id > CourseVersion.id)),
    )
    query = (
        select(CourseVersion, Course)
        .join(CourseEdition, CourseEdition.id == CourseVersion.edition_id)
        .join(Course, Course.id == CourseEdition.course_id)
        .where(
            CourseVersion.is_material,
            CourseVersion.published_at > now - timedelta(days=ASKED_ABOUT_DAYS),
            is_latest,
            ~exists().where(RefreshRequest.course_version_id == CourseVersion.id),
        )
        .order_by(CourseVersion.published_at.desc(), CourseVersion.id.desc())
    )
    found = db.session.execute(query).all()
    if not found:
        return []
    holders = _holders_by_course()
    changes = [
        MaterialChange(version, course, holders.get(course.key, 0)) for version, course in found
    ]
    return [one for one in changes if one.holders]


def _programmes_by_course() -> Mapping[str, set[int]]:
    found: dict[str, set[int]] = defaultdict(set)
    query = select(ProgrammeVersion.programme_id, ProgrammeVersion.content)
    for programme_id, content in db.session.execute(query):
        for key in _courses_of(content):
            found[key].add(programme_id)
    return found


def _holders_by_course() -> dict[str, int]:
    """Awards in force of the programmes that ask for each course, in any of their versions."""
    held = (
        select(Award.programme_id, func.count().label("awards"))
        .where(Award.state.in_(_IN_FORCE))
        .group_by(Award.programme_id)
        .subquery()
    )
    query = select(ProgrammeVersion.programme_id, ProgrammeVersion.content, held.c.awards).join(
        held, held.c.programme_id == ProgrammeVersion.programme_id
    )
    found: dict[str, dict[int, int]] = defaultdict(dict)
    for programme_id, content, awards in db.session.execute(query):
        for key in _courses_of(content):
            found[key][programme_id] = awards
    return {key: sum(awards.values()) for key, awards in found.items()}


def _courses_of(content: Mapping[str, Any]) -> set[str]:
    return {one["settings"].get("course", "") for one in content.get("requirements", ())}


def get_material_change(course_version_id: int) -> tuple[CourseVersion, Course]:
    """A course version that was published as a material change. Raises `NotFound`."""
    query = (
        select(CourseVersion, Course)
        .join(CourseEdition, CourseEdition.id == CourseVersion.edition_id)
        .join(Course, Course.id == CourseEdition.course_id)
        .where(CourseVersion.id == course_version_id, CourseVersion.is_material)
    )
    found = db.session.execute(query).one_or_none()
    if found is None:
        raise NotFound()
    return found[0], found[1]


def list_awards_before(version: ProgrammeVersion) -> list[Award]:
    """The awards in force of a programme that were granted by an earlier version."""
    query = (
        select(Award)
        .join(ProgrammeVersion, ProgrammeVersion.id == Award.version_id)
        .where(
            Award.programme_id == version.programme_id,
            Award.state.in_(_IN_FORCE),
            ProgrammeVersion.number < version.number,
        )
        .options(joinedload(Award.person))
        .order_by(Award.id)
    )
    return list(db.session.scalars(query))


def list_awards_resting_on(course: Course, changed_at: datetime) -> list[Award]:
    """The awards in force that rest on a course as it was before a change."""
    programme_ids = _programmes_by_course()[course.key]
    query = (
        select(Award)
        .where(Award.programme_id.in_(programme_ids), Award.state.in_(_IN_FORCE))
        .options(joinedload(Award.person))
        .order_by(Award.id)
    )
    awards = list(db.session.scalars(query))
    found: list[Award] = []
    for start in range(0, len(awards), _AT_ONCE):
        some = awards[start : start + _AT_ONCE]
        chains = chains_of(some)
        found += [one for one in some if depends_on_course(chains[one.id], course.key, changed_at)]
    return found


def chains_of(awards: Sequence[Award]) -> dict[int, list[Rested]]:
    """What each award rests on: itself, and those before it of the same person and programme."""
    people = {one.person_id for one in awards}
    query = select(
        Award.person_id, Award.programme_id, Award.number, Award.evidence, Award.version_id
    ).where(
        Award.person_id.in_(people), Award.programme_id.in_({one.programme_id for one in awards})
    )
    rows = list(db.session.execute(query.order_by(Award.number.desc())))
    contents = _contents({row.version_id for row in rows})
    by_holder = defaultdict(list)
    for row in rows:
        rested = Rested(row.evidence, contents[row.version_id])
        by_holder[row.person_id, row.programme_id].append((row.number, rested))
    return {
        one.id: [
            rested
            for number, rested in by_holder[one.person_id, one.programme_id]
            if number <= one.number
        ]
        for one in awards
    }


def _contents(version_ids: Collection[int]) -> dict[int, ProgrammeContent]:
    query = select(ProgrammeVersion.id, ProgrammeVersion.content).where(
        ProgrammeVersion.id.in_(version_ids)
    )
    return {row.id: from_dict(row.content) for row in db.session.execute(query)}


def list_requests(limit: int = 100) -> list[RefreshRequest]:
    """What holders were asked for, the latest first."""
    query = (
        select(RefreshRequest)
        .options(*_REQUEST, joinedload(RefreshRequest.asked_by))
        .order_by(RefreshRequest.id.desc())
        .limit(limit)
    )
    return list(db.session.scalars(query))


def get_request(request_id: int) -> RefreshRequest:
    """What holders were asked for. Raises `NotFound`."""
    request = db.session.get(RefreshRequest, request_id)
    if request is None:
        raise NotFound()
    return request


_REQUEST = (
    joinedload(RefreshRequest.sitting),
    joinedload(RefreshRequest.programme_version),
    joinedload(RefreshRequest.course_version)
    .joinedload(CourseVersion.edition)
    .joinedload(CourseEdition.course),
)


def progress_of(request_ids: Collection[int], today: date) -> dict[int, Progress]:
    """How far each request has come, by its id."""
    is_open, late = AwardRefresh.state == "open", AwardRefresh.due_on < today
    count = func.count()
    query = (
        select(
            AwardRefresh.request_id,
            count.filter(is_open, ~late),
            count.filter(is_open, late),
            count.filter(AwardRefresh.state == "done"),
            count.filter(AwardRefresh.state == "excused"),
        )
        .join(Award, Award.id == AwardRefresh.award_id)
        .where(AwardRefresh.request_id.in_(request_ids), Award.state.in_(_IN_FORCE))
        .group_by(AwardRefresh.request_id)
    )
    return {row[0]: Progress(*row[1:]) for row in db.session.execute(query)}


def list_refreshes(award_ids: Collection[int]) -> dict[int, list[AwardRefresh]]:
    """The refreshes of awards with what they are about, by award, in the order of asking."""
    query = _told().where(AwardRefresh.award_id.in_(award_ids)).order_by(AwardRefresh.id)
    found: dict[int, list[AwardRefresh]] = {}
    for one in db.session.scalars(query):
        found.setdefault(one.award_id, []).append(one)
    return found


def list_open_refreshes_of(person_id: int) -> list[AwardRefresh]:
    """What somebody is asked for now, the next due first."""
    query = (
        _told()
        .join(Award, Award.id == AwardRefresh.award_id)
        .where(
            Award.person_id == person_id,
            Award.state.in_(_IN_FORCE),
            AwardRefresh.state == "open",
        )
        .order_by(AwardRefresh.due_on, AwardRefresh.id)
    )
    return list(db.session.scalars(query))


def _told() -> Select[AwardRefresh]:
    request = joinedload(AwardRefresh.request)
    return select(AwardRefresh).options(
        request.joinedload(RefreshRequest.programme_version),
        request.joinedload(RefreshRequest.course_version)
        .joinedload(CourseVersion.edition)
        .joinedload(CourseEdition.course),
        joinedload(AwardRefresh.award),
    )


def titles_of_changes(requests: Collection[RefreshRequest]) -> dict[int, dict[str, str]]:
    """What has changed, as titles by language: of a programme, or of a course; by request."""
    courses = {
        one.id: one.course_version.edition.course_id for one in requests if one.course_version
    }
    query = (
        select(CourseEdition.course_id, CourseEdition.language, CourseVersion.title)
        .join(CourseVersion, CourseVersion.id == CourseEdition.published_version_id)
        .where(CourseEdition.course_id.in_(set(courses.values())))
    )
    titles: dict[int, dict[str, str]] = {}
    for row in db.session.execute(query) if courses else ():
        titles.setdefault(row.course_id, {})[row.language] = row.title
    return {
        one.id: dict(one.programme_version.titles)
        if one.programme_version
        else titles.get(courses[one.id], {})
        for one in requests
    }


def list_overdue_ids(today: date, *, limit: int = 1000) -> list[int]:
    """Refreshes not done in time of active awards that were not questioned for them yet."""
    query = (
        select(AwardRefresh.id)
        .join(Award, Award.id == AwardRefresh.award_id)
        .where(
            AwardRefresh.state == "open",
            AwardRefresh.due_on < today,
            AwardRefresh.questioned_at.is_(None),
            Award.state == AwardState.ACTIVE.value,
        )
        .order_by(AwardRefresh.due_on, AwardRefresh.id)
        .limit(limit)
    )
    return list(db.session.scalars(query))
