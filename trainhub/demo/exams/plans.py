"""Which exams the demonstration centre holds, and when."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

from trainhub.assessment.rules.settings import (
    Blueprint,
    ExamSettings,
    Part,
    PassMarkMethod,
    Preset,
    Quota,
    When,
    preset,
)
from trainhub.demo.people import Agent

ENTRY, COMPLAINT, POLICY = "entry-exam", "complaint-exam", "refund-policy-change"
_SCORE_AT_ONCE = {
    Part.SCORE: When.AT_ONCE,
    Part.RIGHT_WRONG: When.AFTER_CLOSE,
    Part.KEY: When.AFTER_CLOSE,
    Part.EXPLANATION: When.AFTER_CLOSE,
}


@dataclass(frozen=True)
class PlannedSitting:
    """A sitting so many days from today, from an hour on for so many minutes.

    `who` picks the candidates; `share` of them turn up. `is_released`: by hand, where the exam
    leaves it to people.
    """

    days: int
    hour: int
    minutes: int
    who: Callable[[Agent], bool]
    name: str
    share: float = 1.0
    is_released: bool = True
    room: str = ""


@dataclass(frozen=True)
class PlannedExam:
    """An exam and its sittings. `fixed` means that the paper is all of the topic's questions up
    to `length`, long answers among them; otherwise the settings' quotas are drawn by.
    `published`: the day, counted from today; left out, three days before the first sitting."""

    key: str
    titles: dict[str, str]
    owner: str
    settings: ExamSettings
    sittings: tuple[PlannedSitting, ...]
    fixed: int = 0
    ease: float = 0.4
    marked_by: tuple[str, ...] = ()
    published: int | None = None


def _third(number: int) -> Callable[[Agent], bool]:
    return lambda agent: not _begins(agent) and agent.id % 3 == number


def _begins(agent: Agent) -> bool:
    return agent.is_new or agent.is_introduced


def _is_seasoned(agent: Agent) -> bool:
    return not agent.is_new


def _is_late(agent: Agent) -> bool:
    return agent.id % 9 == 4


EXAMS = (
    PlannedExam(
        key=ENTRY,
        titles={"zh": "上岗考试：产品与快捷用语", "en": "Entry exam: products and phrases"},
        owner="chen.jing",
        settings=replace(
            preset(Preset.EXAM),
            instructions={
                "zh": "闭卷。共 20 题，可以返回修改。每作答一题即自动保存，交卷后马上看到得分。",
                "en": "Closed book. 20 questions; you may go back. Every answer is saved as you"
                " give it, and you see your score as soon as you hand in.",
            },
            blueprint=Blueprint(
                (
                    Quota(8, ENTRY, "basic"),
                    Quota(8, ENTRY, "standard"),
                    Quota(4, ENTRY, "advanced"),
                )
            ),
            duration_s=40 * 60,
            attempts=2,
            pause_s=24 * 3600,
            pass_mark_method=PassMarkMethod.ANGOFF,
            pass_mark_note="79.4 % → 80 %",  # noqa: S106 -- a mark, not a word to pass
            release=_SCORE_AT_ONCE,
        ),
        sittings=(
            PlannedSitting(-45, 9, 90, _third(0), "A"),
            PlannedSitting(-24, 14, 90, _third(1), "B"),
            PlannedSitting(-10, 9, 90, _third(2), "C", share=0.94),
            PlannedSitting(0, 0, 14 * 24 * 60, _begins, "D", share=0.3),
        ),
        published=-480,
    ),
    PlannedExam(
        key=COMPLAINT,
        titles={"zh": "投诉处理考试", "en": "Complaint handling exam"},
        owner="lin.yue",
        settings=replace(
            preset(Preset.EXAM),
            instructions={
                "zh": "选择题自动判分，论述题由两位内训师独立阅卷，成绩由内训师发布。",
                "en": "Choice questions are marked at once; trainers mark the long answers"
                " independently and release the results.",
            },
            duration_s=50 * 60,
            pass_mark=75,
            markers=2,
        ),
        sittings=(
            PlannedSitting(-31, 9, 75, lambda agent: not agent.is_new and agent.id % 2 == 0, "A"),
            PlannedSitting(
                -2,
                14,
                75,
                lambda agent: not agent.is_new and agent.id % 4 == 1,
                "B",
                is_released=False,
            ),
            PlannedSitting(
                3, 9, 75, lambda agent: not agent.is_new and agent.id % 4 == 3, "C", share=0
            ),
        ),
        fixed=16,
        marked_by=("lin.yue", "chen.jing", "emma.clarke"),
    ),
    PlannedExam(
        key=POLICY,
        titles={"zh": "退费新规闭卷考试", "en": "Closed-book exam: the new refund rules"},
        owner="emma.clarke",
        settings=replace(
            preset(Preset.CLOSED_BOOK),
            instructions={
                "zh": "新规本月生效，全员闭卷。一页一题，不能返回。",
                "en": "The new rules are in force this month. Everybody sits; one question a page,"
                " no going back.",
            },
            pass_mark=90,
        ),
        sittings=(
            PlannedSitting(-8, 8, 45, lambda agent: _is_seasoned(agent) and agent.id % 2 == 0, "A"),
            PlannedSitting(
                -8, 13, 45, lambda agent: _is_seasoned(agent) and agent.id % 2 == 1, "B",
            ),
            PlannedSitting(2, 9, 45, _is_late, "C", share=0, room="lighthouse"),
        ),
        fixed=20,
        ease=2.0,
    ),
)  # fmt: skip
