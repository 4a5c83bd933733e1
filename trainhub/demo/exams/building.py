"""Publishing the exams, opening their sittings, and letting people have sat them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, time, timedelta
from random import Random
from zoneinfo import ZoneInfo

from sqlalchemy import insert, select

from trainhub.assessment.models import (
    BankItem,
    BankItemEdition,
    BankItemVersion,
    Candidate,
    Exam,
    ExamVersion,
    Sitting,
)
from trainhub.assessment.rules.settings import (
    Blueprint,
    ExamSettings,
    PassMarkMethod,
    settings_from,
)
from trainhub.assessment.services.bank import take_over_catalogue
from trainhub.catalogue.rules.quiz_text import Kind
from trainhub.catalogue.rules.vocabulary import LANGUAGES
from trainhub.db import db
from trainhub.demo.exams.answering import Behaviour, behaviours
from trainhub.demo.exams.judging import write_sheet
from trainhub.demo.exams.papers import PaperWriter
from trainhub.demo.exams.plans import EXAMS, PlannedExam, PlannedSitting
from trainhub.demo.people import Agent

Bank = dict[int, dict[str, Behaviour]]


def build_exams(
    rng: Random, agents: list[Agent], ids: dict[str, int], now: datetime, zone: ZoneInfo
) -> None:
    """Publish the exams over the catalogue's questions and write their past. Flushes only."""
    take_over_catalogue(now)
    for plan in EXAMS:
        bank = _questions(rng, plan.key)
        if bank:
            _Builder(rng, agents, ids, now, zone).build(plan, bank)


def hold_sittings(
    rng: Random, key: str, sittings: Sequence[tuple[PlannedSitting, list[Agent]]],
    ids: dict[str, int], now: datetime, zone: ZoneInfo,
) -> None:  # fmt: skip
    """More sittings of an exam that is published, to which all these people have come."""
    plan = next(one for one in EXAMS if one.key == key)
    version = db.session.scalars(
        select(ExamVersion)
        .join(Exam, Exam.published_version_id == ExamVersion.id)
        .filter_by(key=key)
    ).one_or_none()
    if version is None:
        return
    bank = _questions(rng, key)
    marked_by = [ids[one] for one in plan.marked_by]
    writer = PaperWriter(rng, settings_from(version.settings), version, plan, bank, marked_by)
    for planned, people in sittings:
        builder = _Builder(rng, people, ids, now, zone)
        called_at = builder._at(planned.days - 4, 10)
        sitting = builder._open(plan, planned, version, called_at)
        writer.write(sitting, builder._candidates(sitting, planned, called_at), sitting.closes_at)


def _questions(rng: Random, topic: str) -> Bank:
    rows = db.session.execute(
        select(BankItem, BankItemVersion)
        .join(BankItemEdition, BankItemEdition.item_id == BankItem.id)
        .join(BankItemVersion, BankItemVersion.id == BankItemEdition.version_id)
        .where(BankItem.topic == topic)
        .order_by(BankItem.id, BankItemVersion.language)
    )
    found = behaviours(rng, [(item, version) for item, version in rows])
    return {key: each for key, each in found.items() if each.keys() == set(LANGUAGES)}


