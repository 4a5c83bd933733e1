"""The icons in use: a small sprite cut from the installed Bootstrap Icons."""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import lru_cache
from importlib.resources import files

from flask import Flask, current_app
from markupsafe import Markup

# The package's sprite weighs 1.1 MB; a page needs only these. Add a name here to use it.
ICON_NAMES = frozenset(  # one block of words: easier to search and to merge than 160 quotes
    """
    activity alarm archive arrow-clockwise arrow-counterclockwise arrow-down arrow-left
    arrow-left-right arrow-repeat arrow-right arrow-up award bar-chart-line bell book bookmark
    box-arrow-in-right box-arrow-right box-arrow-up-right braces briefcase calendar-check
    calendar-event calendar-week calendar-x calendar3 card-checklist card-list chat-dots
    chat-left-text chat-quote check-circle check-circle-fill check-lg check-square-fill
    check2-square chevron-down chevron-left chevron-right chevron-up circle circle-half
    clipboard clipboard-check clipboard-data clock clock-history cloud-check code-slash
    collection compass copy dash-circle dash-lg database diagram-3 download easel2 emoji-smile
    envelope exclamation-circle exclamation-circle-fill exclamation-triangle
    exclamation-triangle-fill eye eye-slash file-diff file-earmark-arrow-up
    file-earmark-pdf file-earmark-spreadsheet file-earmark-text flag flag-fill folder funnel gear
    globe2 graph-up
    grid-3x3-gap headset hourglass-split house image images inbox info-circle info-circle-fill
    input-cursor-text journal-bookmark journal-check journal-plus journal-text journals key
    keyboard layers lightbulb lightning-charge link-45deg list list-check list-ol list-ul lock
    map megaphone moon-stars mortarboard paperclip patch-check patch-check-fill pause-circle
    pencil pencil-square people person person-badge person-check person-circle person-plus
    person-video3 person-x pin-angle play-circle play-fill plus-lg printer puzzle qr-code
    question-circle quote record-circle save search send server shield-check shield-lock shuffle
    signpost-split slash-circle sliders speedometer2 square star star-fill stopwatch sun table
    tag tags
    telephone text-paragraph three-dots three-dots-vertical toggle-on translate trash trophy
    type-bold type-h2 type-h3 type-italic ui-checks unlock upload wifi-off x-circle
    x-circle-fill x-lg x-square
    """.split()
)

_SYMBOL = re.compile(
    r'<symbol class="[^"]*" viewBox="([^"]+)" id="([^"]+)">(.*?)</symbol>', re.DOTALL
)


@lru_cache(maxsize=1)
def _drawings() -> dict[str, tuple[str, str]]:
    """The view box and the paths of each icon in use; `LookupError` names those not found."""
    source = files("flask_bootstrap") / "static/bootstrap5/icons/bootstrap-icons.svg"
    found = {
        name: (view_box, body)
        for view_box, name, body in _SYMBOL.findall(source.read_text(encoding="utf-8"))
        if name in ICON_NAMES
    }
    if missing := ICON_NAMES - found.keys():
        raise LookupError(f"not in the installed icon sprite: {sorted(missing)}")
    return found


def _symbols(names: Iterable[str], prefix: str = "") -> str:
    found = _drawings()
    return "".join(
        f'<symbol viewBox="{found[name][0]}" id="{prefix}{name}">{found[name][1]}</symbol>'
        for name in names
    )


@lru_cache(maxsize=1)
def build_sprite() -> bytes:
    """The SVG sprite with the icons of `ICON_NAMES`; `LookupError` names those not found."""
    symbols = _symbols(sorted(_drawings()))
    return f'<svg xmlns="http://www.w3.org/2000/svg">{symbols}</svg>'.encode()


def icon(name: str, label: str | None = None, css: str = "") -> Markup:
    """The icon as inline SVG: decoration unless a `label` says what it means.

    An unknown name raises `LookupError`, so that no page ships a hole.
    """
    if name not in ICON_NAMES:
        raise LookupError(f"icon {name!r} is not listed in trainhub/web/icons.py")
    address = current_app.jinja_env.globals["asset_url"]("icons.svg")  # type: ignore[operator]
    return _drawn(address, name, label, f"th-icon {css}".strip())


@lru_cache(maxsize=2048)
def _drawn(address: str, name: str, label: str | None, css: str) -> Markup:
    if label is None:
        return Markup(
            '<svg class="{}" aria-hidden="true" focusable="false"><use href="{}#{}"/></svg>'
        ).format(css, address, name)
    return Markup(
        '<svg class="{}" role="img" aria-label="{}" focusable="false"><use href="{}#{}"/></svg>'
    ).format(css, label, address, name)


def icon_here(name: str) -> Markup:
    """An icon as decoration that `icon_symbols` has put into the same page: half the letters."""
    return Markup('<svg class="th-icon" aria-hidden="true"><use href="#i-{}"/></svg>').format(name)


def icon_symbols(names: Iterable[str]) -> Markup:
    """These icons once, unseen, for a page that shows each of them hundreds of times."""
    symbols = Markup(_symbols(names, "i-"))  # noqa: S704 - of the installed package, none typed
    return Markup('<svg hidden aria-hidden="true">{}</svg>').format(symbols)


def init_app(app: Flask) -> None:
    """Offer `icon(name, label=None, css="")` to every template."""
    app.jinja_env.globals["icon"] = icon
    app.jinja_env.globals["icon_here"] = icon_here
    app.jinja_env.globals["icon_symbols"] = icon_symbols
