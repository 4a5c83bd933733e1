"""What the tick says to people, and sends."""

from __future__ import annotations

import logging
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import select

from trainhub.catalogue.models import CourseEdition, CourseVersion
from trainhub.config import Settings
from trainhub.db import db, transaction
from trainhub.notices import after_class_notices, class_notices, queries, services
from trainhub.notices.models import Notice
from trainhub.notices.rules import (
    AFTER_CLASS_KINDS,
    CLASS_KINDS,
    DUE_DAYS,
    EXAM_KINDS,
    TYPING_KINDS,
    Kind,
    due_key,
)
from trainhub.notices.training_requests import collect_request_notices, request_values
from trainhub.people import queries as people
from trainhub.people.models import Invitation
from trainhub.people.rules import link_token
from trainhub.web.mail import MailFailed, render_mail, send_mail
from trainhub.web.settings import current_settings

log = logging.getLogger(__name__)
SENT_AT_ONCE = 500


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
                    str(row.id),
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
    """Send what waits; a failing message is put off and does not stop the others."""
    sent = 0
    for notice_id in queries.list_unsent_ids(now, SENT_AT_ONCE):
        with transaction():
            notice = queries.get_notice(notice_id)
            try:
                _send(notice, now)
            except MailFailed as error:
                services.note_failure(notice, str(error), now=now)
                log.warning("notice %s not sent: %s", notice_id, error)
            else:
                services.note_sent(notice, now=now)
                sent += 1
    return sent


def _send(notice: Notice, now: datetime) -> None:
    person = notice.person
    if not person.email or person.disabled_at is not None:
        return
    settings = current_settings()
    locale = person.locale or settings.default_locale
    calendar = None
    if notice.kind in CLASS_KINDS:
        message = class_notices.message_of(notice, locale, settings)
        values = message.values if message else None
        calendar = message.calendar if message else None
    else:
        values = _values(notice, locale, settings)
    if values is None:
        return
    template = f"notices/{notice.kind}.txt"
    subject, body = render_mail(template, locale, person=person, settings=settings, **values)
    send_mail(
        person.email,
        subject,
        body,
        name=f"notice-{notice.id}",
        sent_at=now,
        calendar=calendar,
    )


def _values(notice: Notice, locale: str, settings: Settings) -> dict[str, Any] | None:
    """What the text of a notice needs, or None when there is nothing to say any more."""
    root = settings.base_url
    if notice.kind in {Kind.INVITE, Kind.RESET}:
        invitation = db.session.get(Invitation, notice.values["invitation_id"])
        if invitation is None or invitation.used_at is not None:
            return None
        token = link_token(settings.secret_key, invitation)
        return {"link": f"{root}/set-password/{token}", "expires_at": invitation.expires_at}
    if notice.kind in EXAM_KINDS:
        return _exam_values(notice, locale, root)
    if notice.kind in TYPING_KINDS:
        return _typing_values(notice, locale, root)
    if notice.kind in AFTER_CLASS_KINDS:
        return after_class_notices.values_of(notice, locale, root)
    if notice.kind == Kind.REQUEST_STEP:
        return request_values(notice, root)
    return {
        "title": _course_title(notice.values["course_id"], locale),
        "link": f"{root}/",
        "due_on": notice.values.get("due_on"),
        "days": notice.values.get("days"),
    }


def _exam_values(notice: Notice, locale: str, root: str) -> dict[str, Any] | None:
    called = queries.find_call(notice.values["sitting_id"], notice.person_id)
    if called is None or (called.is_off and notice.kind in (Kind.EXAM_CALLED, Kind.EXAM_SOON)):
        return None
    titles = called.titles
    path = f"/my-exams/{notice.values['sitting_id']}"
    if notice.kind == Kind.EXAM_RESULT:
        path = f"/attempts/{notice.values['attempt_id']}/result"
    return {
        "title": titles.get(locale) or next(iter(titles.values()), ""),
        "opens_at": called.opens_at,
        "closes_at": called.closes_at,
        "minutes": called.minutes,
        "link": f"{root}{path}",
    }


def _typing_values(notice: Notice, locale: str, root: str) -> dict[str, Any] | None:
    test = queries.find_typing_test(notice.values["test_id"])
    if test is None:
        return None
    return {
        "title": test.titles.get(locale) or next(iter(test.titles.values()), ""),
        "link": f"{root}/typing/tests/{test.id}",
        "due_on": notice.values.get("due_on"),
        "days": notice.values.get("days"),
    }


def _course_title(course_id: int, locale: str) -> str:
    rows = db.session.execute(
        select(CourseEdition.language, CourseVersion.title)
        .join(CourseVersion, CourseVersion.id == CourseEdition.published_version_id)
        .where(CourseEdition.course_id == course_id)
    ).all()
    titles = {row.language: row.title for row in rows}
    return titles.get(locale) or next(iter(titles.values()), "")


STAGES = (
    ("collect invitations", 60, collect_invitations),
    ("collect course notices", 61, collect_course_notices),
    ("collect exam notices", 62, collect_exam_notices),
    ("collect typing notices", 63, collect_typing_notices),
    ("collect request notices", 65, collect_request_notices),
    ("collect class notices", 64, class_notices.collect),
    ("collect notices after classes", 66, after_class_notices.collect),
    ("send notices", 70, send_notices),
)
