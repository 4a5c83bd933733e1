"""Crawling every kind of page a role can reach by links, and looking hard at each.

With TRAINHUB_SHOTS=folder the pages are photographed as well.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from urllib.parse import urlsplit

from tests.e2e.browsing import Visitor
from tests.e2e.looking import DESKTOP, Looker

ROLES = ("xu.jiayi", "lin.yue", "gao.feng", "planner", "auditor", "admin")
MOST_PAGES = 300
_SLUG = re.compile(r"/(courses|learning|quizzes|series|exams|items|questions)/(?!new\b)[^/?]+")
_LESSON = re.compile(r"/lessons/[^/?]+")
_PLACE = re.compile(
    r"/(requirements|stages|groups|exception|sign-off|summary|verify)/(?!new\b)[^/?]+"
)
_LANGUAGE = re.compile(r"/(zh|en)(?=/|$)")
_FILE = re.compile(
    r"[./](csv|xlsx|pdf)$|\.(zip|png|jpg|md|yaml|json|jwt|svg|ics)$"
    r"|/(programmes|competency-models)/\d+/file|/issuer$|/export|/media/|/calendar/"
)
_lookers: dict[str, Looker] = {}  # one a language: letters of another script, another size


def kind_of(path: str) -> str:
    """The address without what differs between pages of one kind; filtered lists are alike."""
    parts = urlsplit(path)
    kind = _LESSON.sub("/lessons/*", _SLUG.sub(r"/\1/*", parts.path))
    kind = _PLACE.sub(r"/\1/*", kind)
    kind = _LANGUAGE.sub("/*", re.sub(r"\d+", "*", kind))
    return f"{kind}?" if parts.query else kind


def read_in(visitor: Visitor, language: str) -> None:
    """Press the switch: what the person chose counts more than the browser's language."""
    visitor.go("/")
    visitor.tab.locator(f".th-top-switches button[name=language][value={language}]").click()
    visitor.tab.wait_for_function(
        "language => document.documentElement.lang.startsWith(language)", arg=language
    )


def links_of(visitor: Visitor) -> list[str]:
    """Addresses within the centre that the page links to."""
    found = visitor.tab.eval_on_selector_all("a[href]", "all => all.map(a => a.href)")
    inside = [url.removeprefix(visitor.address) for url in found if url.startswith(visitor.address)]
    return [url.split("#")[0] or "/" for url in inside if not _FILE.search(url.split("?")[0])]


def every_page(visitor: Visitor) -> Iterator[str]:
    """One address of each kind of page that links lead to; the tab is there, by light."""
    waiting, found = ["/"], {"/"}
    while waiting:
        path = waiting.pop(0)
        visitor.tab.set_viewport_size(DESKTOP)
        visitor.tab.emulate_media(color_scheme="light")
        answer = visitor.go(path)
        assert answer is not None and answer.status == 200, f"{path}: {answer and answer.status}"
        for link in links_of(visitor):
            if kind_of(link) not in found:
                found.add(kind_of(link))
                waiting.append(link)
        assert len(found) < MOST_PAGES, f"is every page a kind of its own? {sorted(found)[-20:]}"
        yield path


def faults_of_every_page(visitor: Visitor, username: str, language: str) -> list[str]:
    """What is wrong with any kind of page a person can reach, in words."""
    read_in(visitor, language)
    looker = _lookers.setdefault(language, Looker())
    faults: list[str] = []
    for path in every_page(visitor):
        name = f"{username}-{language}-{kind_of(path).strip('/').replace('/', '_') or 'home'}"
        faults += [f"{path} {fault}" for fault in looker.faults(visitor.tab, name)]
    return faults
