"""Roads and awards as bodies: what the pages show, field by field."""

from __future__ import annotations

from typing import Any

from flask import url_for

from trainhub.certification.api.fields import day_text
from trainhub.certification.certificates.texts import number_of
from trainhub.certification.models import Award, RequirementException, SignOff
from trainhub.certification.queries.roads import Road
from trainhub.certification.rules.standing.findings import Evidence
from trainhub.certification.views.awards.pages import NOT_PRINTED
from trainhub.certification.views.awards.shown_refreshes import ShownRefresh, refreshes_of_awards
from trainhub.certification.views.awards.verifying import SHOWN, shown_of
from trainhub.certification.views.programmes.shown import validity_words
from trainhub.certification.views.standing.shown import (
    ShownLine,
    ShownStage,
    minutes_left,
    next_line,
    road_badge,
    shown_road,
)
from trainhub.certification.views.wording import in_language, in_words
from trainhub.people.models import Person
from trainhub.web.api import instant


def road_shape(road: Road, viewer: Person) -> dict[str, Any]:
    """A road as its page shows it to this reader."""
    enrolment, standing = road.enrolment, road.looked.standing
    stages, is_active = shown_road(road, viewer), enrolment.state == "active"
    following = (
        next_line(stages, is_own=enrolment.person_id == viewer.id) if is_active else None
    )  # fmt: skip
    state, _kind, words = road_badge(road)
    award_ids = [road.award.id if road.award else None, enrolment.renews_id]
    refreshes = refreshes_of_awards(award_ids, viewer, road.today, only_open=True)
    return {
        "enrolment_id": enrolment.id,
        "person": {"person_id": enrolment.person_id, "name": enrolment.person.name},
        "programme": enrolment.programme.key,
        "title": in_language(enrolment.version.titles),
        "version": enrolment.version.number,
        "path": enrolment.path,
        "cohort": enrolment.cohort.name if enrolment.cohort else "",
        "state": state,
        "words": words,
        "starts_on": day_text(enrolment.starts_on),
        "today": day_text(road.today),
        "done": standing.done,
        "needed": len(standing.counted),
        "next_due_on": day_text(standing.next_due_on),
        "final_due_on": day_text(standing.final_due_on),
        "minutes_left": minutes_left(stages) if is_active else 0,
        "next": _next(following) if following else None,
        "stages": [_stage(one, road) for one in stages],
        "award": award_head(road.award) if road.award else None,
        "refreshes": [refresh_shape(one) for one in refreshes],
        "after": [
            {"term": term, "text": text} for term, text in validity_words(road.looked.content)
        ],
        "url": url_for("certification.show_road", enrolment_id=enrolment.id),
    }


def _next(one: ShownLine) -> dict[str, Any]:
    requirement = one.line.requirement
    return {
        "requirement": requirement.key,
        "title": in_language(requirement.titles),
        "due_on": day_text(one.line.due_on),
        **_step(one),
    }


def _step(one: ShownLine) -> dict[str, Any]:
    step = one.line.finding.step
    return {
        "words": one.step,
        "turn": step.turn if step else "",
        "turn_words": one.turn,
        "url": one.url,
        "minutes": one.minutes,
    }


def _stage(shown: ShownStage, road: Road) -> dict[str, Any]:
    return {
        "stage": shown.stage.key,
        "title": in_language(shown.stage.titles),
        "state": shown.state,
        "groups": [
            {"words": group.words, "requirements": [_line(one, road) for one in group.lines]}
            for group in shown.groups
        ],
    }


def _line(one: ShownLine, road: Road) -> dict[str, Any]:
    line, key = one.line, one.line.requirement.key
    return {
        "requirement": key,
        "kind": line.requirement.kind,
        "title": in_language(line.requirement.titles),
        "asked": one.asked,
        "state": line.state.value,
        "words": one.badge[1],
        "said": in_words(line.finding.said),
        "due_on": day_text(line.due_on),
        "is_late": one.is_late,
        "is_at_risk": bool(one.risk),
        "risk": one.risk,
        "ends_on": day_text(line.ends_on),
        "evidence": [_piece(piece) for piece in line.finding.evidence],
        "exceptions": [_exception(made) for made in one.exceptions],
        "sign_offs": [_sign_off(said) for said in road.sign_offs_of(key)],
        "composite": _composite(one, road) if one.composite else None,
        "step": _step(one) if one.step and road.enrolment.state == "active" else None,
    }


def _piece(piece: Evidence) -> dict[str, Any]:
    return {
        "on": day_text(piece.on),
        "at": instant(piece.at),
        "by": piece.by,
        "comment": piece.values.get("comment", ""),
        "record_id": piece.ids.get("record_id"),
    }


def _exception(made: RequirementException) -> dict[str, Any]:
    return {
        "kind": made.kind,
        "until_on": day_text(made.until_on),
        "granted_by": made.granted_by.name,
        "reason": made.reason,
        "ended_at": instant(made.ended_at),
        "end_reason": made.end_reason or "",
    }


def _sign_off(said: SignOff) -> dict[str, Any]:
    return {
        "at": instant(said.occurred_at),
        "by": said.by.name,
        "decision": said.decision,
        "comment": said.comment,
    }


def _composite(one: ShownLine, road: Road) -> dict[str, Any]:
    combined = one.composite
    assert combined is not None
    titles = {
        part.part.requirement: road.looked.content.requirement(part.part.requirement).titles
        for part in combined.parts
    }
    return {
        "permille": combined.permille,
        "pass_permille": combined.pass_permille,
        "is_passed": combined.is_passed,
        "formula": combined.formula,
        "parts": [
            {
                "requirement": scored.part.requirement,
                "title": in_language(titles[scored.part.requirement]),
                "weight": scored.part.weight,
                "permille": scored.permille,
                "is_gate": scored.part.is_gate,
                "is_met": scored.is_met,
            }
            for scored in combined.parts
        ],
        "place": one.rank.place if one.rank else None,
        "among": one.rank.among if one.rank else None,
    }


def award_head(award: Award) -> dict[str, Any]:
    """An award as a list shows it."""
    shown = shown_of(award)
    printed = url_for("certification.show_certificate", award_id=award.id)
    return {
        "award_id": award.id,
        "enrolment_id": award.enrolment_id,
        "programme": award.programme.key,
        "title": in_language(award.titles),
        "holder": award.holder_name,
        "number": number_of(award),
        "state": shown.value,
        "words": str(SHOWN[shown][0]),
        "valid_from": day_text(award.valid_from),
        "valid_until": day_text(award.valid_until),
        "certificate_url": "" if shown in NOT_PRINTED else printed,
        "url": url_for("certification.show_award", award_id=award.id),
    }


def refresh_shape(one: ShownRefresh) -> dict[str, Any]:
    """What is or was asked of the holder of an award."""
    return {
        "title": one.title,
        "note": one.note,
        "state": one.state,
        "due_on": day_text(one.due_on),
        "closed_at": instant(one.closed_at),
        "is_overdue": one.is_overdue,
        "url": one.url,
    }
