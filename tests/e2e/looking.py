"""Looking hard at the page that is open: accessible, and within its frame."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import pytest

SHOTS = os.environ.get("TRAINHUB_SHOTS")
DESKTOP, PHONE = {"width": 1280, "height": 900}, {"width": 390, "height": 844}
CONTRAST = "color-contrast"  # all that colours can change, and half of the time that axe takes

# What a style sheet can tell apart: an element's names and states, and those of all around it.
_KINDS = """() => {
  const told = /^(class|type|role|lang|fill|stroke|aria-(current|invalid|pressed|disabled))$/;
  const digest = text => {
    let one = 0xdeadbeef, two = 0x41c6ce57;
    for (let i = 0; i < text.length; i += 1) {
      one = Math.imul(one ^ text.charCodeAt(i), 2654435761);
      two = Math.imul(two ^ text.charCodeAt(i), 1597334677);
    }
    return `${one}/${two}`;
  };
  const kinds = new Set();
  const look = (element, around) => {
    const named = [...element.attributes].map(
      ({ name, value }) => (told.test(name) ? `${name}=${value}` : name));
    const kind = digest(`${around}>${element.localName}[${named.sort()}]`);
    kinds.add(kind);
    for (const inner of element.children) look(inner, kind);
  };
  look(document.documentElement, "");
  return [...kinds];
}"""
_AXE = """options => axe.run(document, options).then(({ violations }) =>
  violations.map(one => `${one.id}: ${one.nodes[0].html.slice(0, 200)}`))"""
_IN_THEME = """theme => matchMedia(`(prefers-color-scheme: ${theme})`).matches
  && [...document.querySelectorAll("link[rel=stylesheet]")].every(link => link.sheet)
  && document.getAnimations().every(one => one.playState !== "running")"""


def axe_faults(tab: Any, *rules: str, but: tuple[str, ...] = ()) -> list[str]:
    """What axe finds, in words; only by `rules` if any are named, and not by those of `but`."""
    if not tab.evaluate("() => 'axe' in window"):
        tab.evaluate(pytest.importorskip("axe_playwright_python.base").AXE_SCRIPT)
    options: dict[str, Any] = {"resultTypes": ["violations"]}
    if rules:
        options["runOnly"] = {"type": "rule", "values": list(rules)}
    options["rules"] = {name: {"enabled": False} for name in but}
    return list(tab.evaluate(_AXE, options))


def change_theme(tab: Any, theme: str) -> None:
    """Show the page as a system in light or dark would, without loading it again."""
    tab.emulate_media(color_scheme=theme)
    tab.wait_for_function(_IN_THEME, arg=theme)


def too_wide(tab: Any) -> bool:
    """Whether the page scrolls sideways."""
    script = "document.documentElement.scrollWidth > document.documentElement.clientWidth + 1"
    return bool(tab.evaluate(script))


def photograph(tab: Any, name: str) -> None:
    """Keep a picture of the page if pictures are wanted."""
    if SHOTS:
        Path(SHOTS).mkdir(parents=True, exist_ok=True)
        tab.screenshot(path=f"{SHOTS}/{name}.png", full_page=True)


class Looker:
    """Looks at one page after the other; at the colours only where some may be new.

    Contrast hangs on what the style sheets can tell apart and not on the words, so a page of
    nothing but kinds of elements that were looked at before has the same contrast.
    """

    def __init__(self) -> None:
        self.seen: set[str] = set()

    def faults(self, tab: Any, name: str) -> list[str]:
        """What is wrong with the page in light and dark, on a desktop and on a phone."""
        kinds = set(tab.evaluate(_KINDS))
        is_new = bool(kinds - self.seen)
        self.seen |= kinds
        photograph(tab, f"{name}-light-desktop")
        found = axe_faults(tab, but=() if is_new else (CONTRAST,))
        faults = [f"light: {fault}" for fault in found]
        if too_wide(tab):
            faults.append("scrolls sideways on a desktop")
        if is_new or SHOTS:
            change_theme(tab, "dark")
            faults += [f"dark: {fault}" for fault in axe_faults(tab, CONTRAST)]
            photograph(tab, f"{name}-dark-desktop")
        tab.set_viewport_size(PHONE)
        if too_wide(tab):
            faults.append("scrolls sideways on a phone")
        photograph(tab, f"{name}-dark-phone")
        return faults
