"""The figures of a run, each by the formula of definitions, section 1, from its events alone.

Speed has one unit a run (`unit_of`): characters a minute (字/分) for Chinese, mixed and digit
passages, words a minute for English prose and phrases. Chinese is never divided by five.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, fields
from typing import Any

from trainhub.typing_tests.rules.alignment import Follower, Judged, Step, align, align_prefix
from trainhub.typing_tests.rules.curve import speeds_per_window, window_of
from trainhub.typing_tests.rules.folding import fold
from trainhub.typing_tests.rules.pauses import pauses_of
from trainhub.typing_tests.rules.replay import Commit, Replayed, replay
from trainhub.typing_tests.rules.settings import PassageKind
from trainhub.typing_tests.rules.wire import Event

WORD = 5  # signs, the space included, that count as one English word
LEAST_MS = 1_000.0  # no speed is computed over less

MODIFIERS = frozenset(
    {
        "Shift", "Control", "Alt", "AltGraph", "Meta", "OS", "CapsLock", "NumLock", "ScrollLock",
        "Fn", "FnLock", "Hyper", "Super", "Symbol",
    }
)  # fmt: skip
_STARTS = frozenset({"d", "cs", "cu", "ce", "i", "b"})


@dataclass(frozen=True)
class Metrics:
    """The figures of one run.

    `unit` is "cpm" or "wpm"; `net_speed` and `gross_speed` are in it. `duration_ms` is what speed
    is divided by. `characters` were in the text at the end: `right`, `wrong` or `extra`; `missed`
    ones of the passage were skipped; `reached` is how far into the passage the text came, of
    `passage_characters`. `cpm` counts right characters a minute, `wpm` (None for Chinese) the
    characters of fully right words. `entry_accuracy` (right signs among all that ever came in) and
    `final_accuracy` lie between 0 and 1, `consistency` between 0 and 100. `keystrokes` are key
    downs without modifiers; where the device told of none they are counted from the changes of
    the text and `keys_known` is False. `corrections` are deleted signs. `pauses` are gaps of two
    seconds and more without any key, composition or change of the text, `pause_ms` their sum.
    """

    language: str
    unit: str
    duration_ms: float
    characters: int
    right: int
    wrong: int
    extra: int
    missed: int
    reached: int
    passage_characters: int
    right_word_characters: int
    wrong_words: int
    net_speed: float
    gross_speed: float
    wpm: float | None
    cpm: float
    kpm: float
    entry_accuracy: float
    final_accuracy: float
    consistency: float
    keystrokes: int
    keys_known: bool
    keystrokes_per_character: float
    commits: int
    right_commits: int
    corrections: int
    compositions: int
    cancelled_compositions: int
    pauses: int
    pause_ms: float
    longest_pause_ms: float

    def as_dict(self) -> dict[str, Any]:
        """The form in which figures are stored and sent."""
        return asdict(self)

    @classmethod
    def from_dict(cls, stored: Mapping[str, Any]) -> Metrics:
        """Figures as they were stored; names that this version does not know are left out."""
        known = {field.name for field in fields(cls)}
        return cls(**{name: value for name, value in stored.items() if name in known})


def unit_of(language: str, kind: str) -> str:
    """ "cpm" or "wpm": in what the speed of such a passage is told."""
    if language == "zh" or kind in (PassageKind.MIXED, PassageKind.DIGITS):
        return "cpm"
    return "wpm"


def measure(
    events: Sequence[Event],
    passage: str,
    *,
    language: str,
    kind: str = PassageKind.PROSE,
    tests_width: bool = False,
    allowed_ms: int | None = None,
    finished: bool = False,
    server_ms: float | None = None,
    replayed: Replayed | None = None,
) -> Metrics:
    """The figures of a run.

    `allowed_ms` is the time of a timed run, None where the passage is typed whole. `finished` says
    that the typist ended it: then the time is that from the first key to the last change, and of a
    passage to be typed whole what is missing at the end counts as missed. A timed run that went to
    the wall took all its time, and its last unfinished word counts so far as it is right.
    `server_ms` is how long the server saw it go on; the longer time holds. `replayed` spares
    playing the events again.
    """
    played = replayed or replay(events)
    wanted = fold(passage, tests_width=tests_width)
    typed = fold(played.text, tests_width=tests_width)
    is_whole = finished and allowed_ms is None
    steps = align(wanted, typed) if is_whole else align_prefix(wanted, typed)
    judged = [one for _, signs in judge_entry(played, wanted, tests_width) for one in signs]
    duration_ms = _duration(events, played, None if finished else allowed_ms, server_ms)
    is_chinese = language == "zh"
    counts = _Counts.of(steps)
    in_right_words, wrong_words = _words(wanted, typed, steps, counts_unfinished=not finished)
    keystrokes, keys_known = _keystrokes(events, played)
    right_commits = sum(one.is_right for one in judged)
    minutes = duration_ms / 60_000
    unit = unit_of(language, kind)
    cpm, wpm = counts.right / minutes, in_right_words / WORD / minutes
    gross = len(typed) / minutes
    pauses = [gap for _, gap in pauses_of(events, start_of(events), last_change_ms(played))]
    return Metrics(
        language=language,
        unit=unit,
        duration_ms=duration_ms,
        characters=len(typed),
        right=counts.right,
        wrong=counts.wrong,
        extra=counts.extra,
        missed=counts.missed,
        reached=steps[-1].end if steps else 0,
        passage_characters=len(wanted),
        right_word_characters=in_right_words,
        wrong_words=wrong_words,
        net_speed=cpm if unit == "cpm" else wpm,
        gross_speed=gross if unit == "cpm" else gross / WORD,
        wpm=None if is_chinese else wpm,
        cpm=cpm,
        kpm=keystrokes / minutes,
        entry_accuracy=right_commits / len(judged) if judged else 0.0,
        final_accuracy=_final_accuracy(steps),
        consistency=_consistency_of(played, start_of(events), duration_ms),
        keystrokes=keystrokes,
        keys_known=keys_known,
        keystrokes_per_character=keystrokes / len(typed) if typed else 0.0,
        commits=len(judged),
        right_commits=right_commits,
        corrections=sum(len(deletion.text) for deletion in played.deletions),
        compositions=played.compositions,
        cancelled_compositions=played.cancelled,
        pauses=len(pauses),
        pause_ms=sum(pauses),
        longest_pause_ms=max(pauses, default=0.0),
    )


def judge_entry(
    played: Replayed, wanted: str, tests_width: bool
) -> list[tuple[Commit, list[Judged]]]:
    """Each commit with the judgement of its signs at the time it came in, against the folded
    passage `wanted`."""
    follower = Follower(wanted)
    ends: list[tuple[Commit, int]] = []
    for change in played.changes:
        if isinstance(change, Commit):
            signs = fold(change.text, tests_width=tests_width)
            follower.insert(change.at, signs, len(change.text))
            ends.append((change, len(follower.judged)))
        else:
            follower.delete(change.at, len(change.text))
    judged, begun = [], 0
    for commit, end in ends:
        judged.append((commit, follower.judged[begun:end]))
        begun = end
    return judged


def consistency(speeds: Sequence[float]) -> float:
    """0 to 100: how even the speed was, from the speed of each window of time.

    `100 × (1 − tanh(c + c³/3 + c⁵/5))`, c being the population's standard deviation over the mean.
    Nothing typed is 0.
    """
    mean = sum(speeds) / len(speeds) if speeds else 0.0
    if mean <= 0:
        return 0.0
    variance = sum((speed - mean) ** 2 for speed in speeds) / len(speeds)
    return consistency_of(math.sqrt(variance) / mean)


def consistency_of(variation: float) -> float:
    """Consistency for a coefficient of variation: 0 → 100, 0.1 → 90, 0.5 → 50.1, 1 → 8.9."""
    bent = variation + variation**3 / 3 + variation**5 / 5
    return 100 * (1 - math.tanh(bent))


def variation_of(value: float) -> float | None:
    """The coefficient of variation that a consistency comes from; None for 0, to which all of the
    largest ones come."""
    if value <= 0:
        return None
    low, high = 0.0, 5.0
    for _ in range(60):
        middle = (low + high) / 2
        low, high = (middle, high) if consistency_of(middle) > value else (low, middle)
    return low


def penalty_speed(
    keystrokes: int, wrong_words: int, duration_ms: float
) -> tuple[float, float, float]:
    """Gross, net and accuracy by the form many employers use: five keystrokes off for each wrong
    word. Here to compare with figures from elsewhere; no page shows it beside our own.

    1750 keystrokes in 5 minutes with 5 wrong words are gross 70.0, net 69.0, accuracy 0.9857.
    """
    minutes = max(duration_ms, LEAST_MS) / 60_000
    kept = max(0, keystrokes - WORD * wrong_words)
    accuracy = kept / keystrokes if keystrokes else 0.0
    return keystrokes / WORD / minutes, kept / WORD / minutes, accuracy


@dataclass(frozen=True)
class _Counts:
    right: int
    wrong: int
    extra: int
    missed: int

    @classmethod
    def of(cls, steps: Sequence[Step]) -> _Counts:
        sums = {"right": 0, "wrong": 0, "extra": 0, "missed": 0}
        for step in steps:
            sums[step.kind] += max(step.end - step.at, step.typed_end - step.typed_at)
        return cls(**sums)


def _final_accuracy(steps: Sequence[Step]) -> float:
    """1 − edit distance / length of the reference, never below 0."""
    length = steps[-1].end if steps else 0
    if not length:
        return 0.0
    counts = _Counts.of(steps)
    return max(0.0, 1 - (counts.wrong + counts.extra + counts.missed) / length)


def _words(
    wanted: str, typed: str, steps: Sequence[Step], *, counts_unfinished: bool
) -> tuple[int, int]:
    """Characters in fully right words, with the right space behind each, and the number of words
    typed that are not right."""
    beside = _beside(wanted, steps)
    characters = right_words = 0
    start = 0
    for word in wanted.split(" "):
        end = start + len(word)
        if word:
            kept = _right_in_word(start, end, typed, beside, counts_unfinished)
            characters += kept
            right_words += kept > 0
            if kept == end - start and beside[end : end + 1] == [beside[end - 1] + 1]:
                characters += 1  # the space
        start = end + 1
    return characters, max(0, len(typed.split()) - right_words)


def _beside(wanted: str, steps: Sequence[Step]) -> list[int]:
    """For each sign of the passage its place in the typed text if it is right there, else -2."""
    beside = [-2] * len(wanted)
    for step in steps:
        if step.kind == "right":
            beside[step.at : step.end] = range(step.typed_at, step.typed_end)
    return beside


def _right_in_word(
    start: int, end: int, typed: str, beside: Sequence[int], counts_unfinished: bool
) -> int:
    """How many signs of the word at `[start, end)` of the passage count: all, none, or those of
    the word at which the text ends."""
    first = beside[start]
    if first < 0 or (first > 0 and typed[first - 1] != " "):
        return 0
    length = end - start
    reach = min(length, len(typed) - first)
    if list(beside[start : start + reach]) != list(range(first, first + reach)):
        return 0
    if reach < length:
        return reach if counts_unfinished else 0
    behind = typed[first + length : first + length + 1]
    return length if behind in ("", " ") else 0


def start_of(events: Sequence[Event]) -> float:
    """When the clock starts: the first key, composition or change of the text."""
    return next((event.t_ms for event in events if event.kind in _STARTS), 0.0)


def last_change_ms(played: Replayed) -> float:
    """When the text changed last; 0 where it never did."""
    return max((change.t_ms for change in played.changes), default=0.0)


def _duration(
    events: Sequence[Event], played: Replayed, allowed_ms: int | None, server_ms: float | None
) -> float:
    spans = [
        LEAST_MS,
        last_change_ms(played) - start_of(events),
        allowed_ms or 0.0,
        server_ms or 0.0,
    ]
    return max(span for span in spans if math.isfinite(span))


def _keystrokes(events: Sequence[Event], played: Replayed) -> tuple[int, bool]:
    pressed = sum(event.kind == "d" and event.data not in MODIFIERS for event in events)
    if pressed:
        return pressed, True
    inside = sum(event.kind == "cu" for event in events)
    direct = sum(len(commit.text) for commit in played.commits if not commit.is_composition)
    return inside + direct + len(played.deletions), False


def _consistency_of(played: Replayed, start: float, duration_ms: float) -> float:
    window_ms = window_of(played)
    return consistency(speeds_per_window(played.commits, start, duration_ms, window_ms))
