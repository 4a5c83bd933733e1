"""Who sees which places."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from flask import Flask

from trainhub.web import navigation
from trainhub.web.navigation import NavigationEntry


@pytest.fixture
def places() -> Iterator[None]:
    """An empty registry for one test."""
    before, search = dict(navigation._entries), list(navigation._search)
    navigation._entries.clear()
    yield
    navigation._entries.clear()
    navigation._entries.update(before)
    navigation._search[:] = search


def entry(endpoint: str, section: str = "learn", **values: object) -> NavigationEntry:
    return NavigationEntry(endpoint, endpoint, "book", section, **values)  # type: ignore[arg-type]


def shown(app: Flask, *granted: str) -> list[tuple[str, list[str]]]:
    with app.test_request_context():
        sections = navigation.list_sections("alice", lambda name, person: name in granted)
        return [(section.key, [e.endpoint for e in section.entries]) for section in sections]


def test_a_person_sees_what_they_may_open_in_the_order_of_the_sections(
    app: Flask, places: None
) -> None:
    navigation.register(entry("home.show_home", "team", permission="see.team", order=1))
    navigation.register(entry("web.choose_theme", "learn", order=2))
    navigation.register(entry("web.choose_language", "learn", order=1))

    assert shown(app) == [("learn", ["web.choose_language", "web.choose_theme"])]
    assert shown(app, "see.team")[-1] == ("team", ["home.show_home"])


def test_a_place_the_application_does_not_serve_is_left_out(app: Flask, places: None) -> None:
    navigation.register(entry("nowhere.show_nothing"))

    assert shown(app) == []


def test_a_place_in_an_unknown_section_is_refused(places: None) -> None:
    with pytest.raises(ValueError, match="attic"):
        navigation.register(entry("home.show_home", "attic"))


def test_nobody_signed_in_sees_no_places(app: Flask) -> None:
    with app.test_request_context():
        assert navigation.navigation_for(None) == []


@pytest.mark.parametrize(
    ("covers", "current"),
    [((), False), (("home.show_home",), True), (("home.",), True), (("hom",), False)],
)
def test_a_place_is_current_on_the_pages_it_covers(
    app: Flask, covers: tuple[str, ...], current: bool
) -> None:
    with app.test_request_context("/"):
        assert entry("web.choose_theme", covers=covers).is_current() is current


def test_the_search_box_leads_to_the_registered_page(app: Flask, places: None) -> None:
    with app.test_request_context():
        navigation._search.clear()
        assert navigation.find_search_url("alice") is None
        navigation.register_search("home.show_home")
        assert navigation.find_search_url("alice") == "/"
