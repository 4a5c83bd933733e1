"""Writing, publishing and assigning a course in the browser, and an agent who takes it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from zoneinfo import ZoneInfo

import pytest

from tests.e2e.browsing import Visitor
from tests.e2e.solving import check_answer, fill_in
from trainhub.catalogue.rules.quiz_text import parse_quiz
from trainhub.clock import today
from trainhub.paths import QUIZZES

pytestmark = pytest.mark.e2e
CENTRE_ZONE = ZoneInfo("Asia/Shanghai")


@dataclass(frozen=True)
class Journey:
    """Who writes what for whom."""

    language: str
    trainer: str
    agent: str
    team: str
    slug: str
    title: str
    first: str
    secret: str


JOURNEYS = (
    Journey(
        language="zh",
        trainer="lin.yue",
        agent="xu.jiayi",
        team="晨星组",
        slug="zh-refund",
        title="退款怎么说",
        first="先说结果",
        secret="只给内训师看",
    ),
    Journey(
        language="en",
        trainer="emma.clarke",
        agent="olivia.reed",
        team="Harbour",
        slug="en-refund",
        title="Saying refunds",
        first="Result first",
        secret="For trainers only",
    ),
)


def course_text(journey: Journey) -> str:
    """A course of two lessons that asks one question."""
    return f"""---
title: {journey.title}
summary: {journey.title}.
series: desk-skills
order: 9
minutes: 15
knowledge_line: support
objectives:
  - key: say-it
    text: {journey.first}
language: {journey.language}
---

## {journey.first} {{#result}}

{journey.first}.

::: trainer minutes=2
{journey.secret}
:::

::: checkpoint quiz=quick-phrases items="{item_key(journey)}"
:::

## {journey.title} 2 {{#second}}

{journey.title}.
"""


def item_key(journey: Journey) -> str:
    """The first question of the shipped quiz."""
    return item_of(journey).key


def item_of(journey: Journey):
    quiz = parse_quiz((QUIZZES / f"quick-phrases.{journey.language}.yaml").read_text("utf-8"))
    return quiz.items[0]


def write(visitor: Visitor, journey: Journey) -> None:
    """Begin a course at the desk, write it, see it, publish it."""
    tab = visitor.tab
    visitor.go("/writing-desk/courses/new")
    tab.fill("[name=title]", journey.title)
    tab.fill("[name=slug]", journey.slug)
    tab.select_option("[name=series]", "desk-skills")
    tab.check(f"main [name=language][value={journey.language}]")
    tab.click("main form:has([name=slug]) button[type=submit], main form:has([name=slug]) button")
    tab.wait_for_url("**/edit")
    with tab.expect_response(lambda answer: answer.url.endswith("/draft") and answer.ok):
        tab.fill("#source", course_text(journey))
    tab.locator("[data-preview]").get_by_text(f"{journey.first}", exact=False).first.wait_for()
    assert journey.secret not in tab.inner_text("[data-preview]")
    tab.click("[data-reader=trainer]")
    tab.locator("[data-preview]").get_by_text(journey.secret).wait_for()
    tab.click("button[name=next][value=publish]")
    tab.wait_for_url("**/publish")
    tab.locator("main form:has([name=note]) button.btn-primary").click()
    tab.wait_for_url(lambda url: "/publish" not in url)


def assign(visitor: Visitor, journey: Journey) -> None:
    """Assign the course to a team, due in a week."""
    tab = visitor.tab
    visitor.go("/assignments/new")
    tab.get_by_label(journey.title, exact=False).first.check()
    tab.get_by_label(journey.team, exact=False).first.check()
    tab.fill("[name=due_on]", (today(CENTRE_ZONE) + timedelta(days=6)).isoformat())
    tab.locator("main form:has([name=due_on]) button.btn-primary").last.click()
    tab.wait_for_url("**/assignments*")
    assert journey.title in tab.inner_text("main")


@pytest.mark.parametrize("journey", JOURNEYS, ids=lambda journey: journey.language)
def test_a_course_goes_from_the_desk_to_a_finished_learner(
    visit: Callable[..., Visitor], journey: Journey
) -> None:
    trainer = visit(journey.trainer, language=journey.language)
    write(trainer, journey)
    assign(trainer, journey)

    agent = visit(journey.agent, language=journey.language, width=390)
    tab = agent.tab
    agent.go("/learning")
    tab.get_by_role("link", name=journey.title).first.click()
    tab.wait_for_url(lambda url: "/learning/" in url)
    if tab.locator("form[action$='/start']").count():
        tab.locator("form[action$='/start'] button").first.click()
    tab.wait_for_url("**/lessons/result*")
    assert journey.secret not in tab.content()
    fill_in(tab, "q1", item_of(journey))
    check_answer(tab, "q1")
    tab.click("form[action$='/done'] button")
    tab.wait_for_url("**/lessons/second*")
    tab.click("form[action$='/done'] button")
    tab.wait_for_url("**/completed")

    trainer.go(f"/courses/{journey.slug}/learners")
    assert "1" in trainer.tab.inner_text("main")


def test_two_writers_lose_neither_text(visit: Callable[..., Visitor]) -> None:
    one, two = visit("lin.yue", language="zh"), visit("chen.jing", language="zh")
    path = "/courses/quick-phrases/zh/edit"
    for visitor in (one, two):
        visitor.go(path)
    for visitor, words in ((one, "第一位写的话"), (two, "第二位写的话")):
        text = visitor.tab.input_value("#source")
        visitor.tab.fill("#source", text + f"\n{words}\n")
        visitor.tab.click("button[name=next][value=edit]")
        visitor.tab.wait_for_load_state()
    shown = two.tab.inner_text("main") + two.tab.locator("main textarea").first.input_value()
    assert "第一位写的话" in shown
    assert "第二位写的话" in shown
