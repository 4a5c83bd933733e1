"""The audit trail, for administrators."""

from __future__ import annotations

from flask import render_template, request
from flask.typing import ResponseReturnValue

from trainhub.audit import queries as audit
from trainhub.people.views.blueprint import bp
from trainhub.web.access import requires
from trainhub.web.converters import row_id

PAGE_SIZE = 50


@bp.get("/audit-trail")
@requires("people.view_audit")
def list_audit_entries() -> ResponseReturnValue:
    """Who did what, the newest first."""
    before = request.args.get("before", type=row_id)
    entries = audit.list_entries(limit=PAGE_SIZE + 1, before=before)
    return render_template(
        "people/list_audit_entries.html",
        entries=entries[:PAGE_SIZE],
        has_older=len(entries) > PAGE_SIZE,
        is_first=before is None,
    )
