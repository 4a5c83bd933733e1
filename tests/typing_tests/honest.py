"""Timelines as honest people make them, from a seed: runs in the form of `typing verify`."""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

Run = dict[str, Any]

ENGLISH = (
    "Thank you for calling, how may I help you today? I have found your order and it left our "
    "warehouse this morning. The parcel should reach you by Thursday before noon. If nobody is at "
    "home, the driver leaves a note and tries again the next day. I am sorry that the first one "
    "arrived broken. We will send a new one at once, and you need not pay for it. Please keep the "
    "old box until the courier has picked it up. Your refund of 24.50 goes back to the card you "
    "paid with. It takes three to five working days. Is there anything else that I can do for you? "
    "Please tell me the number on the label, it starts with two letters. Let me read it back to "
    "you slowly so that we both have the same. The invoice was sent to the address that you gave."
).split(". ")
CHINESE = (
    "您好，很高兴为您服务，请问有什么可以帮您？|您的订单今天上午已经从仓库发出，预计周四中午前送到。"
    "|如果家里没有人，快递员会留下通知，第二天再送一次。|非常抱歉，第一件商品到货时已经破损了。"
    "|我们马上为您补发一件，不需要您另外付款。|请先保留旧的包装盒，等快递员上门取走。"
    "|退款会按原路退回到您付款的银行卡，需要三到五个工作日。|麻烦您报一下标签上的单号，前两位是字母。"
    "|我慢慢重复一遍，确认我们记的是同一个号码。|发票已经发送到您登记的邮箱，请注意查收。"
    "|这个问题我已经记录下来，并转给负责的同事跟进。|感谢您的耐心等待，祝您生活愉快！"
).split("|")
NEIGHBOURS = "qwertyuiopasdfghjklzxcvbnm"


@dataclass
class Hand:
    """A person at a keyboard: what they do is put into `events` as time goes by."""

    rng: random.Random
    gap_ms: float
    spread: float = 0.42
    hold_ms: float = 95.0
    names_keys: bool = True
    sends_keys: bool = True
    now: float = 0.0
    events: list[list[Any]] = field(default_factory=list)

    def wait(self, factor: float = 1.0) -> None:
        """Time until the next key, of this person's spread."""
        self.now += (
            self.gap_ms * factor * self.rng.lognormvariate(-(self.spread**2) / 2, self.spread)
        )

    def press(self, key: str) -> None:
        """A key goes down, and up after a while of its own."""
        if not self.sends_keys:
            return
        name = key if self.names_keys else ""
        hold = max(18.0, self.rng.gauss(self.hold_ms, self.hold_ms * 0.24))
        self.events.append([round(self.now, 1), "d", name])
        if self.rng.random() > 0.003:  # now and then a browser misses a key's going up
            self.events.append([round(self.now + hold, 1), "u", name])

    def put(self, kind: str, data: Any, after: float = 1.0) -> None:
        """Something happens to the text just now."""
        self.events.append([round(self.now + after, 1), kind, data])

    def key_in(self, sign: str) -> None:
        """One sign by one key."""
        self.wait(1.3 if sign == " " else 1.0)
        self.press(sign)
        self.put("i", sign, self.rng.uniform(0.3, 3.0))

    def take_back(self, count: int = 1) -> None:
        """Back-space, key by key."""
        for number in range(count):
            self.wait(1.8 if not number else 0.8)
            self.press("Backspace")
            self.put("b", "", 1.0)


def english_text(rng: random.Random, sentences: int = 6) -> str:
    """A passage nobody has seen."""
    return ". ".join(rng.sample(ENGLISH, sentences)) + "."


def chinese_text(rng: random.Random, sentences: int = 5) -> str:
    """A passage nobody has seen."""
    return "".join(rng.sample(CHINESE, sentences))


def finished(
    hand: Hand, passage: str, lang: str, network: Callable[[random.Random], Network] | None = None
) -> Run:
    """The run as it reaches the server: chunks every five seconds over a network."""
    rng = hand.rng
    events = sorted(hand.events, key=lambda event: event[0])
    text = typed_text(events)
    run: Run = {
        "id": f"{lang}-{rng.randrange(10**9)}",
        "lang": lang,
        "text": passage,
        "final_text": text,
        "events": events,
        "token": "fresh",
        "history_wpm": [],
    }
    send(run, (network or plain_network)(rng), start=rng.randrange(10**12, 2 * 10**12))
    return run


def typed_text(events: list[list[Any]]) -> str:
    """The text of events without selections: the tests' own, simpler replay."""
    signs: list[str] = []
    for _, kind, data in events:
        if kind in ("i", "ce"):
            signs += data
        elif kind == "b":
            del signs[len(signs) - min(len(signs), data or 1) :]
    return "".join(signs)


@dataclass
class Network:
    """How long a chunk takes that is sent at a time, and when none gets through."""

    delay: Callable[[float], float]
    outage: tuple[float, float] = (0.0, 0.0)


