"""Awards in lists, and one with its frozen evidence and its story."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask.typing import ResponseReturnValue

from trainhub import clock
from trainhub.certification.api.award_schemas import AwardOut, AwardsIn, AwardsOut
from trainhub.certification.api.blueprint import bp
from trainhub.certification.api.fields import day_text
from trainhub.certification.api.shapes import award_head, refresh_shape
from trainhub.certification.models import Award
from trainhub.certification.queries.award_lists import find_award_page
from trainhub.certification.queries.awards import list_award_events, list_successors
from trainhub.certification.rules.awards.validity import opens_on
from trainhub.certification.rules.programmes.content import from_dict
from trainhub.certification.views.awards.pages import asked_criteria
from trainhub.certification.views.awards.shown import (
    ShownEvent,
    ShownEvidence,
    asked_award,
    shown_events,
    shown_evidence,
)
from trainhub.certification.views.awards.shown_refreshes import refreshes_of_awards
from trainhub.certification.views.awards.verifying import SHOWN, shown_of
from trainhub.web.access import current_person, requires
from trainhub.web.api import SECURITY, instant
from trainhub.web.settings import current_settings


@bp.get("/awards")
@requires("certification.view_awards")
@bp.doc(security=SECURITY)
@bp.input(AwardsIn, location="query")
@bp.output(AwardsOut)
def list_awards(query_data: dict[str, Any]) -> ResponseReturnValue:
    """Awards.

    Of one's own teams; for administrators and auditors of everybody. 50 to a page.
    """
    found = find_award_page(current_person(), asked_criteria(), query_data.get("page", 1))
    return {
        "awards": [_row(one) for one in found.rows],
        "total": found.total,
        "page": found.page,
        "pages": found.pages,
    }


def _row(award: Award) -> dict[str, Any]:
    team = award.person.team
    return award_head(award) | {
        "person_id": award.person_id,
        "team": team.name if team else "",
    }


@bp.get("/awards/<int:award_id>")
@requires("certification.own")
@bp.doc(security=SECURITY)
@bp.output(AwardOut)
def show_award(award_id: int) -> ResponseReturnValue:
    """One award.

    What it rests on, as it was on the day it was granted, and what became of it since.
    """
    viewer, award = current_person(), asked_award(award_id)
    validity, until = from_dict(award.version.content).validity, award.valid_until
    today = clock.today(current_settings().zone)
    frozen = zip(award.evidence, shown_evidence(award, viewer), strict=True)
    return award_head(award) | {
        "person_id": award.person_id,
        "version": award.version.number,
        "sentence": str(SHOWN[shown_of(award)][2]),
        "renews_on": day_text(opens_on(validity, until)) if until else None,
        "evidence": [_evidence(kept, shown) for kept, shown in frozen],
        "events": [_event(one) for one in shown_events(award, list_award_events(award.id))],
        "refreshes": [
            refresh_shape(one) for one in refreshes_of_awards([award.id], viewer, today)
        ],
        "before": award.previous_id,
        "after": [one.id for one in list_successors(award)],
    }  # fmt: skip


def _evidence(kept: Mapping[str, Any], shown: ShownEvidence) -> dict[str, Any]:
    waiver = shown.waiver
    return {
        "requirement": kept["requirement"],
        "kind": kept["kind"],
        "kind_words": str(shown.kind),
        "title": shown.title,
        "state": shown.state,
        "said": shown.said,
        "ends_on": day_text(shown.ends_on),
        "pieces": [
            {
                "at": instant(piece.at),
                "by": piece.by,
                "comment": piece.comment,
                "record_id": piece.record_id,
                "url": piece.url,
            }
            for piece in shown.pieces
        ],
        "waiver": waiver and {
            "until_on": day_text(waiver["until_on"]),
            "reason": waiver["reason"],
            "granted_by": waiver["granted_by"],
        },
    }  # fmt: skip


def _event(one: ShownEvent) -> dict[str, Any]:
    return {
        "words": str(one.words),
        "at": instant(one.at),
        "noted_at": instant(one.noted_at),
        "by": one.by,
        "reason": one.reason,
        "cause": str(one.cause or ""),
        "about": list(one.titles),
    }
