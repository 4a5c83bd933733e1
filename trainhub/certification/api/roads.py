"""How one stands: one's own programmes, and the road of somebody in sight."""

from __future__ import annotations

from flask.typing import ResponseReturnValue

from trainhub.certification.api.blueprint import bp
from trainhub.certification.api.road_schemas import OwnOut, RoadOut
from trainhub.certification.api.shapes import award_head, road_shape
from trainhub.certification.queries.awards import list_own_awards
from trainhub.certification.queries.roads import list_own
from trainhub.certification.queries.scope import get_enrolment
from trainhub.certification.views.refusing import on_record
from trainhub.certification.views.standing.roads import road_of
from trainhub.web.access import current_person, requires
from trainhub.web.api import SECURITY


@bp.get("/me/certification")
@requires("certification.own")
@bp.doc(security=SECURITY)
@bp.output(OwnOut)
def show_my_certification() -> ResponseReturnValue:
    """My certification.

    Each programme with every requirement, what it rests on, what is next, and what I hold.
    """
    person = current_person()
    return {
        "programmes": [road_shape(road_of(one), person) for one in list_own(person.id)],
        "awards": [award_head(one) for one in list_own_awards(person.id)],
    }


@bp.get("/programme-enrolments/<int:enrolment_id>")
@requires("certification.own")
@bp.doc(security=SECURITY)
@bp.output(RoadOut)
@on_record("certification.own")
def show_road(enrolment_id: int) -> ResponseReturnValue:
    """One person's way through a programme.

    My own; for supervisors of people in their teams, for administrators of everybody.
    """
    viewer = current_person()
    return road_shape(road_of(get_enrolment(enrolment_id, viewer)), viewer)
