"""One file while it is read: drafts of questions, everything wrong, everything left out."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any, NoReturn

from trainhub.assessment.rules.bank import (
    GENERAL_TOPIC,
    LEVELS,
    STATUSES,
    BankQuestion,
    ItemStatus,
    Level,
)
from trainhub.assessment.rules.exchange.exact import fingerprint, read_exact
from trainhub.assessment.rules.exchange.keys import key_from_id, key_from_title
from trainhub.catalogue.rules.fields import KEY, KEY_LENGTH
from trainhub.catalogue.rules.quiz_text import QuizItem, make_item
from trainhub.catalogue.rules.vocabulary import LANGUAGES, MAX_ITEMS
from trainhub.errors import N_, InputError, InputErrors

MAX_QUESTIONS = MAX_ITEMS
MAX_ERRORS = 200

_MESSAGES = {
    "questions_none": N_("The file holds no question."),
    "questions_many": N_("The file has more than %(most)s questions. Divide it."),
    "errors_many": N_("There are more errors; these are the first %(most)s."),
    "item_key_twice": N_("The key “%(key)s” stands twice in this language."),
    "key_changed": N_("The key “%(key)s” was taken already; this question becomes “%(new)s”."),
    "value_unknown": N_("“%(value)s” is not one of: %(choices)s."),
    "topic_form": N_("The topic “%(value)s” must be lower-case letters, digits and hyphens."),
    "exact_broken": N_("The line for programs is damaged. Delete it, or take the export anew."),
    "exact_outdated": N_(
        "This question was changed, but the line for programs still describes the old text. "
        "Delete that line; the question is then read as it stands."
    ),
}


@dataclass(frozen=True)
class Reading:
    """What a file holds. `notes` say what was left out or read otherwise, with its place.

    `topics` gives the names behind topic keys that were made from names. The questions' items
    know the line, or the row of the table, on which they begin. `unsaid` names for each question
    what the file is silent about (topic, level, tags, objective, enemies), so that a question
    known already can keep it.
    """

    questions: tuple[BankQuestion, ...]
    notes: tuple[InputError, ...] = ()
    topics: Mapping[str, str] = field(default_factory=dict)
    unsaid: tuple[frozenset[str], ...] = field(default=(), compare=False)


@dataclass(frozen=True)
class Place:
    """Where something stands: a line of a text, or a row and a column of a table."""

    line: int | None = None
    row: int | None = None
    column: str | None = None


@dataclass
class Draft:
    """A question as found, before anything is checked.

    Empty texts mean that the file does not say. `places` has the place of single fields
    (`options.2`). `exact` is the line for programs, `seen` the visible text it belongs to.
    """

    kind: str
    place: Place
    stem: str = ""
    content: dict[str, Any] = field(default_factory=dict)
    key: str = ""
    title: str = ""
    language: str = ""
    topic: str = ""
    level: str = ""
    status: str = ""
    points: int | None = None
    objective: str = ""
    tags: list[str] = field(default_factory=list)
    enemies: list[str] = field(default_factory=list)
    feedback: str = ""
    pictures: dict[str, bytes] = field(default_factory=dict)
    places: dict[str, Place] = field(default_factory=dict)
    exact: str = ""
    seen: str = ""


class Gathering:
    """Collects while a reader walks through a file; `reading` ends it."""

    def __init__(self, *, file: str | None, language: str, topic: str | None) -> None:
        self.file, self.language, self.topic = file, language, topic
        self.errors: list[InputError] = []
        self.notes: list[InputError] = []
        self.questions: list[BankQuestion] = []
        self.unsaid: list[frozenset[str]] = []
        self.topics: dict[str, str] = {}
        self.keys: set[tuple[str, str]] = set()
        self.pictures = self.pixels = self.characters = 0

    def refuse(
        self, code: str, message: str, place: Place, field: str | None = None, **params: Any
    ) -> None:
        """Note one error; gives up the file when there are too many."""
        self._keep(self._at(code, message, place, field, params))

    def _keep(self, error: InputError) -> None:
        self.errors.append(error)
        if len(self.errors) >= MAX_ERRORS:
            message, most = _MESSAGES["errors_many"], {"most": MAX_ERRORS}
            self.errors.append(self._at("errors_many", message, Place(), None, most))
            raise InputErrors(self.errors)

    def give_up(self, code: str, message: str, place: Place, **params: Any) -> NoReturn:
        """Note an error after which nothing more can be read."""
        self.errors.append(self._at(code, message, place, None, params))
        raise InputErrors(self.errors)

    def note(self, code: str, message: str, place: Place, **params: Any) -> None:
        """Say what was left out or read otherwise."""
        if len(self.notes) < MAX_ERRORS:
            self.notes.append(self._at(code, message, place, None, params))

    def _at(
        self, code: str, message: str, place: Place, field: str | None, params: Mapping[str, Any]
    ) -> InputError:
        return InputError(
            code,
            message,
            params,
            file=self.file,
            row=place.row,
            line=place.line,
            column=place.column,
            field=field,
        )

    def add(self, draft: Draft, *, strict_key: bool = True) -> None:
        """Check a draft and keep the question. A doubled key is an error if `strict_key`."""
        if len(self.questions) >= MAX_QUESTIONS:
            message = _MESSAGES["questions_many"]
            self.give_up("questions_many", message, draft.place, most=MAX_QUESTIONS)
        if draft.exact and not self._take_exact(draft):
            return
        language = self._word(draft, "language", LANGUAGES, self.language)
        level = self._word(draft, "level", LEVELS, Level.STANDARD)
        status = self._word(draft, "status", STATUSES, ItemStatus.DRAFT)
        key = self._key(draft, language, strict_key)
        topic = self._topic(draft)
        item = self._item(draft, key, level)
        if item is not None:
            self.unsaid.append(self._unsaid(draft))
            self.questions.append(
                BankQuestion(
                    item,
                    language,
                    topic,
                    Level(level),
                    ItemStatus(status),
                    item.enemies,
                    draft.pictures,
                )
            )

    def _take_exact(self, draft: Draft) -> bool:
        values = read_exact(draft.exact)
        place = draft.places.get("exact", draft.place)
        if values is None:
            self.refuse("exact_broken", _MESSAGES["exact_broken"], place)
            return False
        if values.pop("of") != fingerprint(draft.seen):
            self.refuse("exact_outdated", _MESSAGES["exact_outdated"], place)
            return False
        for name, value in values.items():
            setattr(draft, name, value)
        return True

    def _word(self, draft: Draft, name: str, choices: tuple[str, ...], default: str) -> str:
        value = getattr(draft, name) or default
        if value in choices:
            return str(value)
        place = draft.places.get(name, draft.place)
        shown = {"value": value[:80], "choices": ", ".join(choices)}
        self.refuse("value_unknown", _MESSAGES["value_unknown"], place, **shown)
        return default

    def _key(self, draft: Draft, language: str, strict_key: bool) -> str:
        key = key_from_id(draft.key) if draft.key else key_from_title(draft.title, draft.stem)
        if (language, key) not in self.keys:
            self.keys.add((language, key))
            return key
        if draft.key and strict_key:
            place = draft.places.get("key", draft.place)
            self.refuse("item_key_twice", _MESSAGES["item_key_twice"], place, key=key)
            return key
        number = 2
        while (language, new := f"{key[: KEY_LENGTH - 5]}-{number}") in self.keys:
            number += 1
        self.keys.add((language, new))
        self.note("key_changed", _MESSAGES["key_changed"], draft.place, key=key, new=new)
        return new

    def _unsaid(self, draft: Draft) -> frozenset[str]:
        """What a file is silent about; one that names the level says the rest by leaving it out."""
        silent = {"topic"} if not (draft.topic or self.topic) else set()
        if not draft.level:
            silent |= {"level"}
            silent |= {
                name for name in ("tags", "objective", "enemies") if not getattr(draft, name)
            }
        return frozenset(silent)

    def _topic(self, draft: Draft) -> str:
        topic = draft.topic or self.topic or GENERAL_TOPIC
        if KEY.fullmatch(topic) and len(topic) <= KEY_LENGTH:
            return topic
        place = draft.places.get("topic", draft.place)
        self.refuse("topic_form", _MESSAGES["topic_form"], place, value=topic[:80])
        return GENERAL_TOPIC

    def _item(self, draft: Draft, key: str, level: str) -> QuizItem | None:
        try:
            item = make_item(
                key=key,
                kind=draft.kind,
                stem=draft.stem,
                content=draft.content,
                points=draft.points,
                objective=draft.objective,
                tags=draft.tags,
                feedback=draft.feedback,
                level=level,
                enemies=draft.enemies,
            )
            return replace(item, line=draft.place.line or draft.place.row)
        except InputErrors as refused:
            for error in refused.errors:
                place = self._place_of(draft, error.field)
                params = {name: _lettered(value) for name, value in error.params.items()}
                self._keep(self._at(error.code, error.message, place, error.field, params))
        return None

    def _place_of(self, draft: Draft, name: str | None) -> Place:
        """The place of a field, or of the nearest one around it."""
        parts = (name or "").split(".")
        for length in range(len(parts), 0, -1):
            place = draft.places.get(".".join(parts[:length]))
            if place:
                return place
        return draft.place

    def reading(self) -> Reading:
        """Everything read. Raises `InputErrors` where anything was wrong."""
        if not self.errors and not self.questions:
            self.give_up("questions_none", _MESSAGES["questions_none"], Place())
        if self.errors:
            raise InputErrors(self.errors)
        questions, notes = tuple(self.questions), tuple(self.notes)
        return Reading(questions, notes, dict(self.topics), tuple(self.unsaid))


def _lettered(value: Any) -> Any:
    """The text of an option by its letter, as people know it; everything else as it is."""
    found = re.fullmatch(r"options\.(\d{1,2})\.text", value) if isinstance(value, str) else None
    return chr(64 + int(found[1])) if found and int(found[1]) <= 26 else value
