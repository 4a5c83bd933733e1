"""What the tick says to people."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from trainhub import clock
from trainhub.db import transaction
from trainhub.notices import (
    after_class_notices,
    certification_notices,
    class_notices,
    queries,
    sending,
    services,
    teaching_notices,
)
from trainhub.notices.rules import DUE_DAYS, TYPING_KINDS, Kind, due_key
from trainhub.notices.training_requests import collect_request_notices
from trainhub.people import queries as people
from trainhub.web.settings import current_settings


def collect_invitations(now: datetime) -> int:
    """Messages for links that people were promised."""
    rows = people.list_open_invitations(now)
    for kind in (Kind.INVITE, Kind.RESET):
        entries = [
            (row.person_id, str(row.id), {"invitation_id": row.id})
            for row in rows
            if row.kind == kind.value
        ]
        if entries:
            with transaction():
                services.write_notices(kind, entries, now=now)
    return len(rows)


def collect_course_notices(now: datetime) -> int:
    """Messages about courses: assigned, due in 7, 3 and 1 days, one day late."""
    today = now.astimezone(current_settings().zone).date()
    fresh = queries.list_fresh_assignments(now)
    found: list[tuple[Kind, list[tuple[int, str, dict[str, Any]]]]] = [
        (
            Kind.ASSIGNED,
            [
                (
                    row.person_id,
                    f"{row.id}.{row.round}" if row.round > 1 else str(row.id),
                    {"course_id": row.course_id, "due_on": row.due_on and row.due_on.isoformat()},
                )
                for row in fresh
            ],
        )
    ]
    for days in (*DUE_DAYS, -1):
        due_on = today + timedelta(days=days)
        values = {"due_on": due_on.isoformat(), "days": days}
        entries = [
            (row.person_id, due_key(row.id, due_on, days), {"course_id": row.course_id} | values)
            for row in queries.list_due_enrolments(due_on)
        ]
        found.append((Kind.DUE if days > 0 else Kind.OVERDUE, entries))
    with transaction():
        for kind, entries in found:
            services.write_notices(kind, entries, now=now)
    return sum(len(entries) for _, entries in found)


def collect_exam_notices(now: datetime) -> int:
    """Messages about exams: called, tomorrow, cancelled, result out."""
    called, soon, cancelled, results = (
        queries.list_called(now),
        queries.list_opening_soon(now),
        queries.list_cancelled(now),
        queries.list_results(now),
    )
    found: list[tuple[Kind, list[tuple[int, str, dict[str, Any]]]]] = [
        (
            kind,
            [
                (row.person_id, str(row.candidate_id), {"sitting_id": row.sitting_id})
                for row in rows
            ],
        )
        for kind, rows in ((Kind.EXAM_CALLED, called), (Kind.EXAM_CANCELLED, cancelled))
    ]
    reminders = [
        (
            row.person_id,
            f"{row.candidate_id}:{row.opens_at:%Y%m%d%H%M}",
            {"sitting_id": row.sitting_id},
        )
        for row in soon
    ]
    out = [
        (
            row.person_id,
            f"{row.attempt_id}:{row.marking_round}",
            {"sitting_id": row.sitting_id, "attempt_id": row.attempt_id},
        )
        for row in results
    ]
    found += [(Kind.EXAM_SOON, reminders), (Kind.EXAM_RESULT, out)]
    if any(entries for _, entries in found):
        with transaction():
            for kind, entries in found:
                services.write_notices(kind, entries, now=now)
    return sum(len(entries) for _, entries in found)


def collect_typing_notices(now: datetime) -> int:
    """Messages about typing tests: to be taken, due in 7, 3 and 1 days, one day late, a
    supervised retest asked for."""
    today = now.astimezone(current_settings().zone).date()
    found: dict[Kind, list[tuple[int, str, dict[str, Any]]]] = {kind: [] for kind in TYPING_KINDS}
    for row in queries.list_fresh_typing_tests(now, today):
        values = {"test_id": row.test_id, "due_on": row.due_on and row.due_on.isoformat()}
        found[Kind.TYPING_ASSIGNED].append((row.person_id, str(row.assignment_id), values))
    days = {today + timedelta(days=left): left for left in (*DUE_DAYS, -1)}
    for row in queries.list_due_typing_tests(days, today):
        left = days[row.due_on]
        values = {"test_id": row.test_id, "due_on": row.due_on.isoformat(), "days": left}
        kind = Kind.TYPING_DUE if left > 0 else Kind.TYPING_OVERDUE
        found[kind].append((row.person_id, due_key(row.test_id, row.due_on, left), values))
    for row in queries.list_retests(now):
        found[Kind.TYPING_RETEST].append((row.person_id, str(row.id), {"test_id": row.test_id}))
    if any(found.values()):
        with transaction():
            for kind, entries in found.items():
                services.write_notices(kind, entries, now=now)
    return sum(len(entries) for entries in found.values())


def send_notices(now: datetime) -> int:
    """Send what waits at `now`, each message by the time at which its turn comes."""
    began_at = clock.now()
    return sending.send_waiting(lambda: now + (clock.now() - began_at))


STAGES = (
    ("collect invitations", 60, collect_invitations),
    ("collect course notices", 61, collect_course_notices),
    ("collect exam notices", 62, collect_exam_notices),
    ("collect typing notices", 63, collect_typing_notices),
    ("collect request notices", 65, collect_request_notices),
    ("collect class notices", 64, class_notices.collect),
    ("collect notices to trainers", 64, teaching_notices.collect),
    ("collect notices after classes", 66, after_class_notices.collect),
    ("collect notices of certification", 67, certification_notices.collect),
    ("send notices", 70, send_notices),
)
