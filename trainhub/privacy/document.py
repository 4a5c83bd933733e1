"""The declarations as a part of `docs/privacy.md`, so that the document cannot say otherwise."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from trainhub.privacy.rules import LENGTHS, SUBJECTS, Erase, Impersonal, Personal

BEGIN, END = "<!-- declarations: begin -->", "<!-- declarations: end -->"
_ERASURE = {
    Erase.DELETE: "An erasure deletes the rows.",
    Erase.KEEP: "An erasure leaves the rows, under the pseudonym.",
    Erase.EMPTY: "An erasure leaves the rows and empties",
}


def render_declarations() -> str:
    """Every table and every column, as Markdown."""
    return "\n".join(_lines())


def put_into(text: str) -> str:
    """The document with the declarations in their place. Raises `ValueError` without marks."""
    head, begin, rest = text.partition(BEGIN)
    _old, end, tail = rest.partition(END)
    if not begin or not end:
        raise ValueError(f"the document needs the marks {BEGIN} and {END}")
    return f"{head}{BEGIN}\n{render_declarations()}\n{END}{tail}"


def _lines() -> Iterator[str]:
    for subject, tables in SUBJECTS.items():
        yield f"\n### {subject}\n"
        for one in tables:
            yield f"#### `{one.table}`: {one.title}\n"
            yield from _personal(one) if isinstance(one, Personal) else _impersonal(one)
            yield ""


def _personal(one: Personal) -> Iterator[str]:
    since = f", counted from {_named(one.counted)}" if one.counted else ""
    erasure = _ERASURE[one.erase]
    if one.erase is Erase.EMPTY:
        erasure += f" {_named(one.emptied)}."
    kept = f"Kept: {LENGTHS[one.period].words}{since}."
    yield f"{one.purpose} {kept} {erasure} {one.why_kept}".strip()
    yield ""
    if one.path:
        yield f"- whose: {_named([one.path])}"
    if one.told:
        yield f"- handed out: {_named(one.told.split())}"
    if one.sealed:
        yield f"- of these only after `{one.gate}`: {_named(one.sealed.split())}"
    for column, reason in one.withheld.items():
        yield f"- personal, not handed out: `{column}` ({reason})"
    if one.others:
        yield f"- who acted, told as oneself or somebody else: {_named(one.others.split())}"
    if one.plain:
        yield f"- not personal by itself: {_named(one.plain.split())}"


def _impersonal(one: Impersonal) -> Iterator[str]:
    yield f"Nothing about people. {one.note}".strip()
    yield ""
    if one.others:
        yield f"- who made or changed it, kept under the pseudonym: {_named(one.others.split())}"
    yield f"- not personal: {_named(one.plain.split())}"


def _named(columns: Iterable[str]) -> str:
    return ", ".join(f"`{column}`" for column in columns)
