"""Reading Moodle XML: what stands around every question, whatever its type."""

from __future__ import annotations

import re
from decimal import Decimal, InvalidOperation
from typing import Any

from trainhub.assessment.rules.exchange import foreign_text as texts
from trainhub.assessment.rules.exchange.exact import says_body
from trainhub.assessment.rules.exchange.gathering import Draft, Gathering, Reading
from trainhub.assessment.rules.exchange.keys import topic_key
from trainhub.assessment.rules.exchange.moodle_question import MoodleQuestion
from trainhub.assessment.rules.exchange.moodle_types import READERS
from trainhub.assessment.rules.exchange.xml_nodes import Node, parse_xml
from trainhub.catalogue.rules.vocabulary import MAX_POINTS
from trainhub.errors import N_

_TAG_LENGTH, _MOST_TAGS = 40, 20

_MESSAGES = {
    "moodle_root": N_("This is no Moodle question file: its outermost element is not <quiz>."),
    "moodle_description": N_("A description is no question; it was left out."),
    "moodle_type": N_("Questions of the type “%(type)s” are not known here; it was left out."),
    "points_rounded": N_("A grade of %(grade)s became %(points)s points."),
    "tags_cut": N_("Tags beyond 20, or longer than 40 characters, were cut."),
}


def read_moodle(text: str, *, file: str | None, language: str, topic: str | None) -> Reading:
    """The questions of a Moodle XML file. Raises `InputErrors` with lines."""
    gathering = Gathering(file=file, language=language, topic=topic)
    root = parse_xml(text, gathering)
    if root.tag != "quiz":
        gathering.give_up("moodle_root", _MESSAGES["moodle_root"], root.place)
    current = ""
    for node in root.every("question"):
        kind = node.attributes.get("type", "")
        if kind == "category":
            path = texts.one_language(node.said("category"), language)
            current, name = topic_key(path)
            if current != name and topic is None:
                gathering.topics.setdefault(current, name)
        else:
            _read_question(node, kind, gathering, "" if topic else current)
    return gathering.reading()


def _read_question(node: Node, kind: str, gathering: Gathering, topic: str) -> None:
    if kind not in READERS:
        code = "moodle_description" if kind == "description" else "moodle_type"
        gathering.note(code, _MESSAGES[code], node.place, type=kind[:40])
        return
    draft = Draft("", node.place, topic=topic)
    own = node.find("trainhub")
    if own:
        _take_own(own, draft)
        draft.seen = node.fingerprint(without="trainhub")
    question = MoodleQuestion(node, draft, gathering)
    _take_surroundings(question)
    if (draft.exact and says_body(draft.exact)) or READERS[kind](question):
        question.merge_feedback()
        gathering.add(draft, strict_key=False)


def _take_own(own: Node, draft: Draft) -> None:
    """Our own element, which other readers pass over."""
    for name in ("language", "topic", "level", "status", "objective"):
        setattr(draft, name, own.attributes.get(name, "") or getattr(draft, name))
    draft.enemies = own.attributes.get("enemies", "").split()
    draft.exact = own.text.strip()
    draft.places["exact"] = own.place


def _take_surroundings(question: MoodleQuestion) -> None:
    node, draft = question.node, question.draft
    draft.key = node.said("idnumber")
    draft.title = texts.one_language(node.said("name"), question.language)
    question.take_files()
    draft.stem = question.markdown(node.find("questiontext"))
    draft.feedback = question.markdown(node.find("generalfeedback"))
    draft.points = _points(question, node.said("defaultgrade"))
    draft.tags = _tags(question)
    if not draft.status and node.said("hidden") == "1":
        draft.status = "retired"
    for name, tag in (("stem", "questiontext"), ("feedback", "generalfeedback")):
        if child := node.find(tag):
            draft.places[name] = child.place


def _points(question: MoodleQuestion, text: str) -> int:
    """Whole points from 1 to 20 out of a grade such as 1.0000000."""
    try:
        grade = Decimal(text) if re.fullmatch(r"[\d.]{1,20}", text) else Decimal(1)
    except InvalidOperation:
        grade = Decimal(1)
    points = max(1, min(MAX_POINTS, int(grade.to_integral_value(rounding="ROUND_HALF_UP"))))
    if points != grade and question.node.attributes.get("type") != "essay":
        params: dict[str, Any] = {"grade": f"{grade.normalize():f}", "points": points}
        question.note("points_rounded", _MESSAGES["points_rounded"], **params)
    return points


def _tags(question: MoodleQuestion) -> list[str]:
    holder = question.node.find("tags")
    given = [tag.said("text") or tag.text for tag in holder.every("tag")] if holder else []
    tags = [" ".join(texts.one_language(tag, question.language).split()) for tag in given]
    kept = list(dict.fromkeys(tag[:_TAG_LENGTH].strip() for tag in tags if tag))[:_MOST_TAGS]
    if len(set(filter(None, tags)) - set(kept)):
        question.note("tags_cut", _MESSAGES["tags_cut"])
    return kept
