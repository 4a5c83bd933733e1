"""A course file: front matter, introduction, lessons. The source itself is kept exactly."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

from trainhub.catalogue.rules import vocabulary as words
from trainhub.catalogue.rules.blocks import Block, BlockKind, scan
from trainhub.catalogue.rules.fields import KEY, KEY_LENGTH
from trainhub.catalogue.rules.front_matter import CourseMeta, parse_course_meta
from trainhub.catalogue.rules.source_lines import normalised, walk
from trainhub.catalogue.rules.storable import unstorable
from trainhub.errors import N_, InputError, InputErrors

_HEADING = re.compile(r"##(?!#)[ \t]*(?P<title>.*?)[ \t]*(?:\{(?P<key>[^{}]*)\})?[ \t]*$")
_MAX_TITLE = 120
_MAX_LESSONS = 100

_MESSAGES = {
    "file_long": N_("A course file may have at most %(limit)s bytes; it has %(length)s."),
    "file_character": N_("This line holds a character that cannot be stored."),
    "front_matter_missing": N_("A course begins with front matter between two “---” lines."),
    "lessons_missing": N_("A course needs at least one lesson: “## Title {#key}”."),
    "lessons_many": N_("A course may have at most %(limit)s lessons."),
    "lesson_key_missing": N_("This lesson needs a key at its end: “## %(title)s {#some-key}”."),
    "lesson_key_form": N_("A lesson's key is lower-case letters, digits and single hyphens."),
    "lesson_key_twice": N_("The lesson key “%(key)s” was used before, on line %(line)s."),
    "lesson_title": N_("A lesson needs a title of at most %(limit)s characters."),
    "checkpoint_in_introduction": N_("A checkpoint belongs into a lesson, not before the first."),
}


@dataclass(frozen=True)
class LessonText:
    """One lesson: the Markdown under its heading. `line` is the line of the heading."""

    key: str
    title: str
    body: str
    line: int

    @property
    def body_line(self) -> int:
        """The line of the file on which `body` begins."""
        return self.line + 1

    @property
    def blocks(self) -> tuple[Block, ...]:
        """Its `:::` blocks in order."""
        parts = scan(self.body, first_line=self.body_line)
        return tuple(part for part in parts if isinstance(part, Block))

    @property
    def checkpoints(self) -> tuple[Block, ...]:
        """Its checkpoints in order."""
        return tuple(block for block in self.blocks if block.kind is BlockKind.CHECKPOINT)


@dataclass(frozen=True)
class CourseText:
    """A course in one language as it was written. `intro_line` is where the text begins."""

    meta: CourseMeta
    intro: str
    lessons: tuple[LessonText, ...]
    source: str
    intro_line: int = 1

    @property
    def lesson_keys(self) -> tuple[str, ...]:
        return tuple(lesson.key for lesson in self.lessons)

    def checkpoint_items(self) -> tuple[tuple[str, str], ...]:
        """Every (quiz, item) asked in the course, in order."""
        return tuple(
            (block.quiz, item)
            for lesson in self.lessons
            for block in lesson.checkpoints
            for item in block.items
        )


def parse_course(source: str, *, file: str | None = None) -> CourseText:
    """Read a course. Raises `InputErrors` naming every error found, with its line.

    A byte-order mark and any line ends are accepted; `source` of the result is the text as
    given, everything else is read from a copy with line feeds only.
    """
    _check_source(source, file)
    text = normalised(source)
    matter, body, body_line = _split(text, file)
    errors: list[InputError] = []
    meta = _meta(matter, file, errors)
    intro, lessons = _lessons(body, body_line, file, errors)
    errors += _block_errors(intro, body_line, file, introduction=True)
    for lesson in lessons:
        errors += _block_errors(lesson.body, lesson.body_line, file)
    if errors or meta is None:
        raise InputErrors(sorted(errors, key=lambda error: error.line or 0))
    return CourseText(meta, intro, tuple(lessons), source, body_line)


def _error(code: str, line: int, file: str | None, **params: Any) -> InputError:
    return InputError(code, _MESSAGES[code], params, file=file, line=line)


def _check_source(source: str, file: str | None) -> None:
    bad = unstorable(source.removeprefix("\ufeff"))
    if bad:
        line = source.count("\n", 0, bad.start() + 1) + 1
        raise InputErrors([_error("file_character", line, file)])
    length = len(source.encode())
    if length > words.MAX_COURSE_BYTES:
        limit = words.MAX_COURSE_BYTES
        raise InputErrors([_error("file_long", 1, file, limit=limit, length=length)])


def _split(text: str, file: str | None) -> tuple[str, str, int]:
    """Front matter, the text after it, and the line on which that begins."""
    lines = text.split("\n")
    if lines[0].rstrip() == "---":
        for place, line in enumerate(lines[1:], start=1):
            if line.rstrip() == "---":
                return "\n".join(lines[1:place]), "\n".join(lines[place + 1 :]), place + 2
    raise InputErrors([_error("front_matter_missing", 1, file)])


def _meta(matter: str, file: str | None, errors: list[InputError]) -> CourseMeta | None:
    try:
        return parse_course_meta(matter, first_line=2, file=file)
    except InputErrors as refused:
        errors += refused.errors
        return None


def _block_errors(
    body: str, first_line: int, file: str | None, *, introduction: bool = False
) -> list[InputError]:
    try:
        parts = scan(body, first_line=first_line, file=file)
    except InputErrors as refused:
        return list(refused.errors)
    return [
        _error("checkpoint_in_introduction", part.line, file)
        for part in parts
        if introduction and isinstance(part, Block) and part.kind is BlockKind.CHECKPOINT
    ]


def _lessons(
    body: str, first_line: int, file: str | None, errors: list[InputError]
) -> tuple[str, list[LessonText]]:
    """The introduction and the lessons; errors of headings are noted."""
    intro: list[str] = []
    lessons: list[LessonText] = []
    into = intro
    bodies: list[list[str]] = []
    for line in walk(body, first_line):
        match = None if line.fence else _HEADING.match(line.text)
        if match is None:
            into.append(line.text)
            continue
        lessons.append(_lesson(match, line.number, file, errors))
        into = []
        bodies.append(into)
    _check_keys(lessons, first_line, file, errors)
    whole = [
        replace(lesson, body="\n".join(lines))
        for lesson, lines in zip(lessons, bodies, strict=True)
    ]
    return "\n".join(intro), whole


def _lesson(
    match: re.Match[str], line: int, file: str | None, errors: list[InputError]
) -> LessonText:
    title = match["title"].strip()
    mark = (match["key"] or "").strip()
    if not title or len(title) > _MAX_TITLE:
        errors.append(_error("lesson_title", line, file, limit=_MAX_TITLE))
    key = mark.removeprefix("#")
    if not mark.startswith("#"):
        shown = title[:_MAX_TITLE]
        errors.append(_error("lesson_key_missing", line, file, title=shown))
        key = ""
    elif not KEY.fullmatch(key) or len(key) > KEY_LENGTH:
        errors.append(_error("lesson_key_form", line, file))
        key = ""
    return LessonText(key, title, "", line)


def _check_keys(
    lessons: list[LessonText], first_line: int, file: str | None, errors: list[InputError]
) -> None:
    if not lessons:
        errors.append(_error("lessons_missing", first_line, file))
    if len(lessons) > _MAX_LESSONS:
        place = lessons[_MAX_LESSONS].line
        errors.append(_error("lessons_many", place, file, limit=_MAX_LESSONS))
    for lesson, earlier in _repeats(lessons):
        params = {"key": lesson.key, "line": earlier}
        message = _MESSAGES["lesson_key_twice"]
        errors.append(InputError("lesson_key_twice", message, params, file=file, line=lesson.line))


def _repeats(lessons: list[LessonText]) -> Iterator[tuple[LessonText, int]]:
    seen: dict[str, int] = {}
    for lesson in lessons:
        if lesson.key and lesson.key in seen:
            yield lesson, seen[lesson.key]
        seen.setdefault(lesson.key, lesson.line)
