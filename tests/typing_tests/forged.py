"""Timelines as cheats make them: every kind must be refused or flagged, none accepted."""

from __future__ import annotations

import math
import random
from collections.abc import Callable
from copy import deepcopy
from typing import Any

from tests.typing_tests.honest import (
    Hand,
    Network,
    Run,
    chinese_text,
    english,
    english_text,
    finished,
    pinyin,
    plain_network,
    send,
    typed_text,
)


def robot(
    rng: random.Random,
    gap: Callable[[], float],
    hold: Callable[[], float] | None = None,
    passage: str = "",
) -> Run:
    """A program that sends keys; without `hold` it sends text only."""
    passage = passage or english_text(rng, 7)
    person = Hand(rng, 100)
    person.now = 1_000
    for sign in passage:
        person.now += gap()
        if hold:
            person.events.append([round(person.now, 1), "d", sign])
            person.events.append([round(person.now + hold(), 1), "u", sign])
        person.put("i", sign, 0.5)
    return finished(person, passage, "en")


def squeezed(rng: random.Random, factor: float, make: Callable[[random.Random], Run]) -> Run:
    """A clock that runs slow: all times are shorter than they were, arrivals are what they are."""
    run = make(rng)
    for event in run["events"]:
        event[0] = round(event[0] * factor, 1)
    return run


def sent_at_once(rng: random.Random, after_ms: float) -> Run:
    """A timeline that was made up and sent in one piece, so long after its last event."""
    run = english(rng)
    end = run["events"][-1][0]
    arrival = run["server_start_ms"] + max(50, round(end + after_ms))
    run["chunks"] = [{"upto_event": len(run["events"]), "server_ms": arrival}]
    run["server_receive_ms"] = arrival
    return run


def stretched(rng: random.Random) -> Run:
    """A minimum duration reached by times that lie ahead of the server's clock."""
    run = english(rng)
    for event in run["events"]:
        event[0] = round(event[0] * 1.3, 1)
    return run


def changed(make: Callable[[random.Random], Run], **values: Any) -> Callable[[random.Random], Run]:
    """An honest run with fields that are not its own."""
    return lambda rng: make(rng) | values


