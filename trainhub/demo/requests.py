"""Training requests of the demonstration centre, one at each step of the way."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from trainhub.catalogue.models import Course
from trainhub.db import db
from trainhub.delivery.models import TrainingRequest
from trainhub.delivery.rules.request_checks import Wish
from trainhub.delivery.rules.requests import Act
from trainhub.delivery.services import requests as services
from trainhub.people.models import Person

SUBMITTED, IN_REVIEW, REJECTED, WITHDRAWN, APPROVED, ASKED, ACCEPTED = range(1, 8)


@dataclass(frozen=True)
class Told:
    """A request and how far it has come; days count from today."""

    asked_by: str
    team: int
    topic: str
    reason: str
    course: str
    heads: int
    asked: int
    upto: int
    figure: tuple[str, str, str] = ("", "", "")
    trainer: str = ""
    note: str = ""
    window: tuple[int, int] = field(default=(7, 28))


TOLD = (
    Told("tang.xin", 1, "处理投诉时先安抚再澄清", "新人一接到投诉就开始解释政策，客户更急。",
         "complaint-four-steps", 8, -1, 0, ("投诉一次解决率", "71%", "80%")),
    Told("gao.feng", 0, "快捷短语怎么选、什么时候用", "短语用错场景，客户以为是机器人。",
         "quick-phrases", 8, -1, SUBMITTED, ("三分钟回复率", "86%", "93%")),
    Told("wu.gang", 2, "挖需求：问对三个问题", "咨询转化一直在三成五，问得太少。",
         "selling-needs", 9, -3, IN_REVIEW, ("咨询转化率", "35%", "42%")),
    Told("sarah.mills", 4, "Typing while listening", "Notes are written after the call.",
         "typing-at-work", 8, -6, REJECTED, ("After-call work", "55 s", "40 s"),
         note="The course can be taken online at any time: assign it to the team instead."),
    Told("tang.xin", 1, "月末话术复习", "月末来电多，想统一一下话术。",
         "quick-phrases", 8, -12, WITHDRAWN),
    Told("james.ford", 5, "Calming an angry caller", "Escalations doubled since the new fee.",
         "complaint-four-steps", 8, -4, ASKED, ("Escalations per 1,000", "9.2", "6"),
         trainer="emma.clarke", note="Please use our own calls of last week."),
    Told("wu.gang", 3, "服务关键时刻进阶", "质检显示结束语后还有问题没问完。",
         "mot-advanced", 8, -8, ACCEPTED, ("质检结束语得分", "82", "90"), trainer="lin.yue"),
)  # fmt: skip
# These go on to a class: planned, delivered, closed.
COMING = Told("gao.feng", 0, "谈方案：报价之前先复述", "谈到价格就冷场。", "selling-offer", 8, -9,
              ACCEPTED, ("报价后成交率", "28%", "35%"), "chen.jing", window=(3, 20))  # fmt: skip
HELD = Told("gao.feng", 0, "投诉处理四步法", "投诉升级的电话里有一半没有先安抚。",
            "complaint-four-steps", 8, -30, ACCEPTED, ("投诉升级率", "12%", "8%"), "lin.yue",
            window=(-24, -4))  # fmt: skip
CLOSED = Told("wu.gang", 3, "投诉处理四步法", "新的退款规则引来很多投诉。",
              "complaint-four-steps", 8, -45, ACCEPTED, ("投诉一次解决率", "66%", "75%"),
              "chen.jing", window=(-40, -18))  # fmt: skip


@dataclass(frozen=True)
class Asking:
    """What the requests are made with."""

    ids: dict[str, int]
    team_ids: list[int]
    courses: dict[str, Course]
    today: date
    zone: ZoneInfo

    def person(self, username: str) -> Person:
        """One of the cast."""
        return db.session.get_one(Person, self.ids[username])

    def at(self, days: int, hour: int, limit: datetime) -> datetime:
        """An hour of a day counted from today, not later than `limit`."""
        on = self.today + timedelta(days=days)
        local = datetime(on.year, on.month, on.day, hour, tzinfo=self.zone)
        return min(local.astimezone(UTC), limit)

    def make(self, told: Told, now: datetime) -> TrainingRequest:
        """The request, taken as far as it is told."""
        asker, planner = self.person(told.asked_by), self.person("planner")
        made = services.write_request(
            self._wish(told), actor=asker, now=self.at(told.asked, 10, now)
        )
        if told.upto == 0:
            return made
        services.submit(made, revision=made.revision, actor=asker, now=self.at(told.asked, 11, now))
        if told.upto == WITHDRAWN:
            services.withdraw(
                made, revision=made.revision, note="月末已经过了", actor=asker,
                now=self.at(told.asked + 4, 15, now),
            )  # fmt: skip
        if told.upto in (SUBMITTED, WITHDRAWN):
            return made
        services.take_up(
            made, revision=made.revision, actor=planner, now=self.at(told.asked + 1, 9, now)
        )
        if told.upto == IN_REVIEW:
            return made
        decision = Act.REJECT if told.upto == REJECTED else Act.APPROVE
        services.answer(
            made, decision, revision=made.revision, note=told.note,
            course=self.courses[told.course], actor=planner,
            now=self.at(told.asked + 1, 10, now),
        )  # fmt: skip
        if told.upto >= ASKED:
            self._ask_trainer(made, told, planner, now)
        return made

    def _ask_trainer(
        self, made: TrainingRequest, told: Told, planner: Person, now: datetime
    ) -> None:
        trainer = self.person(told.trainer)
        services.propose_trainer(
            made, trainer.id, revision=made.revision, note="", actor=planner,
            now=self.at(told.asked + 2, 9, now),
        )  # fmt: skip
        if told.upto >= ACCEPTED:
            services.answer_proposal(
                made, accepts=True, revision=made.revision, note="", actor=trainer,
                now=self.at(told.asked + 2, 16, now),
            )  # fmt: skip

    def _wish(self, told: Told) -> Wish:
        first, last = (self.today + timedelta(days=days) for days in told.window)
        figure, figure_now, figure_goal = told.figure
        return Wish(
            told.topic, told.reason, self.courses[told.course].id, self.team_ids[told.team],
            told.heads, first, last, figure, figure_now, figure_goal,
        )  # fmt: skip
