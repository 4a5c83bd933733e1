"""The personal summary: written by its template, saved as one types, handed in, answered."""

from __future__ import annotations

import json
from typing import Any

from flask import flash, jsonify, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from trainhub import clock, permissions
from trainhub.certification.forms.acting import AnswerForm
from trainhub.certification.models import ProgrammeEnrolment
from trainhub.certification.queries.scope import get_enrolment, get_enrolment_to_act_on
from trainhub.certification.queries.summaries import list_summary_events
from trainhub.certification.rules.programmes.content import Requirement
from trainhub.certification.rules.summaries import compose, parts_of, split, written_length
from trainhub.certification.services import summaries as services
from trainhub.certification.services.reviewing import lock_enrolment, review_enrolment
from trainhub.certification.services.summaries import SummaryMoved, find_summary, requirement_of
from trainhub.certification.views.blueprint import bp
from trainhub.certification.views.refusing import on_record
from trainhub.certification.views.standing.acting import ACT, road_address
from trainhub.certification.views.standing.roads import PATH
from trainhub.db import db, transaction
from trainhub.errors import DomainError, NotFound
from trainhub.web.access import current_person, requires
from trainhub.web.filters import show_seconds
from trainhub.web.locale import current_language
from trainhub.web.navigation import mark_current
from trainhub.web.settings import current_settings
from trainhub.web.text import translated, typed_text

OWN = "certification.own"
SUMMARY = f"{PATH}/summary/<slug:requirement_key>"
LONGEST = services.LONGEST


def _own(enrolment_id: int) -> ProgrammeEnrolment:
    person = current_person()
    enrolment = get_enrolment(enrolment_id, person)
    if enrolment.person_id != person.id:
        raise NotFound()
    return enrolment


def _headings(requirement: Requirement) -> list[str]:
    headings = requirement.settings["headings"]
    return list(headings.get(current_language()) or next(iter(headings.values()), []))


def _typed(count: int) -> list[str]:
    return [typed_text(f"part-{number}", LONGEST + 1) for number in range(count)]


def _revision() -> int:
    sent = request.form.get("seen", "")
    return int(sent) if sent.isascii() and sent.isdigit() and len(sent) < 9 else 0


@bp.get(SUMMARY)
@requires(OWN)
@on_record(OWN)
def show_summary(enrolment_id: int, requirement_key: str) -> ResponseReturnValue:
    """Write one's own summary; or read it, and answer it."""
    viewer = current_person()
    enrolment = get_enrolment(enrolment_id, viewer)
    requirement = requirement_of(enrolment, requirement_key, "summary")
    return _page(enrolment, requirement, viewer_id=viewer.id)


def _page(
    enrolment: ProgrammeEnrolment,
    requirement: Requirement,
    *,
    viewer_id: int,
    typed: list[str] | None = None,
    refused: str = "",
    is_moved: bool = False,
    form: AnswerForm | None = None,
) -> ResponseReturnValue:
    summary = find_summary(enrolment.id, requirement.key)
    state = summary.state if summary else "draft"
    is_own = enrolment.person_id == viewer_id
    if not is_own:
        mark_current("certification.show_matrix")
    if not is_own and state == "draft":
        summary = None  # nobody reads what is still being written
    headings = _headings(requirement)
    parts = typed or parts_of(summary.text if summary else "", len(headings))
    may_write = is_own and enrolment.state == "active" and state in ("draft", "returned")
    may_answer = (
        not is_own
        and state == "handed_in"
        and enrolment.state == "active"
        and permissions.allows(ACT, current_person())
    )
    events = list_summary_events(summary.id) if summary else []
    shown = {
        "enrolment": enrolment,
        "requirement": requirement,
        "summary": summary,
        "state": state,
        "is_own": is_own,
        "parts": list(zip(headings, parts, strict=True)),
        "stored": split(_readable(summary.text if summary else "", state, events, is_own=is_own)),
        "events": events,
        "history": [(one, split(one.text)) for one in events],
        "least": requirement.settings["min_characters"],
        "length": written_length(summary.text) if summary else 0,
        "refused": refused,
        "is_moved": is_moved and may_write,
        "may_write": may_write,
        "may_answer": may_answer,
        "form": form or AnswerForm(formdata=None),
    }
    page = render_template("certification/summaries/show_summary.html", **shown)
    return page, 422 if refused or (form and form.errors) else 200


def _readable(text: str, state: str, events: list[Any], *, is_own: bool) -> str:
    """After sending it back others read what was handed in, not what is being written anew."""
    if is_own or state != "returned":
        return text
    return next((one.text for one in events if one.kind == "handed_in"), "")


