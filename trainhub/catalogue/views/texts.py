"""The text an address names: a course or a quiz in one language, as its writers see it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from flask import flash, url_for

from trainhub import clock
from trainhub.catalogue import queries, services
from trainhub.catalogue.models import CourseEdition, QuizEdition
from trainhub.catalogue.queries.linting import Linted, Surveyor, lint_quiz_source
from trainhub.catalogue.queries.writing import names_of_people
from trainhub.catalogue.rules.skeletons import title_of
from trainhub.catalogue.views import labels
from trainhub.errors import InputErrors, NotFound
from trainhub.web.locale import current_zone
from trainhub.web.text import translated

TEXT_PATH = "/<any(courses, quizzes):shelf>/<slug:key>/<any(zh, en):language>"
LANGUAGE_TAGS = {"zh": "zh-CN", "en": "en"}


@dataclass(frozen=True)
class WrittenText:
    """A course or a quiz in one language. `shelf` is the word of its address."""

    shelf: str
    key: str
    language: str
    edition: CourseEdition | QuizEdition

    @property
    def is_course(self) -> bool:
        """Whether it is a course and not a quiz."""
        return self.shelf == "courses"

    @property
    def source(self) -> str:
        """The newest text."""
        return services.current_source(self.edition)

    @property
    def token(self) -> str:
        """What a save of the newest text names as seen."""
        return services.draft_token(self.edition)

    @property
    def title(self) -> str:
        """The title the newest text gives itself, else the key."""
        return title_of(self.source) or self.key

    @property
    def language_name(self) -> str:
        """The language in its own words."""
        return labels.LANGUAGES[self.language]

    @property
    def language_tag(self) -> str:
        """The value of `lang` around the text."""
        return LANGUAGE_TAGS[self.language]

    @property
    def other_language(self) -> str:
        """The language it is translated to."""
        return "en" if self.language == "zh" else "zh"

    def url(self, endpoint: str, **values: Any) -> str:
        """The address of one of the pages about this text."""
        place = {"shelf": self.shelf, "key": self.key, "language": self.language}
        return url_for(f"catalogue.{endpoint}", **(place | values))

    def lint(self, source: str | None = None) -> Linted:
        """What the linter says of the newest text, or of `source`."""
        if isinstance(self.edition, CourseEdition):
            return Surveyor(clock.today(current_zone())).lint(self.edition, source)
        return lint_quiz_source(self.source if source is None else source)


def get_text(shelf: str, key: str, language: str) -> WrittenText:
    """The text with this address. Raises `NotFound`."""
    find = queries.find_edition if shelf == "courses" else queries.find_quiz_edition
    edition: CourseEdition | QuizEdition | None = find(key, language)
    if edition is None:
        raise NotFound()
    return WrittenText(shelf, key, language, edition)


def name_of(person_id: int | None) -> str:
    """The name of somebody who saved or published, "" when nobody did."""
    return names_of_people([person_id]).get(person_id or 0, "")


def flash_errors(refused: InputErrors) -> None:
    """Say what is wrong on the next page."""
    for error in refused.errors[:5]:
        flash(error.text(translated), "error")
