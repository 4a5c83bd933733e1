"""People at keyboards: honest timelines of a text, keystroke by keystroke, from a seed.

A *hand* types a text at its own pace, with uneven gaps, keys that overlap, slips that are noticed
or not, pauses, and in Chinese an input method that takes pinyin and gives words.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from random import Random
from typing import Any

from trainhub.typing_tests.rules.characters import is_han

Timeline = list[list[Any]]
CHUNK_MS = 10_000
NEIGHBOURS = "qwertyuiopasdfghjklzxcvbnm"
LONGEST_WORD = 4
SPACE_FACTOR, PICK_FACTOR = 1.2, 1.7  # a blank, and the choice of a candidate, take longer
SLIP_COST = 1.06  # slips and pauses make everything so much slower


@dataclass(frozen=True)
class Habit:
    """How somebody types: net characters a minute, how uneven, how long keys are held (ms), and
    how often a sign goes wrong; `notices` is the share of slips that are corrected."""

    cpm: float
    spread: float = 0.42
    hold_ms: float = 92.0
    slips: float = 0.02
    notices: float = 0.85


@dataclass
class Hand:
    """Somebody typing: what happens goes into `events` as time (ms) goes by."""

    rng: Random
    habit: Habit
    gap_ms: float
    now: float = 0.0
    events: Timeline = field(default_factory=list)

    def wait(self, factor: float = 1.0) -> None:
        """Time until the next key."""
        spread = self.habit.spread
        self.now += self.gap_ms * factor * self.rng.lognormvariate(-(spread**2) / 2, spread)

    def press(self, key: str) -> None:
        """A key goes down, and up after a while."""
        hold = max(20.0, self.rng.gauss(self.habit.hold_ms, self.habit.hold_ms * 0.24))
        self.events.append([round(self.now, 1), "d", key])
        self.events.append([round(self.now + hold, 1), "u", key])

    def put(self, kind: str, data: Any) -> None:
        """Something happens to the text just after the key."""
        self.events.append([round(self.now + self.rng.uniform(0.4, 2.5), 1), kind, data])

    def type_sign(self, sign: str) -> None:
        """One sign by one key."""
        self.wait(SPACE_FACTOR if sign.isspace() else 1.0)
        self.press("Enter" if sign == "\n" else sign)
        self.put("i", sign)

    def compose(self, letters: str, text: str) -> None:
        """A composition of these letters that ends with the text."""
        for number, letter in enumerate(letters, start=1):
            self.wait()
            self.press(letter)
            if number == 1:
                self.put("cs", "")
            self.put("cu", letters[:number])
        self.wait(PICK_FACTOR)
        self.press(self.rng.choice("    123"))
        self.put("ce", text)

    def take_back(self, count: int) -> None:
        """Back-space, sign by sign."""
        for number in range(count):
            self.wait(1.8 if not number else 0.8)
            self.press("Backspace")
            self.put("b", "")

    def think(self) -> None:
        """Now and then somebody looks up."""
        if self.rng.random() < 0.004:
            self.now += self.rng.uniform(900, 3_500)


def type_text(rng: Random, text: str, habit: Habit, *, limit_ms: float) -> Timeline:
    """The timeline of a text, or of as much of it as fits into `limit_ms` from the first key."""
    pieces = list(_pieces(text))
    keys = sum(_keys_of(piece, letters) for piece, letters in pieces)
    gap_ms = 60_000 / habit.cpm * len(text) / max(keys, 1.0) / SLIP_COST
    hand = Hand(rng, habit, gap_ms)
    hand.now = first = rng.uniform(900, 4_000)
    for piece, letters in pieces:
        _type_piece(hand, piece, letters)
        hand.think()
        if hand.now - first > limit_ms:
            break
    events = sorted(hand.events, key=lambda event: event[0])
    return [event for event in events if event[0] <= events[0][0] + limit_ms - 50]


def _pieces(text: str) -> Iterator[tuple[str, str]]:
    """Chinese words of one to four signs with their pinyin, and other signs one by one."""
    from pypinyin import lazy_pinyin  # large tables: loaded when needed

    at = 0
    while at < len(text):
        end = at
        while end < len(text) and end - at < LONGEST_WORD and is_han(text[end]):
            end += 1
        if end == at:
            yield text[at], ""
            at += 1
        else:
            end = at + max(1, (end - at) // 2) if end - at == LONGEST_WORD else end
            word = text[at:end]
            yield word, "".join(lazy_pinyin(word)).replace("ü", "v")
            at = end


def _keys_of(piece: str, letters: str) -> float:
    if letters:
        return len(letters) + PICK_FACTOR
    return SPACE_FACTOR if piece.isspace() else 1.0


def _type_piece(hand: Hand, piece: str, letters: str) -> None:
    rng, habit = hand.rng, hand.habit
    if rng.random() < habit.slips * (len(piece) if letters else 1) and piece.isalpha():
        wrong = "的" * len(piece) if letters else rng.choice(NEIGHBOURS)
        if letters:
            hand.compose(letters, wrong)
        else:
            hand.type_sign(wrong)
        if rng.random() > habit.notices:
            return
        hand.take_back(len(piece))
    if letters:
        hand.compose(letters, piece)
    else:
        hand.type_sign(piece)


def look_away(rng: Random, events: Timeline) -> Timeline:
    """The same, but in the middle the window is left and comes back."""
    half = events[len(events) // 2][0]
    away = [[half + 0.2, "x", ""], [half + rng.uniform(900, 2_000), "f", ""]]
    return sorted(events + away, key=lambda event: event[0])


def type_as_macro(text: str, *, gap_ms: float, limit_ms: float) -> Timeline:
    """What a key macro makes of a text: every gap alike. It is what a reviewer is shown."""
    events: Timeline = []
    t_ms = 1_200.0
    for number, sign in enumerate(text):
        if t_ms > 1_200 + limit_ms - 100:
            break
        wobble = (number * 7 % 5) * 1.5
        events += [
            [t_ms + wobble, "d", sign],
            [t_ms + wobble + 1, "i", sign],
            [t_ms + wobble + 20 + number % 3, "u", sign],
        ]
        t_ms += gap_ms
    return sorted(events, key=lambda event: event[0])


def in_chunks(events: Timeline) -> list[Timeline]:
    """The events as they arrive over a slow line: ten seconds at a time."""
    found: dict[int, Timeline] = {}
    for event in events:
        found.setdefault(int(event[0] // CHUNK_MS), []).append(event)
    return [found[number] for number in sorted(found)]
