"""What messages about awards and refreshes say, worked out when they are sent."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from trainhub.certification.queries.refreshes import titles_of_changes
from trainhub.certification.rules.awards.refreshing import REFRESH_OVERDUE
from trainhub.certification.rules.awards.states import AwardState
from trainhub.notices.letters import Reader, day_of
from trainhub.notices.models import Notice
from trainhub.notices.queries import award_news as queries


def event_row(notice: Notice, reader: Reader) -> dict[str, Any] | None:
    """What has become of an award; None where it has moved on since, and is told by that."""
    event = queries.find_event(notice.values["event_id"])
    if event is None or event.award.state != event.new_state:
        return None
    award, cause = event.award, event.values.get("cause")
    is_back = event.new_state == AwardState.ACTIVE and event.old_state != "none"
    return {
        "name": award.holder_name,
        "title": title_in(award.titles, reader),
        "on": event.occurred_at.astimezone(reader.zone).date(),
        "what": "in_force" if is_back else event.new_state,
        "until": day_of(award.valid_until, reader) if award.valid_until else "",
        "reason": event.reason,
        "is_evidence": cause not in (None, REFRESH_OVERDUE) and not is_back,
        "refresh": title_in(event.values.get("change", {}), reader),
        "due": day_of(date.fromisoformat(event.values["due_on"]), reader)
        if cause == REFRESH_OVERDUE
        else "",
    }


def refresh_row(notice: Notice, reader: Reader, today: date) -> dict[str, Any] | None:
    """What is asked of a holder; None when it is done or asked no more."""
    refresh = queries.find_open_refresh(notice.values["refresh_id"])
    if refresh is None:
        return None
    titles = titles_of_changes([refresh.request])[refresh.request_id]
    return {
        "name": refresh.award.holder_name,
        "title": title_in(titles, reader),
        "award": title_in(refresh.award.titles, reader),
        "on": refresh.due_on,
        "day": day_of(refresh.due_on, reader),
        "is_over": refresh.due_on < today,
        "note": refresh.request.note,
        "link": f"{reader.root}/my-exams/{refresh.request.sitting_id}",
    }


def title_in(titles: Mapping[str, str], reader: Reader) -> str:
    """Titles in the reader's language, else in the one there is."""
    return titles.get(reader.locale) or next((one for one in titles.values() if one), "")
