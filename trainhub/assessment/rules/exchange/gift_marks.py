"""What GIFT keeps in comment lines: `// [id:refund-days] [tag:退款] [topic:refunds]`.

`id` and `tag` are Moodle's own; the others are ours and mean nothing to other readers. A
closing bracket within a value has a backslash before it.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from trainhub.assessment.rules.bank import BankQuestion
from trainhub.assessment.rules.exchange.gathering import Draft, Place

EXACT = "// trainhub: "
PICTURE = "// picture "
_MARK = re.compile(r"\[(?P<name>[a-z]{2,12}):(?P<value>(?:\\.|[^\\\]]){0,2000})\]")
_FIELDS = {"id": "key", "tag": "tags"}
_WORDS = ("language", "topic", "level", "status", "objective")


def written_marks(question: BankQuestion) -> str:
    """The comment line of a question."""
    item = question.item
    marks = [("id", item.key), ("language", question.language), ("topic", question.topic)]
    marks += [("level", question.level.value), ("status", question.status.value)]
    if item.points != 1:
        marks.append(("points", str(item.points)))
    if item.objective:
        marks.append(("objective", item.objective))
    if question.enemies:
        marks.append(("enemies", " ".join(question.enemies)))
    if unit := item.content.get("unit"):
        marks.append(("unit", unit))
    if item.content.get("strict"):
        marks.append(("strict", "yes"))
    if item.kind == "ordering":
        marks.append(("kind", "ordering"))
    marks += [("tag", tag) for tag in item.tags]
    return "// " + " ".join(f"[{name}:{_guarded(value)}]" for name, value in marks)


def _guarded(value: str) -> str:
    return value.replace("\\", "\\\\").replace("]", "\\]")


def read_marks(comments: Sequence[tuple[int, str]], draft: Draft) -> dict[str, str]:
    """Put the marks of a question's comment lines into its draft; the others are returned."""
    further: dict[str, str] = {}
    for number, line in comments:
        place = Place(line=number)
        if line.startswith(EXACT.strip()):
            draft.exact, draft.places["exact"] = line[len(EXACT.strip()) :].strip(), place
            continue
        for found in _MARK.finditer(line):
            name, value = found["name"], re.sub(r"\\(.)", r"\1", found["value"]).strip()
            draft.places[_FIELDS.get(name, name)] = place
            _take(draft, name, value, further)
    return further


def _take(draft: Draft, name: str, value: str, further: dict[str, str]) -> None:
    if name == "id":
        draft.key = value
    elif name == "tag":
        if value and value not in draft.tags:
            draft.tags.append(value)
    elif name == "enemies":
        draft.enemies = value.split()
    elif name in _WORDS:
        setattr(draft, name, value)
    else:
        further[name] = value
