"""Typing in a real browser: input methods, fast hands, and everything that goes wrong."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import replace
from itertools import count
from pathlib import Path
from typing import Any

import pytest

from tests.e2e.browsing import LOCALES
from tests.e2e.typing_surface import TROUBLE, WHOLE, TypingCentre, Typist
from trainhub.demo import DEMO_PASSWORD
from trainhub.typing_tests.rules.settings import Mode
from trainhub.typing_tests.rules.states import RunState, Verdict

pytestmark = pytest.mark.e2e
_numbers = count(1)

ENGLISH = "Thank you for calling. Your parcel left our house on Monday morning."
CHINESE = "您好，您的订单已经发出，预计明天到达。"
PINYIN = [
    ("ninhao", "您好"), ("", "，"), ("nin", "您"), ("de", "的"), ("dingdan", "订单"),
    ("yijing", "已经"), ("fachu", "发出"), ("", "，"), ("yuji", "预计"), ("mingtian", "明天"),
    ("daoda", "到达"), ("", "。"),
]  # fmt: skip
IN_CHINESE = replace(WHOLE, language="zh")


@pytest.fixture(scope="module")
def centre(tmp_path_factory: pytest.TempPathFactory) -> Iterator[TypingCentre]:
    """A centre of its own, so that its server may be killed."""
    made = TypingCentre(tmp_path_factory.mktemp("typing"))
    made.prepare()
    made.start()
    yield made
    made.kill()


Sit = Callable[..., Typist]


@pytest.fixture
def sit(centre: TypingCentre, chromium: Any) -> Iterator[Sit]:
    """`sit(text)` is a new typist in front of that text; `sit(like=one)` the same person on
    another device."""
    typists: list[Typist] = []

    def arrive(
        text: str = ENGLISH,
        *,
        language: str = "en",
        settings: Any = WHOLE,
        like: Typist | None = None,
        begins: bool = True,
        width: int = 1280,
        **options: Any,
    ) -> Typist:
        context = chromium.new_context(
            locale=LOCALES[language],
            viewport={"width": width, "height": 900},
            reduced_motion="reduce",
            **options,
        )
        context.set_default_timeout(10_000)
        one = Typist(context, centre.address)
        typists.append(one)
        one.language = language
        if like is not None:
            one.username, one.test_id, one.run_id = like.username, like.test_id, like.run_id
            one.sign_in(like.username)
            return one
        one.username = f"typist{next(_numbers)}"
        one.test_id = centre.give(one.username, text, settings=settings)
        one.sign_in(one.username)
        if begins:
            one.begin(one.test_id)
        return one

    yield arrive
    for one in typists:
        faults = one.faults
        one.context.close()
        assert faults == []


def text_of(events: list[list[Any]]) -> str:
    """What the events make of an empty field; written here anew, apart from the rules."""
    text: list[str] = []
    start = end = 0
    for _t, kind, data in events:
        if kind == "m":
            start, end = data
        elif kind == "b":
            if start == end:
                start = max(0, end - int(data or 1))
            text[start:end], end = [], start
        elif kind == "i" or (kind == "ce" and data):
            text[start:end] = list(data)
            start = end = start + len(data)
    return "".join(text)


def same_signs(one: str, other: str) -> int:
    """The longest common subsequence: signs that are right where mistakes stand alone."""
    row = [0] * (len(other) + 1)
    for sign in one:
        before = row[:]
        for place, found in enumerate(other):
            row[place + 1] = (
                before[place] + 1 if sign == found else max(row[place], before[place + 1])
            )
    return row[-1]


def minutes_of(events: list[list[Any]]) -> float:
    """From the first key to the last change of the text."""
    begun = next(t for t, kind, _d in events if kind in {"d", "cs", "i"})
    changed = [t for t, kind, data in events if kind in {"i", "b"} or (kind == "ce" and data)]
    return (changed[-1] - begun) / 60_000


def test_pinyin_counts_every_character(sit: Sit, centre: TypingCentre) -> None:
    one = sit(CHINESE, language="zh", settings=IN_CHINESE)
    one.spell("ninhao")
    assert one.marks() == {}, "nothing inside a composition is judged"
    one.choose("您好")
    assert one.marks() == {"right": "您好"}
    for pinyin, text in PINYIN[1:]:
        one.compose(pinyin, text)
    one.wait_for_result()  # the whole passage is right: the page ends by itself

    run, events = centre.run(one.run_id), centre.timeline(one.run_id)
    assert run.final_text == CHINESE == text_of(events)
    assert next(data for _t, kind, data in events if kind == "ce") == "您好"
    figures = run.metrics or {}
    assert figures["unit"] == "cpm"
    assert figures["right"] == len(CHINESE)
    assert figures["net_speed"] == pytest.approx(len(CHINESE) / minutes_of(events), rel=0.01)
    pressed = sum(kind == "d" for _t, kind, _d in events)
    assert pressed == sum(len(pinyin) for pinyin, _text in PINYIN)
    assert figures["keystrokes_per_character"] == pytest.approx(pressed / len(CHINESE), abs=0.01)
    assert figures["final_accuracy"] == figures["entry_accuracy"] == 1.0


def test_keys_of_an_input_method_have_names_both_ways(sit: Sit, centre: TypingCentre) -> None:
    one = sit(CHINESE, settings=IN_CHINESE)
    one.compose("nin", "您")
    one.finish()
    keys = [(kind, data) for _t, kind, data in centre.timeline(one.run_id) if kind in "du"]
    assert keys == [(way, letter) for letter in "nin" for way in "du"]


def test_a_cancelled_composition_changes_nothing(sit: Sit, centre: TypingCentre) -> None:
    one = sit(CHINESE, language="zh", settings=IN_CHINESE)
    one.compose("ninhao", "您好")
    one.spell("buyao")
    one.give_up()
    assert one.text() == "您好"
    one.choose("，")
    one.finish()
    events = centre.timeline(one.run_id)
    assert [data for _t, kind, data in events if kind == "ce"][1] == ""
    run = centre.run(one.run_id)
    assert run.final_text == "您好，" == text_of(events)
    assert (run.metrics or {})["cancelled_compositions"] == 1


def test_the_buttons_leave_an_open_composition_alone(sit: Sit, centre: TypingCentre) -> None:
    one = sit(CHINESE, language="zh", settings=IN_CHINESE)
    one.compose("ninhao", "您好")
    one.spell("buyao")
    one.tab.click("[data-view=speed]")
    assert one.tab.evaluate("() => document.activeElement.id") == "field"
    assert one.text() == "您好buyao"
    one.finish()
    assert centre.run(one.run_id).final_text == "您好"


def test_finishing_a_test_early_asks_first(sit: Sit, centre: TypingCentre) -> None:
    timed = replace(WHOLE, language="zh", mode=Mode.TIMED, duration_s=120, min_duration_s=60)
    one = sit(CHINESE, language="zh", settings=timed)
    one.compose("ninhao", "您好")
    one.spell("dou")
    one.tab.click("[data-finish]")
    words = one.tab.locator("[data-question-words]")
    assert "需要1:00" in words.inner_text()
    assert one.tab.evaluate("() => document.activeElement.hasAttribute('data-go-on')")
    one.tab.keyboard.press("Escape")
    assert one.tab.evaluate("() => document.activeElement.id") == "field"
    assert centre.run(one.run_id).state == RunState.OPEN
    for _letter in "dou":
        one.tab.keyboard.press("Backspace")
    one.compose("", "，")
    one.finish()
    run = centre.run(one.run_id)
    assert run.final_text == "您好，" == text_of(centre.timeline(one.run_id))
    assert run.verdict != Verdict.REFUSE


def test_a_dropped_character_is_one_mistake(sit: Sit, centre: TypingCentre) -> None:
    one = sit(CHINESE, language="zh", settings=IN_CHINESE)
    for pinyin, text in PINYIN[:8]:
        one.compose(pinyin, text if text != "订单" else "订")
    assert one.marks() == {"right": "您好，您的订已经发出，", "missed": "单"}
    one.compose("yuji", "与及")
    assert one.marks()["wrong"] == "预计"
    one.finish()
    typed = "您好，您的订已经发出，与及"
    run = centre.run(one.run_id)
    assert run.final_text == typed
    figures = run.metrics or {}
    assert (figures["right"], figures["wrong"]) == (same_signs(CHINESE, typed), 2)
    assert one.tab.locator(".th-typing-marked mark").first.inner_text() == "与及"


def test_mixed_text_of_letters_digits_and_full_width_signs(sit: Sit, centre: TypingCentre) -> None:
    passage = "订单号：TB-20931，金额￥58.50，请寄到A座3楼。"
    one = sit(passage, language="zh", settings=IN_CHINESE)
    one.compose("dingdanhao", "订单号")
    one.choose("：")
    one.type("TB-20931")
    one.type(",")  # half-width: the same unless the passage tests width
    one.compose("jine", "金额")
    one.choose("￥")
    one.type("58.50")
    one.choose("，")
    one.compose("qingjidao", "请寄到")
    one.type("A")
    one.compose("zuo", "座")
    one.type("3")
    one.compose("lou", "楼")
    one.choose("。")
    one.wait_for_result()
    run = centre.run(one.run_id)
    assert run.accuracy == 10_000
    assert (run.metrics or {})["right"] == len(passage)


def test_rare_and_astral_characters_are_one_each(sit: Sit, centre: TypingCentre) -> None:
    one = sit("𠮷野家的𬭎先生", settings=IN_CHINESE)
    one.compose("ji", "𠮷")
    one.compose("yejia", "野家")
    one.choose("的")
    one.tab.keyboard.press("Backspace")
    one.tab.keyboard.press("Backspace")
    one.choose("家的")
    one.compose("hong", "𬭎")
    one.compose("xiansheng", "先生")
    one.wait_for_result()
    run, events = centre.run(one.run_id), centre.timeline(one.run_id)
    assert run.final_text == "𠮷野家的𬭎先生" == text_of(events)
    assert (run.metrics or {})["right"] == 7
    assert (run.metrics or {})["corrections"] == 2


def test_fast_rollover_in_english(sit: Sit, centre: TypingCentre) -> None:
    one = sit(ENGLISH)
    words = "Thank you for calling"
    held = ""
    for sign in words:  # each key goes up only after the next has gone down
        if sign == held:
            one.key("keyUp", held)
        one.key("keyDown", sign)
        if held and sign != held:
            one.key("keyUp", held)
        held = sign
        one.tab.wait_for_timeout(60)
    one.key("keyUp", held)
    assert one.text() == words
    one.finish()
    events = centre.timeline(one.run_id)
    assert text_of(events) == words
    downs = [data for _t, kind, data in events if kind == "d"]
    ups = [data for _t, kind, data in events if kind == "u"]
    assert downs == ups == list(words)
    times = [t for t, _kind, _data in events]
    assert times == sorted(times)
    figures = centre.run(one.run_id).metrics or {}
    assert figures["unit"] == "wpm"
    counted = len("Thank you for ")  # who ends before the last word is full has not typed it
    assert figures["net_speed"] == pytest.approx(counted / 5 / minutes_of(events), rel=0.06)


def test_a_storm_of_backspaces(sit: Sit, centre: TypingCentre) -> None:
    one = sit(ENGLISH)
    one.type("Thank yu fro calling", gap=10)
    for _ in range(30):  # more than there is
        one.tab.keyboard.press("Backspace")
    assert one.text() == ""
    assert one.marks() == {}
    one.type("Thank you", gap=10)
    one.tab.keyboard.press("Home")
    one.tab.keyboard.press("Shift+End")
    one.type("Thanks", gap=10)  # over the selection
    one.tab.keyboard.press("Backspace")
    one.type(" you for", gap=10)
    for _ in range(4):
        one.tab.keyboard.press("ArrowLeft")
    one.tab.keyboard.press("Delete")
    one.type(" ", gap=10)
    assert one.text() == "Thank you for"
    one.finish()
    run = centre.run(one.run_id)
    assert run.final_text == "Thank you for" == text_of(centre.timeline(one.run_id))
    assert (run.metrics or {})["corrections"] == 20 + 9 + 1 + 1


def test_paste_drop_and_undo_are_refused_politely(sit: Sit, centre: TypingCentre) -> None:
    one = sit(ENGLISH, permissions=["clipboard-read", "clipboard-write"])
    one.type("Thank ")
    one.tab.evaluate("text => navigator.clipboard.writeText(text)", ENGLISH)
    one.tab.keyboard.press("Control+V")
    assert one.text() == "Thank "
    refusal = one.tab.locator("[data-refusal-words]")
    assert refusal.inner_text() == "Pasting does not count here: please type the text."
    one.drop("you for calling")
    one.tab.wait_for_function(
        "() => document.querySelector('[data-refusal-words]').textContent.startsWith('Dropping')"
    )
    assert one.text() == "Thank "
    one.tab.focus("[data-field]")
    one.tab.keyboard.press("Control+Z")
    assert one.text() == "Thank "
    assert "Undo" in refusal.inner_text()
    one.type("you")
    one.finish()
    pasted = [data for _t, kind, data in centre.timeline(one.run_id) if kind == "p"]
    assert pasted == [ENGLISH, "you for calling"]
    run = centre.run(one.run_id)
    assert run.final_text == "Thank you"
    assert run.verdict != Verdict.REFUSE


@pytest.mark.parametrize("language", ["en", "zh"])
def test_the_network_goes_and_comes_back(sit: Sit, centre: TypingCentre, language: str) -> None:
    one = sit(ENGLISH, language=language)
    one.type("Thank you ")
    one.wait_until_saved()
    one.context.set_offline(True)
    one.type("for calling. ")
    one.wait_for_status(TROUBLE[language])
    assert one.tab.locator("[data-calm]").is_visible(), "said to those who see as well"
    one.type("Your parcel ")
    one.context.set_offline(False)
    one.wait_until_saved()
    assert one.tab.locator("[data-calm]").is_hidden()
    one.type("left")
    one.finish()
    assert centre.run(one.run_id).final_text == "Thank you for calling. Your parcel left"


def test_the_end_is_tried_until_it_is_acknowledged(sit: Sit, centre: TypingCentre) -> None:
    one = sit(ENGLISH)
    one.type("Thank you")
    one.context.set_offline(True)
    one.press_finish()
    one.tab.wait_for_selector("[data-ending]:not([hidden])")
    one.tab.wait_for_timeout(1_500)
    assert centre.run(one.run_id).state == RunState.OPEN
    one.context.set_offline(False)
    one.wait_for_result()
    assert centre.run(one.run_id).final_text == "Thank you"


def test_a_killed_server_loses_nothing(sit: Sit, centre: TypingCentre) -> None:
    one = sit(ENGLISH)
    one.type("Thank you ")
    one.wait_until_saved()
    centre.kill()
    one.type("for calling.")
    one.wait_for_status(TROUBLE["en"])
    centre.start()
    one.finish()
    run = centre.run(one.run_id)
    assert run.final_text == "Thank you for calling." == text_of(centre.timeline(one.run_id))


def test_a_reload_in_the_middle_goes_on(sit: Sit, centre: TypingCentre) -> None:
    one = sit(ENGLISH)
    one.type("Thank you ")
    one.wait_until_saved()
    one.type("for ca")
    one.tab.reload()
    one.wait_until_open()
    assert one.text() == "Thank you for ca"
    assert one.marks() == {"right": "Thank you for ca"}
    one.type("lling")
    one.finish()
    events = centre.timeline(one.run_id)
    times = [t for t, _kind, _data in events]
    assert times == sorted(times)
    assert centre.run(one.run_id).final_text == "Thank you for calling" == text_of(events)


def test_after_a_reload_the_field_shows_the_caret(sit: Sit) -> None:
    one = sit(ENGLISH * 6, width=390)
    one.type(ENGLISH * 4, gap=2)
    one.wait_until_saved()
    one.tab.reload()
    one.wait_until_open()
    script = """() => { const field = document.querySelector('[data-field]');
      return [field.scrollHeight > field.clientHeight, field.selectionEnd === field.value.length,
              field.scrollHeight - field.clientHeight - field.scrollTop < 4]; }"""
    assert one.tab.evaluate(script) == [True, True, True]


def test_what_was_not_sent_survives_a_reload(sit: Sit, centre: TypingCentre) -> None:
    one = sit(ENGLISH)
    one.type("Thank ")
    one.wait_until_saved()
    one.tab.route("**/chunks", lambda route: route.abort())
    one.type("you for")
    one.wait_for_status(TROUBLE["en"])
    one.type(" calling")
    one.tab.unroute("**/chunks")
    one.tab.route("**/chunks", lambda route: route.abort(), times=1)  # the farewell of the page
    one.tab.reload()
    one.wait_until_open()
    assert one.text() == "Thank you for calling"
    one.tab.unroute("**/chunks")
    one.finish()
    assert centre.run(one.run_id).final_text == "Thank you for calling"
    kept = one.tab.evaluate(
        "() => Object.keys(localStorage).filter(name => name.startsWith('typing-copy-'))"
    )
    assert kept == []


def test_a_lost_reply_stores_nothing_twice(sit: Sit, centre: TypingCentre) -> None:
    one = sit(ENGLISH)

    def lose(route: Any) -> None:
        route.fetch()
        route.abort()

    one.tab.route("**/chunks", lose, times=1)
    one.type("Thank you")
    one.wait_for_status(TROUBLE["en"])
    one.wait_until_saved()
    one.type(" for")
    one.finish()
    events = centre.timeline(one.run_id)
    assert text_of(events) == "Thank you for"
    assert sum(kind == "i" for _t, kind, _d in events) == len("Thank you for")


def test_a_second_tab_is_told_and_may_take_over(sit: Sit, centre: TypingCentre) -> None:
    one = sit(ENGLISH)
    one.type("Thank you")
    first, second = one.tab, one.context.new_page()
    second.goto(first.url)
    second.wait_for_selector("[data-elsewhere]:not([hidden])")
    assert second.locator("[data-field]").get_attribute("readonly") is not None
    second.click("[data-take-over]")
    first.wait_for_selector("[data-elsewhere]:not([hidden])")
    one.tab = second
    one.wait_until_open()
    assert one.text() == "Thank you"
    one.type(" for")
    one.finish()
    assert centre.run(one.run_id).final_text == "Thank you for"


def test_another_device_takes_over(sit: Sit, centre: TypingCentre) -> None:
    one = sit(ENGLISH)
    one.type("Thank you")
    one.wait_until_saved()
    other = sit(like=one)
    other.go(f"/typing/runs/{one.run_id}")
    other.tab.locator("form[action$='/take-over'] button").click()
    other.wait_until_open()
    assert other.text() == "Thank you"
    one.type(" nowhere")
    one.tab.wait_for_selector("[data-elsewhere]:not([hidden])")
    other.type(" for")
    other.finish()
    assert centre.run(one.run_id).final_text == "Thank you for"


def test_signing_in_again_without_losing_a_key(sit: Sit, centre: TypingCentre) -> None:
    one = sit(ENGLISH)
    one.type("Thank ")
    one.wait_until_saved()
    centre.end_sign_ins(one.username)
    one.type("you for")
    one.wait_for_status("Not saved – please sign in again")
    assert one.tab.evaluate("() => document.activeElement.id") == "field", "the focus stays"
    one.type(" calling")
    one.press_finish()
    one.tab.wait_for_selector("[data-sign-in][open]")
    one.tab.fill("#again-password", DEMO_PASSWORD)
    one.tab.click("[data-sign-in] button.btn-primary")
    one.wait_for_result()
    assert centre.run(one.run_id).final_text == "Thank you for calling"


def test_the_wall_ends_a_timed_run_by_itself(sit: Sit, centre: TypingCentre) -> None:
    timed = replace(WHOLE, mode=Mode.TIMED, duration_s=6)
    one = sit(ENGLISH, settings=timed)
    one.type("Thank you for calling. Yo", gap=60)
    one.wait_for_result(20_000)
    run = centre.run(one.run_id)
    events = centre.timeline(one.run_id)
    figures = run.metrics or {}
    assert run.state == RunState.CLOSED
    assert figures["duration_ms"] == pytest.approx(6_000, abs=250)
    assert figures["right"] == len("Thank you for calling. Yo")
    counted = len("Thank you for calling. Yo") / 5 / 0.1
    assert figures["net_speed"] == pytest.approx(counted, rel=0.05)
    assert max(t for t, _kind, _d in events) <= events[0][0] + 6_000


def test_enter_after_the_last_character_ends_the_run(sit: Sit, centre: TypingCentre) -> None:
    one = sit("Good morning,\nhow can I help?")
    one.type("Good morning,")
    one.tab.keyboard.press("Enter")
    one.type("how can I halp?")
    one.tab.keyboard.press("Enter")
    one.wait_for_result()
    run = centre.run(one.run_id)
    assert run.final_text == "Good morning,\nhow can I halp?"
    assert (run.metrics or {})["wrong"] == 1


def test_a_run_that_is_not_begun_says_so(sit: Sit, centre: TypingCentre) -> None:
    one = sit(ENGLISH)
    one.tab.keyboard.press("Shift")  # who changes the input method has not begun
    assert one.tab.locator("[data-typing][data-begun]").count() == 0
    one.tab.route(
        f"**/typing/runs/{one.run_id}",
        lambda route: route.fulfill(
            response=(answer := route.fetch()),
            body=answer.text().replace('data-start-within="60"', 'data-start-within="0"'),
        ),
    )
    one.tab.reload()
    one.tab.wait_for_selector("[data-late]:not([hidden])")
    assert one.tab.locator("[data-field]").get_attribute("readonly") is not None
    one.tab.click("[data-late] a")
    one.begin(one.test_id)
    assert centre.run(one.run_id).number == 2


def test_tab_leaves_the_field_and_the_page_can_be_set_up(sit: Sit) -> None:
    one = sit(ENGLISH)
    one.tab.keyboard.press("Tab")
    assert one.tab.evaluate("() => document.activeElement.dataset.view") == "time"
    one.tab.keyboard.press("Enter")
    assert one.tab.locator("[data-clock]").is_hidden()
    one.tab.click("[data-view=large]")
    one.tab.click("[data-view=contrast]")
    one.tab.click("[data-view=speed]")
    one.tab.reload()
    one.wait_until_open()
    assert one.tab.locator("[data-typing][data-large][data-contrast][data-speed]").count() == 1
    assert one.tab.locator("[data-clock]").is_hidden()


def test_the_passage_stays_in_view_on_a_phone(sit: Sit) -> None:
    one = sit(ENGLISH * 6, width=390, has_touch=True, is_mobile=True)
    one.tab.set_viewport_size({"width": 390, "height": 430})  # what a keyboard leaves of it
    one.type("Thank you for calling. Your parcel left our house on Monday", gap=5)
    script = """() => {
      const box = document.querySelector('[data-lines]').getBoundingClientRect();
      const now = document.querySelector('[data-current]').getBoundingClientRect();
      const field = document.querySelector('[data-field]').getBoundingClientRect();
      return [now.top >= box.top, now.bottom <= box.bottom, box.top >= 0,
              field.bottom <= window.innerHeight];
    }"""
    assert one.tab.evaluate(script) == [True, True, True, True]


def test_the_display_and_the_server_agree(sit: Sit, centre: TypingCentre) -> None:
    """The browser's own figures, over the same timeline, to within what is rounded."""
    one = sit(ENGLISH)
    typed = "Thank you fro calling. Your parcl left our house on Monday"
    one.type(typed, gap=15)
    one.finish()
    run = centre.run(one.run_id)
    figures = run.metrics or {}
    script = """async ([at, reference, typed, ms]) => {
      const { alignPrefix, figuresOf, fold } = await import(at);
      const [target, own] = [reference, typed].map(text => Array.from(fold(text)));
      return figuresOf(alignPrefix(target, own), target, own, { ms, unit: 'wpm' });
    }"""
    module = one.tab.evaluate(
        "() => document.querySelector('script[src*=frame]').src.replace('frame', 'typing-figures')"
    )
    shown = one.tab.evaluate(script, [module, ENGLISH, typed, figures["duration_ms"]])
    assert shown["gross"] == pytest.approx(figures["gross_speed"], rel=0.001)
    assert shown["right"] == pytest.approx(figures["right"], abs=1)
    assert same_signs(ENGLISH, typed) == pytest.approx(figures["right"], abs=1)


