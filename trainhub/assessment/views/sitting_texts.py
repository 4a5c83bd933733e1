"""The texts of a paper's questions as safe HTML, and the pictures in them.

A picture's address names the picture and not the paper, so that what was drawn for one
candidate serves all; who may see it is asked when it is fetched.
"""

from __future__ import annotations

from flask import Response, request, url_for
from flask.typing import ResponseReturnValue

from trainhub import clock, permissions
from trainhub.assessment.models import BankItemVersion
from trainhub.assessment.queries.kept import QuestionText
from trainhub.assessment.queries.pictures import find_picture, is_on_a_paper_of
from trainhub.assessment.views.blueprint import bp
from trainhub.catalogue.markdown import RenderCache, Rendered
from trainhub.errors import NotFound
from trainhub.web.access import current_person, requires

_cache = RenderCache()
_HEADERS = {
    "Cache-Control": "private, max-age=3600",
    "Content-Security-Policy": "default-src 'none'; sandbox",
}


def render_bank_text(
    version: BankItemVersion | QuestionText,
    text: str,
    *,
    id_prefix: str = "",
    heading_level: int = 4,
) -> Rendered:
    """A text of a bank question as safe HTML; kept, as versions never change."""

    def address_of(name: str) -> str | None:
        picture_id = version.pictures.get(name)
        if picture_id is None:
            return None
        return url_for("assessment.show_picture", picture_id=picture_id)

    return _cache.render(
        text,
        context=f"bank/{version.content_hash}/{sorted(version.pictures.items())}",
        resolve_media=address_of,
        language=version.language,
        id_prefix=id_prefix,
        heading_level=heading_level,
    )


@bp.get("/exam-pictures/<int:picture_id>")
@requires("assessment.sit")
def show_picture(picture_id: int) -> ResponseReturnValue:
    """A picture of a question: to who has it on a paper of theirs, and to authors."""
    person = current_person()
    is_author = permissions.allows("assessment.write_items", person)
    if not is_author and not is_on_a_paper_of(person.id, picture_id, clock.now()):
        raise NotFound()
    picture = find_picture(picture_id)
    if picture is None:
        raise NotFound()
    answer = Response(picture.data, mimetype=picture.media_type, headers=_HEADERS)
    answer.set_etag(picture.sha256)
    return answer.make_conditional(request)