class _Builder:
    """Builds one exam after another for one centre."""

    def __init__(
        self, rng: Random, agents: list[Agent], ids: dict[str, int], now: datetime, zone: ZoneInfo
    ) -> None:
        self.rng, self.agents, self.ids = rng, agents, ids
        self.now, self.zone = now, zone

    def build(self, plan: PlannedExam, bank: Bank) -> None:
        settings = self._settings(plan, bank)
        first = min(one.days for one in plan.sittings) - 3
        published_at = self._at(first if plan.published is None else plan.published, 10)
        version = self._publish(plan, settings, published_at)
        if settings.pass_mark_method is PassMarkMethod.ANGOFF:
            pool = [next(iter(each.values())).drawable for each in bank.values()]
            write_sheet(version, pool, self.ids, published_at)
        writer = PaperWriter(
            self.rng, settings, version, plan, bank, [self.ids[one] for one in plan.marked_by]
        )
        for planned in plan.sittings:
            sitting = self._open(plan, planned, version, published_at)
            candidates = self._candidates(sitting, planned, published_at)
            come = [
                (candidate_id, agent)
                for candidate_id, agent in candidates
                if self.rng.random() < planned.share
                and not (agent.is_introduced and sitting.closes_at > self.now)
            ]
            done_by = min(self.now, sitting.closes_at)
            if sitting.opens_at < self.now and done_by - sitting.opens_at > timedelta(minutes=40):
                writer.write(sitting, come, done_by)

    def _settings(self, plan: PlannedExam, bank: Bank) -> ExamSettings:
        if not plan.fixed:
            return plan.settings
        one_language = [next(iter(each.values())) for each in bank.values()]
        long = [one for one in one_language if one.item.kind is Kind.LONG_ANSWER]
        others = [one for one in one_language if one.item.kind is not Kind.LONG_ANSWER]
        chosen: list[Behaviour] = []
        met: set[str] = set()
        for one in others:
            if len(chosen) + len(long) < plan.fixed and met.isdisjoint(one.drawable.enemies):
                chosen.append(one)
                met.update(one.drawable.enemies)
        keys = tuple(one.item.key for one in chosen + long)
        return replace(plan.settings, blueprint=Blueprint(items=keys))

    def _publish(
        self, plan: PlannedExam, settings: ExamSettings, published_at: datetime
    ) -> ExamVersion:
        owner_id, stored = self.ids[plan.owner], settings.as_dict()
        exam = Exam(
            key=plan.key,
            titles=plan.titles,
            settings=stored,
            owner_id=owner_id,
            created_at=published_at,
        )
        db.session.add(exam)
        db.session.flush()
        version = ExamVersion(
            exam_id=exam.id,
            number=1,
            titles=plan.titles,
            settings=stored,
            published_at=published_at,
            published_by_id=owner_id,
        )
        db.session.add(version)
        db.session.flush()
        exam.published_version_id = version.id
        db.session.flush()
        return version

    def _open(
        self, plan: PlannedExam, planned: PlannedSitting, version: ExamVersion, at: datetime
    ) -> Sitting:
        opens_at = self._at(planned.days, planned.hour)
        closes_at = opens_at + timedelta(minutes=planned.minutes)
        released = planned.is_released and closes_at < self.now
        sitting = Sitting(
            exam_id=version.exam_id,
            exam_version_id=version.id,
            name=f"{opens_at.astimezone(self.zone):%m-%d} {planned.name}",
            opens_at=opens_at,
            closes_at=closes_at,
            access_code=planned.room,
            networks=[],
            form_seed=self.rng.randbytes(8).hex(),
            created_at=at,
            created_by_id=self.ids[plan.owner],
            released_at=min(closes_at + timedelta(days=1), self.now) if released else None,
            released_by_id=self.ids[plan.owner] if released else None,
        )
        db.session.add(sitting)
        db.session.flush()
        return sitting

    def _candidates(
        self, sitting: Sitting, planned: PlannedSitting, at: datetime
    ) -> list[tuple[int, Agent]]:
        chosen = {agent.id: agent for agent in self.agents if planned.who(agent)}
        if not chosen:
            return []
        rows = [
            {"sitting_id": sitting.id, "person_id": agent_id, "added_at": at} for agent_id in chosen
        ]
        db.session.execute(insert(Candidate), rows)
        found = db.session.execute(
            select(Candidate.id, Candidate.person_id)
            .where(Candidate.sitting_id == sitting.id)
            .order_by(Candidate.id)
        )
        return [(candidate_id, chosen[person_id]) for candidate_id, person_id in found]

    def _at(self, days: int, hour: int) -> datetime:
        day = self.now.astimezone(self.zone).date() + timedelta(days=days)
        return datetime.combine(day, time(hour), self.zone)
