"""Honest timelines that look odd: they may be flagged and must never be refused."""

from __future__ import annotations

import random
from collections.abc import Callable

from tests.typing_tests.honest import (
    Hand,
    Network,
    Run,
    chinese_text,
    english,
    english_text,
    finished,
    pinyin,
    send,
    typed_text,
)


def steno(rng: random.Random, letter_by_letter: bool = False) -> Run:
    """A stenographer: a chord brings a word with its space, up to 240 WPM."""
    passage = english_text(rng, 9)
    person = Hand(rng, 60_000 / rng.uniform(140, 240), 0.35)
    person.now = 1_500
    for number, word in enumerate(passage.split(" ")):
        person.wait(0.5 + len(word) / 9)
        text = word if not number else " " + word
        if letter_by_letter:
            for sign in text:
                person.events.append([round(person.now, 1), "d", sign])
                person.put("i", sign, 0.2)
                person.events.append([round(person.now + 0.6, 1), "u", sign])
                person.now += 1.0
        else:
            person.put("i", text)
    return finished(person, passage, "en")


def expander(rng: random.Random) -> Run:
    """A text expander: an abbreviation is taken back and a whole phrase put in its place."""
    parts = english_text(rng, 6).split(". ")
    passage = ". ".join(parts)
    person = Hand(rng, 60_000 / (rng.uniform(40, 80) * 5))
    person.now = 2_000
    for number, part in enumerate(parts):
        text = part + (". " if number < len(parts) - 1 else "")
        if rng.random() < 0.5:
            for sign in ";" + part[:2].lower():
                person.key_in(sign)
            person.now += 20
            for _ in range(3):
                person.now += 3
                person.put("b", "")
            person.now += 15
            person.put("i", text)
            person.now += rng.uniform(300, 900)
        else:
            for sign in text:
                person.key_in(sign)
    return finished(person, passage, "en")


def keyless_tablet(rng: random.Random) -> Run:
    """A tablet that tells of no keys at all."""
    return english(rng, rng.uniform(15, 50), sends_keys=False)


def predicting(rng: random.Random) -> Run:
    """Word prediction: every few words the rest of one comes at once."""
    passage = english_text(rng, 6)
    person = Hand(rng, 60_000 / (rng.uniform(25, 50) * 5), names_keys=False)
    for number, word in enumerate(passage.split(" ")):
        text = word if not number else " " + word
        cut = 3 if len(word) > 4 and rng.random() < 0.5 else len(text)
        for sign in text[:cut]:
            person.key_in(sign)
        if text[cut:]:
            person.wait(2)
            person.put("i", text[cut:])
    return finished(person, passage, "en")


def long_candidates(rng: random.Random) -> Run:
    """Whole sentences out of one composition, at the speed of a hand."""
    passage = chinese_text(rng, 5)
    person = Hand(rng, rng.uniform(90, 160))
    for part in passage.replace("，", "，|").replace("。", "。|").split("|"):
        signs = part.rstrip("，。？！")
        if signs:
            _compose_long(person, signs)
        for sign in part[len(signs) :]:
            person.key_in(sign)
    return finished(person, passage, "zh")


def _compose_long(person: Hand, signs: str) -> None:
    person.wait(2)
    person.put("cs", "")
    for number in range(2 * len(signs)):
        person.press("x")
        person.put("cu", "x" * (number + 1))
        person.wait()
    person.wait(3)
    person.press(" ")
    person.put("ce", signs)


def coarse(rng: random.Random) -> Run:
    """A clock that ticks every 16 or every 100 ms."""
    run = rng.choice((english, pinyin))(rng)
    tick = rng.choice((15.625, 16.0, 16.67, 33.3, 100.0))
    for event in run["events"]:
        event[0] = round(int(event[0] / tick) * tick, 1)
    return run


def stepping_clock(rng: random.Random) -> Run:
    """Times that now and then go back by a few milliseconds."""
    run = english(rng)
    for event in run["events"]:
        event[0] = max(0.0, event[0] - (rng.random() < 0.05) * rng.uniform(0, 4.9))
    latest = 0.0
    for event in run["events"]:
        event[0] = max(event[0], latest - 4.9)
        latest = max(latest, event[0])
    run["final_text"] = typed_text(run["events"])
    return run


