"""Hostile text in every place where somebody's words are shown, and in the logs."""

from __future__ import annotations

import json
import logging
import re
from itertools import cycle
from pathlib import Path
from typing import Any

import pytest
from flask import Flask

from tests.attacks.crawling import walk
from tests.attacks.world import ONE_ENGINE, World
from tests.catalogue.texts import course_text, source, take
from tests.certification.programmes import enrolled, published, requirement, texts, values
from tests.checking import Page
from tests.factories import Make
from trainhub import clock
from trainhub.catalogue import queries as catalogue
from trainhub.catalogue.models import Series
from trainhub.certification.services import summaries
from trainhub.certification.services.exceptions import make_exception
from trainhub.certification.services.reminding import remind
from trainhub.db import db, transaction
from trainhub.learning.models import Assignment
from trainhub.learning.queries.progress import get_enrolment
from trainhub.learning.services import save_note
from trainhub.people.models import Person, Role, Team
from trainhub.web.logs import JsonFormatter

pytestmark = ONE_ENGINE
PAYLOADS = [
    payload
    for payload in (Path(__file__).parents[1] / "catalogue/payloads/markdown_xss.txt")
    .read_text("utf-8")
    .split("\n%%\n")
    if "\n" not in payload and payload.isprintable()
]
SHORT = cycle([f"{{{{7*7}}}}{one}" for one in PAYLOADS if len(one) <= 60])
TEMPLATE = "{{7*7}}${7*7}#{7*7}<%= 7*7 %>{% raise %}%(x)s{0}"
FORBIDDEN = {"iframe", "object", "embed", "base", "frame", "applet", "portal", "style"}
ADDRESSES = ("href", "src", "action", "formaction", "xlink:href", "data", "poster")
INERT = re.compile(r"/(?!/)|#|\?|https?://|mailto:|data:image/(png|svg\+xml);base64,|[\w./-]*\Z")


def live_parts(html: str) -> list[str]:
    """Whatever in a page could run, load or send something it should not."""
    found = []
    for tag, attributes in Page(html).elements:
        if tag in FORBIDDEN or (tag == "script" and attributes.get("src", "")[:8] != "/assets/"):
            found.append(f"<{tag}>")
        if tag == "meta" and "http-equiv" in attributes:
            found.append("<meta http-equiv>")
        if tag in {"form", "img", "link", "script"}:
            place = attributes.get("action") or attributes.get("src") or attributes.get("href", "")
            if re.match(r"(?:[a-z]+:)?//", place):
                found.append(f"<{tag} to {place[:40]}>")
        for name, value in attributes.items():
            if name.startswith("on") or name in {"style", "srcdoc"}:
                found.append(f"<{tag} {name}>")
            if name in ADDRESSES and not INERT.match(value.strip()):
                found.append(f"<{tag} {name}={value[:40]!r}>")
    return found


def plant(world: World) -> Person:
    """Hostile words in everything that has words; somebody with every role to look at them."""
    for number in range(24):
        Make.person(f"h{number}", team=world.people["agent"].team, name=next(SHORT))
    for _number in range(6):
        Make.team(next(SHORT))
        Make.cohort(next(SHORT))
    omni = Make.person("omni", *Role, name=TEMPLATE, employee_no="<b>77", password_hash="x")
    _plant_courses()
    words = "\n".join([TEMPLATE, *PAYLOADS])
    now = clock.now()
    _plant_roads(world, words)
    with transaction():
        db.session.execute(
            db.update(Team).where(Team.id == 1).values(name=f"{TEMPLATE}<svg/onload=1>")
        )
        db.session.execute(db.update(Assignment).values(note=words))
        db.session.execute(
            db.update(Series).values(title_en="<script>alert(1)</script>{{7*7}}", summary_en=words)
        )
        alice = get_enrolment(world.people["agent"].id, "opening", for_update=True)
        save_note(alice, "greeting", words[:19_000], now=now)
    return omni


def _plant_roads(world: World, words: str) -> None:
    """A programme of hostile titles, on which somebody wrote and was written to."""
    titles = texts(f"{TEMPLATE}<svg/onload=1>")
    headings = {"headings": {"zh": [TEMPLATE], "en": [TEMPLATE]}, "min_characters": 1}
    raw = values(
        requirement("hostile-course") | {"titles": titles, "help": titles},
        requirement("told", "summary", settings=headings) | {"titles": titles},
        programme="hostile", kind="duty", titles=titles, description=titles,
    )  # fmt: skip
    agent, boss, now = world.people["agent"], world.people["supervisor"], clock.now()
    enrolment = enrolled(published(raw), agent)
    with transaction():
        remind(enrolment, words=words, actor=boss, now=now)
        make_exception(
            enrolment, "hostile-course", "extension", until_on=now.date(), reason=words,
            actor=boss, today=now.date(), now=now,
        )  # fmt: skip
        summaries.hand_in(
            enrolment, "told", f"## {TEMPLATE}\n{words}"[:19_000], revision=0, now=now
        )
        summaries.answer(
            enrolment, "told", accepted=False, comment=words, revision=1, actor=boss, now=now,
        )  # fmt: skip


