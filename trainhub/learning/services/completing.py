"""Counting what is done, and telling the ledger once when everything is."""

from __future__ import annotations

from datetime import datetime

from trainhub.catalogue.models import CourseVersion
from trainhub.db import db
from trainhub.learning.models import Enrolment
from trainhub.learning.queries.progress import progress_of
from trainhub.learning.rules import course_mark, lessons_done
from trainhub.ledger import services as ledger
from trainhub.ledger.models import Verb


def version_name(version: CourseVersion) -> str:
    """A version as the ledger names it: “zh.3”."""
    return f"{version.edition.language}.{version.number}"


def round_key(enrolment: Enrolment, act: str) -> str:
    """The ledger's key of an act in the round under way; the first round has no number in it."""
    if enrolment.round == 1:
        return f"enrolment:{enrolment.id}:{act}"
    return f"enrolment:{enrolment.id}:round:{enrolment.round}:{act}"


def review_completion(enrolment: Enrolment, *, now: datetime) -> bool:
    """Count the lessons done; when all are, complete the course and tell the ledger once.

    A completed round stays completed, whatever is answered afterwards; each round is told.
    """
    progress = progress_of(enrolment)
    done = lessons_done(progress.plans, progress.read_keys, progress.scores)
    enrolment.lessons_done = len(done)
    enrolment.lessons_total = len(progress.lessons)
    if len(done) == len(progress.lessons) and enrolment.completed_at is None:
        enrolment.completed_at = now
        assert enrolment.version is not None
        ledger.append_record(
            enrolment.person_id,
            Verb.COMPLETED,
            object_type="course",
            object_key=enrolment.course.key,
            object_version=version_name(enrolment.version),
            dedupe_key=round_key(enrolment, "completed"),
            occurred_at=now,
            now=now,
            result={"marks_permille": course_mark(progress.plans, progress.scores)}
            | ({"round": enrolment.round} if enrolment.round > 1 else {}),
        )
    db.session.flush()
    return enrolment.completed_at is not None
