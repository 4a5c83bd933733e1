"""The demonstration centre's rota and demand, brought in as a planner brings them in."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from trainhub.db import db
from trainhub.people.models import Person
from trainhub.rota.models import Queue, Site
from trainhub.rota.queries.examples import list_example_people, list_example_queues
from trainhub.rota.rules.clock_times import monday_of
from trainhub.rota.rules.queue_settings import QueueDraft
from trainhub.rota.rules.requirement import StaffingRules
from trainhub.rota.rules.shift_codes import CodeDraft
from trainhub.rota.rules.tables.example_tables import demand_table, rota_table
from trainhub.rota.services import importing_demand, importing_rota
from trainhub.rota.services.places import add_site, place_teams
from trainhub.rota.services.queues import add_queue
from trainhub.rota.services.shift_codes import add_code, add_standard_codes
from trainhub.rota.services.table_imports import hash_of
from trainhub.tables import write_csv

PAST_WEEKS, COMING_WEEKS = 8, 14
MOST_TEAMS = 24  # with a rota; centres for measuring have hundreds more
QUEUES = (
    QueueDraft("hotline", "热线", "calls", StaffingRules()),
    QueueDraft("chat", "在线客服", "chats", StaffingRules(answer_within_s=60, concurrency=3.0)),
    QueueDraft("english", "English line", "calls", StaffingRules()),
)
# The shifts of half of the people, so that not everybody is at lunch at once.
OTHER_BREAKS = (
    CodeDraft("E2", "早班二", "Early 2", "early", "07:00", "15:00", "12:00-12:30",
              synonyms=("早2",)),
    CodeDraft("M2", "中班二", "Mid 2", "mid", "09:00", "18:00", "13:30-14:30", "09:00-10:00",
              synonyms=("中2",)),
    CodeDraft("L2", "晚班二", "Late 2", "late", "14:00", "22:00", "16:30-17:00",
              synonyms=("晚2",)),
)  # fmt: skip
# Which queue the teams serve, in the order of the teams.
SERVED = (0, 0, 1, 1, 2, 2)


def build_rota(team_ids: list[int], planner: Person, today: date, zone: str, now: datetime) -> Site:
    """A site, three queues, typical days of demand, and a rota from eight weeks ago on for the
    coming quarter. Flushes, no commit."""
    site = add_site("上海中心", zone, actor=planner, now=now)
    queues = [add_queue(draft, actor=planner, now=now) for draft in QUEUES]
    placed = team_ids[:MOST_TEAMS]
    place_teams(
        {team_id: (site.id, _queue(queues, at).id) for at, team_id in enumerate(placed)},
        actor=planner,
        now=now,
    )
    add_standard_codes(actor=planner, now=now)
    for code in OTHER_BREAKS:
        add_code(code, actor=planner, now=now)
    _bring_demand(planner, today, now)
    _bring_rota(placed, planner, today, now)
    db.session.flush()
    return site


def _queue(queues: list[Queue], at: int) -> Queue:
    return queues[SERVED[at % len(SERVED)]]


def first_day(today: date) -> date:
    """The Monday on which the demonstration's rota begins."""
    return monday_of(today) - timedelta(weeks=PAST_WEEKS)


def _bring_demand(planner: Person, today: date, now: datetime) -> None:
    data = write_csv(*demand_table(list_example_queues(), "zh"))
    lines = importing_demand.read_file(data, "demand.csv")
    mapping, _ = importing_demand.mapping_for(lines, today)
    importing_demand.import_demand(
        lines, mapping, file="话务预测.csv", file_hash=hash_of(data),
        actor=planner, now=now,
    )  # fmt: skip


def _bring_rota(team_ids: list[int], planner: Person, today: date, now: datetime) -> None:
    days = 7 * (PAST_WEEKS + COMING_WEEKS)
    people = list_example_people(team_ids)
    data = write_csv(*rota_table(people, first_day(today), days, "zh"))
    lines = importing_rota.read_file(data, "rota.csv")
    mapping, _ = importing_rota.mapping_for(lines, "rota.csv", today)
    importing_rota.import_rota(
        lines, mapping, file="排班表.csv", file_hash=hash_of(data),
        actor=planner, now=now,
    )  # fmt: skip
