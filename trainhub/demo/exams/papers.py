"""Papers that people have handed in: attempts, responses, events, marks, records, in bulk."""

from __future__ import annotations

from base64 import urlsafe_b64encode
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from random import Random
from typing import Any

from sqlalchemy import insert, select

from trainhub.assessment.models import (
    Attempt,
    AttemptEvent,
    AttemptItem,
    ExamVersion,
    HandMark,
    MarkingTask,
    Sitting,
)
from trainhub.assessment.rules.drawing import draw
from trainhub.assessment.rules.rubric import (
    Judgement,
    markers_needed,
    rubric_of,
    settled_points,
    stored_judgement,
)
from trainhub.assessment.rules.scoring import MILLION, as_millionths, sum_paper
from trainhub.assessment.rules.settings import ExamSettings, Part, When
from trainhub.assessment.rules.states import AttemptKind, EndedBy, Event, State
from trainhub.db import db
from trainhub.demo.exams.answering import Behaviour
from trainhub.demo.exams.plans import PlannedExam
from trainhub.demo.people import Agent
from trainhub.ledger.models import LearningRecord, Verb

BATCH = 2_000


@dataclass
class Sheet:
    """One long answer with what its markers gave; no marker yet means it waits in the queue."""

    no: int
    judgements: list[Judgement]

    @property
    def mark_millionths(self) -> int:
        """What the markers come to."""
        return as_millionths(settled_points(self.judgements))


@dataclass
class Paper:
    """One attempt on its way into the tables."""

    candidate_id: int
    person_id: int
    started_at: datetime
    ended_at: datetime
    by_deadline: bool
    row: dict[str, Any]
    items: list[dict[str, Any]]
    sheets: list[Sheet] = field(default_factory=list)


