"""The evidence of an award, one requirement at a time: as it was frozen, and what there is now.

Whoever may see the award may follow it here and read, auditors as well; nothing is decided here.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from flask import render_template
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from trainhub.certification.certificates.texts import number_of
from trainhub.certification.evidence.exam import permille_of
from trainhub.certification.models import Award, ObservedCase
from trainhub.certification.queries.award_evidence import RecordNow, SourceNow, find_source
from trainhub.certification.queries.named import Named, list_named
from trainhub.certification.rules.competencies.model import ModelContent, model_from
from trainhub.certification.rules.summaries import split
from trainhub.certification.views.awards.shown import asked_award, shown_evidence
from trainhub.certification.views.blueprint import bp
from trainhub.certification.views.wording import in_language
from trainhub.delivery.models import Booking
from trainhub.errors import NotFound
from trainhub.ledger.models import LearningRecord, Verb
from trainhub.web.access import current_person, requires
from trainhub.web.filters import show_date, show_datetime, show_number, show_percent

Facts = list[tuple[Any, Any]]
VERBS = {
    Verb.COMPLETED: _l("Completed"),
    Verb.PASSED: _l("Passed"),
    Verb.FAILED: _l("Not passed"),
    Verb.ATTENDED: _l("Attended"),
    Verb.VOIDED: _l("Taken back"),
    Verb.STARTED: _l("Started"),
}
PRESENCE = {
    "present": _l("Present"),
    "late": _l("Came late"),
    "excused_operations": _l("Excused: operations"),
    "excused_personal": _l("Excused: personal"),
    "absent": _l("Absent"),
}


@dataclass(frozen=True)
class Followed:
    """A piece of evidence: the facts frozen, the facts of today, and whether those still hold."""

    title: str
    frozen: Facts
    now: Facts
    state: tuple[str, Any]
    source: SourceNow
    case: ObservedCase | None
    model: ModelContent | None
    texts: Mapping[int, list[tuple[str, str]]]


@bp.get("/awards/<int:award_id>/evidence/<slug:requirement_key>")
@requires("certification.own")
def show_award_evidence(award_id: int, requirement_key: str) -> ResponseReturnValue:
    """What one requirement of an award rested on, and what its sources say today."""
    award, viewer = asked_award(award_id), current_person()
    keys = [one["requirement"] for one in award.evidence]
    if requirement_key not in keys:
        raise NotFound()
    place = keys.index(requirement_key)
    raw, shown = award.evidence[place], shown_evidence(award, viewer)[place]
    named = list_named({piece["kind"] for piece in raw["pieces"]})
    return render_template(
        "certification/awards/show_award_evidence.html",
        award=award,
        number=number_of(award),
        shown=shown,
        is_own=award.person_id == viewer.id,
        pieces=[_followed(award, requirement_key, piece, named) for piece in raw["pieces"]],
    )


def _followed(award: Award, key: str, piece: Mapping[str, Any], named: Named) -> Followed:
    source = find_source(award, key, piece)
    case = source.case
    return Followed(
        title=_title(piece, named),
        frozen=_frozen(piece),
        now=_record_facts(source.record) + _attempt_facts(source) + _class_facts(source.booking),
        state=_state(piece, source),
        source=source,
        case=case,
        model=model_from(case.model_version.content) if case else None,
        texts={one.id: split(one.text) for one in source.summary if one.text},
    )


def _title(piece: Mapping[str, Any], named: Named) -> str:
    key = piece["values"].get("object_key", "")
    titles = named.get((piece["kind"], key))
    return in_language(titles) or piece["values"].get("what") or key


def _frozen(piece: Mapping[str, Any]) -> Facts:
    """What was kept on the day of the award."""
    values = piece["values"]
    facts: Facts = [(_("When"), show_datetime(datetime.fromisoformat(piece["at"])))]
    if piece["by"]:
        facts.append((_("Judged by"), piece["by"]))
    if values.get("version"):
        facts.append((_("Version"), values["version"]))
    if values.get("permille") is not None:
        facts.append((_("Result"), show_percent(values["permille"] / 1000, 1)))
    if "formula" in values:
        facts.append((_("Formula"), values["formula"]))
    facts += _figures(values)
    if values.get("comment"):
        facts.append((_("Comment"), values["comment"]))
    if "record_id" in piece["ids"]:
        facts.append((_("Learning record"), _("no. %(number)s", number=piece["ids"]["record_id"])))
    return facts


def _figures(values: Mapping[str, Any]) -> Facts:
    """The figures of a kind, by the names that evidence and records share."""
    facts: Facts = []
    if "pass_mark" in values:
        facts.append((_("Pass mark"), show_percent(values["pass_mark"] / 100)))
    if "speed_tenths" in values:
        facts.append((_("Net speed"), show_number(values["speed_tenths"] / 10)))
        facts.append((_("Accuracy"), show_percent(values["accuracy"] / 10_000, 2)))
    if "minutes" in values:
        facts.append((_("Minutes present"), show_number(values["minutes"])))
    if values.get("state") in PRESENCE:
        facts.append((_("Presence"), str(PRESENCE[values["state"]])))
    return facts


def _record_facts(found: RecordNow | None) -> Facts:
    if found is None:
        return []
    last = found.later or found.record
    facts: Facts = [
        (_("The ledger says"), str(VERBS.get(Verb(last.verb), last.verb))),
        (_("When"), show_datetime(last.occurred_at)),
        (_("Written down"), show_datetime(last.recorded_at)),
    ]
    if last.object_version:
        facts.append((_("Version"), last.object_version))
    facts += _mark_facts(last) + _figures(last.result)
    if found.taken_back is not None:
        facts.append((_("Taken back"), show_datetime(found.taken_back.recorded_at)))
    return facts


def _mark_facts(record: LearningRecord) -> Facts:
    result = record.result
    if "mark_millionths" in result:
        permille: int | None = permille_of(result["mark_millionths"], result["max_points"])
    else:
        permille = result.get("marks_permille", result.get("permille"))
    return [] if permille is None else [(_("Result"), show_percent(permille / 1000, 1))]


def _attempt_facts(source: SourceNow) -> Facts:
    attempt = source.attempt
    if attempt is None:
        return []
    facts: Facts = [
        (_("Exam"), in_language(attempt.version.titles)),
        (_("Attempt"), show_number(attempt.number)),
    ]
    for words, at in (
        (_("Begun"), attempt.started_at),
        (_("Handed in"), attempt.ended_at),
        (_("Marked"), attempt.marked_at),
    ):
        facts += [(words, show_datetime(at))] if at else []
    return facts


def _class_facts(booking: Booking | None) -> Facts:
    if booking is None or booking.attendance is None:
        return []
    held = booking.training_session
    return [
        (_("Date of the class"), show_date(held.on)),
        (_("Trainer"), held.trainer.name),
        (_("Classroom"), held.room.name),
        (_("On the roster"), str(PRESENCE.get(booking.attendance.state, ""))),
        (_("Minutes on the roster"), show_number(booking.attendance.minutes)),
    ]


def _state(piece: Mapping[str, Any], source: SourceNow) -> tuple[str, Any]:
    """Whether the source still says what was frozen: the kind of a badge, and its words."""
    record, case = source.record, source.case
    if piece["kind"] == "composite":
        return "info", _l("Put together of the pieces below")
    if not source.is_there:
        return "neutral", _l("The source is no longer kept")
    if (record and record.taken_back) or (case and case.state == "void"):
        return "danger", _l("Taken back since")
    if record and record.later:
        return "warning", _l("Judged anew since")
    return "success", _l("Stands as it was")