@pytest.mark.parametrize("language", ["en", "zh"])
@pytest.mark.parametrize("theme", ["light", "dark"])
def test_axe_finds_nothing(sit: Sit, language: str, theme: str) -> None:
    axe = pytest.importorskip("axe_playwright_python.sync_playwright").Axe()

    def faults() -> list[str]:
        found = axe.run(one.tab).response["violations"]
        wide = "document.documentElement.scrollWidth > document.documentElement.clientWidth + 1"
        own = ["scrolls sideways"] if one.tab.evaluate(wide) else []
        return own + [f"{v['id']}: {v['nodes'][0]['html'][:200]}" for v in found]

    one = sit(ENGLISH, language=language, color_scheme=theme, begins=False)
    for path in ("/", "/typing", "/typing/practice", "/typing/history"):
        one.go(path)
        assert faults() == [], path
    one.begin(one.test_id)
    one.type("Thank yo fxr calling.")
    one.tab.click("[data-view=speed]")
    assert faults() == []
    one.tab.click("[data-view=contrast]")
    assert faults() == []
    one.tab.evaluate("document.querySelector('[data-sign-in]').showModal()")
    assert faults() == []
    one.tab.evaluate("document.querySelector('[data-sign-in]').close()")
    one.finish()
    for figure in one.tab.locator(".th-typing-figure summary").all():
        figure.click()
    assert faults() == []
    for path in (f"/typing/runs/{one.run_id}/replay", "/typing/history", "/typing"):
        one.go(path)
        assert faults() == [], path
    one.tab.set_viewport_size({"width": 320, "height": 700})  # 1280 pixels at 400 %
    for path in (f"/typing/runs/{one.run_id}/replay", f"/typing/runs/{one.run_id}/result"):
        one.go(path)
        assert faults() == [], path


