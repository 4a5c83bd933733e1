"""The question types of Moodle XML, each read into one of our kinds.

A reader fills the draft's kind and content and says whether there is a question.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from decimal import Decimal, InvalidOperation

from trainhub.assessment.rules.exchange import foreign_text as texts
from trainhub.assessment.rules.exchange.essays import essay_content
from trainhub.assessment.rules.exchange.moodle_cloze import cut_gaps, gaps_put_back, token_of
from trainhub.assessment.rules.exchange.moodle_question import MoodleAnswer, MoodleQuestion
from trainhub.catalogue.rules.quiz_kinds import decimal_text
from trainhub.catalogue.rules.vocabulary import MAX_OPTIONS
from trainhub.errors import N_

_BLANK = re.compile(r"\[\[(\d{1,3})\]\]")
_WILD = re.compile(r"(?<!\\)\*")

_MESSAGES = {
    "shares_dropped": N_("Partial marks for single answers are not kept."),
    "single_as_multiple": N_("Several answers are right, so several may be ticked."),
    "all_or_nothing": N_("Here each right tick counts; there it was all or nothing."),
    "wildcard_dropped": N_("The wildcard * in an answer is not known here; it was left out."),
    "numbers_dropped": N_("Only the first right number with its tolerance is kept."),
    "units_dropped": N_("Only the first unit is kept."),
    "number_form": N_("“%(text)s” is no number."),
    "tolerance_dropped": N_("The tolerance of a number in a gap is not kept."),
    "feedback_dropped": N_("Feedback for the answers of a gap is not kept."),
    "cloze_kind": N_("A gap of this question cannot be read here; the question was left out."),
    "template_dropped": N_("The text given to start the answer with is not kept."),
}


def _note(question: MoodleQuestion, code: str) -> None:
    question.note(code, _MESSAGES[code])


def _multichoice(question: MoodleQuestion) -> bool:
    answers = list(question.answers())
    is_single = question.node.said("single").lower() in ("true", "1", "")
    if question.node.attributes.get("type") == "multichoiceset":
        is_single = False
        _note(question, "all_or_nothing")
    rights = [answer.is_right if is_single else answer.share > 0 for answer in answers]
    if is_single and sum(rights) > 1:
        _note(question, "single_as_multiple")
    shares = {round(answer.share) for answer, right in zip(answers, rights, strict=True) if right}
    if len(shares) > 1 or (is_single and any(0 < answer.share < 99 for answer in answers)):
        _note(question, "shares_dropped")
    question.draft.kind = "single" if is_single and sum(rights) <= 1 else "multiple"
    options = []
    for place, (answer, right) in enumerate(zip(answers, rights, strict=True), start=1):
        question.draft.places[f"options.{place}"] = answer.node.place
        feedback = question.markdown(answer.node.find("feedback"))
        text = question.markdown(answer.node)
        options.append({"text": text, "correct": right, "feedback": feedback})
    question.draft.content = {"options": options}
    return True


def _true_false(question: MoodleQuestion) -> bool:
    right = next((answer for answer in question.answers() if answer.is_right), None)
    word = question.line(right.node).lower() if right else ""
    question.draft.kind = "true_false"
    question.draft.content = {"answer": word in ("true", "对", "正确", "是")} if word else {}
    for answer in question.answers():
        question.keep_feedback(answer)
    return True


def _short_answer(question: MoodleQuestion) -> bool:
    answers = list(question.answers())
    accepted = []
    for answer in (each for each in answers if each.is_right):
        text = question.line(answer.node, form=texts.PLAIN)
        if _WILD.search(text):
            _note(question, "wildcard_dropped")
        accepted.append(" ".join(_WILD.sub(" ", text).replace("\\*", "*").split()))
        question.keep_feedback(answer)
    if any(0 < answer.share < 99 for answer in answers):
        _note(question, "shares_dropped")
    strict = question.node.said("usecase") == "1"
    question.draft.kind = "short_answer"
    kept = [text for text in dict.fromkeys(accepted) if text]
    question.draft.content = {"answers": kept, "strict": strict}
    return True


def _numerical(question: MoodleQuestion) -> bool:
    answers = [each for each in question.answers() if question.line(each.node) not in ("*", "")]
    right = [answer for answer in answers if answer.is_right]
    if len(answers) > 1:
        _note(question, "numbers_dropped")
    question.draft.kind = "numeric"
    if not right:
        return True
    question.keep_feedback(right[0])
    units = question.node.find("units")
    names = [unit.said("unit_name") for unit in units.every("unit")] if units else []
    if len(names) > 1:
        _note(question, "units_dropped")
    question.draft.content = {
        "answer": _number(question, right[0], question.line(right[0].node)),
        "tolerance": _number(question, right[0], right[0].node.said("tolerance") or "0"),
        "unit": names[0] if names else "",
    }
    return True


def _number(question: MoodleQuestion, answer: MoodleAnswer, text: str) -> str:
    try:
        number = Decimal(text.replace(",", "")[:40])
        if number.is_finite() and abs(number) < Decimal(10) ** 15:
            return decimal_text(round(number, 9))
    except InvalidOperation:
        pass
    message = _MESSAGES["number_form"]
    question.gathering.refuse("number_form", message, answer.node.place, text=text[:80])
    return "0"


def _matching(question: MoodleQuestion) -> bool:
    pairs, extra = [], []
    for node in question.node.every("subquestion"):
        left, right = question.line(node), question.line(node.find("answer"), form=texts.PLAIN)
        if left:
            pairs.append({"left": left, "right": right})
            question.draft.places[f"pairs.{len(pairs)}"] = node.place
        elif right:
            extra.append(right)
    rights = {pair["right"] for pair in pairs}
    extra = [text for text in dict.fromkeys(extra) if text not in rights]
    question.draft.kind, question.draft.content = "matching", {"pairs": pairs, "extra": extra}
    return True


def _essay(question: MoodleQuestion) -> bool:
    if question.line(question.node.find("responsetemplate")):
        _note(question, "template_dropped")
    model_answer = question.markdown(question.node.find("graderinfo"))
    question.draft.kind = "long_answer"
    points = question.draft.points or 1
    question.draft.content = essay_content(points, question.language, model_answer)
    question.draft.points = None
    return True


def _cloze(question: MoodleQuestion) -> bool:
    stem = question.node.find("questiontext")
    source, form = question.source(stem)
    found = cut_gaps(
        texts.one_language(source, question.language),
        lambda text: texts.line_of(text, texts.AUTO, question.language),
    )
    for code in sorted(found.notes):
        _note(question, code)
    if "cloze_kind" in found.notes or not found.gaps:
        return bool(not found.gaps and "cloze_kind" not in found.notes)
    question.draft.kind = "cloze"
    question.draft.stem = gaps_put_back(question.converted(found.text, form, stem))
    question.draft.content = {"gaps": found.gaps}
    question.draft.points = max(1, min(20, found.weight))
    return True


def _ordering(question: MoodleQuestion) -> bool:
    question.draft.kind = "ordering"
    steps = [question.line(answer.node) for answer in question.answers()]
    question.draft.content = {"steps": steps}
    return True


def _select(question: MoodleQuestion) -> bool:
    """gapselect and ddwtos: `[[2]]` is the place for the second of the words listed."""
    words = [*question.node.every("selectoption"), *question.node.every("dragbox")]
    listed = [(question.line(word, form=texts.PLAIN), word.said("group") or "1") for word in words]
    gaps: dict[str, dict[str, object]] = {}

    def token(found: re.Match[str]) -> str:
        place = int(found[1]) - 1
        if not 0 <= place < len(listed) or len(gaps) >= MAX_OPTIONS:
            return found[0]
        right, group = listed[place]
        options = list(dict.fromkeys(text for text, other in listed if other == group))
        name = str(len(gaps) + 1)
        gaps[name] = {"options": options, "answer": right}
        return token_of(name)

    stem = question.node.find("questiontext")
    source, form = question.source(stem)
    text = _BLANK.sub(token, source)
    question.draft.kind, question.draft.content = "cloze", {"gaps": gaps}
    question.draft.stem = gaps_put_back(question.converted(text, form, stem))
    return True


READERS: Mapping[str, Callable[[MoodleQuestion], bool]] = {
    "multichoice": _multichoice,
    "multichoiceset": _multichoice,
    "truefalse": _true_false,
    "shortanswer": _short_answer,
    "numerical": _numerical,
    "matching": _matching,
    "match": _matching,
    "ddmatch": _matching,
    "essay": _essay,
    "cloze": _cloze,
    "multianswer": _cloze,
    "ordering": _ordering,
    "gapselect": _select,
    "ddwtos": _select,
}
