"""The training-debt account: teams, people, months; settling what is owed."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from markupsafe import Markup

from trainhub import clock
from trainhub.audit.services import append_entry
from trainhub.db import end_read, transaction
from trainhub.delivery.models import DebtEntry
from trainhub.delivery.queries.course_titles import titles_of
from trainhub.delivery.queries.teaching import debts as queries
from trainhub.delivery.queries.teaching.debts import Period, Row, together
from trainhub.delivery.queries.teaching.debts_of import learned_courses
from trainhub.delivery.queries.teaching.make_ups import get_make_up, list_booked
from trainhub.delivery.rules.teaching.debts import CAUSE_WORDS, Cause
from trainhub.delivery.services.teaching.debts import REASON_LIMIT, waive
from trainhub.delivery.views.blueprint import bp
from trainhub.delivery.views.class_words import cause_words
from trainhub.delivery.views.table_files import asked_date, table_file
from trainhub.delivery.views.teaching.debt_words import KINDS, kind_words, settled_words
from trainhub.errors import DomainError, NotFound
from trainhub.people.models import Person
from trainhub.people.views.signed_in import note_refusal
from trainhub.web.access import current_person, requires
from trainhub.web.bars import Bar, bar_chart
from trainhub.web.charts import Series, line_chart
from trainhub.web.filters import show_duration
from trainhub.web.locale import current_language
from trainhub.web.text import translated, typed_text

SHOWN_BARS = 12


def asked_period() -> Period:
    """The dates asked for in the address."""
    return Period(asked_date("from"), asked_date("until"))


def _causes() -> list[tuple[str, str]]:
    return [(cause.value, translated(CAUSE_WORDS[cause])) for cause in Cause]


def hours(minutes: float) -> str:
    """Minutes in words, for charts."""
    return show_duration(minutes) if minutes else "0"


def _months_chart(months: Sequence[tuple[str, Any]]) -> tuple[Markup, list[list[str]]] | None:
    if len(months) < 2:
        return None
    chart = line_chart(
        [month for month, _account in months],
        [
            Series(_("Held"), [one.delivered / 60 for _month, one in months]),
            Series(_("Lost"), [one.cancelled / 60 for _month, one in months]),
            Series(_("Made up"), [one.repaid / 60 for _month, one in months]),
        ],
        _("Hours of training by month"),
    )
    rows = [
        [month, hours(one.delivered), hours(one.cancelled), hours(one.repaid)]
        for month, one in months
    ]
    return chart, rows


def _owed_chart(rows: Sequence[Row], title: str) -> Markup | None:
    owing = [row for row in rows if row.open_min][:SHOWN_BARS]
    if len(owing) < 2:
        return None
    return bar_chart([Bar(row.name, row.open_min) for row in owing], title, show=hours)


@bp.get("/training-debt")
@requires("delivery.view_debt")
def show_training_debt() -> ResponseReturnValue:
    """What was planned, held, lost and is owed, by team."""
    viewer, period = current_person(), asked_period()
    rows = queries.list_team_accounts(viewer, period)
    return render_template(
        "delivery/teaching/show_debt.html",
        rows=rows,
        total=together(rows),
        causes=_causes(),
        period=period,
        asked={"from": request.args.get("from", ""), "until": request.args.get("until", "")},
        months=_months_chart(queries.list_months(viewer, period)),
        owed_chart=_owed_chart(rows, _("Owed now, by team")),
        owed_rows=[[row.name, hours(row.open_min)] for row in rows if row.open_min],
        team=None,
    )


@bp.get("/training-debt/teams/<int:team_id>")
@requires("delivery.view_debt")
def show_team_debt(team_id: int) -> ResponseReturnValue:
    """The account of a team, person by person."""
    viewer, period = current_person(), asked_period()
    team = _found(lambda: queries.get_team_in_sight(team_id, viewer))
    rows = queries.list_people_accounts(viewer, team_id, period)
    return render_template(
        "delivery/teaching/show_debt.html",
        rows=rows,
        total=together(rows),
        causes=_causes(),
        period=period,
        asked={"from": request.args.get("from", ""), "until": request.args.get("until", "")},
        months=_months_chart(queries.list_months(viewer, period, team_id)),
        owed_chart=_owed_chart(rows, _("Owed now, by person")),
        owed_rows=[[row.name, hours(row.open_min)] for row in rows if row.open_min],
        team=team,
    )


def _found(find: Any) -> Any:
    """What a query finds in sight; what it does not is written down and does not exist."""
    try:
        return find()
    except NotFound:
        note_refusal(current_person(), "delivery.view_debt", request.path)
        raise


@bp.get("/training-debt/people/<int:person_id>")
@requires("delivery.view_debt")
def show_person_debt(person_id: int) -> ResponseReturnValue:
    """One person's account, line by line, and what they are owed."""
    return _person_page(person_id)


