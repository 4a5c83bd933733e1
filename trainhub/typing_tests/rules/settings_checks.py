"""Reading what somebody has typed about a typing test."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from trainhub.errors import N_, InputError, InputErrors
from trainhub.typing_tests.rules.settings import (
    DURATIONS_S,
    LEAST_SCORED_S,
    LONGEST_WHOLE_S,
    Counting,
    Mode,
    PassageKind,
    TestSettings,
)
from trainhub.typing_tests.rules.standing import is_in_words

LONGEST_TITLE = 120
MOST_CPM, MOST_WPM = 400, 250  # beyond this a run is refused (rule H4): nobody could pass
MOST_ATTEMPTS = 99
MOST_PAUSE_MINUTES = 30 * 24 * 60
LANGUAGES = ("zh", "en")

_MESSAGES = {
    "title_missing": N_("Give the test a title in Chinese or in English."),
    "title_long": N_("At most %(limit)s characters."),
    "not_offered": N_("This is not one of the choices."),
    "kinds_missing": N_("Choose at least one kind of passage, or passages below."),
    "passages_language": N_("Choose passages of the test's language only."),
    "passages_mixed": N_("Choose passages of one unit: words or characters a minute."),
    "number_form": N_("Give a whole number from %(least)s to %(most)s."),
    "share_form": N_(
        "Give a share from %(least)s to %(most)s per cent, with two decimals at most."
    ),
    "longer_than_test": N_("Nobody can type longer than the test lasts."),
}


@dataclass(frozen=True)
class OfferedPassage:
    """A passage that a test may name."""

    id: int
    language: str
    kind: PassageKind


@dataclass(frozen=True)
class TypedTest:
    """The fields of a typing test as they were typed."""

    titles: Mapping[str, str]
    language: str
    kinds: Sequence[str]
    passage_ids: Collection[int]
    mode: str
    duration_s: str
    min_speed: str
    min_accuracy: str
    min_duration_s: str
    attempts: str
    pause_minutes: str
    counting: str


@dataclass(frozen=True)
class TestPlan:
    """A typing test as it is to be."""

    __test__ = False  # not a test of pytest's

    titles: Mapping[str, str]
    settings: TestSettings


def read_test(typed: TypedTest, offered: Sequence[OfferedPassage]) -> TestPlan:
    """The plan of a typing test. Raises `InputErrors` naming each field that is wrong."""
    reading = _Reading(typed)
    titles = reading.titles()
    language = reading.choice("language", typed.language, LANGUAGES)
    mode = reading.choice("mode", typed.mode, tuple(Mode))
    counting = reading.choice("counting", typed.counting, tuple(Counting))
    kinds, passage_ids = reading.texts(language, offered)
    duration_s = DURATIONS_S[1]
    if mode == Mode.TIMED:
        known = tuple(str(one) for one in DURATIONS_S)
        duration_s = int(reading.choice("duration_s", typed.duration_s, known) or duration_s)
    most = MOST_WPM if is_in_words(language, kinds) else MOST_CPM
    min_duration_s = reading.number("min_duration_s", LEAST_SCORED_S, LONGEST_WHOLE_S)
    if mode == Mode.TIMED and min_duration_s > duration_s:
        reading.refuse("longer_than_test", "min_duration_s")
    settings = TestSettings(
        language=language,
        kinds=kinds,
        passage_ids=passage_ids,
        mode=Mode(mode or Mode.TIMED),
        duration_s=duration_s,
        min_speed=reading.number("min_speed", 1, most),
        min_accuracy=reading.share("min_accuracy"),
        min_duration_s=min_duration_s,
        attempts=reading.number("attempts", 0, MOST_ATTEMPTS),
        pause_minutes=reading.number("pause_minutes", 0, MOST_PAUSE_MINUTES),
        counting=Counting(counting or Counting.BEST_OF_LAST_THREE),
    )
    if reading.errors:
        raise InputErrors(reading.errors)
    return TestPlan(titles, settings)


class _Reading:
    """Reads field by field and collects what is wrong."""

    def __init__(self, typed: TypedTest) -> None:
        self.typed = typed
        self.errors: list[InputError] = []

    def refuse(self, code: str, field: str, **params: object) -> None:
        self.errors.append(InputError(code, _MESSAGES[code], params, field=field))

    def titles(self) -> dict[str, str]:
        found = {
            language: " ".join(self.typed.titles.get(language, "").replace("\0", "").split())
            for language in LANGUAGES
        }
        for language, title in found.items():
            if len(title) > LONGEST_TITLE:
                self.refuse("title_long", f"title_{language}", limit=LONGEST_TITLE)
        if not any(found.values()):
            self.refuse("title_missing", "title_zh")
        return {language: title for language, title in found.items() if title}

    def choice(self, field: str, value: str, offered: Sequence[str]) -> str:
        if value not in offered:
            self.refuse("not_offered", field)
            return ""
        return value

    def texts(
        self, language: str, offered: Sequence[OfferedPassage]
    ) -> tuple[tuple[PassageKind, ...], tuple[int, ...]]:
        chosen = [one for one in offered if one.id in set(self.typed.passage_ids)]
        if any(one.language != language for one in chosen):
            self.refuse("passages_language", "passage_ids")
        kinds = tuple(kind for kind in PassageKind if kind.value in self.typed.kinds)
        if chosen:
            kinds = tuple(dict.fromkeys(one.kind for one in chosen))
        if not kinds:
            self.refuse("kinds_missing", "kinds")
            kinds = (PassageKind.PROSE,)
        if len({is_in_words(language, [kind]) for kind in kinds}) > 1:
            self.refuse("passages_mixed", "passage_ids" if chosen else "kinds")
        return kinds, tuple(sorted(one.id for one in chosen))

    def number(self, field: str, least: int, most: int) -> int:
        value = _whole(getattr(self.typed, field))
        if value is None or not least <= value <= most:
            self.refuse("number_form", field, least=least, most=most)
            return least
        return value

    def share(self, field: str) -> int:
        """Per cent with at most two decimals, as hundredths of a per cent."""
        text = unicodedata.normalize("NFKC", getattr(self.typed, field)).strip().rstrip("%").strip()
        found = re.fullmatch(r"([0-9]{1,3})(?:[.,]([0-9]{1,2}))?", text)
        value = int(found[1]) * 100 + int((found[2] or "").ljust(2, "0")) if found else 0
        if not 5_000 <= value <= 10_000:
            self.refuse("share_form", field, least=50, most=100)
            return 10_000
        return value


def _whole(text: str) -> int | None:
    text = unicodedata.normalize("NFKC", text).strip()
    return int(text) if text.isascii() and text.isdigit() and len(text) < 9 else None
