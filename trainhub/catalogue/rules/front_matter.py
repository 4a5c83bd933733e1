"""What a course says about itself, and a series about itself: YAML in, frozen values out."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from trainhub.catalogue.rules import vocabulary as words
from trainhub.catalogue.rules.fields import Fields
from trainhub.catalogue.rules.strict_yaml import load
from trainhub.catalogue.rules.vocabulary import KnowledgeLine
from trainhub.errors import N_, InputError, InputErrors

_COURSE_KEYS = (
    "title",
    "summary",
    "series",
    "order",
    "minutes",
    "knowledge_line",
    "competencies",
    "objectives",
    "language",
    "translation_group",
    "owner",
    "review_by",
    "prerequisites",
)
_SERIES_KEYS = ("knowledge_line", "order", "title", "summary")
_TOO_LONG = N_("The front matter may have at most %(limit)s bytes; it has %(length)s.")
_EMPTY = N_("The front matter is empty.")


@dataclass(frozen=True)
class Objective:
    """What a learner can do afterwards; `key` is the same in both languages."""

    key: str
    text: str


@dataclass(frozen=True)
class CourseMeta:
    """The front matter of a course."""

    title: str
    summary: str
    series: str
    order: int
    minutes: int
    knowledge_line: KnowledgeLine
    objectives: tuple[Objective, ...]
    language: str
    competencies: tuple[str, ...] = ()
    translation_group: str | None = None
    owner: str | None = None
    review_by: date | None = None
    prerequisites: tuple[str, ...] = ()

    def group(self, slug: str) -> str:
        """The key that pairs the languages: the one given, else the slug of the file."""
        return self.translation_group or slug


@dataclass(frozen=True)
class SeriesMeta:
    """The `_series.yaml` of a series; texts by language."""

    knowledge_line: KnowledgeLine
    order: int
    title: Mapping[str, str]
    summary: Mapping[str, str]


def parse_course_meta(text: str, *, first_line: int = 1, file: str | None = None) -> CourseMeta:
    """The front matter between its `---` lines. Raises `InputErrors` with every error found.

    `first_line` is the line of the file on which `text` begins.
    """
    fields = _fields(text, first_line, file)
    fields.only(_COURSE_KEYS)
    meta = CourseMeta(
        title=fields.plain("title", 120),
        summary=fields.plain("summary", 300),
        series=fields.key("series"),
        order=fields.whole("order", 0, 9999),
        minutes=fields.minutes("minutes", words.COURSE_MINUTES),
        knowledge_line=_knowledge_line(fields),
        competencies=fields.keys("competencies", known=words.COMPETENCIES),
        objectives=_objectives(fields),
        language=fields.choice("language", words.LANGUAGES),
        translation_group=fields.key("translation_group", required=False) or None,
        owner=fields.plain("owner", 80, required=False) or None,
        review_by=fields.day("review_by"),
        prerequisites=fields.keys("prerequisites"),
    )
    fields.done()
    return meta


def parse_series(text: str, *, file: str | None = None) -> SeriesMeta:
    """A `_series.yaml`. Raises `InputErrors` with every error found."""
    fields = _fields(text.removeprefix("\ufeff"), 1, file)
    fields.only(_SERIES_KEYS)
    meta = SeriesMeta(
        knowledge_line=_knowledge_line(fields),
        order=fields.whole("order", 0, 9999),
        title=_by_language(fields, "title", 120),
        summary=_by_language(fields, "summary", 300),
    )
    fields.done()
    return meta


def _fields(text: str, first_line: int, file: str | None) -> Fields:
    length = len(text.encode("utf-8", "replace"))
    if length > words.MAX_FRONT_MATTER_BYTES:
        params = {"limit": words.MAX_FRONT_MATTER_BYTES, "length": length}
        raise InputErrors(
            [InputError("front_matter_long", _TOO_LONG, params, file=file, line=first_line)]
        )
    depth = words.MAX_FRONT_MATTER_DEPTH
    root = load(text, max_depth=depth, first_line=first_line, file=file)
    if root is None or root.value is None:
        raise InputErrors([InputError("front_matter_empty", _EMPTY, file=file, line=first_line)])
    return Fields(root, [], file=file)


def _knowledge_line(fields: Fields) -> KnowledgeLine:
    chosen = fields.choice("knowledge_line", words.KNOWLEDGE_LINES)
    return KnowledgeLine(chosen) if chosen else KnowledgeLine.SERVICE


def _objectives(fields: Fields) -> tuple[Objective, ...]:
    objectives = []
    for each in fields.groups("objectives", 1, 20):
        each.only(("key", "text"))
        objectives.append(Objective(each.key("key"), each.plain("text", 300)))
    fields.distinct("objectives", (objective.key for objective in objectives))
    return tuple(objectives)


def _by_language(fields: Fields, field: str, limit: int) -> Mapping[str, str]:
    group = fields.group(field)
    if group.node.line is None and not group.pairs:
        return {}
    group.only(words.LANGUAGES)
    return {language: group.plain(language, limit) for language in words.LANGUAGES}
