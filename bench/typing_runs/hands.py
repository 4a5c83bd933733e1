"""What a person does at the keyboard with a given text, in a given time."""

from __future__ import annotations

import random
from typing import Any

from tests.typing_tests.honest import Hand, compose
from trainhub.typing_tests.rules.characters import is_han

Events = list[list[Any]]
PAUSE_BEFORE_MS = (500, 2_000)
LONGEST_WORD = 4


def typed(text: str, duration_ms: float, seed: int) -> Events:
    """The events of somebody who types `text` until that time, Chinese by pinyin."""
    dice = random.Random(f"hands {seed}")
    is_chinese = sum(map(is_han, text)) * 4 > len(text)
    speed = dice.uniform(60, 110) * 3.6 if is_chinese else dice.uniform(30, 70) * 5  # keys a minute
    hand = Hand(dice, 60_000 / speed * 0.95)
    hand.now = dice.uniform(*PAUSE_BEFORE_MS)
    at = 0
    while at < len(text) and hand.now < duration_ms:
        word = _word(text[at:], dice)
        if word:
            compose(hand, word, max(2, round(len(word) * 2.8)))
        else:
            hand.key_in(text[at])
        at += len(word) or 1
    events = sorted(hand.events, key=lambda event: event[0])
    return [event for event in events if event[0] < duration_ms]


def _word(text: str, dice: random.Random) -> str:
    """The Chinese characters at the start that are committed together."""
    size = dice.randint(1, LONGEST_WORD)
    word = text[:size]
    return word[: next((at for at, sign in enumerate(word) if not is_han(sign)), len(word))]


def chunks_of(events: Events, every_ms: float) -> list[Events]:
    """The events in chunks as a page sends them; times without an event have none."""
    found: dict[int, Events] = {}
    for event in events:
        found.setdefault(int(event[0] // every_ms), []).append(event)
    return [found[key] for key in sorted(found)]
