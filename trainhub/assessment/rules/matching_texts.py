"""An answer given to one text of a question, read as an answer to a corrected text of it.

What a candidate chose is stored as identifiers made from the texts (`catalogue.rules.item_views`),
so a corrected wording changes them. A choice is followed by its text; where texts were changed,
by its place, if the number of choices is the same and everything else stayed where it was.
Anything else is refused with the reason: nobody's answer is guessed.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from trainhub.catalogue.rules.item_views import choice_id, gap_ids
from trainhub.catalogue.rules.quiz_text import Kind, QuizItem
from trainhub.errors import N_, DomainError


class CannotMatch(DomainError):
    """Answers to the old text cannot be read as answers to the new one."""

    code = "texts_do_not_match"
    message = N_("The two texts of the question are too different for answers to be carried over.")


_KIND = N_("The new text is another kind of question: answers to the old one mean nothing there.")
_BY_HAND = N_("People have marked this question. Give full marks, or leave it out.")
_GONE = N_("“%(text)s” is missing from the new text, and answers may have chosen it.")
_MOVED = N_(
    "Several choices have other words and other places (“%(text)s” among them): nobody can tell"
    " which is which."
)
_STEPS = N_("The new text has another number of steps.")
_GAPS = N_("The new text has other gaps.")
_LEFTS = N_("The new text has another number of pairs.")


@dataclass(frozen=True)
class Moved:
    """A choice whose words were changed, followed by its place."""

    old: str
    new: str


@dataclass(frozen=True)
class Matching:
    """How identifiers of the old text become those of the new one. `moved` is for people to see.

    `gap_texts` has, for gaps that were chosen from a list and are typed now, the texts that stand
    for the identifiers.
    """

    ids: dict[str, str]
    moved: tuple[Moved, ...]
    kind: Kind

    def carry(self, response: Any) -> Any:
        """The response as one to the new text. None, "not answered", stays None."""
        if response is None:
            return None
        match self.kind:
            case Kind.SINGLE:
                return self.ids[response]
            case Kind.MULTIPLE | Kind.ORDERING:
                return [self.ids[each] for each in response]
            case Kind.MATCHING:
                return {self.ids[left]: self.ids[right] for left, right in response.items()}
            case Kind.CLOZE:
                return {
                    gap: self.ids.get(f"{gap}:{given}", given) for gap, given in response.items()
                }
            case _:
                return response


def match_texts(old: QuizItem, new: QuizItem) -> Matching:
    """How answers to `old` are read as answers to `new`. Raises `CannotMatch`."""
    if old.kind is Kind.LONG_ANSWER or new.kind is Kind.LONG_ANSWER:
        raise CannotMatch(_BY_HAND)
    if old.kind is not new.kind:
        raise CannotMatch(_KIND)
    found = _Texts(old, new)
    match old.kind:
        case Kind.SINGLE | Kind.MULTIPLE:
            found.follow(_options(old), _options(new))
        case Kind.ORDERING:
            if len(old.content["steps"]) != len(new.content["steps"]):
                raise CannotMatch(_STEPS)
            found.follow(old.content["steps"], new.content["steps"])
        case Kind.MATCHING:
            _follow_pairs(found)
        case Kind.CLOZE:
            _follow_gaps(found)
    return Matching(found.ids, tuple(found.moved), old.kind)


def _options(item: QuizItem) -> list[str]:
    return [option["text"] for option in item.content["options"]]


class _Texts:
    """Texts of two versions being matched; identifiers are noted as they are found."""

    def __init__(self, old: QuizItem, new: QuizItem) -> None:
        self.old, self.new = old, new
        self.ids: dict[str, str] = {}
        self.moved: list[Moved] = []

    def follow(
        self,
        olds: Sequence[str],
        news: Sequence[str],
        side: str = "",
        *,
        new_side: str | None = None,
        prefix: str = "",
    ) -> None:
        """Match texts by themselves, and what is left by place."""
        kept = set(olds) & set(news)
        pairs = {text: text for text in kept}
        lost = [(place, text) for place, text in enumerate(olds) if text not in kept]
        fresh = [(place, text) for place, text in enumerate(news) if text not in kept]
        if lost:
            pairs |= self._by_place(olds, news, lost, fresh)
        target = side if new_side is None else new_side
        for text, other in pairs.items():
            self.ids[prefix + choice_id(self.old, text, side)] = choice_id(self.new, other, target)

    def _by_place(
        self,
        olds: Sequence[str],
        news: Sequence[str],
        lost: list[tuple[int, str]],
        fresh: list[tuple[int, str]],
    ) -> dict[str, str]:
        if len(olds) != len(news):
            raise CannotMatch(_GONE, text=lost[0][1])
        if len(lost) > 1 and [place for place, _ in lost] != [place for place, _ in fresh]:
            raise CannotMatch(_MOVED, text=lost[0][1])
        pairs = {old: new for (_, old), (_, new) in zip(lost, fresh, strict=True)}
        self.moved += [Moved(old, new) for old, new in pairs.items()]
        return pairs


def _follow_pairs(found: _Texts) -> None:
    olds, news = found.old.content, found.new.content
    if len(olds["pairs"]) != len(news["pairs"]):
        raise CannotMatch(_LEFTS)
    found.follow(_lefts(olds), _lefts(news), "left")
    found.follow(_rights(olds), _rights(news), "right")


def _lefts(content: Any) -> list[str]:
    return [pair["left"] for pair in content["pairs"]]


def _rights(content: Any) -> list[str]:
    """The right sides in the order of their pairs, each once, then the extra ones."""
    return list(dict.fromkeys([pair["right"] for pair in content["pairs"]] + content["extra"]))


def _follow_gaps(found: _Texts) -> None:
    """Gaps are told by their place in the stem, which answers name too."""
    olds, news = gap_ids(found.old), gap_ids(found.new)
    if olds.keys() != news.keys():
        raise CannotMatch(_GAPS)
    for number, name in olds.items():
        old, new = found.old.content["gaps"][name], found.new.content["gaps"][news[number]]
        if ("options" in old) != ("options" in new):
            raise CannotMatch(_GAPS)
        if "options" in old:
            found.follow(
                old["options"],
                new["options"],
                name,
                new_side=news[number],
                prefix=f"{number}:",
            )
