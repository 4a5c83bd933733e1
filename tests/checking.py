"""A test client that checks every page it fetches, as a careful person would."""

from __future__ import annotations

import re
from collections import Counter
from html.parser import HTMLParser
from typing import Any

from flask import Flask
from werkzeug.test import TestResponse

_VOID = frozenset("area base br col embed hr img input link meta source track wbr".split())
_LABELLED = frozenset(("input", "select", "textarea"))
_UNLABELLED_TYPES = frozenset(("hidden", "submit", "button", "reset", "image"))
# A link that somebody of the centre has entered, such as where an online class is joined.
_CHOSEN = re.compile(r"""<a\b[^>]*\brel="external\b[^>]*>""")
_EXTERNAL = re.compile(r"""(?:src|href|action)=["'](?:https?:)?//""")


class Page(HTMLParser):
    """A parsed page: its elements with their attributes, and its text."""

    def __init__(self, html: str) -> None:
        super().__init__(convert_charrefs=True)
        self.elements: list[tuple[str, dict[str, str]]] = []
        self.text_parts: list[str] = []
        self._open: list[str] = []
        self._h1: list[str] = []
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Note an element."""
        self.elements.append((tag, {name: value or "" for name, value in attrs}))
        if tag not in _VOID:
            self._open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        """Close an element."""
        if tag in self._open:
            while self._open.pop() != tag:
                pass

    def handle_data(self, data: str) -> None:
        """Note visible text."""
        if not {"script", "style"} & set(self._open[-1:]):
            self.text_parts.append(data)
            if "h1" in self._open:
                self._h1.append(data)

    @property
    def text(self) -> str:
        """The page's visible text with single blanks."""
        return " ".join(" ".join(self.text_parts).split())

    @property
    def h1(self) -> str:
        """The text of the main heading."""
        return " ".join(" ".join(self._h1).split())

    def all(self, tag: str) -> list[dict[str, str]]:
        """The attributes of every element of a kind."""
        return [attributes for name, attributes in self.elements if name == tag]

    @property
    def csrf_token(self) -> str:
        """The token of the page's first form."""
        for attributes in self.all("input"):
            if attributes.get("name") == "csrf_token":
                return attributes["value"]
        raise AssertionError("no form with a token on this page")


def faults_of(page: Page, html: str) -> list[str]:
    """What is wrong with a page, in words."""
    faults = []
    if len(page.all("h1")) != 1 or not page.h1:
        faults.append(f"a page has one h1 with text, this one {len(page.all('h1'))}")
    if "<title>" not in html or not re.search(r"<title>\s*\S", html):
        faults.append("a page has a title")
    ids = Counter(a["id"] for _, a in page.elements if "id" in a)
    faults += [f"the id {name!r} stands {n} times" for name, n in ids.items() if n > 1]
    labels = {a["for"] for a in page.all("label") if "for" in a}
    for tag, a in page.elements:
        if tag not in _LABELLED or a.get("type") in _UNLABELLED_TYPES:
            continue
        if a.get("id") not in labels and not {"aria-label", "aria-labelledby"} & a.keys():
            faults.append(f"the {tag} {a.get('name')!r} has no label")
    faults += _form_faults(page, html)
    own = _CHOSEN.sub("", html)
    faults += [f"an address outside: {m.group(0)}" for m in _EXTERNAL.finditer(own)]
    faults += [
        f"the {tag} element carries {name!r}: the Content-Security-Policy forbids it"
        for tag, a in page.elements
        for name in a
        if name == "style" or name.startswith("on")
    ]
    if "</script>" in html and re.search(r"<script(?![^>]*\bsrc=)[^>]*>\s*\S", html):
        faults.append("an inline script: the Content-Security-Policy forbids it")
    return faults


def _form_faults(page: Page, html: str) -> list[str]:
    faults = []
    for form in re.findall(r"<form\b.*?</form>", html, re.S):
        head = form[: form.index(">")]
        if 'method="post"' in head.lower() and "csrf_token" not in form:
            faults.append(f"a form that posts carries no token: {head}")
        if "action=" not in head:
            faults.append(f"a form names its action: {head}")
    return faults


class CheckingClient:
    """A browser without scripts. `get` and `post` follow no redirects unless asked."""

    def __init__(self, app: Flask, person: Any = None, *, language: str = "en") -> None:
        self.app = app
        self.client = app.test_client()
        self.client.environ_base["HTTP_ACCEPT"] = "text/html"
        self.client.environ_base["HTTP_ACCEPT_LANGUAGE"] = language
        self.language = language
        if person is not None:
            self.sign_in(person)

    def sign_in(self, person: Any) -> None:
        """Sign the person in by the service the sign-in page calls."""
        from tests.factories import sign_in_token  # the factories import the application

        token = sign_in_token(person)
        with self.client.session_transaction() as cookie:
            cookie["_user_id"] = token
            cookie["_fresh"] = True

    def get(self, path: str, *, status: int = 200, **options: Any) -> TestResponse:
        """Fetch a page; fail unless its status is `status` and nothing is wrong with it."""
        return self._checked(self.client.get(path, **options), status, path)

    def post(
        self, path: str, data: Any = None, *, status: int = 302, **options: Any
    ) -> TestResponse:
        """Send a form with the token a browser would have; fail on another status."""
        data = dict(data or {})
        if not self.app.config.get("WTF_CSRF_ENABLED", True):
            data.pop("csrf_token", None)
        else:
            data.setdefault("csrf_token", self.token())
        return self._checked(self.client.post(path, data=data, **options), status, path)

    def token(self) -> str:
        """A valid token for this browser."""
        answer = self.client.get("/csrf-token")
        return str(answer.get_json()["token"])

    def post_json(self, path: str, body: Any, *, status: int = 200) -> Any:
        """Call the JSON interface as the page's scripts do; the answer's body."""
        answer = self.client.post(
            path,
            json=body,
            headers={"X-CSRFToken": self.token(), "Accept": "application/json"},
        )
        assert answer.status_code == status, f"{path}: {answer.status} {answer.text[:400]}"
        return answer.get_json()

    def page(self, path: str, **options: Any) -> Page:
        """Fetch a page and parse it."""
        return Page(self.get(path, **options).text)

    def _checked(self, answer: TestResponse, status: int, path: str) -> TestResponse:
        text = answer.text if answer.mimetype == "text/html" else ""
        if answer.status_code != status:
            shown = Page(text).text[:600] if text else answer.text[:400]
            raise AssertionError(f"{path}: {answer.status}, not {status}. {shown}")
        if text and answer.status_code not in {301, 302, 303, 307, 308}:
            faults = faults_of(Page(text), text)
            assert not faults, f"{path}: " + "; ".join(faults)
        return answer