def plain_network(rng: random.Random) -> Network:
    """An office line: some tens of milliseconds, sometimes a few hundred."""
    base = rng.uniform(15, 180)
    return Network(lambda _: base + rng.expovariate(1 / 40) + (rng.random() < 0.03) * 700)


def send(run: Run, network: Network, start: int) -> None:
    """Put the arrivals of the run's chunks into it."""
    events = run["events"]
    chunks: list[dict[str, Any]] = []
    end = events[-1][0] if events else 0.0
    beat, upto, latest = 5_000.0, 0, 0.0
    while upto < len(events):
        until = min(beat, end)
        upto_now = sum(event[0] <= until for event in events)
        if upto_now > upto:
            leaves = until
            if network.outage[0] <= leaves < network.outage[1]:
                leaves = network.outage[1]
            latest = max(latest, leaves + network.delay(until))
            chunks.append({"upto_event": upto_now, "server_ms": start + round(latest)})
            upto = upto_now
        beat += 5_000.0
    run["server_start_ms"] = start
    run["chunks"] = chunks
    run["server_receive_ms"] = chunks[-1]["server_ms"] + 40 if chunks else start + 5_000


def english(rng: random.Random, wpm: float | None = None, **hand: Any) -> Run:
    """An English typist with rollover, mistakes, corrections and the odd pause."""
    wpm = wpm or rng.uniform(20, 110)
    passage = english_text(rng, rng.choice((4, 5, 6)) if wpm < 70 else 8)
    network = hand.pop("network", None)
    person = Hand(
        rng, 60_000 / (wpm * 5) * 0.95, rng.uniform(0.33, 0.55), rng.uniform(65, 120), **hand
    )
    person.now = rng.uniform(400, 6_000)
    slips = rng.uniform(0.005, 0.05)
    for sign in passage:
        if rng.random() < slips and sign.isalpha():
            _slip(person, sign)
        else:
            person.key_in(sign)
        if rng.random() < 0.004:
            person.now += rng.uniform(800, 4_000)
    return finished(person, passage, "en", network)


def _slip(person: Hand, sign: str) -> None:
    rng = person.rng
    kind = rng.random()
    if kind < 0.15:
        return  # left out, and not noticed
    person.key_in(rng.choice(NEIGHBOURS))
    if kind < 0.8:
        person.take_back()
        person.key_in(sign)


def pinyin(rng: random.Random, cpm: float | None = None, **hand: Any) -> Run:
    """A pinyin typist: words of one to five signs, candidates, cancelled compositions."""
    cpm = cpm or rng.uniform(30, 160)
    return _composed(rng, 60_000 / cpm / 3.6, (2, 5), (1, 5), hand)


def wubi(rng: random.Random, cpm: float | None = None, **hand: Any) -> Run:
    """A wubi typist: at most four keys for a sign or a word, hardly a pause."""
    cpm = cpm or rng.uniform(60, 180)
    return _composed(rng, 60_000 / cpm / 3.6, (2, 4), (1, 2), hand)


def _composed(
    rng: random.Random,
    gap_ms: float,
    keys: tuple[int, int],
    signs: tuple[int, int],
    hand: dict[str, Any],
) -> Run:
    passage = chinese_text(rng, rng.choice((3, 4, 5)))
    network = hand.pop("network", None)
    person = Hand(rng, gap_ms, rng.uniform(0.35, 0.5), rng.uniform(70, 115), **hand)
    person.now = rng.uniform(400, 6_000)
    at = 0
    while at < len(passage):
        if passage[at] in "，。？！、":
            person.key_in(passage[at])
            at += 1
            continue
        size = rng.randint(*signs)
        word = passage[at : at + size]
        word = word[
            : min((word + "，").index(mark) for mark in "，。？！、" if mark in word + "，")
        ]
        if rng.random() < 0.03:
            compose(person, "", rng.randint(2, 6))
        if rng.random() < 0.02:
            compose(person, word[0] + "们", rng.randint(*keys))
            person.take_back(2)
        compose(person, word, max(1, sum(rng.randint(*keys) for _ in word) - len(word) // 2))
        at += len(word)
    return finished(person, passage, "zh", network)


def compose(person: Hand, text: str, keys: int) -> None:
    """A composition of so many keys that ends with `text`, "" being cancelled."""
    letters = ""
    for number in range(keys):
        person.wait(1.5 if not number else 0.9)
        letters += person.rng.choice(NEIGHBOURS)
        person.press(letters[-1])
        if not number:
            person.put("cs", "", 0.5)
        person.put("cu", letters, 1.0)
    person.wait(1.6)
    person.press("Escape" if not text else person.rng.choice((" ", " ", "1", "2")))
    person.put("ce", text, 1.5)


PLAIN: dict[str, Callable[[random.Random], Run]] = {
    "english": english,
    "pinyin": pinyin,
    "wubi": wubi,
    "nameless_tablet": lambda rng: english(rng, rng.uniform(20, 60), names_keys=False),
    "other_ime": lambda rng: pinyin(rng, rng.uniform(20, 60), names_keys=False),
}
