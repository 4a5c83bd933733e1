"""Material changes and refreshes for tests: what has changed, who is asked, by what quiz."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from sqlalchemy import select

from tests.assessment.papers import add_exam
from tests.catalogue.writing import add_course
from tests.certification.awarding import NOW
from tests.certification.programmes import read
from trainhub.catalogue import services as catalogue
from trainhub.catalogue.models import CourseEdition, CourseVersion
from trainhub.certification.models import (
    Award,
    AwardRefresh,
    Programme,
    ProgrammeVersion,
    RefreshRequest,
)
from trainhub.certification.queries.refreshes import list_awards_before, list_awards_resting_on
from trainhub.certification.services.programmes import change_programme, publish_programme
from trainhub.certification.services.refreshing import Asking, ask_refresh
from trainhub.db import db, transaction
from trainhub.people.models import Person
from trainhub.web.settings import current_settings

QUIZ = "refresher"
DUE = date(2026, 12, 7)  # a fortnight after `NOW`


def add_quiz() -> None:
    """The short quiz that holders are asked for; as many tries as it takes."""
    with transaction():
        add_exam(QUIZ)


def asking(due_on: date = DUE, quiz: str = QUIZ, note: str = "") -> Asking:
    """What holders are asked for."""
    return Asking(quiz, due_on, "Refresh", current_settings().zone, note)


def new_version(
    programme: Programme, raw: object, actor: Person, *, at: datetime = NOW
) -> ProgrammeVersion:
    """A further version of a programme."""
    with transaction():
        given = {"actor": actor, "now": at, "revision": None}
        change_programme(programme, read(raw), **given)  # type: ignore[arg-type]
        return publish_programme(programme, those_under_way="stay", **given)  # type: ignore[arg-type]


def ask_after_version(version: ProgrammeVersion, actor: Person, *, at: datetime = NOW) -> int:
    """Ask the holders of earlier versions; the number of the request."""
    with transaction():
        found = ask_refresh(version, list_awards_before(version), asking(), actor=actor, now=at)
        return found.id


def material_change(
    actor: Person, slug: str = "opening", *, at: datetime = NOW, is_material: bool = True
) -> CourseVersion:
    """A course, published once more as a material change."""
    query = select(CourseEdition).where(CourseEdition.slug == slug)
    edition = db.session.scalars(query).one_or_none() or add_course(actor, slug)
    for moment, material in ((at - timedelta(days=9), False), (at, is_material)):
        with transaction():
            seen = catalogue.draft_token(edition)
            source = catalogue.current_source(edition) + f"\nAs of {moment:%d %B}.\n"
            catalogue.save_draft(edition, source, seen=seen, actor=actor, now=moment)
            catalogue.publish_draft(
                edition, seen=catalogue.draft_token(edition), actor=actor, now=moment,
                is_material=material,
            )  # fmt: skip
    assert edition.published is not None
    return edition.published


def ask_after_change(version: CourseVersion, actor: Person, *, at: datetime = NOW) -> int:
    """Ask everybody whose award rests on the course as it was; the number of the request."""
    course = version.edition.course
    with transaction():
        holders = list_awards_resting_on(course, version.published_at)
        return ask_refresh(version, holders, asking(), actor=actor, now=at).id


def refreshes_of(award: Award) -> list[AwardRefresh]:
    """What is asked of an award, as it is stored now."""
    db.session.rollback()
    query = select(AwardRefresh).where(AwardRefresh.award_id == award.id).order_by(AwardRefresh.id)
    return list(db.session.scalars(query.execution_options(populate_existing=True)))


def count_requests() -> int:
    """How many requests there are."""
    return len(db.session.scalars(select(RefreshRequest.id)).all())
