"""The supervisor's pages: own teams by course, and one person's learning."""

from __future__ import annotations

from dataclasses import dataclass

from flask import render_template, request, url_for
from flask.typing import ResponseReturnValue

from trainhub.errors import NotFound
from trainhub.learning.queries.courses import list_course_heads
from trainhub.learning.queries.mine import list_my_courses
from trainhub.learning.queries.scope import get_learner, list_teams_in_sight
from trainhub.learning.queries.teams import (
    TeamCount,
    count_by_team_and_course,
    count_urgent_by_team,
    find_people_page,
)
from trainhub.learning.rules import Standing
from trainhub.learning.views.blueprint import bp
from trainhub.learning.views.shown import this_day
from trainhub.people.models import Team
from trainhub.people.views.signed_in import note_refusal
from trainhub.web.access import current_person, requires
from trainhub.web.converters import row_id
from trainhub.web.locale import current_language

TEAMS_SHOWN = 15


@bp.get("/team-progress")
@requires("learning.view_team")
def show_team_progress() -> ResponseReturnValue:
    """One's own teams by course, red first; below it the people who need somebody most."""
    viewer, today = current_person(), this_day()
    teams = list_teams_in_sight(viewer, own=True)
    team_id = request.args.get("team", type=row_id)
    if team_id is not None and team_id not in {team.id for team in teams}:
        note_refusal(viewer, "learning.view_team", request.path)
        raise NotFound()
    urgent = count_urgent_by_team(viewer, today)
    teams = sorted(teams, key=lambda team: _need(team, urgent))
    shown = _page_of(teams, team_id)
    counts = count_by_team_and_course(viewer, today, [team.id for team in shown.teams])
    used = {course_id for _team, course_id in counts}
    page = request.args.get("page", default=1, type=row_id)
    heads = list_course_heads(current_language())
    return render_template(
        "learning/show_team_progress.html",
        shown=shown,
        team_id=team_id,
        counts=counts,
        totals={team.id: _total(counts, team.id) for team in shown.teams},
        courses=[head for head in heads.values() if head.id in used],
        found=find_people_page(
            viewer,
            today=today,
            team_ids=[team.id for team in shown.teams],
            page=page,
            only_urgent=team_id is None,
        ),
        team_names={team.id: team.name for team in teams},
        address=lambda **values: url_for(
            "learning.show_team_progress", **{"team": team_id, "teams": shown.page} | values
        ),
        today=today,
    )


@dataclass(frozen=True)
class TeamPage:
    """The teams of one page of the matrix."""

    teams: list[Team]
    page: int
    pages: int


def _page_of(teams: list[Team], team_id: int | None) -> TeamPage:
    if team_id is not None:
        return TeamPage([team for team in teams if team.id == team_id], 1, 1)
    pages = max(1, -(-len(teams) // TEAMS_SHOWN))
    page = min(request.args.get("teams", default=1, type=row_id), pages)
    return TeamPage(teams[(page - 1) * TEAMS_SHOWN :][:TEAMS_SHOWN], page, pages)


def _need(team: Team, urgent: dict[int, TeamCount]) -> tuple[int, int, str]:
    count = urgent.get(team.id, TeamCount())
    return (-count.late, -count.soon, team.name)


def _total(counts: dict[tuple[int, int], TeamCount], team_id: int) -> TeamCount:
    mine = (count for (team, _course), count in counts.items() if team == team_id)
    return sum(mine, TeamCount())


@bp.get("/people/<int:person_id>/learning")
@requires("learning.learn")
def show_person(person_id: int) -> ResponseReturnValue:
    """How far one person is: for their supervisor, trainers, administrators and themselves."""
    viewer = current_person()
    try:
        person = get_learner(person_id, viewer)
    except NotFound:
        note_refusal(viewer, "learning.view_learners", request.path)
        raise
    heads = list_course_heads(current_language())
    courses = list_my_courses(person.id, heads, today=this_day())
    return render_template(
        "learning/show_person.html",
        person=person,
        courses=courses,
        late=sum(one.standing is Standing.OVERDUE for one in courses),
        soon=sum(one.standing is Standing.DUE_SOON for one in courses),
        completed=sum(one.standing in {Standing.COMPLETED, Standing.AGAIN} for one in courses),
        today=this_day(),
    )
