"""HTML of other systems as our Markdown: what it says stays, how it looked goes.

Kept are paragraphs, line breaks, bold, italics, strike-through, marks, code, lists, tables,
pictures, links, formulas, raised and lowered text. Everything else is read for its text.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from urllib.parse import quote, urlsplit

from trainhub.assessment.rules.exchange.escaping import escaped, line_starts_escaped
from trainhub.assessment.rules.exchange.html_tree import Element, parse_html

# The name that a picture's address has in the question, or None to show its description.
PictureResolver = Callable[[str], str | None]

_BLOCKS = frozenset(
    "p div h1 h2 h3 h4 h5 h6 ul ol dl dd dt li table blockquote pre hr section article figure "
    "figcaption center header footer address form fieldset root tbody thead tfoot tr td th".split()
)
_MARKS = {
    "b": "**", "strong": "**", "i": "*", "em": "*", "s": "~~", "del": "~~", "strike": "~~",
    "mark": "==",
}  # fmt: skip
_DELIMITER = re.compile(r"\$\$|\\[()\[\]]")
_CLOSING = {"$$": "$$", "\\(": "\\)", "\\[": "\\]"}
_RAISED = str.maketrans("0123456789+-=()n", "⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻⁼⁽⁾ⁿ")
_LOWERED = str.maketrans("0123456789+-=()", "₀₁₂₃₄₅₆₇₈₉₊₋₌₍₎")
_BREAK = "\ufdd2"  # a line break until white space has been tidied
_SPACE = re.compile(r"[ \t\r\n\f\u00a0]+")


@dataclass(frozen=True)
class Conversion:
    """What a text's surroundings decide: its pictures and its language."""

    picture: PictureResolver
    language: str = "en"


def html_to_markdown(source: str, conversion: Conversion) -> str:
    """The Markdown of a piece of HTML. Never raises."""
    root = parse_html(source.replace(_BREAK, ""))
    _choose_language(root, conversion.language)
    return "\n\n".join(_blocks(root.children, conversion)).strip("\n")


def html_to_plain(source: str, language: str = "en") -> str:
    """The text of a piece of HTML in one line, formulas and all."""
    root = parse_html(source)
    _choose_language(root, language)
    for element in root.walk():
        if element.tag in _BLOCKS or element.tag == "br":
            element.children.append(" ")
    return " ".join(root.text().split())


def _choose_language(root: Element, language: str) -> None:
    """Of `<span lang="…" class="multilang">` keep those in the asked language."""
    spans = [each for each in root.walk() if "multilang" in each.attributes.get("class", "")]
    languages = [each.attributes.get("lang", "") for each in spans]
    kept = chosen_language(languages, language)
    for span, name in zip(spans, languages, strict=True):
        if name != kept:
            span.children = []


def chosen_language(languages: Sequence[str], asked: str) -> str:
    """The one to show: the asked one, "other", or the first there is."""
    for name in languages:
        if re.split(r"[-_]", name.lower())[0] == asked:
            return name
    return "other" if "other" in languages or not languages else languages[0]


# --- blocks ---------------------------------------------------------------------------------


def _blocks(children: Sequence[Element | str], conversion: Conversion) -> list[str]:
    blocks: list[str] = []
    run: list[Element | str] = []
    for child in [*children, None]:
        if child is not None and not _is_block(child):
            run.append(child)
            continue
        blocks += _paragraph(run, conversion)
        run = []
        if isinstance(child, Element):
            blocks += _block(child, conversion)
    return blocks


def _is_block(child: Element | str) -> bool:
    if isinstance(child, str):
        return False
    return child.tag in _BLOCKS or any(inner.tag in _BLOCKS for inner in child.walk())


def _block(element: Element, conversion: Conversion) -> list[str]:
    match element.tag:
        case "ul" | "ol":
            return _list(element, conversion)
        case "table":
            return _table(element, conversion)
        case "pre":
            return _code_block(element)
        case "hr":
            return ["---"]
        case "blockquote":
            inner = "\n\n".join(_blocks(element.children, conversion))
            return ["\n".join(f"> {line}".rstrip() for line in inner.split("\n"))] if inner else []
        case "h1" | "h2" | "h3" | "h4" | "h5" | "h6":
            line = _line(element.children, conversion)
            return [line if "**" in line else f"**{line}**"] if line else []
        case _:
            return _blocks(element.children, conversion)