def pasting(rng: random.Random, told: bool) -> Run:
    """Half the passage out of the clipboard, told of as a paste or put as an insertion."""
    run = english(rng)
    rest = run["text"][len(run["text"]) // 2 :]
    half = [event for event in run["events"] if event[0] < run["events"][-1][0] / 2]
    half.append([half[-1][0] + 300, "p" if told else "i", rest])
    run["events"] = half
    run["final_text"] = typed_text(half) + (rest if told else "")
    send(run, plain_network(rng), run["server_start_ms"])
    return run


def whole_text(rng: random.Random, kind: str) -> Run:
    """The passage in one event, after a minute of nothing."""
    passage = chinese_text(rng, 6)
    person = Hand(rng, 100)
    if kind == "ce":
        person.put("cs", "", 1_000)
    person.now = 60_000
    person.put(kind, passage)
    return finished(person, passage, "zh")


def huge_commits(rng: random.Random) -> Run:
    """Ten signs a composition, each of them over in a fifth of a second."""
    passage = chinese_text(rng, 6)
    person = Hand(rng, 100)
    for at in range(0, len(passage), 10):
        person.now += 3_000
        for key in "xyz":
            person.press(key)
            person.now += 60
        person.put("cs", "", -180)
        person.put("ce", passage[at : at + 10])
    return finished(person, passage, "zh")


def fast_chinese(rng: random.Random) -> Run:
    """Five hundred Chinese characters a minute, keys and all."""
    return pinyin(rng, 900)


def one_burst(rng: random.Random) -> Run:
    """An honest run with one line put in by a macro."""
    run = english(rng, 45)
    at = len(run["events"]) // 2
    start = run["events"][at][0]
    line = "and everything else that belongs into this line of the text to be typed "
    macro = []
    for number, sign in enumerate(line):
        macro += [[start + 20.0 * number, "d", sign], [start + 20.0 * number, "i", sign]]
    later = [[event[0] + 20.0 * len(line), *event[1:]] for event in run["events"][at:]]
    run["events"] = run["events"][:at] + macro + later
    run["final_text"] = typed_text(run["events"])
    send(run, plain_network(rng), run["server_start_ms"])
    return run


def without_keys(rng: random.Random) -> Run:
    """Text at human intervals, and not a single key."""
    return robot(rng, lambda: rng.lognormvariate(5.0, 0.5))


def half_without_keys(rng: random.Random) -> Run:
    """An honest run of which every fifth key was never pressed."""
    run = english(rng)
    hidden = {number for number, event in enumerate(run["events"])
              if event[1] in ("d", "u") and rng.random() < 0.3}  # fmt: skip
    run["events"] = [event for number, event in enumerate(run["events"]) if number not in hidden]
    send(run, plain_network(rng), run["server_start_ms"])
    return run


def other_passage(rng: random.Random) -> Run:
    """A run of one passage handed in for another."""
    return english(rng) | {"text": "Completely different words: " + chinese_text(rng, 8) * 2}


def unfocused(rng: random.Random) -> Run:
    """The field loses the focus in the middle, somebody looks something up."""
    run = english(rng)
    at = len(run["events"]) // 2
    t_ms = run["events"][at][0]
    run["events"][at:at] = [[t_ms, "x", ""], [t_ms, "f", ""]]
    send(run, plain_network(rng), run["server_start_ms"])
    return run


def timed(rng: random.Random, value: Any) -> Run:
    """One event with a time that is no time."""
    run = english(rng)
    run["events"][len(run["events"]) // 2][0] = value
    return run


def going_back(rng: random.Random) -> Run:
    """A timeline put together from two pieces."""
    run = english(rng)
    for event in run["events"][len(run["events"]) // 2 :]:
        event[0] = round(event[0] - 3_000, 1)
    return run


def faster_than_ever(rng: random.Random) -> Run:
    """Somebody else at the keyboard."""
    run = english(rng, 85)
    return run | {"history_wpm": [rng.uniform(33, 44) for _ in range(7)]}


def mechanical_with_pauses(rng: random.Random) -> Run:
    """Constant intervals, with long pauses put in to hide them."""
    return robot(
        rng,
        lambda: 110 + (rng.random() < 0.02) * rng.uniform(1_000, 5_000),
        lambda: rng.gauss(90, 25),
    )


_NO_TOKEN = {"used", "expired", "foreign", "passage", "made-up"}

FORGED: dict[str, Callable[[random.Random], Run]] = {
    "constant_intervals": lambda rng: robot(rng, lambda: 100, lambda: rng.gauss(90, 20)),
    "constant_without_keys": lambda rng: robot(rng, lambda: 120),
    "nearly_constant": lambda rng: robot(
        rng, lambda: rng.gauss(150, 20), lambda: rng.gauss(80, 20)
    ),
    "constant_with_pauses": mechanical_with_pauses,
    "fixed_hold": lambda rng: robot(rng, lambda: rng.lognormvariate(5, 0.45), lambda: 35),
    "fixed_hold_jittered": lambda rng: robot(
        rng, lambda: 60 + rng.uniform(0, 160), lambda: 80 + rng.uniform(-4, 4)
    ),
    "no_hold": lambda rng: robot(
        rng, lambda: rng.lognormvariate(5, 0.45), lambda: rng.uniform(0, 9)
    ),
    **{
        f"squeezed_{factor}": lambda rng, factor=factor: squeezed(
            rng, factor, rng.choice((english, pinyin))
        )
        for factor in (0.5, 0.6, 0.7, 0.75, 0.8, 0.85, 0.87)
    },
    "squeezed_slow_network": lambda rng: squeezed(
        rng,
        0.7,
        lambda rng: english(rng, network=lambda rng: Network(lambda _: rng.uniform(0, 3e3))),
    ),
    "stretched": stretched,
    "sent_too_soon": lambda rng: sent_at_once(rng, -20_000),
    "sent_long_after": lambda rng: sent_at_once(rng, 300_000),
    "sent_on_time": lambda rng: sent_at_once(rng, 60),
    "pasted": lambda rng: pasting(rng, told=True),
    "pasted_untold": lambda rng: pasting(rng, told=False),
    "whole_text": lambda rng: whole_text(rng, "i"),
    "whole_composition": lambda rng: whole_text(rng, "ce"),
    "huge_commits": huge_commits,
    "too_fast": lambda rng: robot(rng, lambda: rng.gauss(35, 12), lambda: rng.gauss(25, 8)),
    "too_fast_chinese": fast_chinese,
    "one_burst": one_burst,
    "other_text_handed_in": lambda rng: (run := english(rng)) | {"final_text": run["text"] + " x"},
    "empty": lambda rng: english(rng) | {"events": [], "chunks": [], "final_text": ""},
    "empty_with_text": lambda rng: english(rng) | {"events": [], "chunks": []},
    "other_passage": other_passage,
    "without_keys": without_keys,
    "some_without_keys": half_without_keys,
    "unfocused": unfocused,
    "time_negative": lambda rng: timed(rng, -5.0),
    "time_nan": lambda rng: timed(rng, math.nan),
    "time_null": lambda rng: timed(rng, None),
    "time_infinite": lambda rng: timed(rng, math.inf),
    "time_huge": lambda rng: timed(rng, 10**400),
    "time_back": going_back,
    "faster_than_ever": faster_than_ever,
    **{f"token_{token}": changed(english, token=token) for token in sorted(_NO_TOKEN)},
}


def jittered(rng: random.Random, run: Run, most: float) -> Run:
    """The same times with a little noise."""
    latest = 0.0
    for event in run["events"]:
        event[0] = latest = max(latest, round(event[0] + rng.uniform(-most, most), 1))
    return run


def shifted(rng: random.Random, run: Run) -> Run:
    """The same timeline, begun at another time."""
    by = rng.uniform(200, 4_000)
    for event in run["events"]:
        event[0] = round(event[0] + by, 1)
    return run


def scaled(rng: random.Random, run: Run) -> Run:
    """The same timeline, all of it a little faster or slower."""
    factor = rng.choice((0.8, 0.9, 1.1, 1.25))
    for event in run["events"]:
        event[0] = round(event[0] * factor, 1)
    return run


def shortened(rng: random.Random, run: Run) -> Run:
    """The same timeline without its first letters."""
    inserts = [number for number, event in enumerate(run["events"]) if event[1] == "i"]
    run["events"] = run["events"][inserts[rng.randint(1, 4)] + 1 :]
    return run


def corrected(rng: random.Random, run: Run) -> Run:
    """The same rhythm for another text of the same length."""
    alphabet = "abcdefghijklmnopqrstuvwxyz"
    letters = dict(zip(alphabet, rng.sample(alphabet, 26), strict=True))
    for event in run["events"]:
        if event[1] in ("d", "u", "i") and len(event[2]) == 1:
            event[2] = letters.get(event[2], event[2])
    return run | {"text": typed_text(run["events"])}


def edited(rng: random.Random, run: Run) -> Run:
    """The same timeline with a slip of its own in each quarter."""
    for quarter in (3, 2, 1):
        at = len(run["events"]) * quarter // 4
        t_ms = run["events"][at][0]
        slip = [[t_ms + 40.0, "d", "q"], [t_ms + 41.0, "i", "q"], [t_ms + 110.0, "u", "q"],
                [t_ms + 300.0, "d", "Backspace"], [t_ms + 301.0, "b", ""]]  # fmt: skip
        later = [[event[0] + 420.0, *event[1:]] for event in run["events"][at:]]
        run["events"] = [*run["events"][:at], *slip, *later]
    return run


REPLAYED: dict[str, Callable[[random.Random, Run], Run]] = {
    "same": lambda rng, run: run,
    "jittered": lambda rng, run: jittered(rng, run, 2.0),
    "shifted": shifted,
    "scaled": scaled,
    "shifted_scaled_jittered": lambda rng, run: jittered(rng, scaled(rng, shifted(rng, run)), 2.0),
    "shortened": shortened,
    "edited": edited,
    "other_words": corrected,
}
"""What a cheat does to a timeline that has been used before, by themselves or by others."""


def replayed(rng: random.Random, kind: str) -> tuple[Run, Run]:
    """An honest run and its copy, played as if it had been typed: on a proper network, by a new
    token."""
    make = english if kind in ("shortened", "other_words") else rng.choice((english, pinyin))
    first = make(rng)
    copy = REPLAYED[kind](rng, deepcopy(first))
    copy["final_text"] = typed_text(copy["events"])
    copy["id"] += "-again"
    send(copy, plain_network(rng), first["server_start_ms"] + 3_600_000)
    return first, copy
