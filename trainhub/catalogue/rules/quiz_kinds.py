"""What each kind of item holds beside its stem, read and checked.

The contents, as JSON:

- single, multiple: `{"options": [{"text", "correct", "feedback"}]}`
- true_false: `{"answer": true}`
- short_answer: `{"answers": ["…"], "strict": false}`, `strict` for `match: exact`; `"match"` too
  where answers are compared in another way than by words or exactly (`matching`)
- numeric: `{"answer": "80", "tolerance": "0", "unit": "字/分"}`, numbers as decimal strings
- ordering: `{"steps": ["…"]}` in the right order
- matching: `{"pairs": [{"left", "right"}], "extra": ["…"]}`
- cloze: `{"gaps": {"name": {"answers": ["…"], "strict": false}}}` or
  `{"gaps": {"name": {"options": ["…"], "answer": "…"}}}`
- long_answer: `{"rubric": [{"key", "text", "points", "fatal"}], "model_answer": "…",
  "limit": 2000}`, the limit in characters
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from decimal import Decimal
from typing import Any

from trainhub.catalogue.rules import vocabulary as words
from trainhub.catalogue.rules.fields import KEY, Fields
from trainhub.catalogue.rules.matching import MATCHES, Match, can_be_compared
from trainhub.errors import N_, InputError

CONTENT_FIELDS: Mapping[str, tuple[str, ...]] = {
    "single": ("options",),
    "multiple": ("options",),
    "true_false": ("answer",),
    "short_answer": ("answers", "strict", "match"),
    "numeric": ("answer", "tolerance", "unit"),
    "ordering": ("steps",),
    "matching": ("pairs", "extra"),
    "cloze": ("gaps",),
    "long_answer": ("rubric", "model_answer", "limit"),
}
DEFAULT_LIMIT = 2_000

# A gap in the stem of a cloze: {{name}}.
GAP = re.compile(r"\{\{([^{}]*)\}\}")
_NUMBER = re.compile(r"[-+]?[0-9]{1,15}(?:\.[0-9]{1,9})?")
_MAX_ANSWER = 200
_MAX_OPTION = 2_000

_MESSAGES = {
    "options_one_correct": N_("Exactly one option must be correct; %(count)s are."),
    "options_some_correct": N_("At least one option must be correct."),
    "answer_empty": N_("“%(answer)s” has nothing left to compare; use “match: exact”."),
    "match_strict": N_("“strict: true” is “match: exact”; it cannot be %(match)s as well."),
    "answer_amount": N_("“%(answer)s” is no amount: a number, and a unit if it counts."),
    "answer_date": N_("“%(answer)s” is no date that exists, such as 2026-11-23."),
    "number_form": N_("“%(field)s” must be a plain number such as 80 or 0.5."),
    "tolerance_negative": N_("The tolerance cannot be below 0."),
    "matching_extra": N_("“%(text)s” is a right side already; an extra one must be wrong."),
    "gap_name": N_("A gap is written {{name}}: lower-case letters, digits and single hyphens."),
    "gap_missing": N_("The gap “%(name)s” of the stem is not described under “gaps”."),
    "gap_unused": N_("The stem has no gap {{%(name)s}}."),
    "gap_twice": N_("The gap “%(name)s” stands in the stem twice."),
    "rubric_points": N_(
        "The criteria are worth %(total)s points together, not %(points)s; leave “points” out."
    ),
    "gap_answer": N_("The answer of the gap “%(name)s” is not one of its options."),
}


def read_content(kind: str, fields: Fields, stem: str) -> dict[str, Any]:
    """The content of an item of this kind; errors are noted in `fields`."""
    if kind == "cloze":
        return _cloze(fields, stem)
    return _READERS[kind](fields)


def _refuse(fields: Fields, code: str, field: str, **params: Any) -> None:
    node = fields.pairs.get(field) or fields.node
    name = fields.name(field)
    params = {"field": name} | params
    fields.errors.append(
        InputError(code, _MESSAGES[code], params, file=fields.file, line=node.line, field=name)
    )


def _options(fields: Fields, most: int) -> list[dict[str, Any]]:
    options: list[dict[str, Any]] = []
    for each in fields.groups("options", 2, most):
        each.only(("text", "correct", "feedback"))
        options.append(
            {
                "text": each.markdown("text", _MAX_OPTION),
                "correct": each.yes_no("correct", default=False),
                "feedback": each.markdown("feedback", words.MAX_FEEDBACK, required=False),
            }
        )
    fields.distinct("options", (option["text"] for option in options))
    return options


def _single(fields: Fields) -> dict[str, Any]:
    options = _options(fields, 10)
    count = sum(option["correct"] for option in options)
    if options and count != 1:
        _refuse(fields, "options_one_correct", "options", count=count)
    return {"options": options}


def _multiple(fields: Fields) -> dict[str, Any]:
    options = _options(fields, words.MAX_OPTIONS)
    if options and not any(option["correct"] for option in options):
        _refuse(fields, "options_some_correct", "options")
    return {"options": options}


def _true_false(fields: Fields) -> dict[str, Any]:
    return {"answer": fields.yes_no("answer")}


def _short_answer(fields: Fields) -> dict[str, Any]:
    return _wordings(fields)


def _wordings(fields: Fields) -> dict[str, Any]:
    strict = fields.yes_no("strict", default=False)
    usual = Match.EXACT if strict else Match.WORDS
    match = Match(fields.choice("match", MATCHES, default=usual.value))
    if strict and match is not Match.EXACT:
        _refuse(fields, "match_strict", "match", match=match.value)
    answers = fields.plains("answers", 1, 50, _MAX_ANSWER)
    fields.distinct("answers", answers)
    for answer in answers:
        if answer and not can_be_compared(match, answer):
            code = {Match.AMOUNT: "answer_amount", Match.DATE: "answer_date"}.get(match)
            _refuse(fields, code or "answer_empty", "answers", answer=answer)
    content = {"answers": answers, "strict": match is Match.EXACT}
    return content if match in (Match.WORDS, Match.EXACT) else content | {"match": match.value}


def _numeric(fields: Fields) -> dict[str, Any]:
    answer = _number(fields, "answer", required=True)
    tolerance = _number(fields, "tolerance", required=False)
    if tolerance.startswith("-"):
        _refuse(fields, "tolerance_negative", "tolerance")
    unit = fields.plain("unit", 40, required=False)
    return {"answer": answer, "tolerance": tolerance, "unit": unit}


def _number(fields: Fields, field: str, *, required: bool) -> str:
    node = fields.find(field, required=required)
    if node is None:
        return "0"
    text = node.raw.strip()
    if isinstance(node.value, bool) or not _NUMBER.fullmatch(text):
        _refuse(fields, "number_form", field)
        return "0"
    return decimal_text(Decimal(text))


def decimal_text(number: Decimal) -> str:
    """A number as it is kept: no plus sign, no needless zeros, no exponent."""
    text = f"{number:f}"
    if "." in text:
        text = text.rstrip("0").rstrip(".")
    return "0" if text in ("-0", "") else text


def _ordering(fields: Fields) -> dict[str, Any]:
    steps = fields.plains("steps", 3, 8, words.MAX_PLAIN)
    fields.distinct("steps", steps)
    return {"steps": steps}


def _matching(fields: Fields) -> dict[str, Any]:
    pairs = []
    for each in fields.groups("pairs", 2, 8):
        each.only(("left", "right"))
        left, right = (each.plain(side, words.MAX_PLAIN) for side in ("left", "right"))
        pairs.append({"left": left, "right": right})
    fields.distinct("pairs", (pair["left"] for pair in pairs))
    extra = fields.plains("extra", 0, 8, words.MAX_PLAIN)
    fields.distinct("extra", extra)
    rights = {pair["right"] for pair in pairs}
    for text in extra:
        if text and text in rights:
            _refuse(fields, "matching_extra", "extra", text=text)
    return {"pairs": pairs, "extra": extra}


def _long_answer(fields: Fields) -> dict[str, Any]:
    rubric = []
    for each in fields.groups("rubric", 1, words.MAX_CRITERIA):
        each.only(("key", "text", "points", "fatal"))
        rubric.append(
            {
                "key": each.key("key"),
                "text": each.plain("text", words.MAX_PLAIN),
                "points": each.whole("points", 1, words.MAX_POINTS),
                "fatal": each.yes_no("fatal", default=False),
            }
        )
    fields.distinct("rubric", (str(criterion["key"]) for criterion in rubric))
    model_answer = fields.markdown("model_answer", words.MAX_MODEL_ANSWER, required=False)
    limit = fields.whole("limit", 1, words.MAX_LONG_ANSWER, default=DEFAULT_LIMIT)
    return {"rubric": rubric, "model_answer": model_answer, "limit": limit}


def read_points(fields: Fields, content: Mapping[str, Any]) -> int:
    """What an item is worth: its `points`, or the sum of its rubric, which they must equal."""
    rubric = content.get("rubric")
    if not rubric:
        return fields.whole("points", 1, words.MAX_POINTS, default=1)
    total: int = sum(criterion["points"] for criterion in rubric)
    most = words.MAX_POINTS * words.MAX_CRITERIA
    points = fields.whole("points", 1, most, default=total)
    if points != total:
        _refuse(fields, "rubric_points", "points", total=total, points=points)
    return total


def _cloze(fields: Fields, stem: str) -> dict[str, Any]:
    group = fields.group("gaps")
    names = [match.strip() for match in GAP.findall(stem)]
    for name in names:
        if not KEY.fullmatch(name):
            _refuse(fields, "gap_name", "stem")
        elif name not in group.pairs:
            _refuse(fields, "gap_missing", "stem", name=name[:80])
    for name in {name for name in names if names.count(name) > 1}:
        _refuse(fields, "gap_twice", "stem", name=name[:80])
    for name in group.pairs:
        if name not in names:
            _refuse(group, "gap_unused", name, name=name[:80])
    if group.pairs and len(names) > words.MAX_OPTIONS:
        high = words.MAX_OPTIONS
        fields.refuse("field_count", fields.name("gaps"), low=1, high=high, length=len(names))
    return {"gaps": {name: _gap(group, name) for name in names if name in group.pairs}}


def _gap(group: Fields, name: str) -> dict[str, Any]:
    gap = group.group(name)
    if "options" not in gap.pairs:
        gap.only(("answers", "strict", "match"))
        return _wordings(gap)
    gap.only(("options", "answer"))
    options = gap.plains("options", 2, 10, _MAX_ANSWER)
    gap.distinct("options", options)
    answer = gap.plain("answer", _MAX_ANSWER)
    if answer and options and answer not in options:
        _refuse(gap, "gap_answer", "answer", name=name[:80])
    return {"options": options, "answer": answer}


_READERS: Mapping[str, Callable[[Fields], dict[str, Any]]] = {
    "single": _single,
    "multiple": _multiple,
    "true_false": _true_false,
    "short_answer": _short_answer,
    "numeric": _numeric,
    "ordering": _ordering,
    "matching": _matching,
    "long_answer": _long_answer,
}
