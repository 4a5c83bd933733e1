"""Walking through the application as a browser would: links, and every form with its fields."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from html.parser import HTMLParser
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from flask import Flask
from werkzeug.test import TestResponse

from tests.attacks.world import World, routes
from tests.checking import CheckingClient

MOST_FOLLOWED = 60  # links, beside every address there is
_FIELDS = ("input", "select", "textarea", "button")


@dataclass
class Form:
    """A form as it stands on a page: `values` are what a browser would send untouched."""

    page: str
    action: str
    method: str
    kind: str
    values: dict[str, list[str]] = field(default_factory=dict)
    types: dict[str, str] = field(default_factory=dict)

    @property
    def names(self) -> list[str]:
        """The fields, the token aside."""
        return [name for name in self.types if name != "csrf_token"]

    @property
    def has_file(self) -> bool:
        """Whether it takes a file."""
        return "file" in self.types.values()


class _Reader(HTMLParser):
    def __init__(self, page: str) -> None:
        super().__init__(convert_charrefs=True)
        self.page = page
        self.links: list[str] = []
        self.forms: list[Form] = []
        self.by_id: dict[str, Form] = {}
        self._select = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        a = {name: value or "" for name, value in attrs}
        if tag == "a" and a.get("href", "").startswith(("/", "?")):
            self.links.append(
                a["href"] if a["href"][0] == "/" else urlsplit(self.page).path + a["href"]
            )
        elif tag == "form":
            action = a.get("action") or self.page
            kind = a.get("enctype", "application/x-www-form-urlencoded")
            self.forms.append(Form(self.page, action, a.get("method", "get").lower(), kind))
        elif tag in _FIELDS and a.get("name") and self.forms:
            self._note(tag, a)
        elif tag == "option" and self._select and self.forms and "selected" in a:
            self.forms[-1].values.setdefault(self._select, []).append(a.get("value", ""))

    def _note(self, tag: str, a: dict[str, str]) -> None:
        form, name = self.forms[-1], a["name"]
        form.types[name] = a.get("type", tag)
        self._select = name if tag == "select" else ""
        ticked = form.types[name] not in {"checkbox", "radio"} or "checked" in a
        if tag == "input" and ticked and form.types[name] != "file":
            form.values.setdefault(name, []).append(a.get("value", ""))


def read_page(path: str, html: str) -> tuple[list[str], list[Form]]:
    """The links and forms of a page."""
    reader = _Reader(path)
    reader.feed(html)
    return reader.links, reader.forms


def text_of(answer: TestResponse) -> str:
    """Everything an answer carries: headers, body, and what is packed in it."""
    head = "\n".join(f"{name}: {value}" for name, value in answer.headers)
    parts = [head, answer.data.decode("utf-8", "replace")]
    if answer.data[:2] == b"PK":
        with zipfile.ZipFile(io.BytesIO(answer.data)) as packed:
            parts += [packed.read(name).decode("utf-8", "replace") for name in packed.namelist()]
    return "\n".join(parts)


def walk(
    app: Flask, world: World, browser: CheckingClient, *more: str
) -> Iterator[tuple[str, TestResponse]]:
    """Every address, then every link found on them, each once."""
    given = [route.path(world) for route in routes(app, "GET")]
    given += [route.path(world, **world.foreign) for route in routes(app, "GET")]
    given += more
    waiting = list(given)
    seen: set[object] = set()
    while waiting and len(seen) < len(given) + MOST_FOLLOWED:
        path = waiting.pop(0)
        parts = urlsplit(path)
        known = (parts.path, tuple(sorted(parse_qsl(parts.query))))
        if known in seen or parts.path.startswith("/assets/"):
            continue
        seen.add(known)
        answer = browser.client.get(path)
        if answer.mimetype == "text/html":
            waiting += read_page(path, answer.text)[0]
        if answer.status_code in {301, 302} and answer.location:
            waiting.append(answer.location)
        yield path, answer


def forms_of(app: Flask, world: World, browser: CheckingClient, *more: str) -> list[Form]:
    """The forms that post, one for each place they are sent to and set of fields."""
    found: dict[Any, Form] = {}
    for path, answer in walk(app, world, browser, *more):
        if answer.mimetype == "text/html":
            for form in read_page(path, answer.text)[1]:
                if form.method == "post":
                    place = re.sub(r"\d+", "1", urlsplit(form.action).path)
                    key = (place, tuple(sorted(form.types)))
                    found.setdefault(key, form)
    return list(found.values())
