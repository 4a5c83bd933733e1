"""What the matrix is narrowed to, read from the address, and written back into one."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from flask import request, url_for

from trainhub.certification.models import Programme
from trainhub.certification.queries.matrix import STATES, MatrixCriteria
from trainhub.certification.queries.matrix_choices import list_running_programmes
from trainhub.errors import NotFound
from trainhub.people.models import Person, Team
from trainhub.people.queries.groups import list_teams
from trainhub.people.views.signed_in import note_refusal
from trainhub.web.converters import row_id
from trainhub.web.text import asked_text

FILTERS = ("programme", "team", "cohort", "state", "requirement", "q")


@dataclass(frozen=True)
class AskedMatrix:
    """What was asked: programmes to choose from, the one chosen, filters as in the address."""

    programmes: Sequence[Programme]
    programme: Programme
    teams: Sequence[Team]
    criteria: MatrixCriteria
    filters: Mapping[str, Any]

    def address(self, endpoint: str = "certification.show_matrix", **changes: Any) -> str:
        """An address with the same filters but for `changes`."""
        return url_for(endpoint, **(dict(self.filters) | changes))

    @property
    def is_narrowed(self) -> bool:
        """Whether anything but a programme was asked for."""
        return any(name != "programme" for name in self.filters)


def asked_matrix(viewer: Person) -> AskedMatrix | None:
    """What the reader asks for; None where no programme is published.

    A team out of sight is refused as if there were none. Raises `NotFound`.
    """
    programmes = list_running_programmes()
    if not programmes:
        return None
    wanted = request.args.get("programme", type=row_id)
    chosen = next((one for one in programmes if wanted in (None, one.id)), None)
    if chosen is None:
        raise NotFound()
    teams = list_teams(viewer)
    team_id = request.args.get("team", type=row_id)
    if team_id is not None and team_id not in {one.id for one in teams}:
        note_refusal(viewer, "certification.view", request.path)
        raise NotFound()
    state = request.args.get("state", "")
    criteria = MatrixCriteria(
        programme_id=chosen.id,
        team_id=team_id,
        cohort_id=request.args.get("cohort", type=row_id),
        words=asked_text("q"),
        state=state if state in STATES else "",
        requirement=asked_text("requirement", 40),
    )
    return AskedMatrix(programmes, chosen, teams, criteria, _filters(criteria))


def _filters(criteria: MatrixCriteria) -> dict[str, Any]:
    values = {
        "programme": criteria.programme_id,
        "team": criteria.team_id,
        "cohort": criteria.cohort_id,
        "state": criteria.state,
        "requirement": criteria.requirement,
        "q": criteria.words,
    }
    return {name: value for name, value in values.items() if value}


def kept_filters() -> dict[str, Any]:
    """What an address says of the matrix its reader came from; empty when they did not."""
    if request.args.get("back") != "matrix":
        return {}
    names = (*FILTERS, "page")
    kept: dict[str, Any] = {name: request.args[name] for name in names if name in request.args}
    return kept | {"back": "matrix"}


def back_address(enrolment_id: int, place: str | None = None) -> str:
    """Back to the same row of the same page of the matrix, or to the road they came from."""
    kept = kept_filters()
    if kept:
        del kept["back"]
        return url_for("certification.show_matrix", **kept, _anchor=f"row-{enrolment_id}")
    return url_for("certification.show_road", enrolment_id=enrolment_id, _anchor=place)
