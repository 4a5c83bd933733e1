"""Where text came from that was not typed sign by sign: pasted, expanded, predicted, dictated.

Each commit is put into one class, and the limits of speed are applied to each class as its honest
users need: a stenographer brings in whole words, a text expander whole sentences.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum

from trainhub.typing_tests.rules.metrics import LEAST_MS, MODIFIERS
from trainhub.typing_tests.rules.replay import Commit, Deletion, Replayed
from trainhub.typing_tests.rules.wire import Event

MOST_WPM = 250  # rule H5
MOST_CHORDED_WPM = 300  # where most of it came in whole words: a person looks from 250 on
MOST_CHINESE = 400  # characters a minute, rule H5
BURST_MS = 2_000.0
MOST_IN_BURST = 50  # rule H5, signs typed one by one or out of a composition
MOST_CHORDED = 100  # the same for whole words; a stenographer at 240 WPM comes near 80
LONG_INSERT = 20  # rule H6
LONG_COMPOSITION = 8  # rule H7
MOST_PER_S = 15  # rule H7
WIDE_COMPOSITION = 30  # signs in one commit that no candidate window offers
CHORD_GAP_MS = 12.0  # between signs that a machine sends for one chord
LEAST_FOR_SPEED = 50
_SHORT = 2
_ABBREVIATION = (2, 20)  # signs typed and taken back before an expansion
_EXPANSION_MS = 1_500.0
_CREDIT = 8


class Origin(StrEnum):
    """How a commit came about."""

    KEYED = "keyed"
    CHORD = "chord"  # one of several that came at once
    WORD = "word"  # 2 to 20 signs at once: prediction, stenography
    EXPANDED = "expanded"  # in place of an abbreviation
    LONG = "long"  # more at once than any honest way but an expansion
    COMPOSED = "composed"


@dataclass(frozen=True, slots=True)
class Insertion:
    """A commit, its class, and its length as a reader counts signs."""

    commit: Commit
    origin: Origin
    signs: int


def signs_in(text: str) -> int:
    """How many signs a reader sees: an emoji of several code points is one."""
    if text.isascii():
        return len(text)
    count, is_joined, flags = 0, False, 0
    for sign in text:
        code = ord(sign)
        if 0x1F1E6 <= code <= 0x1F1FF:
            flags += 1
            count += flags % 2
            continue
        flags = 0
        if code == 0x200D:
            is_joined = True
        elif is_joined:
            is_joined = False
        elif not (
            unicodedata.combining(sign)
            or 0xFE00 <= code <= 0xFE0F
            or 0x1F3FB <= code <= 0x1F3FF
            or 0xE0020 <= code <= 0xE007F
        ):
            count += 1
    return count


def classify(events: Sequence[Event], played: Replayed) -> list[Insertion]:
    """Every commit with its origin."""
    backed = _backed_by_keys(events, played)
    chorded = _chorded(played)
    found = []
    for number, change in enumerate(played.changes):
        if isinstance(change, Deletion):
            continue
        signs = signs_in(change.text)
        origin = Origin.KEYED
        if change.is_composition:
            origin = Origin.COMPOSED
        elif signs >= _SHORT and _is_expansion(played.changes, number, signs):
            origin = Origin.EXPANDED
        elif signs > LONG_INSERT:
            origin = Origin.LONG
        elif signs >= _SHORT and change.event not in backed and not _is_one_stroke(change.text):
            origin = Origin.WORD
        elif change.event in chorded:
            origin = Origin.CHORD
        found.append(Insertion(change, origin, signs))
    return found


def _backed_by_keys(events: Sequence[Event], played: Replayed) -> set[int]:
    """The insertions of several signs for which as many keys went down just before: typed faster
    than the page could follow."""
    several = {c.event for c in played.commits if len(c.text) > 1 and not c.is_composition}
    backed: set[int] = set()
    keys = 0
    for number, event in enumerate(events):
        if event.kind == "d":
            keys += event.data not in MODIFIERS and len(event.data) == 1
        elif event.kind in ("i", "ce", "b"):
            if number in several and len(event.data) <= min(keys, _CREDIT):
                backed.add(number)
            keys = 0
    return backed


def _chorded(played: Replayed) -> set[int]:
    """The single signs that came in groups of three to twenty, all at once."""
    chorded: set[int] = set()
    group: list[Commit] = []
    for commit in [*played.commits, None]:
        if commit and group and 0 <= commit.t_ms - group[-1].t_ms <= CHORD_GAP_MS:
            group.append(commit)
            continue
        if 3 <= len(group) <= LONG_INSERT:
            chorded.update(one.event for one in group)
        group = [commit] if commit else []
    return chorded


def _is_one_stroke(text: str) -> bool:
    """…… and —— come from one key, and so does a pair of brackets or quotes."""
    return len(text) == _SHORT and all(unicodedata.category(sign)[0] in "PSZ" for sign in text)


def _is_expansion(changes: Sequence[Commit | Deletion], number: int, signs: int) -> bool:
    """Whether the insertion stands in place of an abbreviation that was typed and taken back."""
    commit = changes[number]
    taken, place = "", number - 1
    while place >= 0 and isinstance(before := changes[place], Deletion):
        if commit.t_ms - before.t_ms > _EXPANSION_MS:
            break
        taken += before.text  # the newest deletion stands furthest left
        place -= 1
    least, most = _ABBREVIATION
    if not least <= len(taken) <= most or len(taken) >= signs:
        return False
    typed = ""
    while place >= 0 and len(typed) < len(taken):
        before = changes[place]
        if not isinstance(before, Commit) or signs_in(before.text) > _SHORT:
            return False
        typed = before.text + typed
        place -= 1
    return typed.endswith(taken)


def judge_insertions(
    insertions: Sequence[Insertion], *, is_chinese: bool, duration_ms: float
) -> tuple[list[str], list[str]]:
    """Rules H5, H6 and H7 over classified commits: hard reasons, soft reasons."""
    hard: list[str] = []
    soft: list[str] = []
    origins = {one.origin for one in insertions}
    if Origin.LONG in origins:
        hard.append("inserted_long")
    if Origin.EXPANDED in origins:
        soft.append("expanded")
    if Origin.WORD in origins:
        soft.append("inserted_words")
    if _chord_share(insertions) > 0.3:
        soft.append("chords")
    if any(_is_hurried(one) for one in insertions):
        hard.append("composition_too_fast")
    if any(one.origin is Origin.COMPOSED and one.signs > WIDE_COMPOSITION for one in insertions):
        soft.append("composition_long")
    _judge_speed(insertions, is_chinese, duration_ms, hard, soft)
    one_by_one = _most_in_burst(
        insertions, lambda origin: origin in (Origin.KEYED, Origin.COMPOSED)
    )
    all_signs = _most_in_burst(insertions, lambda origin: origin is not Origin.EXPANDED)
    if one_by_one > MOST_IN_BURST or all_signs > MOST_CHORDED:
        hard.append("burst")
    elif all_signs > MOST_IN_BURST:
        soft.append("burst_of_words")
    return hard, soft


def _chord_share(insertions: Sequence[Insertion]) -> float:
    chorded = sum(one.origin is Origin.CHORD for one in insertions)
    return chorded / len(insertions) if insertions else 0.0


def _is_hurried(one: Insertion) -> bool:
    """Rule H7."""
    if one.origin is not Origin.COMPOSED or one.signs < LONG_COMPOSITION:
        return False
    return one.signs * 1_000 > MOST_PER_S * max(0.0, one.commit.took_ms or 0.0)


def _judge_speed(
    insertions: Sequence[Insertion],
    is_chinese: bool,
    duration_ms: float,
    hard: list[str],
    soft: list[str],
) -> None:
    """Rule H5 over the whole run, expansions left out: those are for a person to look at, and so
    are stenographers, who come up to the limit."""
    typed = [one for one in insertions if one.origin is not Origin.EXPANDED]
    signs = sum(one.signs for one in typed)
    if signs < LEAST_FOR_SPEED:
        return
    minutes = max(duration_ms, LEAST_MS) / 60_000
    wpm = signs / 5 / minutes
    chorded = sum(one.signs for one in typed if one.origin in (Origin.WORD, Origin.CHORD))
    wide = sum(not sign.isascii() for one in typed for sign in one.commit.text)
    counted = (signs if 2 * wide >= signs else wide) if is_chinese else 0
    if counted > MOST_CHINESE * minutes or wpm > MOST_CHORDED_WPM:
        hard.append("too_fast")
    elif wpm > MOST_WPM:
        if 2 * chorded >= signs:
            soft.append("words_too_fast")
        else:
            hard.append("too_fast")


def _most_in_burst(insertions: Iterable[Insertion], counts: Callable[[Origin], bool]) -> int:
    """The most signs within two seconds."""
    window: list[tuple[float, int]] = []
    first = most = held = 0
    for one in insertions:
        if not counts(one.origin):
            continue
        window.append((one.commit.t_ms, one.signs))
        held += one.signs
        while window[first][0] <= one.commit.t_ms - BURST_MS:
            held -= window[first][1]
            first += 1
        most = max(most, held)
    return most
