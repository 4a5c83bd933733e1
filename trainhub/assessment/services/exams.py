"""Writing exams: making one, changing its parts, publishing a version, retiring it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import func, select

from trainhub.assessment.models import Exam, ExamVersion
from trainhub.assessment.queries.exams import language_pools
from trainhub.assessment.rules.bank_facts import is_key
from trainhub.assessment.rules.drawing import BlueprintUnfillable
from trainhub.assessment.rules.exam_changes import list_changes
from trainhub.assessment.rules.exam_checks import Heading, check_whole
from trainhub.assessment.rules.expectations import common_pool, refusal_to_fill
from trainhub.assessment.rules.settings import ExamSettings, Form, Preset, preset, settings_from
from trainhub.audit.services import append_entry
from trainhub.db import db
from trainhub.errors import N_, Conflict, DomainError, InputError, InputErrors

_KEY_FORM = N_("Lower-case letters, digits and single hyphens, at most 80 characters.")


class ExamKeyTaken(DomainError):
    """Another exam has this key."""

    code = "exam_key_taken"
    status = 409
    message = N_("Another exam has the key “%(key)s”.")


class ExamMoved(Conflict):
    """Somebody else changed the exam in between."""

    code = "exam_moved"
    message = N_("Somebody else changed this exam in the meantime. Look at it once more.")


class NothingToPublish(DomainError):
    """The exam says what its last version says."""

    code = "nothing_to_publish"
    message = N_("Nothing has changed since the last version.")


class LanguageUnfillable(BlueprintUnfillable):
    """A language of the exam has too few live questions for what the blueprint asks."""

    message = N_(
        "The bank has too few live questions in %(language)s: %(count)s wanted of topic"
        " “%(topic)s”, level “%(level)s”, only %(found)s fit."
    )
    message_any = N_(
        "The bank has too few live questions in %(language)s: %(count)s wanted, only %(found)s fit."
    )

    @classmethod
    def of(cls, refused: BlueprintUnfillable, languages: str) -> LanguageUnfillable:
        """The refusal with the names of the languages whose codes are given."""
        named = languages.replace("zh", "中文").replace("en", "English")
        told = refused.params | {"language": named, "topic": refused.params.get("topic") or "–"}
        is_any = not refused.params.get("topic") and not refused.params.get("level")
        return cls(cls.message_any if is_any else None, **told)


class ExamRetired(DomainError):
    """A retired exam is not changed or held any more."""

    code = "exam_retired"
    message = N_("This exam is retired. Bring it back first.")


def create_exam(key: str, heading: Heading, start: Preset, *, actor: Any, now: datetime) -> Exam:
    """A new exam with the settings of a preset and no questions. Raises `ExamKeyTaken`."""
    if not is_key(key):
        raise InputErrors([InputError("exam_key_form", _KEY_FORM, field="key")])
    if db.session.scalar(select(Exam.id).where(Exam.key == key)):
        raise ExamKeyTaken(field="key", key=key)
    settings = preset(start).as_dict()
    settings["languages"] = list(heading.languages)
    settings["instructions"] = dict(heading.instructions)
    exam = Exam(
        key=key,
        titles=dict(heading.titles),
        settings=settings,
        owner_id=actor.id,
        created_at=now,
    )
    db.session.add(exam)
    db.session.flush()
    _record("exam.created", exam, actor=actor, now=now, changes={"preset": [None, start.value]})
    return exam


def change_exam(
    exam: Exam,
    settings: ExamSettings,
    titles: Mapping[str, str] | None = None,
    *,
    revision: int,
    actor: Any,
    now: datetime,
) -> bool:
    """Store what the author has written so far; versions in force stay. False if it is the same.

    `revision` is the one the author has seen. Raises `ExamMoved`, `ExamRetired`.
    """
    db.session.refresh(exam, with_for_update={"of": Exam})
    if exam.retired_at is not None:
        raise ExamRetired()
    if revision != exam.revision:
        raise ExamMoved()
    before = settings_from(exam.settings)
    after_titles = dict(titles) if titles is not None else dict(exam.titles)
    changes = list_changes(exam.titles, before, after_titles, settings)
    if not changes:
        return False
    exam.settings, exam.titles = settings.as_dict(), after_titles
    exam.revision += 1
    db.session.flush()
    names = [change.name for change in changes]
    _record("exam.changed", exam, actor=actor, now=now, changes={"settings": [None, names]})
    return True


def publish_exam(exam: Exam, *, note: str = "", actor: Any, now: datetime) -> ExamVersion:
    """Freeze what is written as the version that sittings opened from now on have.

    Raises `InputErrors` for what is missing, `BlueprintUnfillable` naming the quota that a
    language cannot fill, `NothingToPublish`, `ExamRetired`.
    """
    db.session.refresh(exam, with_for_update={"of": Exam})
    if exam.retired_at is not None:
        raise ExamRetired()
    settings = settings_from(exam.settings)
    check_whole(exam.titles, settings)
    refuse_unfillable(settings)
    last = exam.published
    if last is not None and not list_changes(
        last.titles, settings_from(last.settings), exam.titles, settings
    ):
        raise NothingToPublish()
    version = _new_version(exam, note, actor, now)
    _record(
        "exam.published",
        exam,
        actor=actor,
        now=now,
        changes={"version": [last.number if last else None, version.number]},
        reason=note,
    )
    return version


def refuse_unfillable(settings: ExamSettings) -> None:
    """Raise `BlueprintUnfillable` unless every language of an exam can draw a paper now."""
    pools = language_pools(settings)
    drawn_from = dict(pools)
    if settings.form is Form.SHARED:
        drawn_from = {" + ".join(pools): common_pool(pools)}
    for languages, pool in drawn_from.items():
        refused = refusal_to_fill(settings.blueprint, pool)
        if refused is not None:
            raise LanguageUnfillable.of(refused, languages)


def _new_version(exam: Exam, note: str, actor: Any, now: datetime) -> ExamVersion:
    highest = db.session.scalar(
        select(func.max(ExamVersion.number)).where(ExamVersion.exam_id == exam.id)
    )
    version = ExamVersion(
        exam=exam,
        number=(highest or 0) + 1,
        titles=dict(exam.titles),
        settings=dict(exam.settings),
        published_at=now,
        published_by_id=actor.id if actor else None,
        note=note,
    )
    db.session.add(version)
    db.session.flush()
    exam.published = version
    db.session.flush()
    return version


def retire_exam(exam: Exam, *, actor: Any, now: datetime) -> None:
    """Open no further sitting of an exam; those that are open go on."""
    if exam.retired_at is None:
        exam.retired_at = now
        db.session.flush()
        _record("exam.retired", exam, actor=actor, now=now)


def restore_exam(exam: Exam, *, actor: Any, now: datetime) -> None:
    """Take a retired exam back into use."""
    if exam.retired_at is not None:
        exam.retired_at = None
        db.session.flush()
        _record("exam.restored", exam, actor=actor, now=now)


def _record(
    action: str,
    exam: Exam,
    *,
    actor: Any,
    now: datetime,
    changes: Mapping[str, Any] | None = None,
    reason: str = "",
) -> None:
    append_entry(
        action,
        actor=actor,
        object_type="exam",
        object_key=exam.key,
        now=now,
        changes=changes,
        reason=reason,
    )
