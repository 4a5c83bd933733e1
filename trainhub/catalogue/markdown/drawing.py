"""Mathematics to MathML and diagrams to pictures, without a script in the page."""

from __future__ import annotations

import html
import re
from base64 import b64encode
from xml.etree.ElementTree import Element

_MAX_FORMULA = 2_000
_MAX_DIAGRAM = 20_000
_LABEL = re.compile(
    r"[\[({|>]+\"?([^\[\](){}|\"<>]+?)\"?[\])}|]+"  # A[label], A{label}, -->|label|
    r"|--[ ]+(\S[^\n>]*?)[ ]+--"  # A -- label --> B
    r"|:[ ]+([^\n:]+)$",  # A->>B: label
    re.MULTILINE,
)
_DESCRIPTION = re.compile(r"^\s*acc(?:Title|Descr)\s*:\s*(.+)$", re.MULTILINE)
_DIAGRAM = {"zh": "图示", "en": "Diagram"}


def formula(latex: str, *, display: str) -> Element | None:
    """A formula as a MathML element, or None if it cannot be read. `display`: inline, block."""
    # Half a second of start-up is spared where no page has a formula.
    from latex2mathml.converter import convert_to_element

    if not latex.strip() or len(latex) > _MAX_FORMULA or "\\def" in latex:
        return None
    try:
        element = convert_to_element(latex, display=display)
    except Exception:
        return None
    for part in element.iter():
        # The converter leaves entities in its texts and does not escape \text{<b>}.
        part.text = html.unescape(part.text) if part.text else part.text
    return element


def diagram(source: str, *, language: str) -> Element | None:
    """A Mermaid diagram as a picture element, or None if it cannot be drawn."""
    # Imported here because most pages have no diagram.
    from merm import render_diagram

    if not source.strip() or len(source) > _MAX_DIAGRAM:
        return None
    try:
        svg = render_diagram(_DESCRIPTION.sub("", source))
    except Exception:
        return None
    # Labels of arrows name no font of their own.
    svg = svg.replace("<svg ", '<svg font-family="sans-serif" font-size="14" ', 1)
    data = b64encode(svg.encode()).decode()
    alternative = describe(source, language)
    address = f"data:image/svg+xml;base64,{data}"
    return Element("img", {"src": address, "alt": alternative, "class": "th-diagram"})


def describe(source: str, language: str) -> str:
    """What a diagram says, for those who do not see it: its own description or its labels."""
    given = [found.strip() for found in _DESCRIPTION.findall(source)]
    labels = given or [
        "".join(found).strip() for found in _LABEL.findall(source.partition("\n")[2])
    ]
    listed = "; ".join(dict.fromkeys(label for label in labels if label))[:600]
    prefix = _DIAGRAM.get(language, _DIAGRAM["en"])
    colon = "：" if language == "zh" else ": "
    return f"{prefix}{colon}{listed}" if listed else prefix
