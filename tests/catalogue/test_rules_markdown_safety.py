"""No text of the catalogue can do anything in a reader's page."""

from __future__ import annotations

import time
from pathlib import Path

import pytest

from tests.catalogue.hostile_markup import faults
from trainhub.catalogue.markdown import RenderCache, Rendered, render

PAYLOADS = (Path(__file__).parent / "payloads/markdown_xss.txt").read_text("utf-8").split("\n%%\n")

PLACES = {
    "alone": "¤",
    "in a sentence": "before ¤ after",
    "heading": "### ¤",
    "list": "text\n- ¤\n  - ¤",
    "table": "| a | b |\n|---|---|\n| ¤ | x |",
    "quotation": "> ¤",
    "block": "::: tip\n¤\n:::",
    "title of a block": '::: case title="¤"\nx\n:::',
    "strong": "**¤** and ==¤==",
    "code": "`¤`",
    "fence": "```\n¤\n```",
    "fence language": "```¤\nx\n```",
    "formula": "$\\text{¤}$",
    "display formula": "$$¤$$",
    "diagram": '```mermaid\nflowchart TD\n A["¤"] --> B[b]\n```',
    "description of a picture": "![¤](media/a.png)",
    "name of a picture": "![a](media/¤)",
    "title of a picture": '![a](media/a.png "¤")',
    "text of a link": "[¤](https://ok.example)",
    "address of a link": "[a](¤)",
    "pointed address": "[a](<¤>)",
    "title of a link": '[a](https://ok.example "¤")',
    "footnote": "a[^1]\n\n[^1]: ¤",
    "abbreviation": "HTML\n\n*[HTML]: ¤",
    "definition": "Term\n:   ¤",
    "attributes": "text\n{: ¤ }",
    "task": "- [ ] ¤",
    "course link": "[a](course:¤)",
}


def rendered(text: str) -> Rendered:
    return render(
        text,
        resolve_media=lambda name: f"/m/{abs(hash(name))}.png",
        resolve_course=lambda group, lesson: f"/courses/{group}" + (f"#{lesson}" if lesson else ""),
        id_prefix="t-",
        for_trainer=True,
    )


def test_there_are_enough_payloads() -> None:
    assert len(set(PAYLOADS)) >= 96


@pytest.mark.parametrize("place", PLACES)
def test_no_payload_does_anything_in_any_place(place: str) -> None:
    found = {}
    for payload in PAYLOADS:
        shown = rendered(PLACES[place].replace("¤", payload))
        wrong = faults(shown.html) + faults(str(shown.inline))
        if wrong:
            found[payload] = wrong
    assert not found


def test_raw_html_is_shown_as_text() -> None:
    assert rendered("a <b>c</b>").html == "<p>a &lt;b&gt;c&lt;/b&gt;</p>"


def test_a_picture_from_elsewhere_leaves_its_description() -> None:
    html = rendered("![a cat](https://elsewhere.example/cat.png)").html
    assert "<img" not in html
    assert "a cat" in html


@pytest.mark.parametrize(
    "bomb",
    [
        "[" * 5_000,
        "![" * 5_000,
        "*a" * 5_000,
        "**a*" * 3_000,
        "_" * 5_000,
        "`" * 5_000,
        "==a" * 3_000,
        "$a" * 5_000,
        ">" * 3_000,
        "> " * 3_000,
        "- " * 3_000,
        "\n".join(" " * 2 * depth + "- x" for depth in range(400)),
        "[a](" * 3_000,
        "<" * 10_000,
        "a\n: " * 2_000,
        "|" * 5_000 + "\n|" + "-|" * 5_000,
        "[^a]" * 2_000 + "\n\n[^a]: x",
        "&" * 20_000,
        "{:" * 5_000,
        "::: tip\n" * 1_000,
        "$" + "{" * 900 + "}" * 900 + "$",
        "$" + r"\frac{" * 300 + "}" * 600 + "$",
        "```mermaid\nflowchart TD\n" + "".join(f"A{n} --> A{n + 1}\n" for n in range(400)) + "```",
        "a " * 100_000,
        "# a\n" * 2_000,
    ],
    ids=lambda bomb: bomb[:12].replace("\n", "/"),
)
def test_no_text_of_a_few_pages_takes_more_than_seconds(bomb: str) -> None:
    began = time.process_time()
    shown = rendered(bomb)
    assert time.process_time() - began < 8  # measured well under 2 s; the machine may be busy
    assert not faults(shown.html)


def test_the_cache_stays_within_its_bytes_and_forgets_the_oldest() -> None:
    cache = RenderCache(max_bytes=20_000)
    first = cache.render("one " * 100, context="a")
    assert cache.render("one " * 100, context="a") is first
    for number in range(50):
        cache.render(f"{number} " * 100, context="a")
    assert cache.size <= 20_000
    assert cache.render("one " * 100, context="a") is not first


def test_the_cache_renders_a_text_without_identifiers_once_for_all_places() -> None:
    cache = RenderCache()
    plain = [cache.render("Plain", context="a", id_prefix=prefix) for prefix in ("q1-", "q2-")]
    assert plain[0] is plain[1]
    for prefix in ("", "q1-", "q2-"):
        headed = cache.render("### Heading", context="a", id_prefix=prefix)
        assert f'id="{prefix}heading"' in headed.html


def test_the_cache_keeps_contexts_apart() -> None:
    cache = RenderCache()
    text = "![a](media/a.png)"
    one = cache.render(text, context="one", resolve_media=lambda name: f"/one/{name}")
    two = cache.render(text, context="two", resolve_media=lambda name: f"/two/{name}")
    assert "/one/a.png" in one.html
    assert "/two/a.png" in two.html
