"""Awards in lists, one award with its evidence and its story, and the certificates as PDF."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from flask import Response, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import lazy_gettext as _l

from trainhub import clock
from trainhub.certification.certificates.document import certificates_pdf
from trainhub.certification.certificates.texts import certificate_text, number_of
from trainhub.certification.models import Award
from trainhub.certification.queries.award_evidence import list_way
from trainhub.certification.queries.award_lists import (
    MOST_PRINTED,
    SHELVES,
    AwardCriteria,
    count_under_review,
    find_award_page,
    list_awarded_programmes,
    list_cohorts_to_choose,
    list_printable,
    list_waiting_for_grant,
)
from trainhub.certification.queries.awards import (
    list_award_events,
    list_ends,
    list_own_awards,
    list_successors,
)
from trainhub.certification.rules.awards.states import AwardState, Shown
from trainhub.certification.rules.awards.validity import opens_on
from trainhub.certification.rules.programmes.content import from_dict
from trainhub.certification.views.awards.shown import (
    WAY_WORDS,
    asked_award,
    possible_acts,
    shown_check,
    shown_events,
    shown_evidence,
)
from trainhub.certification.views.awards.shown_refreshes import (
    open_refreshes_of,
    refreshes_of_awards,
)
from trainhub.certification.views.awards.verifying import SHOWN, grace_end, shown_of
from trainhub.certification.views.blueprint import bp
from trainhub.config import LOCALES
from trainhub.db import end_read
from trainhub.errors import N_, Conflict
from trainhub.people.models import Person
from trainhub.web.access import current_person, requires
from trainhub.web.converters import row_id
from trainhub.web.home import HomeSection, register_section
from trainhub.web.locale import current_language
from trainhub.web.navigation import NavigationEntry, register
from trainhub.web.settings import current_settings
from trainhub.web.text import asked_text

register(
    NavigationEntry(
        "certification.list_awards",
        _l("Awards"),
        "award",
        "team",
        "certification.view_awards",
        40,
        (
            "certification.show_award",
            "certification.show_award_evidence",
            "certification.decide_award",
            "certification.grant_award",
        ),
    )
)
register(
    NavigationEntry(
        "certification.list_certificates",
        _l("My certificates"),
        "patch-check",
        "learn",
        "certification.own",
        80,
    )
)
GONE = (AwardState.REVOKED.value, AwardState.EXPIRED.value)
STAYS_NEWS = timedelta(days=14)  # as messages do: what ended before is no news
NOT_PRINTED = (Shown.REVOKED, Shown.UNDER_REVIEW)


class NotPrinted(Conflict):
    """A certificate that must not be relied on is not printed."""

    code = "certificate_not_printed"
    message = N_("This award was revoked or is under review: no certificate is printed.")


class NothingToPrint(Conflict):
    """No award in force fits what was asked for."""

    code = "nothing_to_print"
    message = N_("No award in force is in this list: there is nothing to print.")


def asked_criteria() -> AwardCriteria:
    """What the address narrows a list of awards to; nonsense narrows nothing."""
    shelf = asked_text("shelf", 10)
    return AwardCriteria(
        shelf=shelf if shelf in SHELVES else "force",
        programme_id=request.args.get("programme_id", type=row_id),
        cohort_id=request.args.get("cohort_id", type=row_id),
        words=asked_text("q", 80).strip(),
    )


def asked_language() -> str:
    """The language a certificate is asked for in; else that of the reader's pages."""
    asked = asked_text("language", 5)
    return asked if asked in LOCALES else current_language()


@bp.get("/awards")
@requires("certification.view_awards")
def list_awards() -> ResponseReturnValue:
    """Awards of one's teams (administrators and auditors: of everybody), to follow and print."""
    viewer, criteria = current_person(), asked_criteria()
    page = find_award_page(viewer, criteria, request.args.get("page", 1, type=row_id))
    kept: dict[str, Any] = {
        "programme_id": criteria.programme_id,
        "cohort_id": criteria.cohort_id,
        "q": criteria.words or None,
    }
    return render_template(
        "certification/awards/list_awards.html",
        page=page,
        rows=[(award, _badge(award), number_of(award), grace_end(award)) for award in page.rows],
        criteria=criteria,
        programmes=list_awarded_programmes(),
        cohorts=list_cohorts_to_choose(viewer),
        under_review=count_under_review(viewer),
        waiting=list_waiting_for_grant(viewer),
        most=MOST_PRINTED,
        address=lambda **values: url_for("certification.list_awards", **(kept | values)),
        page_address=lambda number: url_for(
            "certification.list_awards", shelf=criteria.shelf, page=number, **kept
        ),
        print_address=lambda language: url_for(
            "certification.print_certificates", language=language, **kept
        ),
    )