@bp.post(SUMMARY)
@requires(OWN)
@on_record(OWN)
def hand_in_summary(enrolment_id: int, requirement_key: str) -> ResponseReturnValue:
    """Save one's own summary, or hand it in."""
    enrolment = _own(enrolment_id)
    requirement = requirement_of(enrolment, requirement_key, "summary")
    headings = _headings(requirement)
    typed = _typed(len(headings))
    is_handing_in = request.form.get("act") == "hand-in"
    try:
        _store(enrolment_id, requirement_key, compose(headings, typed), _revision(),
               hands_in=is_handing_in)  # fmt: skip
    except NotFound:
        raise
    except DomainError as refused:
        db.session.expire_all()
        return _page(
            _own(enrolment_id),
            requirement,
            viewer_id=current_person().id,
            typed=typed,
            refused=refused.text(translated),
            is_moved=isinstance(refused, SummaryMoved),
        )
    if is_handing_in:
        flash(_("Handed in. Your supervisor answers it."), "success")
        return redirect(road_address(enrolment_id))
    flash(_("Saved."), "success")
    return redirect(
        url_for(
            "certification.show_summary", enrolment_id=enrolment_id, requirement_key=requirement_key
        )
    )


def _store(
    enrolment_id: int, requirement_key: str, text: str, revision: int, *, hands_in: bool
) -> int:
    now = clock.now()
    with transaction():
        _own(enrolment_id)
        enrolment = lock_enrolment(enrolment_id)
        store = services.hand_in if hands_in else services.save_draft
        summary = store(enrolment, requirement_key, text, revision=revision, now=now)
        if hands_in:
            review_enrolment(enrolment_id, now=now, centre_zone=current_settings().zone)
    return summary.revision


@bp.post(f"{SUMMARY}/draft")
@requires(OWN)
@on_record(OWN)
def save_summary_draft(enrolment_id: int, requirement_key: str) -> ResponseReturnValue:
    """What the page saves by itself while somebody writes: ``{"source", "seen"}`` as JSON."""
    enrolment = _own(enrolment_id)
    requirement = requirement_of(enrolment, requirement_key, "summary")
    headings = _headings(requirement)
    sent = request.get_json(silent=True)
    parts, seen = _read_draft(sent, len(headings))
    if parts is None:
        return jsonify(
            {"error": {"code": "draft_shape", "message": _("That cannot be saved.")}}
        ), 422
    revision = _store(enrolment_id, requirement_key, compose(headings, parts), seen, hands_in=False)
    return jsonify({"seen": str(revision), "saved": show_seconds(clock.now())})


def _read_draft(sent: Any, count: int) -> tuple[list[str] | None, int]:
    """The parts and the revision seen; None for anything else."""
    if not isinstance(sent, dict) or not isinstance(sent.get("source"), str):
        return None, 0
    try:
        parts = json.loads(sent["source"])
    except (ValueError, RecursionError):
        return None, 0
    if not isinstance(parts, list) or len(parts) != count:
        return None, 0
    if not all(isinstance(one, str) for one in parts):
        return None, 0
    clean = [one.replace("\0", "").encode("utf-8", "replace").decode() for one in parts]
    seen = str(sent.get("seen", ""))
    return clean, int(seen) if seen.isascii() and seen.isdigit() and len(seen) < 9 else 0


@bp.post(f"{SUMMARY}/answer")
@requires(ACT)
@on_record(ACT)
def answer_summary(enrolment_id: int, requirement_key: str) -> ResponseReturnValue:
    """Accept a summary, or send it back with a comment."""
    viewer = current_person()
    enrolment = get_enrolment_to_act_on(enrolment_id, viewer)
    requirement = requirement_of(enrolment, requirement_key, "summary")
    form = AnswerForm()
    if form.validate_on_submit():
        now = clock.now()
        try:
            with transaction():
                get_enrolment_to_act_on(enrolment_id, viewer)
                held = lock_enrolment(enrolment_id)
                services.answer(
                    held,
                    requirement_key,
                    accepted=form.answer.data == "accepted",
                    comment=form.comment.data,
                    revision=_revision(),
                    actor=current_person(),
                    now=now,
                )
                review_enrolment(enrolment_id, now=now, centre_zone=current_settings().zone)
        except NotFound:
            raise
        except SummaryMoved as refused:
            flash(refused.text(translated), "danger")
        except DomainError as refused:
            form.take_error(refused)
            return _page(enrolment, requirement, viewer_id=viewer.id, form=form)
        else:
            flash(_("Your answer is given."), "success")
            return redirect(road_address(enrolment_id))
        return redirect(
            url_for(
                "certification.show_summary",
                enrolment_id=enrolment_id,
                requirement_key=requirement_key,
            )
        )
    return _page(enrolment, requirement, viewer_id=viewer.id, form=form)
