"""Reading GIFT (docs.moodle.org, "GIFT format"): every kind it knows, and our marks."""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from typing import Any

from trainhub.assessment.rules.exchange import foreign_text as texts
from trainhub.assessment.rules.exchange.essays import essay_content
from trainhub.assessment.rules.exchange.exact import says_body
from trainhub.assessment.rules.exchange.gathering import Draft, Gathering, Place, Reading
from trainhub.assessment.rules.exchange.gift_blocks import Block, blocks, shown
from trainhub.assessment.rules.exchange.gift_marks import PICTURE, read_marks
from trainhub.assessment.rules.exchange.html_markdown import Conversion
from trainhub.assessment.rules.exchange.keys import topic_key
from trainhub.assessment.rules.exchange.picture_files import PictureFiles
from trainhub.catalogue.rules.quiz_kinds import decimal_text
from trainhub.catalogue.rules.source_lines import normalised
from trainhub.errors import N_

_TRUE, _FALSE = ("T", "TRUE"), ("F", "FALSE")
_WEIGHT = re.compile(r"\s*%(-?\d{1,3}(?:\.\d{0,10})?)%")
_FORMAT = re.compile(r"\s*\[(markdown|html|plain|moodle)\]")
BLANK = "_____"
MAX_ANSWERS = 60

_MESSAGES = {
    "gift_brace_open": N_(
        "The “{” is not closed before the next blank line. Write \\{ for a sign."
    ),
    "gift_brace_stray": N_("A brace stands alone. Write \\{ or \\} for a sign."),
    "gift_title": N_("The title has no second “::”."),
    "gift_answers": N_("Between the braces an answer begins with “=” or “~”."),
    "gift_many": N_("There are more than %(most)s answers between the braces."),
    "gift_pair": N_("A pair needs “->” between its two sides."),
    "gift_number": N_("“%(text)s” is no number such as 80, 80:0.5 or 79..81."),
    "gift_description": N_("A text without braces is no question; it was left out."),
    "shares_dropped": N_("Partial marks for single answers are not kept."),
    "single_as_multiple": N_("Several answers are right, so several may be ticked."),
    "numbers_dropped": N_("Only the first right number with its tolerance is kept."),
    "feedback_merged": N_("Feedback for single answers now stands after the general feedback."),
}


@dataclass
class Answer:
    """One answer between the braces: its sign, its weight in per cent, texts, line."""

    sign: str
    weight: Decimal | None
    text: str
    feedback: str
    line: int

    @property
    def is_right(self) -> bool:
        """Whether it earns everything ("=" without a weight, or 100 per cent)."""
        return self.weight == 100 if self.weight is not None else self.sign == "="


def read_gift(text: str, *, file: str | None, language: str, topic: str | None) -> Reading:
    """The questions of a GIFT text. Raises `InputErrors` with the lines of all that is wrong."""
    gathering = Gathering(file=file, language=language, topic=topic)
    current = ""
    for block in blocks(normalised(text)):
        if block.category:
            current, name = topic_key(block.category)
            if current != name and topic is None:
                gathering.topics.setdefault(current, name)
        elif block.text.strip():
            _Question(block, gathering, "" if topic else current).read()
    return gathering.reading()


