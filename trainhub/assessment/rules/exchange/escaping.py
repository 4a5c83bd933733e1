"""Plain text as Markdown that shows just that text, and no more backslashes than it takes."""

from __future__ import annotations

import re

# Signs that mean something anywhere in a line.
_INLINE = re.compile(r"[\\`*]|==|~~")
_UNDERSCORE = re.compile(r"(?<![A-Za-z0-9_])_(?!_)|(?<!_)_(?![A-Za-z0-9_])")
_LINK = re.compile(r"\[(?=\^|[^\[\]\n]*\][\[(:])|\](?=[\[(:])")
_ENTITY = re.compile(r"&(?=#?[A-Za-z0-9]{1,32};)")
_AUTOLINK = re.compile(r"<(?=[A-Za-z][^<>\s:@]{0,60}[:@][^<>\s]{0,500}>)")
_TABLE_OR_GAP = re.compile(r"\||\{(?=[{:#])")
# Signs that mean something where a line begins.
_LINE_START = re.compile(
    r"(?m)^[ ]*(?:(?P<sign>#(?=#*[ ])|>|[-+](?=[ ]|[-+ ]*$)|_(?=[_ ]+$))"
    r"|(?P<number>\d{1,9})(?=\.[ ])|(?P<colon>:(?=::|[ ])))"
)


def escaped(text: str) -> str:
    """The text, escaped so that Markdown shows it as written; white space is left alone."""
    text = _ENTITY.sub("&amp;", text)
    text = _INLINE.sub(lambda found: "".join(f"\\{sign}" for sign in found[0]), text)
    text = _UNDERSCORE.sub(r"\\_", text)
    text = _LINK.sub(lambda found: f"\\{found[0]}", text)
    text = _TABLE_OR_GAP.sub(lambda found: f"\\{found[0]}", text)
    return _AUTOLINK.sub("&lt;", text.replace("$", "\\$"))


def line_starts_escaped(text: str) -> str:
    """Escape what would begin a heading, a list, a quotation or a block."""

    def defused(found: re.Match[str]) -> str:
        if found["colon"]:
            return "&#58;"
        return f"\\{found['sign']}" if found["sign"] else f"{found['number']}\\"

    return _LINE_START.sub(defused, text)


def plain_as_markdown(text: str) -> str:
    """Plain text of several lines: each line break stays one, indents go."""
    lines = [" ".join(line.split()) for line in text.replace("\r\n", "\n").split("\n")]
    whole = line_starts_escaped(escaped("\n".join(lines)))
    return re.sub(r"(?<=[^\n])\n(?=[^\n])", "  \n", whole).strip()