def test_the_replay_shows_compositions_and_corrections(sit: Sit) -> None:
    one = sit(CHINESE, settings=IN_CHINESE)
    one.compose("ninhao", "您们")
    one.tab.keyboard.press("Backspace")
    one.compose("hao", "好")
    one.finish()
    one.go(f"/typing/runs/{one.run_id}/replay")
    tab = one.tab
    tab.wait_for_selector("[data-player]:not([hidden])")
    tab.focus("[data-slider]")
    seen = set()
    length = float(tab.locator("[data-slider]").get_attribute("max") or 0)
    for share in range(101):
        value = str(length * share / 100)
        tab.locator("[data-slider]").evaluate(
            "(slider, value) => { slider.value = value;"
            " slider.dispatchEvent(new Event('input')); }",
            value,
        )
        seen.add((tab.inner_text("[data-typed]"), tab.inner_text("[data-composed]")))
    assert {("", "ninhao"), ("您们", ""), ("您", "hao"), ("您好", "")} <= seen
    assert tab.inner_text("[data-deleted]") == "1"
    tab.select_option("[data-speed]", "16")
    tab.click("[data-play]")  # from the start again
    tab.wait_for_function("() => document.querySelector('[data-typed]').textContent === '您好'")


def test_without_javascript_the_replay_is_a_table(sit: Sit, chromium: Any) -> None:
    one = sit(ENGLISH)
    one.type("Thank you")
    one.finish()
    one.context.clear_cookies()
    plain = sit(like=one, java_script_enabled=False)
    plain.go(f"/typing/runs/{one.run_id}/replay")
    assert plain.tab.locator("[data-player]").is_hidden()
    assert "Thank you" in plain.tab.inner_text(".th-typing-seconds table").replace("\n", " ")