class _Question:
    """Reads one block."""

    def __init__(self, block: Block, gathering: Gathering, topic: str) -> None:
        self.block, self.gathering = block, gathering
        self.draft = Draft("single", Place(line=block.line))
        self.further = read_marks(block.comments, self.draft)
        self.language = self.draft.language or gathering.language
        self.draft.topic = self.draft.topic or topic
        self.conversion = Conversion(texts.no_picture, self.language)
        self.form = texts.AUTO
        self.merged: list[str] = []

    def refuse(self, code: str, line: int | None = None, **params: Any) -> None:
        place = Place(line=line or self.block.line)
        self.gathering.refuse(code, _MESSAGES[code], place, **params)

    def note(self, code: str) -> None:
        self.gathering.note(code, _MESSAGES[code], self.draft.place)

    def read(self) -> None:
        draft, text = self.draft, self.block.text
        draft.seen = shown(text)
        self._points()
        self._pictures()
        if (draft.exact and says_body(draft.exact)) or self._read_visible(text):
            self.gathering.add(draft)

    def _points(self) -> None:
        points = self.further.get("points", "")
        if points.isdecimal() and len(points) < 4:
            self.draft.points = int(points)
        elif points:
            self.refuse("gift_number", text=points[:80])

    def _pictures(self) -> None:
        files = PictureFiles(self.gathering)
        for number, line in self.block.comments:
            if line.startswith(PICTURE):
                name, _, data = line[len(PICTURE) :].partition(" ")
                files.add_base64(name.rstrip(":"), data, Place(line=number))
        self.draft.pictures = files.pictures

    def _read_visible(self, text: str) -> bool:
        """Read title, stem and braces into the draft; False if there is no question."""
        text = self._title(text)
        start, end = text.find("{"), text.find("}")
        if start < 0 and end < 0:
            self.note("gift_description")
            return False
        if start < 0 or end < 0 or end < start:
            self.refuse(
                "gift_brace_open" if end < 0 else "gift_brace_stray",
                self._line(text, max(start, 0)),
            )
            return False
        if "{" in text[start + 1 : end] or "{" in text[end:] or "}" in text[end + 1 :]:
            self.refuse("gift_brace_stray", self._line(text, end))
            return False
        self._stem(text[:start], text[end + 1 :])
        inner = text[start + 1 : end]
        line = self._line(text, start)
        if (at := inner.rfind("####")) >= 0:
            self.draft.feedback = self._markdown(inner[at + 4 :])
            inner = inner[:at]
        self._answers(inner, line)
        return True

    def _line(self, text: str, place: int) -> int:
        """The line of a place; what was cut off before it counts."""
        return self.block.line + self.block.text.count("\n") - text.count("\n", place)

    def _title(self, text: str) -> str:
        bare = text.lstrip()
        if not bare.startswith("::"):
            return text
        end = bare.find("::", 2)
        if end < 0:
            self.refuse("gift_title")
            return text
        self.draft.title = shown(bare[2:end])
        return bare[end + 2 :]

    def _stem(self, before: str, after: str) -> None:
        found = _FORMAT.match(before)
        if found:
            self.form, before = found[1], before[found.end() :]
        gap = f"{before}{BLANK}{after}" if after.strip() else before
        self.draft.stem = self._markdown(gap, plain_form=True)

    def _markdown(self, text: str, *, plain_form: bool = False) -> str:
        form = self.form
        found = None if plain_form else _FORMAT.match(text)
        if found:
            form, text = found[1], text[found.end() :]
        return texts.markdown_of(shown(text), form, self.conversion)

    def _plain(self, text: str) -> str:
        found = _FORMAT.match(text)
        form = found[1] if found else self.form
        return texts.line_of(shown(text[found.end() :] if found else text), form, self.language)

    def _answers(self, inner: str, line: int) -> None:
        bare = inner.strip()
        word = bare.partition("#")[0].strip().upper()
        if not bare:
            self._essay()
        elif bare.startswith("#"):
            self._numeric(inner.replace("#", " ", 1), line)
        elif "~" in bare:
            self._choice(self._divided(inner, "~=", line))
        elif word in (*_TRUE, *_FALSE):
            self._true_false(bare, word)
        elif "->" in bare and "=" in bare:
            self._pairs(inner, line)
        else:
            self._short(self._divided(inner if "=" in inner else f"={inner}", "=", line))
        if self.merged:
            self.note("feedback_merged")
            parts = [self.draft.feedback, *dict.fromkeys(self.merged)]
            self.draft.feedback = "\n\n".join(part for part in parts if part)

    def _divided(self, inner: str, signs: str, line: int) -> list[Answer]:
        """The answers; the text before the first sign must be blank."""
        starts = [found.start() for found in re.finditer(f"[{signs}]", inner)]
        if inner[: starts[0] if starts else None].strip():
            self.refuse("gift_answers", line)
        if len(starts) > MAX_ANSWERS:
            self.refuse("gift_many", line, most=MAX_ANSWERS)
            starts = starts[:MAX_ANSWERS]
        answers = []
        for start, end in zip(starts, [*starts[1:], len(inner)], strict=True):
            text, _, feedback = inner[start + 1 : end].partition("#")
            weight = _WEIGHT.match(text)
            answers.append(
                Answer(
                    inner[start],
                    Decimal(weight[1]) if weight else None,
                    text[weight.end() :] if weight else text,
                    feedback,
                    line + inner.count("\n", 0, start),
                )
            )
        return answers

    def _choice(self, answers: list[Answer]) -> None:
        is_single = any(answer.sign == "=" for answer in answers)
        rights = [answer.is_right if is_single else (answer.weight or 0) > 0 for answer in answers]
        if is_single and sum(rights) > 1:
            self.note("single_as_multiple")
        self.draft.kind = "single" if is_single and sum(rights) <= 1 else "multiple"
        if not _is_fair([answer.weight or Decimal(0) for answer in answers], rights, is_single):
            self.note("shares_dropped")
        options = []
        for place, (answer, right) in enumerate(zip(answers, rights, strict=True), start=1):
            self.draft.places[f"options.{place}"] = Place(line=answer.line)
            feedback = self._markdown(answer.feedback)
            text = self._markdown(answer.text)
            options.append({"text": text, "correct": right, "feedback": feedback})
        self.draft.content = {"options": options}

    def _true_false(self, bare: str, word: str) -> None:
        self.draft.kind = "true_false"
        self.draft.content = {"answer": word in _TRUE}
        self.merged = [text for part in bare.split("#")[1:3] if (text := self._markdown(part))]

    def _short(self, answers: list[Answer]) -> None:
        self.draft.kind = "short_answer"
        full = [answer for answer in answers if answer.weight in (None, Decimal(100))]
        if len(full) < len(answers):
            self.note("shares_dropped")
        accepted = [self._plain(answer.text) for answer in full]
        strict = self.further.get("strict") == "yes"
        self.draft.content = {"answers": list(dict.fromkeys(accepted)), "strict": strict}
        self.draft.places["answers"] = Place(line=answers[0].line)
        self.merged = [text for each in full if (text := self._markdown(each.feedback))]

    def _pairs(self, inner: str, line: int) -> None:
        pairs, extra = [], []
        for answer in self._divided(inner, "=", line):
            left, arrow, right = answer.text.partition("->")
            if not arrow:
                self.refuse("gift_pair", answer.line)
                continue
            sides = self._plain(left), self._plain(right)
            if sides[0]:
                pairs.append({"left": sides[0], "right": sides[1]})
                self.draft.places[f"pairs.{len(pairs)}"] = Place(line=answer.line)
            else:
                extra.append(sides[1])
        if self.further.get("kind") == "ordering":
            self.draft.kind = "ordering"
            pairs.sort(key=lambda pair: (len(pair["right"]), pair["right"]))
            self.draft.content = {"steps": [pair["left"] for pair in pairs]}
            return
        self.draft.kind, self.draft.content = "matching", {"pairs": pairs, "extra": extra}

    def _essay(self) -> None:
        self.draft.kind = "long_answer"
        self.draft.content = essay_content(self.draft.points or 1, self.language)
        self.draft.points = None

    def _numeric(self, inner: str, line: int) -> None:
        self.draft.kind = "numeric"
        inner = inner.partition("~")[0]
        answers = self._divided(inner if "=" in inner else f"={inner}", "=", line)
        right = [answer for answer in answers if answer.weight in (None, Decimal(100))]
        if len(answers) > 1:
            self.note("numbers_dropped")
        chosen = (right or answers)[0]
        unit = self.further.get("unit", "")
        try:
            answer, tolerance = number_of(shown(chosen.text))
        except (InvalidOperation, ValueError):
            self.refuse("gift_number", chosen.line, text=shown(chosen.text)[:80])
            answer, tolerance = "0", "0"
        self.draft.content = {"answer": answer, "tolerance": tolerance, "unit": unit}
        self.merged = [text] if (text := self._markdown(chosen.feedback)) else []


