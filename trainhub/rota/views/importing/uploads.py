"""Tables on their way in: taking the file, finding it again until its owner has said yes."""

from __future__ import annotations

from dataclasses import dataclass

from flask import flash, redirect, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from trainhub import clock
from trainhub.rota.models import PendingTable
from trainhub.rota.queries.pending_tables import find_pending_table
from trainhub.rota.services.pending_tables import KEPT_FOR
from trainhub.tables import TableLimits
from trainhub.web.access import current_person
from trainhub.web.forms import HouseForm


@dataclass(frozen=True)
class TakenFile:
    """What a form with `file` and `encoding` has brought."""

    data: bytes
    name: str
    encoding: str | None


def take_file(form: HouseForm, limits: TableLimits) -> TakenFile:
    """The uploaded file, one byte more than is taken at most, so that reading refuses it."""
    upload = form["file"].data
    name = (upload.filename or "").replace("\0", "")[-120:]
    data = upload.stream.read(limits.packed_bytes + 1)
    return TakenFile(data, name, form["encoding"].data or None)


def find_table(kind: str) -> PendingTable | None:
    """The signed-in person's table of this kind; None when it is no longer kept."""
    return find_pending_table(current_person(), kind, clock.now(), KEPT_FOR)


def table_is_gone(endpoint: str) -> ResponseReturnValue:
    """Back to the choice of a file, with the reason."""
    flash(_("Your table is no longer here. Choose the file again."), "warning")
    return redirect(url_for(endpoint))
