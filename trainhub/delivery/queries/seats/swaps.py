"""Who could change places with whom: both sides asked, as the act itself asks them."""

from __future__ import annotations

from collections.abc import Sequence

from trainhub.delivery.models import Booking, TrainingSession
from trainhub.delivery.queries.seats.seat_checks import Joining, SeatCheck, check_seats
from trainhub.delivery.queries.seats.seat_facts import slot_of


def check_pair(one: Booking, other: Booking) -> SeatCheck:
    """Everything against these two changing places; both seats count as given up."""
    mine, theirs = one.training_session, other.training_session
    both = (mine.id, theirs.id)
    return check_seats(
        [
            Joining([one.person_id], slot_of(theirs), theirs.campaign, both),
            Joining([other.person_id], slot_of(mine), mine.campaign, both),
        ],
        [one.id, other.id],
        language="en",
    )


def list_who_could_swap(
    booking: Booking, session: TrainingSession, colleagues: Sequence[Booking]
) -> list[Booking]:
    """Those of one's team in another class of the course whose seat could be had for one's own.

    One check tells whom their own rota or classes keep out. What is left to ask is the cover,
    and that is the same for everybody who leaves and takes the phones alike.
    """
    mine = booking.training_session
    if session.is_pinned or not colleagues:
        return []
    coming = Joining(
        [one.person_id for one in colleagues], slot_of(mine), mine.campaign, (mine.id, session.id)
    )
    found = check_seats([coming], [one.id for one in colleagues], language="en")
    known: dict[tuple[bool, bool], bool] = {}
    able = []
    for one in colleagues:
        window = found.windows.get(one.person_id)
        if window is None or one.person_id in found.refused_ids:
            continue
        kind = one.is_on_phones, window.on_phones
        if kind not in known:
            known[kind] = not check_pair(booking, one).conflicts
        if known[kind]:
            able.append(one)
    return able
