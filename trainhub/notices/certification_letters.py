"""What messages about certification say, worked out when they are sent: nothing that is over."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

from flask_babel import force_locale
from flask_babel import gettext as _

from trainhub.certification.models import ProgrammeEnrolment
from trainhub.certification.rules.awards.states import AwardState
from trainhub.certification.rules.awards.validity import ends_on
from trainhub.certification.rules.programmes.content import from_dict
from trainhub.notices.award_letters import event_row, refresh_row
from trainhub.notices.award_letters import title_in as _title
from trainhub.notices.letters import Letter, Reader, day_of
from trainhub.notices.models import Notice
from trainhub.notices.queries import certification as queries
from trainhub.notices.rules import Kind


def letter_of(notices: Sequence[Notice], reader: Reader, now: datetime) -> Letter | None:
    """What notices of one kind to one person say; None when nothing is to be said any more."""
    match notices[0].kind:
        case Kind.REQUIREMENT_DUE | Kind.REQUIREMENT_DUE_TEAM:
            rows = [row for one in notices if (row := _requirement(one, reader, now))]
            page = (
                "my-certification" if notices[0].kind == Kind.REQUIREMENT_DUE else "certification"
            )
        case Kind.AWARD_ENDING | Kind.AWARD_ENDING_TEAM:
            rows = [row for one in notices if (row := _award(one, reader, now))]
            page = "certificates" if notices[0].kind == Kind.AWARD_ENDING else "awards"
        case Kind.REFRESH_ASKED | Kind.REFRESH_DUE | Kind.REFRESH_DUE_TEAM:
            today = _today(reader, now)
            rows = [row for one in notices if (row := refresh_row(one, reader, today))]
            page = "awards" if notices[0].kind == Kind.REFRESH_DUE_TEAM else "certificates"
        case Kind.AWARD_CHANGED | Kind.AWARD_CHANGED_TEAM:
            rows = [row for one in notices if (row := event_row(one, reader))]
            page = "awards" if notices[0].kind == Kind.AWARD_CHANGED_TEAM else "certificates"
        case Kind.STANDING_REMINDED:
            return _reminded(notices[0], reader)
        case _:
            return _week(reader, now)
    rows.sort(key=lambda row: (row["on"], row["name"], row["title"]))
    return Letter({"rows": rows, "link": f"{reader.root}/{page}"}) if rows else None


def _requirement(notice: Notice, reader: Reader, now: datetime) -> dict[str, Any] | None:
    on = date.fromisoformat(notice.values["on"])
    key = notice.values["requirement"]
    found = queries.find_open_requirement(notice.values["enrolment_id"], key, on)
    if found is None:
        return None
    enrolment, _standing = found
    return {
        "name": enrolment.person.name,
        "title": _requirement_title(enrolment, key, reader),
        "programme": _title(enrolment.version.titles, reader),
        "on": on,
        "day": day_of(on, reader),
        "is_over": on < _today(reader, now),
    }


def _award(notice: Notice, reader: Reader, now: datetime) -> dict[str, Any] | None:
    award = queries.find_award(notice.values["award_id"])
    on = date.fromisoformat(notice.values["on"])
    if award is None or award.valid_until != on:
        return None
    if award.state not in (AwardState.ACTIVE, AwardState.EXPIRED):
        return None
    last = ends_on(from_dict(award.version.content).validity, on)
    is_over = on < _today(reader, now)
    return {
        "name": award.holder_name,
        "title": _title(award.titles, reader),
        "on": on,
        "day": day_of(on, reader),
        "is_over": is_over,
        "grace": day_of(last, reader) if is_over and last >= _today(reader, now) else "",
    }


def _reminded(notice: Notice, reader: Reader) -> Letter | None:
    found = queries.find_reminder(notice.values["event_id"])
    if found is None or found[1].state != "active":
        return None
    event, enrolment, by = found
    rows = [
        {
            "title": _requirement_title(enrolment, one.requirement_key, reader),
            "day": day_of(one.due_on, reader) if one.due_on else "",
        }
        for one in queries.list_open_requirements(enrolment.id)
    ]
    values = {
        "programme": _title(enrolment.version.titles, reader),
        "who": by.name if by else reader.settings.centre_name,
        "words": event.reason,
        "rows": rows,
        "link": f"{reader.root}/programme-enrolments/{enrolment.id}",
    }
    return Letter(values) if rows else None


def _week(reader: Reader, now: datetime) -> Letter | None:
    weeks = queries.team_weeks(reader.person.supervised_team_ids, _today(reader, now), now)
    told = [one for one in weeks if not one.is_silent]
    return Letter({"weeks": told, "link": f"{reader.root}/certification"}) if told else None


def chat_of(notice: Notice, reader: Reader, now: datetime) -> tuple[str, str] | None:
    """Title and text of a team's week for a chat: figures only, for a chat has many readers."""
    weeks = queries.team_weeks([notice.values["team_id"]], _today(reader, now), now)
    if not weeks or weeks[0].is_silent:
        return None
    week = weeks[0]
    with force_locale(reader.settings.default_locale):
        title = _("Certification: the week of %(team)s", team=week.name)
        lines = [
            _("Late: %(count)s", count=week.late),
            _("Will be late at this pace: %(count)s", count=week.at_risk),
            _("Due this week: %(count)s", count=week.due),
            _("Certificates that end within 30 days: %(count)s", count=week.ending),
            _("Under review: %(count)s", count=week.under_review),
            _("Newly certified: %(count)s", count=week.certified),
        ]
    return title, "\n".join([*lines, f"{reader.root}/certification"])


def _today(reader: Reader, now: datetime) -> date:
    return now.astimezone(reader.zone).date()


def _requirement_title(enrolment: ProgrammeEnrolment, key: str, reader: Reader) -> str:
    content = from_dict(enrolment.version.content)
    titles = next((one.titles for one in content.requirements if one.key == key), {})
    return _title(titles, reader) or key