def slow_network(rng: random.Random) -> Run:
    """Two to eight seconds a chunk, in bursts."""

    def network(rng: random.Random) -> Network:
        return Network(lambda _: rng.uniform(2_000, 8_000))

    return rng.choice((english, pinyin))(rng, network=network)


def growing_delay(rng: random.Random) -> Run:
    """A line that gets slower and slower."""
    growth = rng.uniform(0.02, 0.25)

    def network(rng: random.Random) -> Network:
        return Network(lambda sent: 80 + growth * sent + rng.uniform(0, 300))

    return english(rng, network=network)


def outage(rng: random.Random) -> Run:
    """No network for a minute and a half; everything arrives afterwards."""
    start = rng.uniform(5_000, 60_000)

    def network(rng: random.Random) -> Network:
        return Network(lambda _: rng.uniform(40, 400), (start, start + 90_000))

    return rng.choice((english, pinyin))(rng, network=network)


def slower_later(rng: random.Random) -> Run:
    """A line that changes for the worse once and stays so."""
    start, worse = rng.uniform(10_000, 50_000), rng.uniform(1_000, 9_000)

    def network(rng: random.Random) -> Network:
        return Network(lambda sent: 60 + rng.uniform(0, 200) + worse * (sent > start))

    return english(rng, network=network)


def pausing(rng: random.Random) -> Run:
    """Somebody who is called away for half a minute, twice."""
    run = english(rng)
    shift = 0.0
    marks = {rng.randrange(20, len(run["events"])) for _ in range(2)}
    for number, event in enumerate(run["events"]):
        shift += rng.uniform(15_000, 40_000) * (number in marks)
        event[0] = round(event[0] + shift, 1)
    send(run, Network(lambda _: rng.uniform(30, 150)), run["server_start_ms"])
    return run


def held_backspace(rng: random.Random) -> Run:
    """Back-space held down until a whole line is gone, then typed again."""
    passage = english_text(rng, 5)
    person = Hand(rng, 60_000 / (rng.uniform(35, 70) * 5))
    for sign in passage[:80]:
        person.key_in(sign)
    person.wait(3)
    for number in range(60):
        person.events.append([round(person.now, 1), "d", "Backspace"])
        person.put("b", "")
        person.now += 500 if not number else 33
    person.events.append([round(person.now, 1), "u", "Backspace"])
    for sign in passage[20:]:
        person.key_in(sign)
    return finished(person, passage, "en")


def dictated(rng: random.Random) -> Run:
    """Dictation or handwriting: a few signs at a time, without a key."""
    passage = chinese_text(rng, 5)
    person = Hand(rng, 700, sends_keys=False)
    at = 0
    while at < len(passage):
        size = rng.randint(1, 6)
        person.wait(size)
        person.put(rng.choice(("i", "ce")), passage[at : at + size])
        at += size
    return finished(person, passage, "zh")


def emoji(rng: random.Random) -> Run:
    """Signs beyond the first plane, and some made of several code points."""
    run = english(rng)
    last = run["events"][-1][0]
    for number, sign in enumerate(("𠮷", "👍🏽", "👨‍👩‍👧", "……", "——", "🇨🇳")):
        run["events"].append([last + 400 * number + 200.0, "d", ""])
        run["events"].append([last + 400 * number + 201.0, "i", sign])
    run["final_text"] = typed_text(run["events"])
    send(run, Network(lambda _: rng.uniform(30, 150)), run["server_start_ms"])
    return run


def bare(rng: random.Random) -> Run:
    """Only what a run cannot do without."""
    run = english(rng)
    return {"text": run["text"], "events": run["events"]}


ODD: dict[str, Callable[[random.Random], Run]] = {
    "steno": steno,
    "steno_letter_by_letter": lambda rng: steno(rng, letter_by_letter=True),
    "expander": expander,
    "keyless_tablet": keyless_tablet,
    "predicting": predicting,
    "long_candidates": long_candidates,
    "coarse_clock": coarse,
    "stepping_clock": stepping_clock,
    "slow_network": slow_network,
    "growing_delay": growing_delay,
    "outage": outage,
    "slower_later": slower_later,
    "pausing": pausing,
    "held_backspace": held_backspace,
    "dictated": dictated,
    "emoji": emoji,
    "bare": bare,
}
