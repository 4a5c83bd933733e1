"""A centre with typing tests, and a typist's browser with a keyboard and an input method."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import timedelta
from itertools import count
from typing import Any

from tests.e2e.browsing import Visitor
from tests.e2e.exam_sitting import ExamCentre
from tests.factories import Make
from tests.typing_tests.runs import add_passage, add_sitting, add_test
from trainhub import clock
from trainhub.assembly import load_models
from trainhub.db import db, transaction
from trainhub.demo import DEMO_PASSWORD
from trainhub.people.hashing import hash_password
from trainhub.typing_tests.models import TypingChunk, TypingRun
from trainhub.typing_tests.rules.settings import Mode, TestSettings

_numbers = count(1)
WHOLE = TestSettings(language="en", mode=Mode.WHOLE, min_speed=20, min_duration_s=0)
SAVED = {"en": "Saved ", "zh": "已保存 "}
TROUBLE = {"en": "Not saved – trying again", "zh": "未保存，正在重试"}


class TypingCentre(ExamCentre):
    """A centre whose typing tests have one passage each."""

    def prepare(self) -> None:
        """The tables."""
        load_models()
        self._run("upgrade")

    def give(
        self, username: str, text: str, *, settings: TestSettings = WHOLE, room_code: str = ""
    ) -> int:
        """A typing test of this text for one new person; its id."""
        with self.inside():
            person = Make.person(username, password_hash=hash_password(DEMO_PASSWORD))
            with transaction():
                passage = add_passage(text, language=settings.language)
                test = add_test(
                    person, settings=replace(settings, passage_ids=(passage.id,)),
                    titles={"en": "Entry typing test", "zh": "入职打字测试"},
                )  # fmt: skip
                if room_code:
                    now = clock.now()
                    window = {"opens_at": now, "closes_at": now + timedelta(hours=1)}
                    add_sitting(test, room_code, **window)
                return test.id

    def run(self, run_id: int) -> TypingRun:
        """The run as it is stored."""
        with self.inside():
            run = db.session.get_one(TypingRun, run_id)
            db.session.refresh(run)
            db.session.expunge(run)
            return run

    def timeline(self, run_id: int) -> list[list[Any]]:
        """The events that are stored, in order."""
        with self.inside():
            query = db.select(TypingChunk.events).filter_by(run_id=run_id)
            parts = db.session.scalars(query.order_by(TypingChunk.no))
            return [event for part in parts for event in json.loads(part)]


class Typist(Visitor):
    """A typist's browser. Keys and compositions go through the DevTools protocol, as the system's
    do."""

    language = "en"
    run_id = 0
    test_id = 0

    def begin(self, test_id: int, *, room_code: str = "") -> None:
        """Begin the test as a person does."""
        self.test_id = test_id
        self.go(f"/typing/tests/{test_id}")
        if room_code:
            self.tab.fill("#room-code", room_code)
        self.tab.locator("form[action$='/typing/runs'] button").click()
        self.tab.wait_for_url("**/typing/runs/*")
        self.run_id = int(self.tab.url.split("/")[-1])
        self.wait_until_open()

    def wait_until_open(self) -> None:
        """Until the field takes keys."""
        self.tab.wait_for_selector("[data-field]:not([readonly])")
        self.tab.focus("[data-field]")
        self.protocol = self.context.new_cdp_session(self.tab)

    def type(self, text: str, *, gap: int = 25) -> None:
        """One key after the other, in milliseconds apart."""
        self.tab.keyboard.type(text, delay=gap)

    def key(self, kind: str, sign: str) -> None:
        """A key down (with its text) or up."""
        code = f"Key{sign.upper()}" if sign.isalpha() else "Space"
        values = {"text": sign} if kind == "keyDown" else {}
        self.protocol.send(
            "Input.dispatchKeyEvent",
            {"type": kind, "key": sign, "code": code, "windowsVirtualKeyCode": ord(sign.upper())}
            | values,
        )  # fmt: skip

    def hidden_key(self, letter: str) -> None:
        """A key that an input method takes: the page sees that one went down, and not which."""
        values = {"code": f"Key{letter.upper()}", "windowsVirtualKeyCode": 229}
        down = {"type": "rawKeyDown", "key": "Process"}
        self.protocol.send("Input.dispatchKeyEvent", values | down)
        self.protocol.send("Input.dispatchKeyEvent", values | {"type": "keyUp", "key": letter})

    def spell(self, pinyin: str) -> None:
        """Type pinyin into the input method, without choosing anything."""
        for end in range(1, len(pinyin) + 1):
            self.hidden_key(pinyin[end - 1])
            self._composition(pinyin[:end])
            self.tab.wait_for_timeout(15)

    def _composition(self, text: str) -> None:
        values = {"text": text, "selectionStart": len(text), "selectionEnd": len(text)}
        self.protocol.send("Input.imeSetComposition", values)

    def choose(self, text: str) -> None:
        """Take a candidate."""
        self.protocol.send("Input.insertText", {"text": text})

    def compose(self, pinyin: str, text: str) -> None:
        """Spell, and take a candidate."""
        self.spell(pinyin)
        self.choose(text)

    def give_up(self) -> None:
        """Cancel the composition, as Escape does."""
        self._composition("")

    def drop(self, text: str) -> None:
        """Drag text from elsewhere into the field."""
        box = self.tab.locator("[data-field]").bounding_box()
        assert box is not None
        data = {"items": [{"mimeType": "text/plain", "data": text}], "dragOperationsMask": 1}
        at = {"x": box["x"] + 20, "y": box["y"] + 20, "data": data}
        for kind in ("dragEnter", "dragOver", "drop"):
            self.protocol.send("Input.dispatchDragEvent", at | {"type": kind})

    def text(self) -> str:
        """What stands in the field."""
        return str(self.tab.locator("[data-field]").input_value())

    def marks(self) -> dict[str, str]:
        """The signs of the passage that are marked, by mark."""
        script = """() => [...document.querySelectorAll('[data-lines] > [data-mark]')]
          .map(one => [one.dataset.mark, one.textContent])"""
        found: dict[str, str] = {}
        for mark, sign in self.tab.evaluate(script):
            found[mark] = found.get(mark, "") + sign
        return {mark: signs for mark, signs in found.items() if mark}

    def wait_for_status(self, words: str) -> None:
        """Until the line about saving says so."""
        script = (
            "words => document.querySelector('[data-save-words]').textContent.startsWith(words)"
        )
        self.tab.wait_for_function(script, arg=words, timeout=20_000)

    def wait_until_saved(self) -> None:
        """Until a chunk has been acknowledged."""
        self.wait_for_status(SAVED[self.language])

    def finish(self) -> None:
        """End the run, early or not, and wait for the result."""
        self.press_finish()
        self.wait_for_result()

    def press_finish(self) -> None:
        """Press the button; if the page asks whether to finish early, say yes."""
        self.tab.click("[data-finish]")
        if self.tab.locator("[data-question][open]").count():
            self.tab.click("[data-finish-now]")

    def wait_for_result(self, timeout: float = 30_000) -> None:
        """Until the page has gone on to the result."""
        self.tab.wait_for_url("**/result", timeout=timeout)
