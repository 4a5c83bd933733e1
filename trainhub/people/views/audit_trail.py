"""The audit trail, for administrators and auditors: narrowed, turned page by page, taken away."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from flask import Response, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import get_timezone
from flask_babel import gettext as _
from sqlalchemy import Row

from trainhub import clock
from trainhub.audit import queries as audit
from trainhub.audit.queries import AuditCriteria
from trainhub.audit.services import append_entry
from trainhub.db import end_read, transaction
from trainhub.people import queries
from trainhub.people.views.audit_places import places_of
from trainhub.people.views.audit_words import ACTS, THINGS
from trainhub.people.views.blueprint import bp
from trainhub.people.views.shown import audit_act, audit_thing
from trainhub.tables.writing import Cell
from trainhub.web.access import current_person, requires
from trainhub.web.converters import row_id
from trainhub.web.table_files import table_file
from trainhub.web.text import asked_text

FILTERS = ("who", "act", "thing", "key", "from", "until", "words")
MOST_IN_A_WORKBOOK = 1_000_000  # a sheet ends after 1,048,576 rows


def _asked_instant(name: str, *, days: int = 0) -> datetime | None:
    """The midnight, in the reader's zone, of a date asked for; None for none and for nonsense."""
    try:
        on = date.fromisoformat(asked_text(name)) + timedelta(days=days)
        local = datetime.combine(on, time(), tzinfo=get_timezone())
        return local.astimezone(UTC)
    except (ValueError, OverflowError):
        return None


def asked_criteria() -> AuditCriteria:
    """What the trail is narrowed to, from the address; nonsense counts as not given."""
    who, act, thing = asked_text("who").strip(), asked_text("act"), asked_text("thing")
    return AuditCriteria(
        who=who,
        actor_ids=queries.find_ids_by_words(who) if who else frozenset(),
        action=act if act in ACTS else "",
        object_type=thing if thing in THINGS else "",
        object_key=asked_text("key").strip(),
        since=_asked_instant("from"),
        until=_asked_instant("until", days=1),
        words=asked_text("words").strip(),
    )


def _choices(words: Mapping[str, Any]) -> list[tuple[str, str]]:
    return sorted(((key, str(word)) for key, word in words.items()), key=lambda pair: pair[1])


@bp.get("/audit-trail")
@requires("people.view_audit")
def list_audit_entries() -> ResponseReturnValue:
    """Who did what, the newest first."""
    before = request.args.get("before", type=row_id)
    asked = {name: asked_text(name) for name in FILTERS}
    found = audit.find_page_of_entries(asked_criteria(), before=before)
    return render_template(
        "people/list_audit_entries.html",
        found=found,
        places=places_of(found.entries, current_person()),
        asked=asked,
        kept={name: value for name, value in asked.items() if value},
        acts=_choices(ACTS),
        things=_choices(THINGS),
        is_first=before is None,
    )


@bp.get("/audit-trail/<any(csv, xlsx):kind>")
@requires("people.view_audit")
def export_audit_entries(kind: str) -> ResponseReturnValue:
    """What the page shows, all pages of it, as a table; who took it is on record as well."""
    criteria = asked_criteria()
    if kind == "xlsx" and audit.has_more_than(criteria, MOST_IN_A_WORKBOOK):
        flash(_("So many entries fit into no workbook. Narrow them down, or take CSV."), "danger")
        kept: dict[str, Any] = {name: asked_text(name) for name in FILTERS if asked_text(name)}
        return redirect(url_for("people.list_audit_entries", **kept))
    answer = _table(criteria, kind)
    end_read()
    with transaction():
        append_entry(
            "audit.exported",
            actor=current_person(),
            object_type="audit_trail",
            object_key=kind,
            now=clock.now(),
            changes={"asked": [None, request.query_string.decode("utf-8", "replace")[:500]]},
        )
    return answer


def _table(criteria: AuditCriteria, kind: str) -> Response:
    headings = [
        _("No."), _("When"), _("Who"), _("Number of the account"), _("Act"), _("Code"),
        _("On what"), _("Which"), _("Changes"), _("Reason"), _("Request"), _("Hash before"),
        _("Hash"),
    ]  # fmt: skip
    rows = _rows(audit.stream_entries(criteria))
    return table_file(kind, "audit-trail", headings, rows, sheet=_("Audit trail"))


def _rows(entries: Iterator[Row[Any]]) -> Iterator[list[Cell]]:
    for entry in entries:
        yield [
            entry.number, entry.at.isoformat(), entry.actor_name, entry.actor_id,
            audit_act(entry.action), entry.action, audit_thing(entry.object_type),
            entry.object_key, json.dumps(entry.changes, ensure_ascii=False, sort_keys=True),
            entry.reason, entry.request_id, entry.previous_hash, entry.hash,
        ]  # fmt: skip