def _paragraph(children: Sequence[Element | str], conversion: Conversion) -> list[str]:
    text = _tidied(_inline(children, conversion))
    if not text:
        return []
    formula = re.fullmatch(r"\$(?![\s$])([^$]+)\$", text)
    if formula and _is_display(children):
        return [f"$${formula[1]}$$"]
    return [line_starts_escaped(text).replace("\n", "  \n")]


def _is_display(children: Sequence[Element | str]) -> bool:
    source = "".join(child if isinstance(child, str) else child.text() for child in children)
    return source.strip().startswith(("$$", "\\["))


def _line(children: Sequence[Element | str], conversion: Conversion) -> str:
    return " ".join(_tidied(_inline(children, conversion)).split("\n"))


def _tidied(text: str) -> str:
    """White space as HTML has it; between Chinese characters a line end of the source is none."""

    def space(found: re.Match[str]) -> str:
        before = text[found.start() - 1] if found.start() else ""
        after = text[found.end() : found.end() + 1]
        is_wide = all(
            sign and unicodedata.east_asian_width(sign) in "WF" for sign in before + after
        )
        return "" if "\n" in found[0] and is_wide and before and after else " "

    lines = _SPACE.sub(space, text).split(_BREAK)
    return "\n".join(line.strip(" ") for line in lines).strip("\n")


def _list(element: Element, conversion: Conversion) -> list[str]:
    lines = []
    items = [child for child in element.children if isinstance(child, Element)]
    for number, item in enumerate(items, start=1):
        mark = f"{number}. " if element.tag == "ol" else "- "
        blocks = _blocks(item.children if item.tag == "li" else [item], conversion)
        if not blocks:
            continue
        tight = all(re.match(r"(?:- |\d+\. )", block) for block in blocks[1:])
        inner = ("\n" if tight else "\n\n").join(blocks)
        lines.append(mark + inner.replace("\n", "\n    ").replace("\n    \n", "\n\n"))
    return ["\n".join(lines)] if lines else []


def _table(element: Element, conversion: Conversion) -> list[str]:
    rows = []
    for row in (each for each in element.walk() if each.tag == "tr"):
        cells = []
        for cell in (each for each in row.children if isinstance(each, Element)):
            cells.append(_cell(cell, conversion))
            span = cell.attributes.get("colspan", "1")
            cells += [""] * (min(int(span), 50) - 1 if span.isdecimal() and len(span) < 4 else 0)
        if cells:
            rows.append(cells)
    if not rows:
        return []
    width = max(len(row) for row in rows)
    if width == 1:
        return [row[0] for row in rows if row[0]]
    lines = ["| " + " | ".join(row + [""] * (width - len(row))) + " |" for row in rows]
    return ["\n".join([lines[0], "|" + " --- |" * width, *lines[1:]])]


def _cell(cell: Element, conversion: Conversion) -> str:
    for inner in cell.walk():
        if inner.tag in _BLOCKS or inner.tag == "br":
            inner.children.append(" ")
        if inner.tag in _BLOCKS:
            inner.tag = "span"
    return " ".join(_line(cell.children, conversion).replace(_BREAK, " ").split())


def _code_block(element: Element) -> list[str]:
    text = element.text().strip("\n")
    fence = "`" * max([3, *(len(run) + 1 for run in re.findall("`+", text))])
    return [f"{fence}\n{text}\n{fence}"] if text.strip() else []


# --- within a line --------------------------------------------------------------------------


def _inline(children: Sequence[Element | str], conversion: Conversion) -> str:
    parts = [
        _text(child) if isinstance(child, str) else _span(child, conversion) for child in children
    ]
    return "".join(parts)


def _text(text: str) -> str:
    """Text with its formulas; nothing within a formula is escaped."""
    parts, place = [], 0
    for start, end in _formulas(text):
        parts.append(escaped(text[place:start]))
        parts.append(_formula(" ".join(text[start + 2 : end - 2].split())))
        place = end
    return "".join([*parts, escaped(text[place:])])


