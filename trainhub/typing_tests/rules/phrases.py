"""Quick phrases: what one may hold, reading lists of them, and making a passage of some."""

from __future__ import annotations

import random
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from trainhub.errors import N_, InputError
from trainhub.tables import Table
from trainhub.typing_tests.rules.characters import fault_of, name_of
from trainhub.typing_tests.rules.passages import normal_text

LEAST_PHRASE, LONGEST_PHRASE = 2, 400
LONGEST_GROUP = 60
MOST_PHRASES = 1_000  # of one list handed in
MOST_COMPOSED = 60

NO_COLUMNS: Mapping[str, str] = {}
_HEADINGS = {
    "group": ("group", "分组", "组别", "类别"),
    "text": ("phrase", "text", "话术", "短语", "内容"),
}
_SHORT = N_("A phrase has at least %(least)s characters.")
_LONG = N_("A phrase has at most %(most)s characters; this one has %(count)s.")
_GROUP = N_("The name of a group has at most %(most)s characters, all of them visible.")
_SIGN = N_("Character %(at)s, %(name)s, cannot be typed or seen. Take it out.")
_TWICE = N_("This phrase is already here, in row %(first)s.")
_COLUMN = N_("There is no column for the phrases. Call it “phrase” or “话术”.")
_MANY = N_("A list has at most %(most)s phrases. Divide it.")
_NONE = N_("There are no phrases here.")


@dataclass(frozen=True)
class Phrase:
    """A quick phrase, the group it is sorted into, and its row in the list handed in."""

    group: str
    text: str
    row: int = 0


@dataclass(frozen=True)
class PhraseList:
    """What was read of a list, and everything wrong in it."""

    phrases: tuple[Phrase, ...]
    errors: tuple[InputError, ...] = ()


def check_phrase(phrase: Phrase, language: str) -> list[InputError]:
    """Everything wrong with a phrase in the form `tidied` gives."""
    errors = []
    if len(phrase.group) > LONGEST_GROUP or not phrase.group.replace(" ", "_").isprintable():
        errors.append(InputError("phrase_group", _GROUP, {"most": LONGEST_GROUP}, field="group"))
    for at, sign in enumerate(phrase.text, start=1):
        if fault_of(sign, language):
            params = {"at": at, "name": name_of(sign)}
            errors.append(InputError("phrase_character", _SIGN, params, field="text"))
            break
    count = len(phrase.text)
    if count < LEAST_PHRASE:
        params = {"least": LEAST_PHRASE}
        errors.append(InputError("phrase_short", _SHORT, params, field="text"))
    if count > LONGEST_PHRASE:
        params = {"most": LONGEST_PHRASE, "count": count}
        errors.append(InputError("phrase_long", _LONG, params, field="text"))
    return errors


def tidied(phrase: Phrase, language: str) -> Phrase:
    """The phrase on one line, in the form in which passages are kept."""
    text = normal_text(phrase.text, language).text.replace("\n", " ")
    group = " ".join(unicodedata.normalize("NFC", phrase.group).split())
    return Phrase(group, text, phrase.row)


def phrases_of_lines(text: str, language: str, *, group: str = "") -> PhraseList:
    """One phrase a line. A line in brackets, “[Returns]” or “【退货】”, begins a group."""
    found = []
    for number, line in enumerate(text.splitlines(), start=1):
        plain = line.strip()
        if len(plain) > 1 and (plain[0], plain[-1]) in {("[", "]"), ("【", "】")}:
            group = plain[1:-1].strip()
        elif plain:
            found.append(Phrase(group, plain, number))
    return check_list(found, language)


def phrases_of_table(table: Table, language: str, *, group: str = "") -> PhraseList:
    """The phrases of a table: a column for them and, if there is one, a column for groups."""
    columns: dict[str, str] = {}
    for heading in table.headings:
        for meaning, names in _HEADINGS.items():
            if heading.strip().casefold() in names:
                columns.setdefault(meaning, heading)
    if "text" not in columns:
        return PhraseList((), (InputError("column_missing", _COLUMN, row=1),))
    found = [
        Phrase(row.cells.get(columns.get("group", ""), "") or group, row.cells[columns["text"]],
               row.number)
        for row in table.rows
    ]  # fmt: skip
    return check_list(found, language, columns)


def check_list(
    found: Iterable[Phrase], language: str, columns: Mapping[str, str] = NO_COLUMNS
) -> PhraseList:
    """The phrases in the form in which they are kept, and everything wrong with them by row.

    `columns` are the headings of “group” and “text” where they come from a table.
    """
    phrases = [tidied(phrase, language) for phrase in found]
    if not phrases or len(phrases) > MOST_PHRASES:
        message = _MANY if phrases else _NONE
        return PhraseList((), (InputError("phrase_list", message, {"most": MOST_PHRASES}),))
    errors: list[InputError] = []
    first: dict[str, int] = {}
    for phrase in phrases:
        faults = check_phrase(phrase, language)
        if phrase.text in first:
            faults.append(
                InputError("phrase_twice", _TWICE, {"first": first[phrase.text]}, field="text")
            )
        first.setdefault(phrase.text, phrase.row)
        errors += [_placed(fault, phrase.row, columns) for fault in faults]
    return PhraseList(tuple(phrases), tuple(errors))


def _placed(fault: InputError, row: int, columns: Mapping[str, str]) -> InputError:
    column = columns.get(fault.field or "")
    return InputError(fault.code, fault.message, fault.params, row=row, column=column)


def compose(phrases: Sequence[str], *, count: int, seed: int) -> str:
    """A text of `count` of the phrases, one a line, in an order that the seed decides.

    The same phrases, count and seed give the same text. Fewer phrases give all of them.
    """
    chosen = random.Random(seed).sample(sorted(phrases), min(count, len(phrases)))
    return "\n".join(chosen)
