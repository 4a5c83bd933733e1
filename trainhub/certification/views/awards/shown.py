"""What the pages of awards show: evidence with links, the story in words, what may be done."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from flask import request, url_for
from flask_babel import lazy_gettext as _l

from trainhub import permissions
from trainhub.catalogue.queries.writing import names_of_people
from trainhub.certification.evidence import list_kinds
from trainhub.certification.models import Award, AwardEvent
from trainhub.certification.queries.evidence_checks import EvidenceState, evidence_state
from trainhub.certification.queries.scope import get_award
from trainhub.certification.rules.awards.refreshing import (
    REFRESH_DONE,
    REFRESH_OVERDUE,
    REFRESH_WITHDRAWN,
)
from trainhub.certification.rules.awards.states import AwardState, may_become
from trainhub.certification.services.reviewing import EVIDENCE_WITHDRAWN
from trainhub.certification.views.wording import in_language, in_words
from trainhub.errors import NotFound
from trainhub.people.models import Person
from trainhub.people.views.signed_in import note_refusal
from trainhub.web.access import current_person
from trainhub.web.navigation import has_endpoint
from trainhub.web.text import translated

EVENT_WORDS: dict[tuple[str, str], Any] = {
    ("none", "active"): _l("Award granted"),
    ("active", "under_review"): _l("Put under review"),
    ("under_review", "active"): _l("Confirmed"),
    ("active", "revoked"): _l("Revoked"),
    ("under_review", "revoked"): _l("Revoked"),
    ("active", "expired"): _l("Expired"),
    ("active", "superseded"): _l("Superseded by a newer award"),
}
WAY_WORDS: dict[str, Any] = {
    "enrolled": _l("Taken into the programme"),
    "moved": _l("Went on by another version"),
    "withdrawn": _l("Left the programme"),
    "awarded": _l("Certified"),
    "reminded": _l("Reminded"),
}
CAUSES = {
    EVIDENCE_WITHDRAWN: _l("Evidence it rests on was taken back, or no longer reaches the mark:"),
    REFRESH_OVERDUE: _l("The refresh that was asked for was not done in time:"),
    REFRESH_DONE: _l("The refresh was passed:"),
    REFRESH_WITHDRAWN: _l("The refresh was taken back:"),
}
CHECKS: dict[EvidenceState, tuple[str, Any]] = {
    EvidenceState.UNCHANGED: ("success", _l("Evidence unchanged since granted")),
    EvidenceState.CHANGED: ("danger", _l("Evidence changed since granted")),
    EvidenceState.NOT_GRANTED: ("danger", _l("The audit trail has no entry of this grant")),
    EvidenceState.NO_DIGEST: ("neutral", _l("Granted before evidence was given a fingerprint")),
}
# Where a piece of evidence can be looked at: the id it names, then page and permission for its
# owner and for staff. Whose rows staff see is decided there once more.
_PLACES: dict[str, tuple[str, tuple[str, str] | None, tuple[str, str] | None]] = {
    "exam": (
        "attempt_id",
        ("assessment.show_result", "assessment.sit"),
        ("assessment.show_staff_attempt", "assessment.view_results"),
    ),
    "typing": ("run_id", ("typing_tests.show_result", "typing_tests.type"), None),
    "class": (
        "training_session_id",
        None,
        ("delivery.show_delivery_record", "delivery.view_week"),
    ),
}
SOON = timedelta(minutes=1)  # what is written down by then is told with one time


@dataclass(frozen=True)
class ShownPiece:
    """One piece of evidence: when, who judged and said what, where it is shown ("" for nowhere)."""

    at: datetime
    by: str
    comment: str
    record_id: int | None
    url: str


@dataclass(frozen=True)
class ShownEvidence:
    """One requirement as it stood when the award was granted."""

    key: str
    title: str
    kind: Any
    said: str
    state: str
    ends_on: date | None
    pieces: tuple[ShownPiece, ...]
    waiver: Mapping[str, Any] | None


@dataclass(frozen=True)
class ShownEvent:
    """One line of the story of an award."""

    words: Any
    at: datetime
    noted_at: datetime
    by: str
    reason: str
    cause: Any
    titles: tuple[str, ...]

    @property
    def is_noted_later(self) -> bool:
        """Whether it was written down so much later that both times are worth telling."""
        return self.noted_at - self.at >= SOON


def asked_award(award_id: int) -> Award:
    """The award of the address; a look outside one's sight is put on record, and not found."""
    viewer = current_person()
    try:
        return get_award(award_id, viewer)
    except NotFound:
        note_refusal(viewer, "certification.own", request.path)
        raise