def _plant_courses() -> None:
    body = "\n\n".join(["## The greeting {#greeting}", TEMPLATE, *PAYLOADS[:60]])
    quiz = json.dumps(
        {
            "quiz": "hostile",
            "language": "en",
            "title": PAYLOADS[0],
            "items": [
                {
                    "key": f"q-{number}",
                    "kind": "single",
                    "stem": payload,
                    "options": [
                        {"text": f"{payload} yes", "correct": True, "feedback": payload},
                        {"text": f"{payload} no"},
                    ],
                    "feedback": payload,
                }
                for number, payload in enumerate(PAYLOADS[:20])
            ],
        }
    )
    body += (
        '\n\n::: checkpoint quiz=hostile items="'
        + " ".join(f"q-{n}" for n in range(20))
        + '"\n:::\n'
    )
    shown = course_text(
        title=json.dumps(PAYLOADS[0] + TEMPLATE),
        summary=json.dumps(PAYLOADS[3]),
        lessons=body,
        intro="\n\n".join(PAYLOADS[:60]),
    )
    take(
        [
            source("quizzes/hostile.en.yaml", quiz),
            source("courses/calls/hostile.en.md", shown),
        ],
        now=clock.now(),
    )
    assert catalogue.find_edition("hostile", "en") is not None


@pytest.mark.parametrize("looker", ["omni", "agent"])
def test_no_words_come_alive_anywhere(app: Flask, world: World, looker: str) -> None:
    omni = plant(world)
    browser = world.browser("agent")
    if looker == "omni":
        world.people["omni"] = omni
        browser = world.browser("omni")
    browser.post("/learning/hostile/start", {"language": "en"})
    pages, shown_as_typed = 0, 0
    for path, answer in walk(
        app,
        world,
        browser,
        "/learning/hostile/lessons/greeting",
        "/learning/hostile/lessons/greeting?view=trainer",
        "/quizzes/hostile/en/try",
        "/courses/hostile/en/edit",
        "/search?q=alert&q=<script>",
        "/audit-trail",
    ):
        assert answer.status_code < 500, path
        if answer.mimetype == "text/html":
            assert not live_parts(answer.text), path
            assert "49${" not in answer.text, path
            pages += 1
            shown_as_typed += "{{7*7}}" in Page(answer.text).text
    assert pages > 25
    assert shown_as_typed >= (10 if looker == "omni" else 3)


FORGED = (
    'bob\r\n{"level": "INFO", "message": "all is well"}',
    "\x1b[2J\x1b[1;31mroot\x1b]0;title\x07",
    "\u2028\u2029\x85\x00\u202e",
    "%s%n%(x)s{0}",
)


@pytest.mark.parametrize("words", FORGED)
def test_a_log_line_is_one_line_without_control_signs(
    app: Flask, world: World, caplog: Any, words: str
) -> None:
    browser = world.browser("nobody")
    logging.getLogger("trainhub").addHandler(caplog.handler)
    caplog.set_level(logging.DEBUG, "trainhub")
    browser.client.post(
        "/sign-in",
        data={"identifier": words, "password": f"secret {words}", "csrf_token": browser.token()},
        headers={"User-Agent": "x\t\x1b[31m", "X-Request-ID": "\x1b[31mforged-by-me"},
    )
    known = world.browser("agent")
    known.client.get("/people", query_string={"q": words})
    logging.getLogger("trainhub.test").warning("words: %s", words)
    assert caplog.records
    for record in caplog.records:
        line = JsonFormatter().format(record)
        assert line.isprintable()
        assert line.isascii()
        assert json.loads(line)["level"] == record.levelname
        assert "secret" not in line
    logging.getLogger("trainhub").removeHandler(caplog.handler)


def test_a_trail_entry_shows_a_path_as_it_was_typed(app: Flask, world: World) -> None:
    world.browser("agent").client.get("/people?x=<script>alert(1)</script>")
    page = world.browser("administrator").get("/audit-trail").text
    assert not live_parts(page)
