"""Messages to those who teach: a class given to them, moved, taken away, tomorrow's classes."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

from trainhub.delivery.models import TrainingSession
from trainhub.delivery.queries.course_titles import titles_of
from trainhub.delivery.queries.seats.calendar import taught_entry_of
from trainhub.notices.class_news import is_reminder_needed, teaching_news
from trainhub.notices.class_notices import Entries, write_new
from trainhub.notices.letters import (
    Letter,
    Reader,
    calendar_part,
    day_of,
    place_of,
    time_before,
)
from trainhub.notices.models import Notice
from trainhub.notices.queries import classes as queries
from trainhub.notices.rules import MOST_FILES, TEACHING_KINDS, Kind


def collect(now: datetime) -> int:
    """Put down what is to be said and was not yet; how many messages that is."""
    known = queries.list_known(TEACHING_KINDS, now)
    told = queries.teaching_told(known)
    found: dict[Kind, Entries] = {kind: [] for kind in TEACHING_KINDS}
    news = teaching_news(queries.list_class_events(now), told)
    for one in news:
        key = f"{one.session_id}:{one.event_id}"
        values = {
            "session_id": one.session_id, "event_id": one.event_id, "before": dict(one.before),
        }  # fmt: skip
        found[one.kind].append((one.person_id, key, values))
    fresh = {(one.person_id, one.session_id) for one in news}
    days = {
        (row.trainer_id, row.on)
        for row in queries.list_teaching_soon(now)
        if (row.trainer_id, row.id) not in fresh
        and is_reminder_needed(row.starts_at, told.get((row.trainer_id, row.id)))
    }
    found[Kind.TEACHING_SOON] = [
        (person_id, on.isoformat(), {"on": on.isoformat()}) for person_id, on in sorted(days)
    ]
    return write_new(found, {(row.person_id, row.kind, row.key) for row in known}, now)


def letter_of(notices: Sequence[Notice], reader: Reader) -> Letter | None:
    """What notices of one kind to one trainer say, or None when nothing is to be said any more."""
    if notices[0].kind == Kind.TEACHING_SOON:
        return _reminder(notices[0], reader)
    rows, calendars = [], []
    sessions = [queries.find_class(one.values["session_id"]) for one in notices]
    titles = titles_of({one.course_id for one in sessions if one is not None}, reader.locale)
    for notice, session in zip(notices, sessions, strict=True):
        if session is None or not _is_still_so(notice, session):
            continue
        rows.append((session.starts_at, _row(notice, session, titles, reader)))
        entry = taught_entry_of(session, titles, reader.root, notice.person_id)
        calendars.append(calendar_part(entry, reader))
    if not rows:
        return None
    classes = [row for _, row in sorted(rows, key=lambda pair: pair[0])]
    has_files = len(calendars) <= MOST_FILES
    values = {
        "classes": classes,
        "has_files": has_files,
        "link": f"{reader.root}/teaching",
        "feed": f"{reader.root}/agenda#calendar",
    }
    return Letter(values, tuple(calendars) if has_files else ())


def _row(
    notice: Notice, session: TrainingSession, titles: dict[int, str], reader: Reader
) -> dict[str, Any]:
    row = _facts(session, titles, reader)
    before = time_before(notice.values.get("before") or {}, reader)
    is_off = session.state == "cancelled"
    if notice.kind == Kind.TEACHING_CANCELLED:
        row["when"] = before or row["when"]  # the hour they know it by
    return row | {
        "before": "" if before == row["when"] else before,
        "is_off": is_off,
        "successor": "" if is_off else session.trainer.name,
        "reason": queries.find_event_reason(notice.values["event_id"]),
    }


def _facts(session: TrainingSession, titles: dict[int, str], reader: Reader) -> dict[str, Any]:
    words = {"title": titles[session.course_id], "people": session.taken}
    return words | place_of(session, reader)


def _reminder(notice: Notice, reader: Reader) -> Letter | None:
    on = date.fromisoformat(notice.values["on"])
    sessions = queries.list_taught_on(notice.person_id, on)
    if not sessions:
        return None
    titles = titles_of({one.course_id for one in sessions}, reader.locale)
    values = {
        "day": day_of(on, reader),
        "classes": [_facts(one, titles, reader) for one in sessions],
        "link": f"{reader.root}/teaching",
    }
    return Letter(values)


def _is_still_so(notice: Notice, session: TrainingSession) -> bool:
    """Whether the class is still as the notice says."""
    is_theirs = session.state == "scheduled" and session.trainer_id == notice.person_id
    return is_theirs != (notice.kind == Kind.TEACHING_CANCELLED)
