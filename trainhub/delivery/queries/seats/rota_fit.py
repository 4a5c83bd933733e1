"""Seats people have in classes on dates of their rota, for those who write the rota."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from datetime import date

from trainhub.delivery.models import Booking, TrainingSession
from trainhub.delivery.queries.course_titles import titles_of
from trainhub.delivery.queries.seats.fit import against_seats, read_coming, read_seats_of
from trainhub.rota.queries.engagements import Engagement
from trainhub.rota.queries.rota_rows import names_of


def list_engagements(
    person_ids: Collection[int], first: date, last: date, language: str
) -> Iterator[Engagement]:
    """Seats of these people in classes to come on these dates, published or not."""
    classes = read_coming(
        TrainingSession.state == "scheduled", TrainingSession.on.between(first, last)
    )
    seats = read_seats_of(classes, Booking.person_id.in_(person_ids))
    against = against_seats(seats, classes)
    titles = titles_of({one.session.course_id for one in classes.values()}, language)
    names = names_of({one.person_id for one in seats})
    for one in seats:
        session = classes[one.session_id].session
        yield Engagement(
            one.person_id, names[one.person_id], titles.get(session.course_id, ""), session.on,
            session.starts_min, session.ends_min, one.key not in against,
            session.published_at is not None,
        )  # fmt: skip