class PaperWriter:
    """Writes the papers of one exam's sittings."""

    def __init__(
        self,
        rng: Random,
        settings: ExamSettings,
        version: ExamVersion,
        plan: PlannedExam,
        bank: dict[int, dict[str, Behaviour]],
        marker_ids: list[int],
    ) -> None:
        self.rng, self.settings, self.version = rng, settings, version
        self.plan, self.bank, self.marker_ids = plan, bank, marker_ids

    def write(self, sitting: Sitting, people: list[tuple[int, Agent]], done_by: datetime) -> None:
        """Let these candidates have sat the exam, some of them to the last minute."""
        for start in range(0, len(people), BATCH):
            papers = [
                self._paper(sitting, candidate_id, agent, done_by)
                for candidate_id, agent in people[start : start + BATCH]
            ]
            self._insert(sitting, papers)

    def _paper(self, sitting: Sitting, candidate_id: int, agent: Agent, done_by: datetime) -> Paper:
        seed = self.rng.randbytes(8).hex()
        pool = [each[agent.language].drawable for each in self.bank.values()
                if agent.language in each]  # fmt: skip
        drawn = draw(self.settings.blueprint, pool, seed, shuffle=self.settings.shuffle_items)
        limit = timedelta(seconds=self.settings.duration_s)
        started_at = self._start(sitting, done_by, limit)
        closes_at = min(started_at + limit, sitting.closes_at)
        theta = (agent.ability - 0.78) * 5 + self.plan.ease + self.rng.gauss(0, 0.35)
        at, items, sheets = started_at, [], []
        for no, drawable in enumerate(drawn, start=1):
            behaviour = self.bank[drawable.item_id][agent.language]
            seconds = behaviour.seconds * self.rng.lognormvariate(0, 0.35)
            at += timedelta(seconds=seconds)
            row = self._item(no, behaviour, f"{seed}:{no}", at, seconds)
            if at < closes_at:
                sheet = self._answer(row, behaviour, theta, agent.language)
                sheets += [sheet] if sheet else []
            items.append(row)
        by_deadline = at >= closes_at
        ended_at = closes_at if by_deadline else at + timedelta(seconds=self.rng.randint(5, 90))
        row = {
            "candidate_id": candidate_id, "sitting_id": sitting.id, "exam_id": sitting.exam_id,
            "exam_version_id": self.version.id, "person_id": agent.id, "number": 1,
            "kind": AttemptKind.SITTING.value, "language": agent.language, "seed": seed,
            "copy_key": urlsafe_b64encode(self.rng.randbytes(32)).decode().rstrip("="),
            "position": len(items),
            "started_at": started_at, "closes_at": closes_at,
            "ended_at": min(ended_at, closes_at), "last_seen_at": min(ended_at, closes_at),
            "ended_by": (EndedBy.DEADLINE if by_deadline else EndedBy.CANDIDATE).value,
            "max_points": sum(item["points"] for item in items),
        }  # fmt: skip
        paper = Paper(candidate_id, agent.id, started_at, row["ended_at"], by_deadline, row, items)
        paper.sheets = sheets
        return paper

    def _start(self, sitting: Sitting, done_by: datetime, limit: timedelta) -> datetime:
        """People start with the bell, give or take minutes; in a long window, some time in it."""
        spare = (done_by - limit - sitting.opens_at).total_seconds()
        wait = min(self.rng.expovariate(1 / 240), max(spare, 60.0))
        if spare > 6 * 3600:
            wait = self.rng.uniform(0, spare)
        return (sitting.opens_at + timedelta(seconds=int(wait))).astimezone(UTC)

    def _item(
        self, no: int, behaviour: Behaviour, seed: str, at: datetime, seconds: float
    ) -> dict[str, Any]:
        drawable = behaviour.drawable
        return {
            "no": no, "item_id": drawable.item_id, "version_id": drawable.version_id,
            "option_seed": seed if self.settings.shuffle_options else "",
            "points": drawable.points, "response": None, "seq": 0, "idempotency_key": "",
            "device": "", "saved_at": None, "opened_at": at - timedelta(seconds=seconds),
            "active_ms": int(seconds * 1000), "is_flagged": self.rng.random() < 0.04,
            "mark_millionths": 0, "is_right": False, "needs_marking": False,
        }  # fmt: skip

    def _answer(
        self, row: dict[str, Any], behaviour: Behaviour, theta: float, language: str
    ) -> Sheet | None:
        given, quality = behaviour.answer(self.rng, theta, language)
        saved_at = row["opened_at"] + timedelta(milliseconds=row["active_ms"])
        row |= {
            "response": given.response, "seq": 1, "saved_at": saved_at,
            "idempotency_key": self.rng.randbytes(6).hex(),
            "mark_millionths": given.mark_millionths, "is_right": given.is_right,
        }  # fmt: skip
        if not behaviour.is_long:
            return None
        row["needs_marking"] = True
        return self._sheet(row["no"], behaviour, quality)

    def _sheet(self, no: int, behaviour: Behaviour, quality: float) -> Sheet:
        rubric, judgements = rubric_of(behaviour.item.content), list[Judgement]()
        wanted = self.settings.markers
        while len(judgements) < wanted:
            given = behaviour.points_by_criterion(self.rng, quality)
            judgements.append(stored_judgement(rubric, given))
            wanted = markers_needed(
                judgements,
                self.settings.markers,
                most=behaviour.item.points,
                pass_mark=self.settings.pass_mark,
            )
        return Sheet(no, judgements)

    def _insert(self, sitting: Sitting, papers: list[Paper]) -> None:
        if not papers:
            return
        for paper in papers:
            self._settle(sitting, paper)
        db.session.execute(insert(Attempt), [paper.row for paper in papers])
        query = select(Attempt.id, Attempt.candidate_id).where(Attempt.sitting_id == sitting.id)
        ids = {row.candidate_id: row.id for row in db.session.execute(query)}
        for paper in papers:
            for item in paper.items:
                item["attempt_id"] = ids[paper.candidate_id]
        db.session.execute(insert(AttemptItem), [i for paper in papers for i in paper.items])
        events = [e for paper in papers for e in self._events(ids[paper.candidate_id], paper)]
        db.session.execute(insert(AttemptEvent), events)
        records = [
            self._record(ids[paper.candidate_id], paper)
            for paper in papers
            if paper.row["mark_millionths"] is not None
        ]
        if records:
            db.session.execute(insert(LearningRecord), records)
        self._insert_sheets(ids, papers)

    def _settle(self, sitting: Sitting, paper: Paper) -> None:
        """Say whether the paper is marked and released by now."""
        waits = bool(paper.sheets) and sitting.released_at is None
        release = self.settings.release.get(Part.SCORE)
        is_out = sitting.released_at is not None or release is When.AT_ONCE
        marked_at = None if waits else paper.ended_at + timedelta(hours=5 if paper.sheets else 0)
        if not waits:
            for sheet in paper.sheets:
                item = paper.items[sheet.no - 1]
                item |= {"needs_marking": False, "mark_millionths": sheet.mark_millionths}
                item["is_right"] = sheet.mark_millionths == item["points"] * MILLION
        rows = [(item["mark_millionths"] or 0, item["points"]) for item in paper.items]
        mark = sum_paper(rows, self.settings.pass_mark)
        state = State.AWAITING_MARKING if waits else State.RELEASED if is_out else State.MARKED
        paper.row |= {
            "state": state.value,
            "marked_at": marked_at,
            "released_at": (marked_at if release is When.AT_ONCE else sitting.released_at)
            if state is State.RELEASED
            else None,
            "marking_round": 0 if waits else 1,
            "mark_millionths": None if waits else mark.mark_millionths,
            "is_passed": None if waits else mark.is_passed,
        }

    def _events(self, attempt_id: int, paper: Paper) -> list[dict[str, Any]]:
        person_id, row = paper.person_id, paper.row
        expired = paper.by_deadline
        steps: list[tuple[Event, State, datetime, int | None]] = [
            (Event.CREATED, State.CREATED, paper.started_at, person_id),
            (Event.STARTED, State.IN_PROGRESS, paper.started_at, person_id),
            (Event.EXPIRED, State.EXPIRED_SUBMITTED, paper.ended_at, None)
            if expired
            else (Event.SUBMITTED, State.SUBMITTED, paper.ended_at, person_id),
        ]
        if paper.sheets:
            waits_at = paper.ended_at
            steps.append((Event.WAITS_FOR_MARKING, State.AWAITING_MARKING, waits_at, None))
        if row["marked_at"] is not None:
            steps.append((Event.MARKED, State.MARKED, row["marked_at"], None))
        if row["released_at"] is not None:
            steps.append((Event.RELEASED, State.RELEASED, row["released_at"], None))
        old = ""
        found: list[dict[str, Any]] = []
        for event, new, at, by_id in steps:
            found.append(
                {
                    "attempt_id": attempt_id, "kind": event.value, "old_state": old,
                    "new_state": new.value, "occurred_at": at, "recorded_at": at,
                    "by_id": by_id, "reason": "", "values": {},
                }
            )  # fmt: skip
            old = new.value
        return found

    def _record(self, attempt_id: int, paper: Paper) -> dict[str, Any]:
        row = paper.row
        verb = Verb.PASSED if row["is_passed"] else Verb.FAILED
        return {
            "person_id": paper.person_id, "verb": verb.value, "object_type": "exam",
            "object_key": self.plan.key, "object_version": str(self.version.number),
            "occurred_at": paper.ended_at, "recorded_at": row["marked_at"],
            "dedupe_key": f"exam-attempt:{attempt_id}:1",
            "result": {
                "attempt_id": attempt_id, "language": row["language"],
                "mark_millionths": row["mark_millionths"], "max_points": row["max_points"],
                "pass_mark": self.settings.pass_mark, "marking_round": 1,
            },
        }  # fmt: skip

    def _insert_sheets(self, ids: Mapping[Any, int], papers: list[Paper]) -> None:
        for paper in papers:
            attempt_id, done_at = ids[paper.candidate_id], paper.row["marked_at"]
            for sheet in paper.sheets:
                task = MarkingTask(
                    attempt_id=attempt_id, no=sheet.no, created_at=paper.ended_at,
                    markers_needed=len(sheet.judgements) if done_at else self.settings.markers,
                    done_at=done_at,
                )  # fmt: skip
                db.session.add(task)
                db.session.flush()
                if done_at is None:
                    continue
                for marker_id, judgement in zip(self.marker_ids, sheet.judgements, strict=False):
                    db.session.add(
                        HandMark(
                            task_id=task.id, marker_id=marker_id, criteria=judgement.as_dict(),
                            points_millionths=as_millionths(judgement.total),
                            is_fatal=judgement.is_fatal, marked_at=done_at,
                        )
                    )  # fmt: skip
        db.session.flush()
