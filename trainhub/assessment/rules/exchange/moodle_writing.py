"""Writing Moodle XML. Texts are Markdown, which Moodle shows as such; pictures are embedded.

Our own element `<trainhub>` has what Moodle has no place for; Moodle passes over it.
"""

from __future__ import annotations

import base64
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from xml.sax.saxutils import escape, quoteattr

from trainhub.assessment.rules.bank import BankQuestion, ItemStatus
from trainhub.assessment.rules.exchange.exact import exact_line
from trainhub.assessment.rules.exchange.gathering import Gathering
from trainhub.assessment.rules.exchange.gift_writing import share_of
from trainhub.assessment.rules.exchange.moodle_cloze import written_gap
from trainhub.assessment.rules.exchange.moodle_reading import read_moodle
from trainhub.assessment.rules.exchange.xml_nodes import parse_xml
from trainhub.catalogue.rules.quiz_kinds import GAP
from trainhub.catalogue.rules.quiz_text import Kind
from trainhub.errors import InputErrors

_TYPES = {
    Kind.SINGLE: "multichoice",
    Kind.MULTIPLE: "multichoice",
    Kind.TRUE_FALSE: "truefalse",
    Kind.SHORT_ANSWER: "shortanswer",
    Kind.NUMERIC: "numerical",
    Kind.ORDERING: "ordering",
    Kind.MATCHING: "matching",
    Kind.CLOZE: "cloze",
    Kind.LONG_ANSWER: "essay",
}
_SHOWN = re.compile(r"(\]\([ ]*<?)media/([^\s)>\"]+)")
# Decoding would take these for damage, so they are written as references.
_UNSAYABLE = re.compile("[\ufffd\ue000-\uf8ff\U000f0000-\U0010ffff\ufdd0-\ufdef]")
_FORM = "markdown"


def write_moodle(questions: Sequence[BankQuestion]) -> str:
    """The questions as Moodle XML; reading that gives the same questions."""
    parts = ['<?xml version="1.0" encoding="UTF-8"?>\n<quiz>']
    topic = ""
    for question in questions:
        if question.topic != topic:
            topic = question.topic
            path = f"<text>$course$/top/{topic}</text>"
            parts.append(f'  <question type="category"><category>{path}</category></question>')
        parts.append(_question(question))
    return "\n".join([*parts, "</quiz>\n"])


def _question(question: BankQuestion) -> str:
    written = _Writer(question, question.pictures).write()
    bare = _Writer(question, {}).write()
    gathering = Gathering(file=None, language=question.language, topic=None)
    seen = parse_xml(written.format(""), gathering).fingerprint(without="trainhub")
    exact = exact_line(question, _read_back(bare.format("")), seen)
    return written.format(escape(exact))


def _read_back(written: str) -> BankQuestion | None:
    """What the element alone gives."""
    try:
        whole = f"<quiz>{written}</quiz>"
        return read_moodle(whole, file=None, language="en", topic=None).questions[0]
    except InputErrors:
        return None


def _said(text: str) -> str:
    return _UNSAYABLE.sub(lambda found: f"&#{ord(found[0])};", escape(text))


@dataclass
class _Template:
    """A written question with the place for our line for programs."""

    head: str
    tail: str

    def format(self, exact: str) -> str:
        return f"{self.head}{exact}{self.tail}"


