"""The editor in a real browser: marks, the draft that saves itself, pictures, questions."""

from __future__ import annotations

import io
from collections.abc import Callable
from typing import Any

import pytest
from PIL import Image

from tests.e2e.browsing import Visitor

pytestmark = pytest.mark.e2e
EDIT = "/courses/selling-offer/en/edit"


def go_to_end(tab: Any) -> None:
    """Put the caret behind the text."""
    tab.locator("#source").evaluate("field => { field.focus(); field.setSelectionRange(1e9, 1e9) }")


@pytest.fixture
def writer(visit: Callable[..., Visitor]) -> Visitor:
    """A trainer in the editor."""
    visitor = visit("emma.clarke", language="en")
    visitor.go(EDIT)
    return visitor


def test_a_mark_is_put_around_the_selection_and_can_be_undone(writer: Visitor) -> None:
    tab = writer.tab
    go_to_end(tab)
    tab.keyboard.type("a plain word")
    for _letter in "word":
        tab.keyboard.press("Shift+ArrowLeft")
    tab.keyboard.press("Control+b")
    assert tab.input_value("#source").endswith("a plain **word**")

    tab.keyboard.press("Control+z")

    assert tab.input_value("#source").endswith("a plain word")


def test_the_toolbar_is_walked_by_arrow_keys(writer: Visitor) -> None:
    tab = writer.tab
    tab.get_by_role("button", name="Bold").focus()
    tab.keyboard.press("ArrowRight")
    assert tab.evaluate("document.activeElement.getAttribute('aria-label')") == "Italic"
    tab.keyboard.press("End")
    assert tab.evaluate("document.activeElement.getAttribute('aria-label')") == "Checkpoint"


def test_the_draft_survives_a_broken_network(writer: Visitor) -> None:
    tab = writer.tab
    go_to_end(tab)
    writer.context.set_offline(True)
    tab.keyboard.type("\nWritten without a network.")
    status = tab.locator("[data-status]")
    status.get_by_text("Not saved, trying again").wait_for()

    with tab.expect_response(lambda answer: answer.url.endswith("/draft") and answer.ok):
        writer.context.set_offline(False)
    tab.reload()

    assert "Written without a network." in tab.input_value("#source")


def test_a_finding_leads_to_its_line(writer: Visitor) -> None:
    tab = writer.tab
    go_to_end(tab)
    tab.keyboard.type("\n\n::: nonsense")
    tab.locator("[data-findings] a[data-line]").first.click()

    chosen = "field => field.value.slice(field.selectionStart, field.selectionEnd)"
    assert tab.locator("#source").evaluate(chosen) == "::: nonsense"
    tab.keyboard.press("Delete")
    with tab.expect_response(lambda answer: answer.url.endswith("/draft") and answer.ok):
        tab.keyboard.press("Control+s")


def test_a_picture_comes_into_the_text_and_the_preview(writer: Visitor) -> None:
    tab = writer.tab
    go_to_end(tab)
    out = io.BytesIO()
    Image.new("RGB", (40, 20), "teal").save(out, "PNG")
    file = {"name": "Our Desk.png", "mimeType": "image/png", "buffer": out.getvalue()}
    tab.set_input_files("#picture", file)
    tab.locator("[data-pictures] form button").click()
    tab.locator("[data-preview] img[src$='our-desk.png']").wait_for()

    assert "(media/our-desk.png)" in tab.input_value("#source")


def test_a_question_is_written_tried_and_saved(visit: Callable[..., Visitor]) -> None:
    visitor = visit("emma.clarke", language="en", width=390)
    tab = visitor.tab
    visitor.go("/quizzes/selling-offer/en/questions/new/single")
    tab.fill("#stem", "What comes **first**?")
    for number, text in enumerate(("The need", "The price", "The name", "The end")):
        tab.fill(f"#options-{number}-text", text)
    tab.get_by_role("button", name="One row more").click()
    tab.check("#options-1-correct")
    tab.check("#options-0-correct")
    assert not tab.is_checked("#options-1-correct")
    tab.fill("#feedback", "Without a need there is no offer.")
    tab.fill("#key", "what-first")
    tab.fill("#options-4-text", "Nothing")  # last: no later preview takes the place of its own
    pane = tab.locator("[data-question-preview]")
    pane.get_by_text("Nothing").wait_for()
    pane.get_by_label("The price").check()
    pane.get_by_role("button", name="Check the answer").click()
    pane.get_by_text("Not right").wait_for()

    tab.get_by_role("button", name="Save").last.click()

    tab.wait_for_url("**/questions#question-what-first")
    assert "what-first" in tab.inner_text("main")


def test_without_scripts_text_is_saved_and_shown(visit: Callable[..., Visitor]) -> None:
    visitor = visit("emma.clarke", language="en", java_script_enabled=False)
    tab = visitor.tab
    visitor.go("/courses/selling-closing/en/edit")
    text = tab.input_value("#source")
    tab.fill("#source", text + "\nWritten without scripts.\n")
    tab.get_by_role("button", name="Save", exact=True).click()

    tab.locator("[data-preview]").get_by_text("Written without scripts.").wait_for()