def _person_page(person_id: int, refused: str = "", make_up_id: int = 0) -> str:
    viewer = current_person()
    person = _found(lambda: queries.get_debtor(person_id, viewer))
    return render_template(
        "delivery/teaching/show_person_debt.html",
        person=person,
        refused=refused,
        refused_id=make_up_id,
        reason=typed_text("reason", REASON_LIMIT),
        limit=REASON_LIMIT,
        **account_values(person),
    )


def account_values(person: Person) -> dict[str, Any]:
    """What the page of an account shows of one person."""
    entries = queries.list_entries_of(person.id)
    make_ups = queries.list_make_ups_of(person.id)
    learned = learned_courses(person.id, [one.course_id for one in make_ups])
    ids = {entry.course_id for entry, _by in entries} | {one.course_id for one in make_ups}
    return {
        "account": queries.account_of(person.id),
        "by_class": _by_class(entries),
        "make_ups": make_ups,
        "titles": titles_of(ids, current_language()),
        "booked": list_booked(person.id),
        "learned": {one.id for one in make_ups if one.course_id in learned},
        "kind_words": kind_words,
        "settled_words": settled_words,
    }


Line = tuple[DebtEntry, str | None]


def _by_class(entries: Sequence[Line]) -> list[list[Line]]:
    """The lines of each class together, what was planned first; the class of the latest line
    before the others.
    """
    found: dict[tuple[int | None, int], list[Line]] = {}
    for entry, by in entries:
        found.setdefault((entry.training_session_id, entry.course_id), []).insert(0, (entry, by))
    order = list(KINDS)
    return [sorted(lines, key=lambda line: order.index(line[0].kind)) for lines in found.values()]


@bp.post("/make-ups/<int:make_up_id>/settle")
@requires("delivery.view_debt")
def settle_make_up(make_up_id: int) -> ResponseReturnValue:
    """Waive what somebody is owed, or let the course they completed alone stand for it."""
    actor = current_person()
    make_up = _found(lambda: get_make_up(make_up_id, actor))
    person_id = make_up.person_id
    try:
        with transaction():
            waive(
                get_make_up(make_up_id, actor), as_learned=request.form.get("as") == "learned",
                reason=typed_text("reason", REASON_LIMIT), now=clock.now(), actor=actor,
            )  # fmt: skip
    except DomainError as refused:
        end_read()
        page = _person_page(person_id, refused.text(translated), make_up_id)
        return page, refused.status
    flash(_("Settled: nothing more is owed for this class."), "success")
    return redirect(url_for("delivery.show_person_debt", person_id=person_id))


@bp.get("/training-debt/<any(csv, xlsx):kind>")
@requires("delivery.view_debt")
def export_training_debt(kind: str) -> ResponseReturnValue:
    """Every line of the account in sight; who took it is written down."""
    viewer, period = current_person(), asked_period()
    headings = [
        _("Date"), _("Name"), _("Employee number"), _("Team"), _("Course"), _("Entry"),
        _("Why lost"), _("Minutes"), _("Reason"), _("Class number"),
    ]  # fmt: skip
    answer = table_file(kind, "training-debt", headings, _lines(viewer, period),
                        sheet=_("Training debt"))  # fmt: skip
    with transaction():
        append_entry(
            "delivery.debt_taken", actor=viewer, object_type="debt_entry", object_key="all",
            now=clock.now(),
            changes={
                "from": [None, str(period.first or "")],
                "until": [None, str(period.last or "")],
            },
        )  # fmt: skip
    return answer


def _lines(viewer: Person, period: Period) -> Iterator[list[Any]]:
    titles: dict[int, str] = {}

    def title(entry: DebtEntry) -> str:
        if entry.course_id not in titles:
            titles.update(titles_of([entry.course_id], current_language()))
        return titles[entry.course_id]

    for entry, person, team in queries.stream_entries(viewer, period):
        yield [
            entry.on, person.name, person.employee_no, team, title(entry),
            kind_words(entry.kind), cause_words(entry.cause), entry.minutes, entry.reason,
            entry.training_session_id,
        ]  # fmt: skip