def number_of(text: str) -> tuple[str, str]:
    """Number and tolerance of `80`, `80:0.5` or `79..81`. Raises ValueError for anything else."""
    low, dots, high = text.partition("..")
    if dots:
        bottom, top = _decimal(low), _decimal(high)
        return decimal_text((bottom + top) / 2), decimal_text((top - bottom) / 2)
    number, colon, tolerance = text.partition(":")
    return decimal_text(_decimal(number)), decimal_text(_decimal(tolerance)) if colon else "0"


def _decimal(text: str) -> Decimal:
    bare = text.strip()
    if not re.fullmatch(r"[-+]?\d{0,15}(?:\.\d{0,12})?(?:[eE][-+]?\d{1,2})?", bare):
        raise ValueError(bare)
    return Decimal(bare)


def _is_fair(weights: list[Decimal], rights: list[bool], is_single: bool) -> bool:
    """Whether our marking gives what the weights would give."""
    if is_single:
        return all(weight in (0, 100) for weight in weights)
    shares = {weight for weight, right in zip(weights, rights, strict=True) if right}
    share = max(shares, default=Decimal(0))
    wrong = {abs(weight) for weight, right in zip(weights, rights, strict=True) if not right}
    return len(shares) <= 1 and all(abs(abs(each) - share) < 1 or each == 0 for each in wrong)