def shown_evidence(award: Award, viewer: Person) -> list[ShownEvidence]:
    """The frozen evidence in the reader's words, in the order of the programme."""
    kinds = {kind.name: kind.label for kind in list_kinds()}
    return [
        ShownEvidence(
            key=one["requirement"],
            title=in_language(one["titles"]) or one["requirement"],
            kind=translated(kinds.get(one["kind"], one["kind"])),
            said=in_words(one["said"]),
            state=one["state"],
            ends_on=_day(one["ends_on"]),
            pieces=tuple(
                _piece(piece, one["requirement"], award, viewer) for piece in one["pieces"]
            ),
            waiver=_waiver(one.get("waiver")),
        )
        for one in award.evidence
    ]


def shown_check(award: Award, viewer: Person) -> tuple[str, Any] | None:
    """What the audit trail says of the evidence: badge and words, for who audits."""
    if not permissions.allows("certification.view_audit", viewer):
        return None
    return CHECKS[evidence_state(award)]


def _waiver(raw: Mapping[str, Any] | None) -> Mapping[str, Any] | None:
    return raw and {**raw, "until_on": date.fromisoformat(raw["until_on"])}


def _day(text: str | None) -> date | None:
    return date.fromisoformat(text) if text else None


def _piece(piece: Mapping[str, Any], key: str, award: Award, viewer: Person) -> ShownPiece:
    return ShownPiece(
        at=datetime.fromisoformat(piece["at"]),
        by=piece["by"],
        comment=piece["values"].get("comment", ""),
        record_id=piece["ids"].get("record_id"),
        url=_url(piece, key, award, viewer),
    )


def _url(piece: Mapping[str, Any], key: str, award: Award, viewer: Person) -> str:
    is_own = award.person_id == viewer.id
    if piece["kind"] in ("summary", "observation", "sign_off"):
        may = is_own or permissions.allows("certification.view", viewer)
        return _own_place(piece, key, award) if may else ""
    name, own, staff = _PLACES.get(piece["kind"], ("", None, None))
    place = own if is_own else staff
    row_id = piece["ids"].get(name)
    if place is None or row_id is None or not has_endpoint(place[0]):
        return ""
    return url_for(place[0], **{name: row_id}) if permissions.allows(place[1], viewer) else ""


def _own_place(piece: Mapping[str, Any], key: str, award: Award) -> str:
    """Where evidence of this subject stands: a case, a summary, a word on the road."""
    if piece["kind"] == "observation":
        case_id = piece["ids"]["observed_case_id"]
        return url_for("certification.show_observation", case_id=case_id)
    if piece["kind"] == "sign_off":
        return url_for(
            "certification.show_road",
            enrolment_id=award.enrolment_id,
            _anchor=f"requirement-{key}",
        )
    return url_for(
        "certification.show_summary", enrolment_id=award.enrolment_id, requirement_key=key
    )


def shown_events(award: Award, events: list[AwardEvent]) -> list[ShownEvent]:
    """The story of an award, latest last."""
    names = names_of_people({one.by_id for one in events})
    titles = {one["requirement"]: in_language(one["titles"]) for one in award.evidence}
    return [
        ShownEvent(
            words=_event_words(one),
            at=one.occurred_at,
            noted_at=one.recorded_at,
            by=names.get(one.by_id or 0, ""),
            reason=one.reason,
            cause=CAUSES.get(one.values.get("cause", "")),
            titles=_about(one, titles),
        )
        for one in events
    ]


def _event_words(event: AwardEvent) -> Any:
    if event.values.get("cause") in (REFRESH_DONE, REFRESH_WITHDRAWN):
        return _l("In force again")
    return EVENT_WORDS[event.old_state, event.new_state]


def _about(event: AwardEvent, titles: Mapping[str, str]) -> tuple[str, ...]:
    """What a change of state was about: requirements, or what a refresh was asked after."""
    if "change" in event.values:
        return (in_language(event.values["change"]),)
    return tuple(titles.get(key, key) for key in event.values.get("requirements", ()))


def possible_acts(award: Award, viewer: Person) -> list[str]:
    """What the viewer may decide on an award now: of revoke, confirm, question, again."""
    is_own = award.person_id == viewer.id
    if is_own or not permissions.allows("certification.award", viewer):
        return []
    state = AwardState(award.state)
    acts = {
        "confirm": state == AwardState.UNDER_REVIEW,
        "revoke": may_become(state, AwardState.REVOKED),
        "question": may_become(state, AwardState.UNDER_REVIEW),
        "again": state in (AwardState.REVOKED, AwardState.EXPIRED),
    }
    return [act for act, possible in acts.items() if possible]
