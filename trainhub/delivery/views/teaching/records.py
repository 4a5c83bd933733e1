"""The archive of classes: what was taught by whom, when, how long, and what it cost."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date, datetime
from typing import Any

from flask import render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from trainhub import clock
from trainhub.audit.services import append_entry
from trainhub.db import transaction
from trainhub.delivery.queries.course_titles import titles_of
from trainhub.delivery.queries.teaching import records as queries
from trainhub.delivery.queries.teaching.records import Criteria, Record
from trainhub.delivery.queries.teaching.satisfaction import list_blocks
from trainhub.delivery.rules.teaching.attendance import CAME, AttendanceState
from trainhub.delivery.rules.teaching.survey import satisfaction_of
from trainhub.delivery.views.blueprint import bp
from trainhub.delivery.views.class_words import attendance_badge, cause_words
from trainhub.delivery.views.table_files import asked_date, table_file
from trainhub.delivery.views.teaching.classroom_state import counts_of, is_planner, roster_of
from trainhub.errors import NotFound
from trainhub.people.views.signed_in import note_refusal
from trainhub.rota.rules.clock_times import clock_time
from trainhub.web.access import current_person, requires
from trainhub.web.converters import row_id
from trainhub.web.locale import current_language


def asked_criteria() -> Criteria:
    """What the address asks for."""
    course_id = request.args.get("course", type=row_id)
    return Criteria(asked_date("from"), asked_date("until"), course_id)


@bp.app_template_global("came_of")
def came_of(facts: dict[str, Any]) -> int:
    """How many came to a class."""
    return sum(facts["attendance"].get(one.value, 0) for one in CAME)


@bp.app_template_filter("kept_instant")
def kept_instant(text: str) -> datetime:
    """An instant as a record keeps it."""
    return datetime.fromisoformat(text)


@bp.get("/delivery-records")
@requires("delivery.view_week")
def list_delivery_records() -> ResponseReturnValue:
    """Classes that were held, newest first."""
    criteria = asked_criteria()
    asked = {name: request.args.get(name, "") for name in ("from", "until", "course")}
    kept: dict[str, Any] = {name: value for name, value in asked.items() if value}
    found = queries.find_records(
        current_person(), criteria, request.args.get("page", default=1, type=row_id) or 1
    )
    taught = titles_of(queries.list_taught_course_ids(), current_language())
    return render_template(
        "delivery/teaching/list_records.html",
        found=found,
        titles=taught,
        choices=sorted(taught.items(), key=lambda pair: pair[1]),
        asked=asked,
        page_url=lambda page: url_for("delivery.list_delivery_records", page=page, **kept),
    )


@bp.get("/delivery-records/<int:training_session_id>")
@requires("delivery.view_week")
def show_delivery_record(training_session_id: int) -> ResponseReturnValue:
    """One class: everything that was kept of it."""
    viewer = current_person()
    try:
        record = queries.get_record(training_session_id, viewer)
    except NotFound:
        note_refusal(viewer, "delivery.view_week", request.path)
        raise
    session = record.session
    alone = [one for one in list_blocks(clock.now()) if one.session_ids == {session.id}]
    facts = record.facts
    return render_template(
        "delivery/teaching/show_record.html",
        session=session,
        facts=facts,
        title=titles_of([session.course_id], current_language())[session.course_id],
        people=queries.list_people_of(record, viewer),
        came_now=counts_of(roster_of(session)).came,
        attendance=[
            (attendance_badge(one.value), facts["attendance"].get(one.value, 0))
            for one in AttendanceState
        ],
        satisfaction=satisfaction_of(alone),
        times=(clock_time(facts["starts_min"]), clock_time(facts["ends_min"])),
        on=date.fromisoformat(facts["on"]),
        may_correct=is_planner() or session.trainer_id == viewer.id,
    )


@bp.get("/delivery-records/<any(csv, xlsx):kind>")
@requires("delivery.view_week")
def export_delivery_records(kind: str) -> ResponseReturnValue:
    """The archive as a table; who took it is written down."""
    viewer, criteria = current_person(), asked_criteria()
    headings = [
        _("Date"), _("From"), _("Until"), _("Course"), _("Trainer"), _("Site"), _("Classroom"),
        _("Minutes planned"), _("Minutes taught"), _("Held in full"), _("Cause"), _("Booked"),
        _("Present"), _("Came late"), _("Excused: operations"), _("Excused: personal"), _("Absent"),
        _("People off the phones"), _("Least headroom with the class"), _("Class number"),
    ]  # fmt: skip
    rows = list(queries.stream_records(viewer, criteria))
    titles = titles_of({row.session.course_id for row in rows}, current_language())
    answer = table_file(kind, "delivery-records", headings, _cells(rows, titles),
                        sheet=_("Classes held"))  # fmt: skip
    with transaction():
        append_entry(
            "delivery.records_taken", actor=viewer, object_type="delivery_record",
            object_key="all", now=clock.now(), changes={"rows": [None, len(rows)]},
        )  # fmt: skip
    return answer


def _cells(rows: Iterable[Record], titles: dict[int, str]) -> Iterator[list[Any]]:
    for record in rows:
        facts, session = record.facts, record.session
        cover = facts["cover"]
        least = [one["with_class"] for one in cover if one["with_class"] is not None]
        yield [
            date.fromisoformat(facts["on"]), clock_time(facts["starts_min"]),
            clock_time(facts["ends_min"]), titles[session.course_id], session.trainer.name,
            facts["site"], facts["room"], facts["planned_min"], facts["taught_min"],
            _("yes") if facts["is_held"] else _("no"), cause_words(facts["cause"]),
            facts["booked"], *(facts["attendance"].get(one.value, 0) for one in AttendanceState),
            sum(one["heads"] for one in cover), min(least, default=None), session.id,
        ]  # fmt: skip