def _today() -> date:
    return clock.today(current_settings().zone)


def _badge(award: Award) -> tuple[str, Any]:
    words, kind, _sentence = SHOWN[shown_of(award)]
    return kind, words


@bp.get("/awards/<int:award_id>")
@requires("certification.own")
def show_award(award_id: int) -> ResponseReturnValue:
    """An award: how it stands, its certificate, what it rests on, what became of it."""
    viewer = current_person()
    award = asked_award(award_id)
    events = list_award_events(award.id)
    shown, validity = shown_of(award), from_dict(award.version.content).validity
    return render_template(
        "certification/awards/show_award.html",
        award=award,
        number=number_of(award),
        words=SHOWN[shown],
        is_printed=shown not in NOT_PRINTED,
        grace_until=grace_end(award),
        renews_on=opens_on(validity, award.valid_until) if award.valid_until else None,
        evidence=shown_evidence(award, viewer),
        checked=shown_check(award, viewer),
        events=shown_events(award, events),
        way=list_way(award),
        way_words=WAY_WORDS,
        refreshes=refreshes_of_awards([award.id], viewer, _today()),
        today=_today(),
        before=award.previous_id,
        after=list_successors(award),
        acts=possible_acts(award, viewer),
        is_own=award.person_id == viewer.id,
    )


@bp.get("/awards/<int:award_id>/certificate.pdf")
@requires("certification.own")
def show_certificate(award_id: int) -> ResponseReturnValue:
    """The certificate of an award, in Chinese or English."""
    award = asked_award(award_id)
    if shown_of(award) in NOT_PRINTED:
        raise NotPrinted()
    language = asked_language()
    return _pdf([award], language, f"{number_of(award)}-{language}.pdf")


@bp.get("/awards/certificates.pdf")
@requires("certification.view_awards")
def print_certificates() -> ResponseReturnValue:
    """The certificates in force of a list, one page each, in one file."""
    awards = list_printable(current_person(), asked_criteria())
    if not awards:
        raise NothingToPrint()
    language = asked_language()
    return _pdf(awards, language, f"certificates-{language}.pdf")


def _pdf(awards: list[Award], language: str, name: str) -> Response:
    settings = current_settings()
    texts = [certificate_text(award, language, settings) for award in awards]
    end_read()  # setting the pages takes a while, and keeps nothing open meanwhile
    answer = Response(certificates_pdf(texts), mimetype="application/pdf")
    answer.headers["Content-Disposition"] = f'inline; filename="{name}"'
    return answer


@bp.get("/certificates")
@requires("certification.own")
def list_certificates() -> ResponseReturnValue:
    """One's own certificates: what one may do, and until when."""
    person = current_person()
    return render_template(
        "certification/awards/list_certificates.html",
        rows=_own_rows(list_own_awards(person.id)),
        refreshes=open_refreshes_of(person, _today()),
        today=_today(),
    )


def _own_rows(awards: list[Award]) -> list[dict[str, Any]]:
    rows = []
    for award in awards:
        shown = shown_of(award)
        words = SHOWN[shown]
        rows.append(
            {
                "award": award,
                "words": words,
                "number": number_of(award),
                "grace_until": grace_end(award),
                "is_printed": shown not in NOT_PRINTED,
                "in_force": shown in (Shown.VALID, Shown.GRACE, Shown.UNDER_REVIEW),
            }
        )
    return rows


def for_holder(person: Person) -> dict[str, Any] | None:
    """What one holds just now, and what was taken back or has ended lately; else nothing."""
    awards = list_own_awards(person.id)
    rows = [row for row in _own_rows(awards) if row["in_force"]]
    ended = _lately_ended(awards)
    if not rows and not ended:
        return None
    return {
        "rows": rows[:5],
        "more": max(0, len(rows) - 5),
        "ended": ended,
        "refreshes": open_refreshes_of(person, _today()),
        "today": _today(),
    }


def _lately_ended(awards: list[Award]) -> list[dict[str, Any]]:
    """Awards revoked or expired in the last two weeks that no other has followed, with why."""
    followed = {award.previous_id for award in awards}
    gone = {award.id: award for award in awards if award.state in GONE and award.id not in followed}
    events = list_ends(gone, since=clock.now() - STAYS_NEWS) if gone else []
    return [
        {
            "award": gone[event.award_id],
            "words": SHOWN[shown_of(gone[event.award_id])],
            "title": gone[event.award_id].titles,
            "at": event.occurred_at,
            "reason": event.reason,
        }
        for event in events
    ]


register_section(
    HomeSection(
        "certificates", 16, "certification.own",
        "certification/awards/_home_certificates.html", for_holder,
    )
)  # fmt: skip
