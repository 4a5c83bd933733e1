"""Calendar feeds and single entries, for calendar programs."""

from __future__ import annotations

from email.utils import parseaddr

from flask import Response, flash, make_response, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import force_locale
from flask_babel import gettext as _

from trainhub import clock
from trainhub.db import db, transaction
from trainhub.delivery.queries.course_titles import titles_of
from trainhub.delivery.queries.seats.calendar import (
    entries_of,
    entry_of,
    find_feed,
    get_own_booking,
)
from trainhub.delivery.rules.seats.calendar import (
    Party,
    etag_of,
    feed,
    feed_token,
    is_token,
    single,
    token_person,
)
from trainhub.delivery.services.seats import feeds
from trainhub.delivery.views.blueprint import bp
from trainhub.errors import NotFound
from trainhub.people.models import Person
from trainhub.web.access import current_person, public, requires
from trainhub.web.locale import current_language
from trainhub.web.settings import current_settings
from trainhub.web.text import translated

TYPE = "text/calendar; charset=utf-8"


def feed_address(person_id: int) -> str | None:
    """The whole address of somebody's calendar, or None where they have none."""
    row = find_feed(person_id)
    if row is None:
        return None
    settings = current_settings()
    token = feed_token(settings.secret_key, person_id, row.nonce)
    return settings.base_url + url_for("delivery.show_feed", token=token)


@bp.app_template_filter("webcal")
def as_webcal(address: str) -> str:
    """The address by which phones and calendar programs offer to subscribe at once."""
    return "webcal://" + address.partition("://")[2]


@bp.get("/calendar/<string:token>/classes.ics")
@public
def show_feed(token: str) -> ResponseReturnValue:
    """Somebody's calendar, to whoever knows its address: classes, changes, ends.

    In the person's language. Unchanged since the `ETag` sent along: 304 and nothing more.
    """
    now, settings = clock.now(), current_settings()
    person_id = token_person(token)
    row = find_feed(person_id) if person_id is not None else None
    person = db.session.get(Person, person_id) if row is not None else None
    if row is None or person is None or person.disabled_at is not None:
        raise NotFound()
    if not is_token(token, settings.secret_key, person.id, row.nonce):
        raise NotFound()
    language = person.locale or settings.default_locale
    entries = entries_of(person, now=now, language=language, root=settings.base_url)
    with force_locale(language):
        name = _("Classes of %(name)s", name=person.name)
        content = feed(entries, name, translated)
    if feeds.is_read_unnoted(row, now):
        with transaction():
            fresh = find_feed(person.id)
            if fresh is not None:
                feeds.note_read(fresh, now=now)
    answer = Response(content, content_type=TYPE)
    answer.set_etag(etag_of(content))
    answer.headers["Cache-Control"] = "private, max-age=300"
    return answer.make_conditional(request)


@bp.get("/agenda/<int:booking_id>/event.ics")
@requires("delivery.attend")
def show_event(booking_id: int) -> ResponseReturnValue:
    """One of my classes, to be opened in a calendar; one that has ended is taken out there."""
    person, settings = current_person(), current_settings()
    row = get_own_booking(booking_id, person.id)
    if row.state == "waiting":
        raise NotFound()
    titles = titles_of([row.course_id], current_language())
    content = single(
        entry_of(row, titles, settings.base_url),
        Party(parseaddr(settings.mail_from)[1], settings.centre_name),
        Party(person.email, person.name) if person.email else None,
        translated,
    )
    answer = make_response(content)
    answer.headers["Content-Type"] = TYPE
    answer.headers["Content-Disposition"] = f'attachment; filename="class-{row.id}.ics"'
    answer.headers["Cache-Control"] = "private, no-store"
    return answer


@bp.post("/agenda/calendar")
@requires("delivery.attend")
def renew_feed() -> ResponseReturnValue:
    """A new calendar address (the old one ends), or none any more."""
    person = current_person()
    with transaction():
        if request.form.get("act") == "end":
            feeds.end_feed(person.id)
        else:
            feeds.renew_feed(person.id, now=clock.now())
    if request.form.get("act") == "end":
        flash(_("The calendar address no longer works. Nobody can read it any more."), "success")
    else:
        flash(_("Here is your new calendar address. Earlier ones no longer work."),
              "success")  # fmt: skip
    return redirect(url_for("delivery.show_agenda") + "#calendar")
