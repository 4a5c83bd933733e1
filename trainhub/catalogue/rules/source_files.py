"""Files as they come in, told apart by where they lie and how they end."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import PurePosixPath

from trainhub.catalogue.rules.course_text import CourseText, parse_course
from trainhub.catalogue.rules.fields import KEY
from trainhub.catalogue.rules.front_matter import SeriesMeta, parse_series
from trainhub.catalogue.rules.quiz_text import QuizText, parse_quiz
from trainhub.catalogue.rules.vocabulary import MAX_COURSE_BYTES, MAX_QUIZ_BYTES
from trainhub.errors import N_, InputError, InputErrors

PICTURE_ENDINGS = (".png", ".jpg", ".jpeg", ".webp", ".gif")
_COURSE_NAME = re.compile(r"(?P<slug>[a-z0-9]+(?:-[a-z0-9]+)*)\.(?P<language>zh|en)\.md\Z")
_QUIZ_NAME = re.compile(r"(?P<slug>[a-z0-9]+(?:-[a-z0-9]+)*)\.(?P<language>zh|en)\.ya?ml\Z")

_MESSAGES = {
    "file_name": N_("A course is called <slug>.zh.md or <slug>.en.md, a quiz <slug>.zh.yaml."),
    "file_kind": N_("This is neither a course, a quiz, a series nor a picture of a series."),
    "file_large": N_("This file is larger than %(limit)s bytes."),
    "encoding_not_recognised": N_("This file is not UTF-8 text. Save it as UTF-8."),
    "language_differs": N_("The file's name says “%(name)s”, its text says “%(text)s”."),
    "file_twice": N_("This text is given twice."),
    "series_folder": N_("_series.yaml lies in a folder named with the key of its series."),
    "series_differs": N_("This file lies in the series “%(folder)s”, its text says “%(series)s”."),
}


@dataclass(frozen=True)
class SourceFile:
    """A file's relative path, with `/` between its parts, and its bytes."""

    path: str
    data: bytes

    @property
    def name(self) -> str:
        """The last part of the path."""
        return PurePosixPath(self.path).name

    @property
    def folder(self) -> str:
        """The name of the folder the file lies in."""
        return PurePosixPath(self.path).parent.name


@dataclass
class ParsedFiles:
    """Files read and told apart; every one of them is well formed. Courses with their slug."""

    series: list[tuple[SourceFile, SeriesMeta]] = field(default_factory=list)
    pictures: list[SourceFile] = field(default_factory=list)
    quizzes: list[tuple[SourceFile, QuizText]] = field(default_factory=list)
    courses: list[tuple[SourceFile, str, CourseText]] = field(default_factory=list)


def refusal(code: str, file: SourceFile, **params: object) -> InputErrors:
    """One error about a whole file."""
    return InputErrors([InputError(code, _MESSAGES[code], params, file=file.path)])


def decoded(file: SourceFile) -> str:
    """A file's text, its byte-order mark and line ends as they are."""
    try:
        return file.data.decode("utf-8")
    except UnicodeDecodeError as error:
        raise refusal("encoding_not_recognised", file) from error


def _read(file: SourceFile, parsed: ParsedFiles) -> None:
    lower = file.name.lower()
    if lower.endswith(PICTURE_ENDINGS):
        parsed.pictures.append(file)
        return
    limit = MAX_COURSE_BYTES if lower.endswith(".md") else MAX_QUIZ_BYTES
    if len(file.data) > limit:
        raise refusal("file_large", file, limit=limit)
    if file.name == "_series.yaml":
        if not KEY.fullmatch(file.folder):
            raise refusal("series_folder", file)
        parsed.series.append((file, parse_series(decoded(file), file=file.path)))
    elif named := _COURSE_NAME.match(file.name):
        course = parse_course(decoded(file), file=file.path)
        if course.meta.language != named["language"]:
            names = {"name": named["language"], "text": course.meta.language}
            raise refusal("language_differs", file, **names)
        above = file.path.split("/")[-3:-1]
        if above[:1] == ["courses"] and above[1:] != [course.meta.series]:
            names = {"folder": above[-1], "series": course.meta.series}
            raise refusal("series_differs", file, **names)
        parsed.courses.append((file, named["slug"], course))
    elif named := _QUIZ_NAME.match(file.name):
        quiz = parse_quiz(decoded(file), file=file.path)
        if (quiz.key, quiz.language) != (named["slug"], named["language"]):
            names = {"name": file.name, "text": f"{quiz.key}.{quiz.language}"}
            raise refusal("language_differs", file, **names)
        parsed.quizzes.append((file, quiz))
    else:
        ending = lower.endswith((".md", ".yaml", ".yml"))
        raise refusal("file_name" if ending else "file_kind", file)


def sort_files(files: Sequence[SourceFile]) -> tuple[ParsedFiles, list[InputError]]:
    """Read every file: those that are well formed, and the errors of the others."""
    parsed = ParsedFiles()
    errors: list[InputError] = []
    for file in files:
        try:
            _read(file, parsed)
        except InputErrors as error:
            errors += error.errors
    seen: set[tuple[str, str, str]] = set()
    keys = [("quiz", quiz.key, quiz.language, file) for file, quiz in parsed.quizzes]
    keys += [
        ("course", course.meta.group(slug), course.meta.language, file)
        for file, slug, course in parsed.courses
    ]
    keys += [("series", file.folder, "", file) for file, _ in parsed.series]
    for kind, key, language, file in keys:
        if (kind, key, language) in seen:
            errors.append(InputError("file_twice", _MESSAGES["file_twice"], file=file.path))
        seen.add((kind, key, language))
    return parsed, errors


def parse_files(files: Sequence[SourceFile]) -> ParsedFiles:
    """Read every file. Raises `InputErrors` with the errors of all of them."""
    parsed, errors = sort_files(files)
    if errors:
        raise InputErrors(errors)
    return parsed