def _formulas(text: str) -> Iterator[tuple[int, int]]:
    """Where formulas begin and end, delimiters included; one pass, whatever stands unclosed."""
    opened: re.Match[str] | None = None
    for found in _DELIMITER.finditer(text):
        if opened and found[0] == _CLOSING[opened[0]]:
            yield opened.start(), found.end()
            opened = None
        elif found[0] in _CLOSING:
            opened = found


def _formula(inner: str) -> str:
    """A formula within a line; Chinese in it stands in \\text, or it would be none."""
    if "\\text" not in inner:
        inner = re.sub(r"[\u3000-\u9fff\uff00-\uffef]+", r"\\text{\g<0>}", inner)
    return f"${inner}$" if inner and "$" not in inner else escaped(inner)


def _span(element: Element, conversion: Conversion) -> str:
    tag = element.tag
    if tag == "br":
        return _BREAK
    if tag == "img":
        return _picture(element, conversion)
    if tag == "math":
        return _mathml(element)
    if tag in ("code", "tt", "kbd", "samp"):
        return _code(" ".join(element.text().split()))
    inner = _inline(element.children, conversion)
    if tag in _MARKS:
        return _marked(inner, _MARKS[tag])
    if tag in ("sub", "sup"):
        return _shifted(element.text().strip(), inner, tag)
    return _link(inner, element.attributes.get("href", "")) if tag == "a" else inner


def _marked(inner: str, mark: str) -> str:
    """The mark around the text but within its white space, line by line."""
    if mark in inner or (mark == "*" and "*" in inner.replace("\\*", "").replace("**", "")):
        return inner
    lines = []
    for line in inner.split(_BREAK):
        core = line.strip(" \t\r\n\f\u00a0")
        at = line.find(core) if core else 0
        lines.append(line[:at] + mark + core + mark + line[at + len(core) :] if core else line)
    return _BREAK.join(lines)


def _code(text: str) -> str:
    if not text:
        return ""
    ticks = "`" * max([1, *(len(run) + 1 for run in re.findall("`+", text))])
    edge = " " if text[0] == "`" or text[-1] == "`" else ""
    return f"{ticks}{edge}{text}{edge}{ticks}"


def _shifted(text: str, inner: str, tag: str) -> str:
    """Raised or lowered signs where Unicode has them, a formula otherwise."""
    table = _RAISED if tag == "sup" else _LOWERED
    if not text:
        return inner
    if all(ord(sign) in table for sign in text):
        return text.translate(table)
    if re.search(r"[\\${}_^&%#~\ufdd0-\ufdef]", text) or len(text) > 60:
        return inner
    word = text if text.isascii() and text.isalnum() else rf"\text{{{text}}}"
    return f"${{}}{'^' if tag == 'sup' else '_'}{{{word}}}$"


def _mathml(element: Element) -> str:
    for inner in element.walk():
        if inner.tag == "annotation" and "tex" in inner.attributes.get("encoding", ""):
            return _formula(" ".join(inner.text().split()))
    return escaped(" ".join(element.text().split()))


def _picture(element: Element, conversion: Conversion) -> str:
    alt = " ".join(element.attributes.get("alt", element.attributes.get("title", "")).split())
    alt = re.sub(r"[\[\]\\`]", "", alt)
    name = conversion.picture(element.attributes.get("src", "").strip())
    if name is None:
        return escaped(alt)
    return f"![{alt or ('图片' if conversion.language == 'zh' else 'Picture')}](media/{name})"


def _link(inner: str, href: str) -> str:
    """A link that leads somewhere allowed, otherwise its text."""
    text = " ".join(inner.replace(_BREAK, " ").split())
    try:
        scheme = urlsplit(href.strip()).scheme.lower()
    except ValueError:
        scheme = ""
    if scheme not in ("http", "https", "mailto") or not text or "](" in text:
        return inner
    return f"[{text}]({quote(href.strip(), safe=':/?#@!$&*+,;=%~-._' + chr(39))})"
