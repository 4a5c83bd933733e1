"""Reading everything a planning problem is made from: some twenty queries for any size."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import select

from trainhub.db import db
from trainhub.delivery.models import Campaign
from trainhub.delivery.queries.planning.audience import audience_of, meant_for
from trainhub.delivery.queries.planning.class_facts import (
    count_dawns,
    find_done,
    list_classes,
    list_declined,
)
from trainhub.delivery.queries.planning.supply_facts import list_room_facts, list_trainer_facts
from trainhub.delivery.queries.planning.team_facts import list_team_facts
from trainhub.delivery.rules.planning.campaign_settings import CampaignSettings
from trainhub.delivery.rules.planning.planning_facts import CourseFacts, Facts, Member, Period
from trainhub.people.models import Person
from trainhub.rota.models import Shift, ShiftCode
from trainhub.rota.queries.calendar_days import kinds_of_days
from trainhub.rota.queries.cover import cover_of
from trainhub.rota.queries.zones import zones_of_queues, zones_of_sites
from trainhub.rota.rules.holidays_calendar import is_working_day

DAWN_DAYS = 90  # how far back somebody's dawn classes count


@dataclass(frozen=True)
class _Audience:
    members: list[Member]
    left_out: list[tuple[int, str]]


def load_facts(campaign: Campaign, period: Period) -> Facts:
    """Everything the campaign's problem is made from, as it stands now."""
    settings = CampaignSettings.from_dict(campaign.settings)
    teams = list_team_facts()
    audience = _audience(campaign, set(teams))
    course_ids = [row.course_id for row in campaign.courses]
    classes = list_classes(period.start, period.end)
    own = [one for one in classes if one.campaign_id == campaign.id]
    played = {member.team_id for member in audience.members} | {
        seat.team_id for one in own for seat in one.seats if seat.team_id in teams
    }
    sites = {teams[team_id].site_id for team_id in played}
    queues = {teams[team_id].queue_id for team_id in played}
    rooms = list_room_facts(sites, period, settings.room_ids)
    afar = {room.site_id for room in rooms} if all(room.is_online for room in rooms) else set()
    certified = list_trainer_facts(sites | afar, course_ids)
    wanted = settings.trainer_ids
    trainers = [one for one in certified if not wanted or one.id in wanted]
    others = {seat.person_id for one in own for seat in one.seats}
    others |= {one.id for one in trainers} | {one.trainer_id for one in classes}
    return Facts(
        campaign_id=campaign.id,
        name=campaign.name,
        settings=settings,
        period=period,
        members=audience.members,
        teams=teams,
        rota=_rota(campaign.id, others, period),
        codes={code.id: code.times for code in db.session.scalars(select(ShiftCode))},
        # A day before and after: clocks of sites and queues differ.
        cover=cover_of(queues, period.start - timedelta(days=1), period.end + timedelta(days=1)),
        site_zones=zones_of_sites(),
        queue_zones=_zones(queues),
        rooms=rooms,
        trainers=trainers,
        courses=_courses(campaign),
        classes=classes,
        done=find_done(campaign.id, course_ids),
        dawns=count_dawns(
            period.start - timedelta(days=DAWN_DAYS), period.start, settings.dawn_before_min
        ),
        declined=list_declined(course_ids, period),
        working_days=_working_days(period),
        certified=frozenset(one.id for one in certified),
        left_out=audience.left_out,
    )


def _audience(campaign: Campaign, placed_teams: set[int]) -> _Audience:
    found = _Audience([], [])
    for person_id, team_id in db.session.execute(audience_of(campaign)):
        if team_id is None:
            found.left_out.append((person_id, "NO_TEAM"))
        elif team_id not in placed_teams:
            found.left_out.append((person_id, "NO_PLACE"))
        else:
            found.members.append(Member(person_id, team_id))
    return found


def _rota(campaign_id: int, others: Collection[int], period: Period) -> dict[int, list[int]]:
    """Shift codes per day of everybody meant and of these others."""
    meant = select(Person.id).where(meant_for(campaign_id))
    days, start = period.days, period.start.toordinal()
    found: dict[int, list[int]] = {}
    for chosen in (Shift.person_id.in_(meant), Shift.person_id.in_(others)):
        query = select(Shift.person_id, Shift.on, Shift.shift_code_id).where(
            Shift.on.between(period.start, period.end), chosen
        )
        for person_id, on, code_id in db.session.execute(query):
            row = found.get(person_id)
            if row is None:
                row = found[person_id] = [0] * days
            row[on.toordinal() - start] = code_id
    return found


def _zones(queue_ids: Collection[int]) -> dict[int, ZoneInfo]:
    return zones_of_queues(sorted(queue_ids))


def _courses(campaign: Campaign) -> list[CourseFacts]:
    return [
        CourseFacts(
            row.course_id,
            row.duration_min,
            row.seats,
            row.min_seats,
            row.min_gap_days if number else None,
            row.priority,
        )
        for number, row in enumerate(campaign.courses)
    ]


def _working_days(period: Period) -> frozenset[date]:
    kinds = kinds_of_days(period.start, period.end)
    return frozenset(on for on in _dates(period) if is_working_day(on, kinds.get(on)))


def _dates(period: Period) -> Iterable[date]:
    return (period.date(day) for day in range(period.days))