CASES = Path(__file__).parent.parent / "typing_tests" / "cases.json"
SHOWN = {
    "right": "right", "wrong": "wrong", "missed": "missed", "extra": "extra",
    "reached": "reached", "net": "net_speed", "gross": "gross_speed", "accuracy": "final_accuracy",
}  # fmt: skip


def test_the_display_satisfies_the_same_cases(sit: Sit) -> None:
    one = sit(begins=False)
    script = """async ([figures, text, cases]) => {
      const { alignPrefix, alignWhole, figuresOf, fold } = await import(figures);
      const { createText } = await import(text);
      return cases.map((one) => {
        const typed = createText();
        for (const event of one.events) typed.apply(event);
        const [target, own] = [one.passage, typed.toString()]
          .map((signs) => Array.from(fold(signs, one.tests_width)));
        const isWhole = one.finished && one.allowed_ms === null;
        const found = (isWhole ? alignWhole : alignPrefix)(target, own);
        const rules = { ms: one.duration_ms, unit: one.expected.unit, finished: one.finished };
        return [typed.toString(), figuresOf(found, target, own, rules)];
      });
    }"""
    cases = json.loads(CASES.read_text("utf-8"))
    frame = one.tab.evaluate("() => document.querySelector('script[src*=frame]').src")
    modules = [frame.replace("frame", name) for name in ("typing-figures", "typing-text")]
    for case, (typed, shown) in zip(
        cases, one.tab.evaluate(script, [*modules, cases]), strict=True
    ):
        assert typed == case["typed"], case["name"]
        for own, theirs in SHOWN.items():
            assert shown[own] == pytest.approx(case["expected"][theirs]), (case["name"], own)
        if case["expected"]["unit"] == "wpm":
            wanted = case["expected"]["right_word_characters"]
            assert shown["rightWordCharacters"] == wanted, case["name"]
