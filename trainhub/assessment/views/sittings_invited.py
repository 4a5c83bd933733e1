"""Choosing whom a sitting is for."""

from __future__ import annotations

from trainhub.assessment.forms.sittings import InviteForm
from trainhub.assessment.services.sittings import Invited
from trainhub.learning.queries.assignments import (
    find_people_for,
    list_cohorts_for,
    list_teams_for,
)
from trainhub.web.access import current_person


def offer_people(form: InviteForm) -> bool:
    """Offer what the reader may choose from; whether the search found too many."""
    viewer = current_person()
    people, more = find_people_for(viewer, form.words.data or "", form.person_ids.data or [])
    form.offer(list_teams_for(viewer), list_cohorts_for(viewer), people)
    return more


def chosen(form: InviteForm) -> Invited:
    """What was ticked, loaded once more by the scope of the person."""
    viewer = current_person()
    people, _more = find_people_for(viewer, "", form.person_ids.data or [])
    teams, cohorts = form.team_ids.data or [], form.cohort_ids.data or []
    return Invited(
        people,
        [one for one in list_teams_for(viewer) if one.id in teams],
        [one for one in list_cohorts_for(viewer) if one.id in cohorts],
    )
