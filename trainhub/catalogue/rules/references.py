"""What a course points at: pictures of its series, other courses, lessons."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from trainhub.catalogue.rules.course_text import CourseText
from trainhub.catalogue.rules.source_lines import walk

_TARGET = re.compile(
    r"(?:\]\(|\]:)[ ]*<?(?P<kind>course:|(?:\./)?media/)(?P<rest>[^\s)>\"]+)", re.IGNORECASE
)
_CODE = re.compile(r"(`+)(?!`).+?(?<!`)\1(?!`)")


@dataclass(frozen=True)
class Reference:
    """One link. `lesson` is the key of the lesson it stands in ("" for the introduction).

    `media` is the name of a picture, or else `group` and `anchor` are the translation group of
    a course and the key of a lesson there (or "").
    """

    line: int
    lesson: str
    media: str = ""
    group: str = ""
    anchor: str = ""


def list_references(course: CourseText) -> list[Reference]:
    """Every link to a picture or a course, in order, outside code."""
    texts = [("", course.intro, course.intro_line)]
    texts += [(lesson.key, lesson.body, lesson.body_line) for lesson in course.lessons]
    return [found for key, body, line in texts for found in _references(body, line, key)]


def media_names(course: CourseText) -> set[str]:
    """The names of the pictures a course shows or links to."""
    return {found.media for found in list_references(course) if found.media}


def media_names_in(text: str) -> set[str]:
    """The names of the pictures that a piece of Markdown shows or links to, such as a stem."""
    return {found.media for found in _references(text, 1, "") if found.media}


def _references(body: str, first_line: int, lesson: str) -> Iterator[Reference]:
    for line in walk(body, first_line):
        if line.fence:
            continue
        for found in _TARGET.finditer(_CODE.sub("", line.text)):
            if found["kind"].lower().endswith("media/"):
                yield Reference(line.number, lesson, media=found["rest"])
            else:
                group, _, anchor = found["rest"].partition("#")
                yield Reference(line.number, lesson, group=group, anchor=anchor)
