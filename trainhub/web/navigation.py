"""The entries of the side bar and of the person's menu; subjects register their own."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from flask import Flask, current_app, request, url_for
from flask_babel import lazy_gettext

from trainhub import permissions

Text = Any  # a string or a lazy string that picks its language when shown

# Order here is the order on the page. `person` is the menu under the person's name. What is set
# up once and seldom looked at again is folded away.
SECTIONS: dict[str, Text] = {
    "home": "",
    "learn": lazy_gettext("Learning"),
    "teach": lazy_gettext("Teaching"),
    "team": lazy_gettext("Team"),
    "rota": lazy_gettext("Rota and cover"),
    "classes": lazy_gettext("Class planning"),
    "accounts": lazy_gettext("Accounts of classes"),
    "setup": lazy_gettext("Set-up"),
    "manage": lazy_gettext("Administration"),
    "person": lazy_gettext("You"),
}
FOLDED = ("setup",)
_CURRENT = "trainhub.current_entry"  # where a request keeps what its page counts as part of


@dataclass(frozen=True)
class NavigationEntry:
    """A place to go to.

    `permission` names who sees it (everybody signed in when None). `covers` lists further
    endpoints (or `subject.` prefixes) during which the entry counts as the current one.
    `post` entries are buttons, for verbs such as signing out.
    """

    endpoint: str
    label: Text
    icon: str
    section: str
    permission: str | None = None
    order: int = 100
    covers: tuple[str, ...] = ()
    post: bool = False
    values: dict[str, Any] = field(default_factory=dict, hash=False)

    def url(self) -> str:
        """The address of the entry."""
        return url_for(self.endpoint, **self.values)

    def is_current(self) -> bool:
        """Whether the page being shown belongs to this entry."""
        endpoint = request.environ.get(_CURRENT) or request.endpoint or ""
        prefixes = tuple(name for name in self.covers if name.endswith("."))
        exact = endpoint in (self.endpoint, *self.covers)
        return exact or bool(prefixes and endpoint.startswith(prefixes))


@dataclass(frozen=True)
class Section:
    """A titled group of entries."""

    key: str
    title: Text
    entries: tuple[NavigationEntry, ...]

    @property
    def folds(self) -> bool:
        """Whether the group can be folded."""
        return self.key in FOLDED

    def is_current(self) -> bool:
        """Whether the page being shown belongs to the group."""
        return any(entry.is_current() for entry in self.entries)


_entries: dict[str, NavigationEntry] = {}
_hidden: dict[str, Callable[[Any], bool]] = {}
_search: list[tuple[str, str | None]] = []


def register(entry: NavigationEntry) -> None:
    """Enter a place; the same endpoint again replaces the earlier entry."""
    if entry.section not in SECTIONS:
        raise ValueError(f"unknown section {entry.section!r}; choose from {list(SECTIONS)}")
    _entries[entry.endpoint] = entry


def hide_section(key: str, is_hidden: Callable[[Any], bool]) -> None:
    """Leave a section out of the side bar of whom `is_hidden` names; its pages stay open."""
    _hidden[key] = is_hidden


def register_search(endpoint: str, permission: str | None = None) -> None:
    """Name the page that answers the search box (a GET form with the field `q`)."""
    _search[:] = [(endpoint, permission)]


def mark_current(endpoint: str) -> None:
    """Let the page being shown count as part of another place, whatever covers its endpoint."""
    request.environ[_CURRENT] = endpoint


def list_entries() -> list[NavigationEntry]:
    """All entries, in the order of sections, then of `order`."""
    keys = list(SECTIONS)
    return sorted(
        _entries.values(),
        key=lambda entry: (keys.index(entry.section), entry.order, entry.endpoint),
    )


def list_sections(person: Any, allows: Callable[[str, Any], bool]) -> list[Section]:
    """The sections with entries this person may open, without those of unknown endpoints."""
    known = current_app.view_functions
    shown = [
        entry
        for entry in list_entries()
        if entry.endpoint in known
        and (entry.permission is None or allows(entry.permission, person))
    ]
    return [
        Section(key, title, tuple(entry for entry in shown if entry.section == key))
        for key, title in SECTIONS.items()
        if any(entry.section == key for entry in shown)
    ]


def navigation_for(person: Any) -> list[Section]:
    """The side bar of this person (used by the page frame)."""
    if person is None:
        return []
    hidden = {key for key, is_hidden in _hidden.items() if is_hidden(person)}
    return [one for one in list_sections(person, permissions.allows) if one.key not in hidden]


def find_search_url(person: Any) -> str | None:
    """Where the search box sends its words; None when there is no search for this person."""
    for endpoint, permission in _search:
        if endpoint in current_app.view_functions and (
            permission is None or permissions.allows(permission, person)
        ):
            return url_for(endpoint)
    return None


def has_endpoint(endpoint: str) -> bool:
    """Whether the application serves this endpoint."""
    return endpoint in current_app.view_functions


def init_app(app: Flask) -> None:
    """Offer the registry to the page frame."""
    app.jinja_env.globals.update(
        navigation_for=navigation_for,
        find_search_url=find_search_url,
        has_endpoint=has_endpoint,
    )
