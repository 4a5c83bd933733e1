"""Importing files: everything in one go, or nothing.

A file is taken when only it has moved since file and database last agreed. Where both have
moved, a person decides; nothing is stored until then.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from functools import partial
from typing import Any, Literal

from trainhub.catalogue import queries
from trainhub.catalogue.models import CourseEdition, QuizEdition
from trainhub.catalogue.rules.course_text import CourseText
from trainhub.catalogue.rules.quiz_text import QuizText
from trainhub.catalogue.rules.source_files import SourceFile, decoded, parse_files
from trainhub.catalogue.rules.sync import Step, next_step, source_hash
from trainhub.catalogue.services.pictures import store_picture
from trainhub.catalogue.services.publishing import (
    ensure_course,
    ensure_quiz,
    publish_course,
    publish_quiz,
    republish_courses_asking,
)
from trainhub.catalogue.services.series import store_series
from trainhub.db import db
from trainhub.errors import N_, InputError, InputErrors

Side = Literal["file", "database"]
_TAKEN = (Step.CREATE, Step.UPDATE)
_CONFLICT = N_(
    "Both this file and the text in the database have changed since they last agreed. "
    "Decide which one to take."
)


@dataclass(frozen=True)
class Clash:
    """Both sides of a text on which file and database disagree."""

    path: str
    file_text: str
    database_text: str


class ImportConflict(InputErrors):
    """Some texts have moved on both sides. Nothing was stored."""

    code = "conflict"
    status = 409

    def __init__(self, clashes: Sequence[Clash]) -> None:
        super().__init__([InputError("conflict", _CONFLICT, file=clash.path) for clash in clashes])
        self.clashes = tuple(clashes)


@dataclass
class ImportReport:
    """What an import did: paths by step (`create`, `update`, `unchanged`, `keep`).

    `republished` counts courses that have a new version only because a quiz of theirs has.
    """

    paths: dict[str, list[str]] = field(default_factory=dict)
    republished: int = 0

    def note(self, step: str, path: str) -> None:
        """Count one file."""
        self.paths.setdefault(step, []).append(path)

    def counts(self) -> dict[str, int]:
        """How many files per step."""
        return {step.value: len(self.paths.get(step, [])) for step in Step}

    @property
    def changed(self) -> bool:
        """Whether anything was stored."""
        return bool(self.paths.get(Step.CREATE) or self.paths.get(Step.UPDATE))


@dataclass
class _Batch:
    """One import under way."""

    actor: Any
    now: datetime
    take: Side | None
    decisions: Mapping[str, Side]
    report: ImportReport = field(default_factory=ImportReport)
    errors: list[InputError] = field(default_factory=list)
    clashes: list[Clash] = field(default_factory=list)
    moved_quizzes: list[tuple[str, str]] = field(default_factory=list)

    def step_for(self, file: SourceFile, edition: CourseEdition | QuizEdition) -> Step:
        """What to do with a file, conflicts decided as the person said."""
        text = decoded(file)
        published = edition.published.source_hash if edition.published else None
        draft = source_hash(edition.draft.source) if edition.draft else None
        step = next_step(
            source_hash(text),
            published_hash=published,
            draft_hash=draft,
            synced_hash=edition.synced_hash,
            earlier_hashes=queries.list_source_hashes(edition),
        )
        side = self.decisions.get(file.path, self.take)
        if step in {Step.CONFLICT, Step.KEEP} and side == "file":
            return Step.UPDATE
        if step is Step.CONFLICT and side == "database":
            return Step.KEEP
        if step is Step.CONFLICT:
            self.clashes.append(Clash(file.path, text, database_text(edition)))
        return step

    def run(self, file: SourceFile, taken: Callable[[], Step]) -> None:
        """Take one file; its errors are collected, so that all are named at once."""
        try:
            self.report.note(taken(), file.path)
        except InputErrors as error:
            self.errors += [replace(one, file=one.file or file.path) for one in error.errors]

    def take_quiz(self, file: SourceFile, text: QuizText) -> Step:
        edition = ensure_quiz(text.key, text.language)
        step = self.step_for(file, edition)
        if step in _TAKEN:
            publish_quiz(edition, text, decoded(file), actor=self.actor, now=self.now)
            self.moved_quizzes.append((text.key, text.language))
        self.agree(file, edition, step)
        return step

    def take_course(self, file: SourceFile, slug: str, text: CourseText) -> Step:
        edition = ensure_course(text, slug, now=self.now)
        step = self.step_for(file, edition)
        if step in _TAKEN:
            edition.slug = slug
            publish_course(edition, text, actor=self.actor, now=self.now)
        self.agree(file, edition, step)
        return step

    def agree(self, file: SourceFile, edition: CourseEdition | QuizEdition, step: Step) -> None:
        """Note the text on which both sides agree from now on.

        An older file that is left alone (`KEEP`) says nothing new, unless a person has just
        decided for the database.
        """
        decided = self.decisions.get(file.path, self.take) == "database"
        if step in _TAKEN or step is Step.UNCHANGED or (step is Step.KEEP and decided):
            edition.synced_hash = source_hash(decoded(file))

    def finish(self) -> None:
        """Give the courses that ask changed quizzes the new questions."""
        for key, language in self.moved_quizzes:
            self.report.republished += republish_courses_asking(
                key, language, actor=self.actor, now=self.now
            )
        db.session.flush()


def database_text(edition: CourseEdition | QuizEdition) -> str:
    """The newest text the database has of an edition: the draft, else what is published."""
    if edition.draft is not None:
        return edition.draft.source
    return edition.published.source if edition.published else ""


def import_files(
    files: Sequence[SourceFile],
    *,
    actor: Any,
    now: datetime,
    take: Side | None = None,
    decisions: Mapping[str, Side] | None = None,
) -> ImportReport:
    """Take files into the catalogue, publishing what has changed.

    `decisions` says per path which side wins a conflict, `take` says it for all. Raises
    `InputErrors` naming every bad place of every file, or `ImportConflict` with both sides;
    the caller's transaction then rolls back, so that nothing is half stored.
    """
    parsed = parse_files(files)
    batch = _Batch(actor, now, take, decisions or {})
    for file, series in parsed.series:
        batch.report.note(store_series(file.folder, series, decoded(file)), file.path)
    for file in parsed.pictures:
        batch.run(file, partial(store_picture, file, actor=actor, now=now))
    for file, quiz in parsed.quizzes:
        batch.run(file, partial(batch.take_quiz, file, quiz))
    for file, slug, course in parsed.courses:
        batch.run(file, partial(batch.take_course, file, slug, course))
    if batch.errors:
        raise InputErrors(batch.errors)
    if batch.clashes:
        raise ImportConflict(batch.clashes)
    batch.finish()
    return batch.report
