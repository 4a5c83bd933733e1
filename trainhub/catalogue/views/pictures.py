"""Pictures of a series, for those who write its courses."""

from __future__ import annotations

from flask import Response, flash, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from trainhub import clock
from trainhub.catalogue import queries, services
from trainhub.catalogue.models import Picture
from trainhub.catalogue.queries.writing import find_series_picture
from trainhub.catalogue.rules.pictures import MAX_BYTES
from trainhub.catalogue.views.blueprint import bp
from trainhub.db import transaction
from trainhub.errors import DomainError, NotFound
from trainhub.web.access import current_person, requires, wants_json
from trainhub.web.routes import safe_target
from trainhub.web.text import translated

_HEADERS = {
    "Cache-Control": "private, no-cache",
    "Content-Security-Policy": "default-src 'none'; sandbox",
    "X-Content-Type-Options": "nosniff",
}


@bp.get("/series/<slug:series_key>/pictures/<file_name:name>")
@requires("catalogue.write")
def show_series_picture(series_key: str, name: str) -> ResponseReturnValue:
    """The current picture of a series under a name."""
    picture = find_series_picture(series_key, name)
    if picture is None:
        raise NotFound()
    answer = Response(picture.data, mimetype=picture.media_type, headers=_HEADERS)
    answer.headers["Content-Disposition"] = f'inline; filename="{picture.name}"'
    answer.set_etag(picture.sha256)
    return answer.make_conditional(request)


def _store(series_key: str) -> Picture:
    """Keep the uploaded file. Raises `DomainError` with what is wrong with it."""
    file = request.files.get("picture")
    if file is None or not file.filename:
        raise DomainError(_("Choose a picture first."), code="picture_missing", field="picture")
    data = file.stream.read(MAX_BYTES + 1)  # one byte beyond the limit is enough to refuse
    with transaction():
        series = queries.find_series(series_key)
        if series is None:
            raise NotFound()
        picture, _is_new = services.add_picture(
            series, file.filename, data, actor=current_person(), now=clock.now()
        )
    return picture


@bp.post("/series/<slug:series_key>/pictures")
@requires("catalogue.write")
def add_picture(series_key: str) -> ResponseReturnValue:
    """Take a picture: checked, written anew, named by us."""
    if wants_json():
        picture = _store(series_key)
        address = url_for("catalogue.show_series_picture", series_key=series_key, name=picture.name)
        return {"name": picture.name, "url": address}
    try:
        picture = _store(series_key)
    except DomainError as error:
        if error.status == NotFound.status:
            raise
        flash(error.text(translated), "error")
    else:
        flash(_("The picture is stored as “%(name)s”.", name=picture.name), "success")
    return redirect(safe_target(request.form.get("next")))
