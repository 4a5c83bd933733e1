"""Writing GIFT: what other readers can show, and beside it what only we can read.

Ordering becomes matching of steps to places, a cloze matching of gaps to answers (or a missing
word where it has one gap), a long answer an essay.
"""

from __future__ import annotations

import base64
import re
from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal
from typing import Any

from trainhub.assessment.rules.bank import BankQuestion
from trainhub.assessment.rules.exchange.exact import exact_line
from trainhub.assessment.rules.exchange.gift_blocks import hidden, shown
from trainhub.assessment.rules.exchange.gift_marks import EXACT, PICTURE, written_marks
from trainhub.assessment.rules.exchange.gift_reading import read_gift
from trainhub.catalogue.rules.quiz_kinds import GAP
from trainhub.catalogue.rules.quiz_text import Kind, QuizItem
from trainhub.errors import InputErrors

_SIGNS = re.compile(r"[\\~=#{}:]")
# What our decoding takes for damage: private-use characters and the replacement character.
_UNSAYABLE = re.compile("[\ufffd\ue000-\uf8ff\U000f0000-\U0010ffff]")


def write_gift(questions: Sequence[BankQuestion]) -> str:
    """The questions as GIFT; reading that gives the same questions."""
    parts = ["// GIFT, UTF-8\n"]
    topic = ""
    for question in questions:
        if question.topic != topic:
            topic = question.topic
            parts.append(f"$CATEGORY: $course$/top/{topic}\n")
        parts.append(_block(question))
    return "\n".join(parts)


def escaped(text: str) -> str:
    """Text as GIFT takes it, in one line."""
    safe = _UNSAYABLE.sub("□", text)
    return _SIGNS.sub(lambda found: f"\\{found[0]}", safe).replace("\n", "\\n")


def _block(question: BankQuestion) -> str:
    head = [_UNSAYABLE.sub("□", written_marks(question))]
    head += [
        f"{PICTURE}{name}: {base64.b64encode(data).decode()}"
        for name, data in question.pictures.items()
    ]
    visible = _visible(question.item)
    exact = exact_line(question, _read_back(head, visible), shown(hidden(visible)))
    if exact:
        head.append(EXACT + exact)
    return "\n".join([*head, visible, ""])


def _read_back(head: Sequence[str], visible: str) -> BankQuestion | None:
    """What the visible text alone gives; pictures need not be decoded for that."""
    marks = [line for line in head if not line.startswith(PICTURE)]
    try:
        reading = read_gift("\n".join([*marks, visible]), file=None, language="en", topic=None)
    except InputErrors:
        return None
    return reading.questions[0]


def _visible(item: QuizItem) -> str:
    """Title, stem and braces as every reader of GIFT takes them."""
    feedback = f"\t####{escaped(item.feedback)}\n" if item.feedback else ""
    before, after = escaped(item.stem), ""
    if item.kind is Kind.CLOZE and len(item.content["gaps"]) == 1:
        before, _, after = _around_gap(item.stem)
    answers = "".join(f"\t{line}\n" for line in _WRITERS[item.kind](item.content))
    braces = "{" + ("\n" if answers or feedback else "") + f"{answers}{feedback}" + "}"
    if item.kind is Kind.NUMERIC:
        braces = "{#\n" + answers + feedback + "}"
    return f"::{escaped(item.key)}::[markdown]{before}{braces}{after}"


def _around_gap(stem: str) -> tuple[str, str, str]:
    found = GAP.search(stem)
    assert found is not None
    return escaped(stem[: found.start()]), found[1], escaped(stem[found.end() :])


def _options(content: Mapping[str, Any], right: str, wrong: str) -> Iterator[str]:
    for option in content["options"]:
        feedback = f"#{escaped(option['feedback'])}" if option["feedback"] else ""
        yield f"{right if option['correct'] else wrong}{escaped(option['text'])}{feedback}"


def _single(content: Mapping[str, Any]) -> Iterator[str]:
    return _options(content, "=", "~")


def _multiple(content: Mapping[str, Any]) -> Iterator[str]:
    """Each right option earns its share, each wrong one costs as much: so do we mark."""
    count = sum(option["correct"] for option in content["options"])
    share = share_of(count)
    return _options(content, f"~%{share}%", f"~%-{share}%")


def share_of(count: int) -> str:
    """The per cent that one of `count` right options earns, with five places as Moodle has it."""
    share = f"{Decimal(100) / max(1, count):.5f}"
    return share.rstrip("0").rstrip(".")


def _true_false(content: Mapping[str, Any]) -> Iterator[str]:
    yield "TRUE" if content["answer"] else "FALSE"


def _short_answer(content: Mapping[str, Any]) -> Iterator[str]:
    return (f"={escaped(answer)}" for answer in content["answers"])


def _numeric(content: Mapping[str, Any]) -> Iterator[str]:
    tolerance = content["tolerance"]
    yield f"={content['answer']}" + (f":{tolerance}" if tolerance != "0" else "")


def _ordering(content: Mapping[str, Any]) -> Iterator[str]:
    for place, step in enumerate(content["steps"], start=1):
        yield f"={escaped(step)} -> {place}"


def _matching(content: Mapping[str, Any]) -> Iterator[str]:
    for pair in content["pairs"]:
        yield f"={escaped(pair['left'])} -> {escaped(pair['right'])}"
    for text in content["extra"]:
        yield f"= -> {escaped(text)}"


def _cloze(content: Mapping[str, Any]) -> Iterator[str]:
    gaps = content["gaps"]
    if len(gaps) == 1:
        yield from _missing_word(next(iter(gaps.values())))
        return
    for name, gap in gaps.items():
        yield f"={name} -> {escaped(gap['answer'] if 'options' in gap else gap['answers'][0])}"


def _missing_word(gap: Mapping[str, Any]) -> Iterator[str]:
    if "options" not in gap:
        yield from _short_answer(gap)
        return
    for text in gap["options"]:
        yield ("=" if text == gap["answer"] else "~") + escaped(text)


def _long_answer(content: Mapping[str, Any]) -> Iterator[str]:
    return iter(())


_WRITERS = {
    Kind.SINGLE: _single,
    Kind.MULTIPLE: _multiple,
    Kind.TRUE_FALSE: _true_false,
    Kind.SHORT_ANSWER: _short_answer,
    Kind.NUMERIC: _numeric,
    Kind.ORDERING: _ordering,
    Kind.MATCHING: _matching,
    Kind.CLOZE: _cloze,
    Kind.LONG_ANSWER: _long_answer,
}
