"""Reading Aiken: a question, options `A. …`, and a line `ANSWER: B`."""

from __future__ import annotations

import re

from trainhub.assessment.rules.exchange.escaping import plain_as_markdown
from trainhub.assessment.rules.exchange.gathering import Draft, Gathering, Place, Reading
from trainhub.catalogue.rules.source_lines import normalised
from trainhub.errors import N_

_OPTION = re.compile(r"\s*([A-Za-z\uff21-\uff3a])\s*[.)\uff0e\uff09、]\s*(\S.*)")
_ANSWER = re.compile(r"\s*(?:ANSWER|答案|正确答案)\s*[:：]\s*(.*?)\s*", re.IGNORECASE)
_LETTER = re.compile(r"[A-Za-z\uff21-\uff3a]")

_MESSAGES = {
    "aiken_options": N_("A question needs options such as “A. …” before its answer."),
    "aiken_stem": N_("There is an option here, but no question above it."),
    "aiken_order": N_("The options must go A, B, C …; this one should be %(letter)s."),
    "aiken_answer": N_("The answer must be the letter of one option above, such as ANSWER: B."),
    "aiken_missing": N_("This question has no line “ANSWER: …”."),
}


def read_aiken(text: str, *, file: str | None, language: str, topic: str | None) -> Reading:
    """The questions of an Aiken text. Raises `InputErrors` with the lines of all that is wrong."""
    reader = _Reader(Gathering(file=file, language=language, topic=topic))
    for number, line in enumerate(normalised(text).split("\n"), start=1):
        reader.take(number, line.rstrip())
    reader.end()
    return reader.gathering.reading()


class _Reader:
    def __init__(self, gathering: Gathering) -> None:
        self.gathering = gathering
        self.begin()

    def begin(self) -> None:
        self.stem: list[str] = []
        self.options: list[tuple[int, str]] = []
        self.line = 0

    def refuse(self, code: str, line: int, **params: str) -> None:
        self.gathering.refuse(code, _MESSAGES[code], Place(line=line), **params)

    def take(self, number: int, line: str) -> None:
        """One line: of the stem, an option, or the answer that ends a question."""
        answer, option = _ANSWER.fullmatch(line), _OPTION.fullmatch(line)
        if answer:
            self._answer(number, answer[1])
        elif option:
            self._option(number, option[1], option[2])
        elif line.strip() and self.options:
            self.refuse("aiken_missing", self.line or number)
            self.begin()
            self._stem(number, line)
        elif line.strip():
            self._stem(number, line)

    def _stem(self, number: int, line: str) -> None:
        self.line = self.line or number
        self.stem.append(line)

    def _option(self, number: int, letter: str, text: str) -> None:
        if not self.stem:
            self.refuse("aiken_stem", number)
            self.stem, self.line = ["?"], number
        due = chr(ord("A") + len(self.options))
        if _plain_letter(letter) != due and len(self.options) < 26:
            self.refuse("aiken_order", number, letter=due)
        self.options.append((number, text))

    def _answer(self, number: int, given: str) -> None:
        if not self.options:
            self.refuse("aiken_options", number)
        else:
            place = ord(_plain_letter(given)) - ord("A") if _LETTER.fullmatch(given) else -1
            if not 0 <= place < len(self.options):
                self.refuse("aiken_answer", number)
            else:
                self._add(place)
        self.begin()

    def _add(self, right: int) -> None:
        options = [
            {"text": plain_as_markdown(text), "correct": place == right, "feedback": ""}
            for place, (_, text) in enumerate(self.options)
        ]
        draft = Draft("single", Place(line=self.line), content={"options": options})
        draft.stem = plain_as_markdown("\n".join(self.stem))
        for place, (number, _) in enumerate(self.options, start=1):
            draft.places[f"options.{place}"] = Place(line=number)
        self.gathering.add(draft)

    def end(self) -> None:
        """Nothing may be open at the end."""
        if self.stem or self.options:
            self.refuse("aiken_missing", self.line)


def _plain_letter(letter: str) -> str:
    """A letter of either width, as a capital."""
    code = ord(letter)
    return chr(code - 0xFEE0) if code > 0xFF00 else letter.upper()
