"""Reminders of certification under kill -9: who is to be told, and what they were told."""

from __future__ import annotations

import json
import os
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

from flask import Flask
from sqlalchemy import func, select, update

from bench.certification.centre import Crowd
from bench.reliability.forked import Crew
from bench.reliability.post_office import PostOffice
from tests.factories import Make
from trainhub import clock
from trainhub.db import db, transaction
from trainhub.notices import certification_notices, sending, services
from trainhub.notices.models import Notice
from trainhub.people.models import Person, Role, Team
from trainhub.rota.models import CalendarDay

FIRST = datetime(2027, 3, 4, 1, 0, tzinfo=UTC)  # a Thursday, nine in the morning in Shanghai
DAYS = 9
HOLIDAY = date(2027, 3, 9)  # the Tuesday
REST = {date(2027, 3, 6), date(2027, 3, 7), HOLIDAY}
LATER = timedelta(minutes=11)  # a claim of a process that died is free again
REQUIREMENTS = 14
MOST_ROUNDS = 60

Key = tuple[str, str, str]


@dataclass
class Told:
    """What went out: by person, kind and key, how many messages. `twice` after a kill."""

    told: Counter[Key] = field(default_factory=Counter)
    killed: int = 0
    twice: int = 0
    faults: list[str] = field(default_factory=list)


def prepare_reminders(people: int) -> None:
    """A crowd with due dates around `FIRST`, with supervisors."""
    with clock.frozen(FIRST):
        crowd = Crowd(REQUIREMENTS)
        crowd.grow(people)
        for team in db.session.scalars(select(Team).order_by(Team.id)).all():
            Make.person(f"boss{team.id}", Role.SUPERVISOR, supervises=team)
        with transaction():
            db.session.execute(update(Person).values(email=Person.username + "@example.org"))
            db.session.add(CalendarDay(on=HOLIDAY, kind="holiday", changed_at=FIRST))


def run_reminders(app: Flask, folder: Path, size: int, kills: int, seed: int) -> Told:
    """Go through the days; `kills` processes are killed on the way."""
    office, trace = PostOffice(folder / "delivered"), folder / "trace"
    trace.touch()
    app.config["SETTINGS"] = replace(app.config["SETTINGS"], mail_url=office.url)
    crew = Crew(app, _traced(trace), size, seed)
    try:
        for day in range(DAYS):
            at = FIRST + timedelta(days=day)
            share = kills * (day + 1) // DAYS - kills * day // DAYS
            _live_through(crew, at, share)
    finally:
        office.close()
    return _judge(office.delivered(), trace, crew)


def _live_through(crew: Crew, at: datetime, kills: int) -> None:
    """One day: rounds with kills, then rounds in peace until nothing waits."""
    for _ in range(MOST_ROUNDS):
        here = min(kills, 1 + crew.dice.randrange(crew.size))
        before = len(crew.killed)
        crew.round(at, here)
        kills -= len(crew.killed) - before if here else 0
        at += LATER
        if not here and not _waiting():
            return
        if here and not _waiting() and at.hour > FIRST.hour + 3:
            kills = 0  # the day's work is done: nothing is left to be killed at
    raise SystemExit(f"messages still wait after {MOST_ROUNDS} rounds")


def _waiting() -> int:
    db.session.rollback()
    query = select(func.count()).select_from(Notice)
    return db.session.scalar(query.where(Notice.sent_at.is_(None))) or 0


def _traced(trace: Path) -> Callable[[datetime], object]:
    """Collecting and sending, with a note of who was about to hand over what."""
    claim, send = services.claim_notices, sending.send_mail
    claimed: list[int] = []

    def noted_claim(ids: Sequence[int], *, now: datetime) -> list[int]:
        claimed[:] = claim(ids, now=now)
        return list(claimed)

    def noted_send(*words: Any, **more: Any) -> None:
        line = {"pid": os.getpid(), "ids": claimed, "message": more["message_id"]}
        descriptor = os.open(trace, os.O_WRONLY | os.O_APPEND)
        os.write(descriptor, (json.dumps(line) + "\n").encode())
        os.close(descriptor)
        send(*words, **more)

    def work(now: datetime) -> None:
        services.claim_notices, sending.send_mail = noted_claim, noted_send
        certification_notices.collect(now)
        sending.send_waiting(lambda: now)

    return work


def _judge(delivered: Sequence[Mapping[str, str]], trace: Path, crew: Crew) -> Told:
    db.session.rollback()
    found = Told(killed=len(crew.killed))
    if crew.failed:
        found.faults.append(f"{crew.failed} processes failed by themselves")
    notices = {one.id: one for one in db.session.scalars(select(Notice))}
    handed: dict[str, list[int]] = {}
    tried_by: dict[str, set[int]] = {}
    for line in map(json.loads, trace.read_text("utf-8").splitlines()):
        handed[line["message"]] = line["ids"]
        tried_by.setdefault(line["message"], set()).add(line["pid"])
    for message, times in Counter(one["id"].strip("<>").split("@")[0] for one in delivered).items():
        for one in handed[message]:
            notice = notices[one]
            found.told[(notice.person.username, notice.kind, notice.key)] += times
        if times > 1:
            found.twice += times - 1
            if times - 1 > len(tried_by[message] & crew.killed):
                found.faults.append(f"{times} times without a kill: {handed[message]}")
    regrouped = Counter(one for ids in handed.values() for one in ids)
    found.faults += [f"in two messages: {one}" for one, n in regrouped.items() if n > 1]
    found.faults += [f"given up: {one.id}" for one in notices.values() if one.given_up_at]
    found.faults += _noise(notices.values())
    return found


def _noise(notices: Any) -> list[str]:
    """What was written down on a rest day, and digests that came more than once a week."""
    zone = timedelta(hours=8)  # Shanghai
    faults = [
        f"on a rest day: {one.person.username} {one.kind} {one.key}"
        for one in notices
        if (one.created_at + zone).date() in REST
        and one.values.get("on") != (one.created_at + zone).date().isoformat()
    ]
    weeks = Counter(
        (one.person.username, (one.created_at + zone).isocalendar().week)
        for one in notices
        if one.kind == "team_week"
    )
    mondays = {(one.created_at + zone).date().isoformat() for one in notices
               if one.kind == "team_week"}  # fmt: skip
    faults += [f"a digest too many: {who}" for who, count in weeks.items() if count > 1]
    if "2027-03-08" not in mondays:
        faults.append("no digest on Monday")
    return faults
