"""Reading what an author has typed about an exam, part by part, and judging the whole.

The parts are saved one by one, each checked in itself; `check_whole` judges them together before
the exam is published.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from trainhub.assessment.rules.bank import LEVELS
from trainhub.assessment.rules.bank_facts import MAX_TAGS, is_key
from trainhub.assessment.rules.settings import (
    Blueprint,
    ExamSettings,
    Form,
    Layout,
    Part,
    PassMarkMethod,
    Quota,
    When,
)
from trainhub.catalogue.rules.storable import unstorable
from trainhub.catalogue.rules.vocabulary import LANGUAGES
from trainhub.errors import N_, InputError, InputErrors

MOST_QUESTIONS = 200
MAX_TITLE, MAX_INSTRUCTIONS, MAX_NOTE = 120, 4_000, 1_000
_ORDER = {When.AT_ONCE: 0, When.AFTER_CLOSE: 1, When.BY_HAND: 2, When.NEVER: 3}

_MESSAGES = {
    "whole_number": N_("A whole number from %(low)s to %(high)s."),
    "choice": N_("This is none of the choices."),
    "title_missing": N_("Each language of the exam needs a title."),
    "text_long": N_("At most %(limit)s characters."),
    "text_characters": N_("This holds a character that cannot be stored."),
    "languages_missing": N_("Choose at least one language."),
    "exam_key_form": N_("Lower-case letters, digits and single hyphens, at most 80 characters."),
    "quota_count": N_("Say how many questions: 1 to %(high)s."),
    "quota_topic": N_("Choose a topic of the bank, or any."),
    "quota_tags": N_("At most 20 tags."),
    "blueprint_empty": N_("Say which questions the paper has."),
    "blueprint_long": N_("A paper may have at most %(high)s questions; this one has %(count)s."),
    "item_twice": N_("The question “%(key)s” stands twice on the list."),
    "release_order": N_("This cannot come out before what stands above it."),
    "item_limit_layout": N_(
        "A limit for each question needs one question a page and no going back."
    ),
    "item_limit_long": N_("The limit for one question cannot be longer than the whole exam."),
    "practice_shared": N_("In practice everybody has a paper of their own."),
    "pass_mark_note": N_("Say in a few words how the pass mark was found."),
}


@dataclass(frozen=True)
class Heading:
    """What an exam is called and says before it begins."""

    titles: Mapping[str, str]
    instructions: Mapping[str, str]
    languages: tuple[str, ...]


def _error(code: str, field: str, **params: Any) -> InputError:
    return InputError(code, _MESSAGES[code], params, field=field)


class _Reader:
    """Typed values by name, with the errors found while reading them."""

    def __init__(self, values: Mapping[str, Any]) -> None:
        self.values = values
        self.errors: list[InputError] = []

    def refuse(self, code: str, field: str, **params: Any) -> None:
        self.errors.append(_error(code, field, **params))

    def text(self, name: str, limit: int) -> str:
        found = str(self.values.get(name) or "").replace("\r\n", "\n").strip()
        if len(found) > limit:
            self.refuse("text_long", name, limit=limit)
        if unstorable(found):
            self.refuse("text_characters", name)
        return found

    def whole(self, name: str, low: int, high: int) -> int:
        typed = str(self.values.get(name) if self.values.get(name) is not None else "").strip()
        if typed.isascii() and typed.isdigit() and len(typed) < 9 and low <= int(typed) <= high:
            return int(typed)
        self.refuse("whole_number", name, low=low, high=high)
        return low

    def choice(self, name: str, choices: Iterable[str]) -> str:
        choices = list(choices)
        typed = str(self.values.get(name) or "")
        if typed in choices:
            return typed
        self.refuse("choice", name)
        return choices[0]

    def flag(self, name: str) -> bool:
        return bool(self.values.get(name))

    def done(self) -> None:
        if self.errors:
            raise InputErrors(self.errors)


def read_heading(values: Mapping[str, Any]) -> Heading:
    """`languages`, and `title_…` and `instructions_…` for each language."""
    read = _Reader(values)
    languages = tuple(one for one in LANGUAGES if one in (values.get("languages") or ()))
    if not languages:
        read.refuse("languages_missing", "languages")
    titles = {one: read.text(f"title_{one}", MAX_TITLE) for one in LANGUAGES}
    for language in languages:
        if not titles[language]:
            read.refuse("title_missing", f"title_{language}")
    instructions = {one: read.text(f"instructions_{one}", MAX_INSTRUCTIONS) for one in LANGUAGES}
    read.done()
    return Heading(
        {language: title for language, title in titles.items() if title},
        {language: text for language, text in instructions.items() if text},
        languages,
    )


def read_new_exam(values: Mapping[str, Any]) -> tuple[str, Heading]:
    """The `key` of a new exam and its heading. Raises `InputErrors` with all that is wrong."""
    key = str(values.get("key") or "").strip()
    errors: list[InputError] = []
    heading = None
    try:
        heading = read_heading(values)
    except InputErrors as refused:
        errors += refused.errors
    if not is_key(key):
        errors.append(_error("exam_key_form", "key"))
    if heading is None or errors:
        raise InputErrors(errors)
    return key, heading


def read_quotas(rows: Sequence[Mapping[str, Any]]) -> tuple[Quota, ...]:
    """Rows of `topic`, `level`, `tags` (a sequence) and `count`; rows without a count and topic
    are left out. Errors name `quotas` and say the row in `row`, from 1."""
    errors: list[InputError] = []
    quotas = []
    for number, row in enumerate(rows, start=1):
        topic, level = str(row.get("topic") or ""), str(row.get("level") or "")
        tags, typed = tuple(row.get("tags") or ()), str(row.get("count") or "").strip()
        if not typed and not topic and not level and not tags:
            continue
        quotas.append(Quota(_count(typed), topic, level, tags))
        errors += [
            replace(one, row=number, field=f"quotas.{number}") for one in _wrong_quota(quotas[-1])
        ]
    total = sum(quota.count for quota in quotas)
    if not errors and total > MOST_QUESTIONS:
        errors.append(_error("blueprint_long", "quotas", high=MOST_QUESTIONS, count=total))
    if errors:
        raise InputErrors(errors)
    return tuple(quotas)


def _count(typed: str) -> int:
    return int(typed) if typed.isascii() and typed.isdigit() and len(typed) < 6 else 0


def _wrong_quota(quota: Quota) -> Iterator[InputError]:
    if not 1 <= quota.count <= MOST_QUESTIONS:
        yield _error("quota_count", "quotas", high=MOST_QUESTIONS)
    if quota.topic and not is_key(quota.topic):
        yield _error("quota_topic", "quotas")
    if quota.level and quota.level not in LEVELS:
        yield _error("choice", "quotas")
    if len(quota.tags) > MAX_TAGS:
        yield _error("quota_tags", "quotas")


def read_fixed_list(keys: Sequence[str]) -> tuple[str, ...]:
    """The keys of a fixed list in their order."""
    errors = [_error("item_twice", "items", key=key) for key in set(keys) if keys.count(key) > 1]
    if len(keys) > MOST_QUESTIONS:
        errors.append(_error("blueprint_long", "items", high=MOST_QUESTIONS, count=len(keys)))
    if errors:
        raise InputErrors(errors)
    return tuple(keys)


def read_rules(settings: ExamSettings, values: Mapping[str, Any]) -> ExamSettings:
    """The settings with the rules of sitting as typed: `duration_min`, `attempts`, `pause_h`,
    `layout`, `may_go_back`, `item_limit_s`, `shuffle_items`, `shuffle_options`, `form`,
    `is_practice`, `markers`."""
    read = _Reader(values)
    changed = replace(
        settings,
        duration_s=read.whole("duration_min", 1, 480) * 60,
        attempts=read.whole("attempts", 0, 20),
        pause_s=read.whole("pause_h", 0, 24 * 60) * 3600,
        layout=Layout(read.choice("layout", Layout)),
        may_go_back=read.flag("may_go_back"),
        item_limit_s=read.whole("item_limit_s", 5, 3_600) if values.get("item_limit_s") else None,
        shuffle_items=read.flag("shuffle_items"),
        shuffle_options=read.flag("shuffle_options"),
        form=Form(read.choice("form", Form)),
        is_practice=read.flag("is_practice"),
        markers=read.whole("markers", 1, 2),
    )
    read.errors += [] if read.errors else _wrong_rules(changed)
    read.done()
    return changed


def _wrong_rules(settings: ExamSettings) -> list[InputError]:
    errors = []
    if settings.item_limit_s is not None:
        if settings.layout is not Layout.ONE or settings.may_go_back:
            errors.append(_error("item_limit_layout", "item_limit_s"))
        if settings.item_limit_s > settings.duration_s:
            errors.append(_error("item_limit_long", "item_limit_s"))
    if settings.is_practice and settings.form is Form.SHARED:
        errors.append(_error("practice_shared", "form"))
    return errors


def read_release(settings: ExamSettings, values: Mapping[str, Any]) -> ExamSettings:
    """The settings with `release_<part>` as typed. No part comes out before the one above it."""
    read = _Reader(values)
    release = {part: When(read.choice(f"release_{part.value}", When)) for part in Part}
    changed = replace(settings, release=release)
    read.errors += [] if read.errors else _wrong_release(changed)
    read.done()
    return changed


def _wrong_release(settings: ExamSettings) -> list[InputError]:
    errors = []
    before = 0
    for part in Part:
        place = _ORDER[settings.release.get(part, When.NEVER)]
        if place < before:
            errors.append(_error("release_order", f"release_{part.value}"))
        before = max(before, place)
    return errors


def read_pass_mark(settings: ExamSettings, values: Mapping[str, Any]) -> ExamSettings:
    """The settings with `pass_mark`, `pass_mark_method` and `pass_mark_note` as typed."""
    read = _Reader(values)
    changed = replace(
        settings,
        pass_mark=read.whole("pass_mark", 1, 100),
        pass_mark_method=PassMarkMethod(read.choice("pass_mark_method", PassMarkMethod)),
        pass_mark_note=read.text("pass_mark_note", MAX_NOTE),
    )
    if changed.pass_mark_method is not PassMarkMethod.FIXED and not changed.pass_mark_note:
        read.refuse("pass_mark_note", "pass_mark_note")
    read.done()
    return changed


def with_blueprint(settings: ExamSettings, blueprint: Blueprint) -> ExamSettings:
    """The settings with other questions."""
    return replace(settings, blueprint=blueprint)


def check_whole(titles: Mapping[str, str], settings: ExamSettings) -> None:
    """Raise `InputErrors` for what keeps an exam from being published, whatever the bank has."""
    errors = [
        _error("title_missing", f"title_{language}")
        for language in settings.languages
        if not titles.get(language)
    ]
    if not settings.languages:
        errors.append(_error("languages_missing", "languages"))
    if not settings.blueprint.length:
        errors.append(_error("blueprint_empty", "quotas"))
    errors += _wrong_rules(settings) + _wrong_release(settings)
    if errors:
        raise InputErrors(errors)
