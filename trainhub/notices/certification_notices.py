"""Reminders about certification: what is due, which award ends, how a team's week begins.

Each is put down once, under a key of thing, date and days to go. People are left in peace on
their rest days and before the morning: what falls on one is said on their next working day, but
never later than the day itself.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from trainhub.certification.queries.working_days import working_days, zones_of
from trainhub.certification.rules.awards.validity import days_to_remind, ends_on
from trainhub.certification.rules.programmes.content import ProgrammeContent
from trainhub.db import end_read
from trainhub.notices.class_notices import Entries, write_new
from trainhub.notices.queries import award_news
from trainhub.notices.queries import certification as queries
from trainhub.notices.rules import CERTIFICATION_KINDS, REFRESH_DAYS, Kind
from trainhub.web.settings import current_settings

MORNING = 8  # hour of the reader's clock
Reminded = tuple[int, int | None, ProgrammeContent, date, str, dict[str, object]]


def collect(now: datetime) -> int:
    """Put down what is to be said and was not yet; how many messages that is."""
    settings = current_settings()
    today = now.astimezone(settings.zone).date()
    bosses = queries.supervisors_of_teams()
    due = list(_due(today))
    ending = list(_ending(today))
    refreshes, news = list(_refreshes(today, now)), list(_news(today, now))
    readers = {one[0] for one in due + ending + refreshes} | {one[0] for one in news}
    readers |= {one for all_ in bosses.values() for one in all_}
    is_time = _is_time(readers, now, settings.zone)
    found: dict[Kind, Entries] = {kind: [] for kind in CERTIFICATION_KINDS}
    for own, team, things in (
        (Kind.REQUIREMENT_DUE, Kind.REQUIREMENT_DUE_TEAM, due),
        (Kind.AWARD_ENDING, Kind.AWARD_ENDING_TEAM, ending),
        (Kind.REFRESH_DUE, Kind.REFRESH_DUE_TEAM, refreshes),
    ):
        for thing in things:
            _remind(found, own, team, thing, bosses, is_time)
    _add_news(found, news, bosses, is_time)
    _add_weeks(found, bosses, is_time, settings.chat_urls)
    found[Kind.REFRESH_ASKED] = [
        (row.person_id, str(row.request_id), {"refresh_id": row.id})
        for row in award_news.list_fresh_refreshes(now)
    ]
    found[Kind.STANDING_REMINDED] = [
        (row.person_id, str(row.id), {"event_id": row.id})
        for row in queries.list_fresh_reminders(now)
    ]
    known = queries.list_told([kind.value for kind in CERTIFICATION_KINDS], now)
    end_read()
    return write_new(found, known, now)


def _due(today: date) -> Iterator[Reminded]:
    rows = queries.list_due_requirements(today)
    contents = queries.contents_of({row.version_id for row in rows})
    for row in rows:
        key = f"{row.id}:{row.requirement_key}"
        values = {"enrolment_id": row.id, "requirement": row.requirement_key}
        yield row.person_id, row.team_id, contents[row.version_id], row.due_on, key, values


def _ending(today: date) -> Iterator[Reminded]:
    rows = queries.list_ending_awards(today)
    contents = queries.contents_of({row.version_id for row in rows})
    for row in rows:
        values: dict[str, object] = {"award_id": row.id}
        content = contents[row.version_id]
        yield row.person_id, row.team_id, content, row.valid_until, str(row.id), values


def _refreshes(today: date, now: datetime) -> Iterator[Reminded]:
    before, after = REFRESH_DAYS
    content = ProgrammeContent(remind_before=before, remind_after=after)
    for row in award_news.list_due_refreshes(today, now):
        values: dict[str, object] = {"refresh_id": row.id}
        yield row.person_id, row.team_id, content, row.due_on, str(row.id), values


def _news(today: date, now: datetime) -> Iterator[tuple[int, int | None, int, datetime]]:
    """Person, team, event and moment of what has become of awards.

    After a long pause much is found to have expired at once: what ended weeks ago is no news.
    """
    rows = award_news.list_fresh_events(now)
    contents = queries.contents_of({row.version_id for row in rows if row.new_state == "expired"})
    for row in rows:
        if row.new_state == "expired" and row.valid_until is not None:
            last = ends_on(contents[row.version_id].validity, row.valid_until)
            if last < today - award_news.BEHIND:
                continue
        yield row.person_id, row.team_id, row.id, row.recorded_at


def _add_news(
    found: dict[Kind, Entries],
    news: list[tuple[int, int | None, int, datetime]],
    bosses: Mapping[int, list[int]],
    is_time: Mapping[int, Callable[[date], date | None]],
) -> None:
    """What has become of awards, on the day itself from the morning on."""
    zone = current_settings().zone
    for person_id, team_id, event_id, recorded_at in news:
        on = recorded_at.astimezone(zone).date()
        readers = [(person_id, Kind.AWARD_CHANGED)] + [
            (boss, Kind.AWARD_CHANGED_TEAM)
            for boss in bosses.get(team_id or 0, ())
            if boss != person_id
        ]
        for reader_id, kind in readers:
            if is_time[reader_id](on) is not None:
                found[kind].append((reader_id, str(event_id), {"event_id": event_id}))


def _remind(
    found: dict[Kind, Entries],
    own: Kind,
    team: Kind,
    thing: Reminded,
    bosses: Mapping[int, list[int]],
    is_time: Mapping[int, Callable[[date], date | None]],
) -> None:
    person_id, team_id, content, target, key, values = thing
    readers = [(person_id, own)] + [
        (boss, team) for boss in bosses.get(team_id or 0, ()) if boss != person_id
    ]
    for reader_id, kind in readers:
        today = is_time[reader_id](target)
        if today is None:
            continue
        days = days_to_remind(target, today, content.remind_before, content.remind_after)
        if days is not None:
            on = target.isoformat()
            found[kind].append(
                (reader_id, f"{key}:{on}:{days}", values | {"on": on, "is_over": target < today})
            )


def _is_time(
    person_ids: set[int], now: datetime, zone: ZoneInfo
) -> dict[int, Callable[[date], date | None]]:
    """For each person, their own date if they may be reminded of a target date now, else None."""
    zones = zones_of(person_ids, zone)
    day = now.astimezone(zone).date()
    works = working_days(person_ids, day - timedelta(days=1), day + timedelta(days=1))

    def of(person_id: int) -> Callable[[date], date | None]:
        local = now.astimezone(zones[person_id])
        today, is_working = local.date(), works[person_id](local.date())
        is_morning = local.hour >= MORNING

        def is_time(target: date) -> date | None:
            return today if is_morning and (is_working or target == today) else None

        return is_time

    return {one: of(one) for one in person_ids}


def _add_weeks(
    found: dict[Kind, Entries],
    bosses: Mapping[int, list[int]],
    is_time: Mapping[int, Callable[[date], date | None]],
    chat_urls: str,
) -> None:
    """The digest of a week, on Monday or the first working day after it."""
    teams: dict[int, list[int]] = {}
    for team_id, people in bosses.items():
        for one in people:
            teams.setdefault(one, []).append(team_id)
        first = is_time[people[0]](date.max)
        if chat_urls and first is not None:
            key = f"{team_id}:{_monday(first).isoformat()}"
            found[Kind.TEAM_WEEK_CHAT].append((people[0], key, {"team_id": team_id}))
    for person_id in teams:
        today = is_time[person_id](date.max)
        if today is not None:
            found[Kind.TEAM_WEEK].append((person_id, _monday(today).isoformat(), {}))


def _monday(on: date) -> date:
    return on - timedelta(days=on.weekday())
