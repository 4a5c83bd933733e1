"""Sending what waits: each message once, by whichever process claims it first."""

from __future__ import annotations

import hashlib
import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select

from trainhub.catalogue.models import CourseEdition, CourseVersion
from trainhub.db import db, end_read, transaction
from trainhub.notices import (
    after_class_notices,
    certification_letters,
    class_notices,
    queries,
    services,
    teaching_notices,
)
from trainhub.notices.letters import Letter, Reader, reader_of
from trainhub.notices.models import Notice
from trainhub.notices.rules import (
    AFTER_CLASS_KINDS,
    CERTIFICATION_KINDS,
    CLASS_KINDS,
    EXAM_KINDS,
    TEACHING_KINDS,
    TYPING_KINDS,
    Kind,
    letters_of,
)
from trainhub.notices.training_requests import request_values
from trainhub.people.models import Invitation
from trainhub.people.rules import link_token
from trainhub.web.chat import ChatFailed, post_to_chats
from trainhub.web.mail import CalendarPart, MailFailed, render_mail, send_mail
from trainhub.web.settings import current_settings

log = logging.getLogger(__name__)
SENT_AT_ONCE = 500


@dataclass(frozen=True)
class _Mail:
    message_id: str
    to: str
    subject: str
    body: str
    calendars: tuple[CalendarPart, ...]


def send_waiting(clock: Callable[[], datetime]) -> int:
    """Send what waits; a failing message is put off and does not stop the others.

    Nothing is locked while a mail server takes its time: a message is claimed first, so that
    no other process sends it as well, and comes up again should this one die. `clock` is asked
    for every message: a run may take hours, a claim counts from when it is made.
    """
    sent = 0
    for ids in letters_of(queries.list_unsent(clock(), SENT_AT_ONCE)):
        with transaction():
            claimed = services.claim_notices(ids, now=clock())
        if claimed:
            sent += _send(claimed, clock)
    end_read()
    return sent


def _send(ids: Sequence[int], clock: Callable[[], datetime]) -> int:
    """Send notices as one message and note what became of them; how many went out."""
    error = ""
    try:
        notices = queries.get_notices(ids)
        if notices[0].kind == Kind.TEAM_WEEK_CHAT:
            _post(notices[0], clock())
            notices = []
        mail = _mail_of(notices, clock()) if notices else None
        end_read()
        if mail is not None:
            send_mail(
                mail.to, mail.subject, mail.body, name=f"notice-{ids[0]}", sent_at=clock(),
                message_id=mail.message_id, calendars=mail.calendars,
            )  # fmt: skip
    except (MailFailed, ChatFailed) as failed:
        error = str(failed)
        log.warning("notice %s not sent: %s", ids[0], error)
    except Exception as failed:  # one that cannot be worded must not keep the others
        error = repr(failed)
        log.exception("notice %s cannot be worded", ids[0])
        end_read()
    with transaction():
        for notice in queries.get_notices(ids):
            if error:
                services.note_failure(notice, error, now=clock())
            else:
                services.note_sent(notice, now=clock())
    return 0 if error else len(ids)


def _post(notice: Notice, now: datetime) -> None:
    """Say to the chats what a notice is about, if there is anything to say."""
    settings = current_settings()
    said = certification_letters.chat_of(notice, reader_of(notice.person, settings), now)
    end_read()
    if said is not None and settings.chat_urls:
        post_to_chats(settings.chat_urls, *said)


def _mail_of(notices: Sequence[Notice], now: datetime) -> _Mail | None:
    """Notices as one mail; None where there is nobody to write to or nothing to say any more."""
    first = notices[0]
    person, settings = first.person, current_settings()
    if not person.email or person.disabled_at is not None:
        return None
    reader = reader_of(person, settings)
    letter = _letter_of(notices, reader, now)
    if letter is None:
        return None
    template = f"notices/{first.kind}.txt"
    subject, body = render_mail(
        template, reader.locale, person=person, settings=settings, **letter.values
    )
    return _Mail(_message_id(notices), person.email, subject, body, letter.calendars)


def _message_id(notices: Sequence[Notice]) -> str:
    """The same for the same notices, another for any others, here and in other centres."""
    said = [(one.person_id, one.kind, one.key, one.created_at.isoformat()) for one in notices]
    return hashlib.sha256(repr(said).encode()).hexdigest()[:40]


def _letter_of(notices: Sequence[Notice], reader: Reader, now: datetime) -> Letter | None:
    notice = notices[0]
    if notice.kind in TEACHING_KINDS:
        return teaching_notices.letter_of(notices, reader)
    if notice.kind in CERTIFICATION_KINDS:
        return certification_letters.letter_of(notices, reader, now)
    if notice.kind in CLASS_KINDS:
        return class_notices.letter_of(notice, reader)
    if notice.kind in AFTER_CLASS_KINDS:
        return after_class_notices.letter_of(notice, reader)
    values = _values(notice, reader)
    return Letter(values) if values is not None else None


def _values(notice: Notice, reader: Reader) -> dict[str, Any] | None:
    """What the text of a notice needs, or None when there is nothing to say any more."""
    root, locale = reader.root, reader.locale
    if notice.kind in {Kind.INVITE, Kind.RESET}:
        invitation = db.session.get(Invitation, notice.values["invitation_id"])
        if invitation is None or invitation.used_at is not None:
            return None
        token = link_token(reader.settings.secret_key, invitation)
        return {"link": f"{root}/set-password/{token}", "expires_at": invitation.expires_at}
    if notice.kind in EXAM_KINDS:
        return _exam_values(notice, locale, root)
    if notice.kind in TYPING_KINDS:
        return _typing_values(notice, locale, root)
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
