"""Pictures of published versions."""

from __future__ import annotations

from flask import Response, request
from flask.typing import ResponseReturnValue

from trainhub.catalogue import queries
from trainhub.catalogue.views.blueprint import bp
from trainhub.errors import NotFound
from trainhub.web.access import requires

_HEADERS = {
    # A version's picture never changes; `private`: no proxy may keep what one must sign in for.
    "Cache-Control": "private, max-age=31536000, immutable",
    "Content-Security-Policy": "default-src 'none'; sandbox",
    "X-Content-Type-Options": "nosniff",
}


@bp.get(
    "/courses/<slug:course_key>/<any(zh, en):language>/versions/<int:number>/media/<file_name:name>"
)
@requires("catalogue.read")
def show_picture(course_key: str, language: str, number: int, name: str) -> ResponseReturnValue:
    """The picture that a version of a course shows under a name."""
    picture = queries.find_version_picture(course_key, language, number, name)
    if picture is None:
        raise NotFound()
    answer = Response(picture.data, mimetype=picture.media_type, headers=_HEADERS)
    answer.headers["Content-Disposition"] = f'inline; filename="{picture.name}"'
    answer.set_etag(picture.sha256)
    return answer.make_conditional(request)