@dataclass
class _Writer:
    """Writes one question; with `pictures`, their names in texts become embedded files."""

    question: BankQuestion
    pictures: Mapping[str, bytes]
    lines: list[str] = field(default_factory=list)
    embedded: set[str] = field(default_factory=set)

    def write(self) -> _Template:
        item, question = self.question.item, self.question
        self.add(f'  <question type="{_TYPES[item.kind]}">')
        self.add(f"    <name><text>{_said(item.key)}</text></name>")
        stem = self.text("questiontext", self.stem())
        feedback = self.text("generalfeedback", item.feedback)
        stem_at = len(self.lines)
        self.add(feedback)
        self.add(f"    <defaultgrade>{item.points}</defaultgrade>")
        self.add(f"    <hidden>{int(question.status is ItemStatus.RETIRED)}</hidden>")
        self.add(f"    <idnumber>{_said(item.key)}</idnumber>")
        getattr(self, f"_{item.kind.value}")()
        left = [name for name in self.pictures if name not in self.embedded]
        stem = stem.replace("</questiontext>", self.files(left) + "</questiontext>")
        self.lines.insert(stem_at, stem)
        if item.tags:
            tags = "".join(f"<tag><text>{_said(tag)}</text></tag>" for tag in item.tags)
            self.add(f"    <tags>{tags}</tags>")
        return _Template("\n".join([*self.lines, self.own()]), "</trainhub>\n  </question>")

    def add(self, line: str) -> None:
        self.lines.append(line)

    def own(self) -> str:
        question = self.question
        values = {
            "language": question.language,
            "topic": question.topic,
            "level": question.level.value,
            "status": question.status.value,
            "objective": question.item.objective,
            "enemies": " ".join(question.enemies),
        }
        said = " ".join(f"{name}={quoteattr(value)}" for name, value in values.items() if value)
        return f"    <trainhub {said}>"

    def stem(self) -> str:
        item = self.question.item
        if item.kind is not Kind.CLOZE:
            return item.stem
        gaps = item.content["gaps"]
        return GAP.sub(lambda found: written_gap(gaps[found[1].strip()]), item.stem)

    def text(self, tag: str, text: str, attributes: str = "", inner: str = "") -> str:
        """An element with a Markdown text and the pictures it shows."""
        names = [name for name in self.pictures if name in {m[2] for m in _SHOWN.finditer(text)}]
        self.embedded.update(names)

        def embedded(found: re.Match[str]) -> str:
            known = found[2] in self.pictures
            return f"{found[1]}{'@@PLUGINFILE@@' if known else 'media'}/{found[2]}"

        said = _said(_SHOWN.sub(embedded, text))
        return (
            f'    <{tag}{attributes} format="{_FORM}"><text>{said}</text>'
            f"{self.files(names)}{inner}</{tag}>"
        )

    def files(self, names: Sequence[str]) -> str:
        return "".join(
            f'<file name={quoteattr(name)} path="/" encoding="base64">'
            f"{base64.b64encode(self.pictures[name]).decode()}</file>"
            for name in names
        )

    def answer(self, text: str, share: str, feedback: str = "", inner: str = "") -> None:
        """An answer as plain text, without pictures."""
        said = f"<text>{_said(text)}</text><feedback><text>{_said(feedback)}</text></feedback>"
        self.add(f'    <answer fraction="{share}" format="plain_text">{said}{inner}</answer>')

    def _options(self, right: str, wrong: str) -> None:
        for option in self.question.item.content["options"]:
            feedback = self.text("feedback", option["feedback"]).strip()
            share = right if option["correct"] else wrong
            self.add(self.text("answer", option["text"], f' fraction="{share}"', feedback))

    def _single(self) -> None:
        self.add("    <single>true</single>\n    <shuffleanswers>true</shuffleanswers>")
        self.add("    <answernumbering>ABCD</answernumbering>")
        self._options("100", "0")

    def _multiple(self) -> None:
        options = self.question.item.content["options"]
        share = share_of(sum(option["correct"] for option in options))
        self.add("    <single>false</single>\n    <shuffleanswers>true</shuffleanswers>")
        self.add("    <answernumbering>ABCD</answernumbering>")
        self._options(share, f"-{share}")

    def _true_false(self) -> None:
        answer = self.question.item.content["answer"]
        self.answer("true", "100" if answer else "0")
        self.answer("false", "0" if answer else "100")

    def _short_answer(self) -> None:
        content = self.question.item.content
        self.add(f"    <usecase>{int(content['strict'])}</usecase>")
        for answer in content["answers"]:
            self.answer(answer.replace("*", "\\*"), "100")

    def _numeric(self) -> None:
        content = self.question.item.content
        tolerance = f"<tolerance>{content['tolerance']}</tolerance>"
        self.answer(content["answer"], "100", inner=tolerance)
        if content["unit"]:
            unit = f"<unit_name>{_said(content['unit'])}</unit_name>"
            self.add(f"    <units><unit><multiplier>1</multiplier>{unit}</unit></units>")
        self.add("    <unitgradingtype>0</unitgradingtype>")
        self.add(f"    <showunits>{0 if content['unit'] else 3}</showunits>")

    def _ordering(self) -> None:
        self.add("    <layouttype>VERTICAL</layouttype>\n    <selecttype>ALL</selecttype>")
        self.add("    <selectcount>0</selectcount>")
        self.add("    <gradingtype>RELATIVE_NEXT_EXCLUDE_LAST</gradingtype>")
        for place, step in enumerate(self.question.item.content["steps"], start=1):
            self.answer(step, str(place))

    def _matching(self) -> None:
        content = self.question.item.content
        self.add("    <shuffleanswers>true</shuffleanswers>")
        sides = [(pair["left"], pair["right"]) for pair in content["pairs"]]
        for left, right in [*sides, *(("", text) for text in content["extra"])]:
            answer = f"<answer><text>{_said(right)}</text></answer>"
            said = f"<text>{_said(left)}</text>{answer}"
            self.add(f'    <subquestion format="plain_text">{said}</subquestion>')

    def _cloze(self) -> None:
        """The gaps stand in the stem."""

    def _long_answer(self) -> None:
        content = self.question.item.content
        self.add("    <responseformat>plain</responseformat>")
        self.add("    <responserequired>1</responserequired>\n    <attachments>0</attachments>")
        rubric = [f"- {each['text']} ({each['points']})" for each in content["rubric"]]
        parts = [content["model_answer"], "\n".join(rubric)]
        self.add(self.text("graderinfo", "\n\n".join(part for part in parts if part)))
