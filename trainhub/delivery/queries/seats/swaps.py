"""Who could change places with whom: both sides asked, as the act itself asks them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from trainhub.delivery.models import Booking, TrainingSession
from trainhub.delivery.queries.seats.seat_book import Joining, SeatBook, SeatCheck
from trainhub.delivery.queries.seats.seat_checks import check_seats
from trainhub.delivery.queries.seats.seat_facts import slot_of


def check_pair(one: Booking, other: Booking) -> SeatCheck:
    """Everything against these two changing places; both seats count as given up."""
    return check_seats(_changed(one, other), [one.id, other.id], language="en")


def _changed(one: Booking, other: Booking) -> list[Joining]:
    mine, theirs = one.training_session, other.training_session
    both = (mine.id, theirs.id)
    return [
        Joining([one.person_id], slot_of(theirs), theirs.campaign, both),
        Joining([other.person_id], slot_of(mine), mine.campaign, both),
    ]


class Changes:
    """What somebody could change their seat for; read once for all the classes together.

    `colleagues` are those of one's team in each class, by the id of the class.
    """

    def __init__(
        self,
        booking: Booking,
        sessions: Sequence[TrainingSession],
        colleagues: Mapping[int, Sequence[Booking]],
        *,
        language: str,
    ) -> None:
        self._booking = booking
        self._colleagues = colleagues
        joinings = [self._moving_to(one) for one in sessions]
        joinings += [self._coming_from(one) for one in sessions if colleagues.get(one.id)]
        leaving = [booking.id, *(one.id for row in colleagues.values() for one in row)]
        self._book = SeatBook(joinings, leaving, language=language)

    def _moving_to(self, session: TrainingSession) -> Joining:
        left = (self._booking.training_session_id,)
        return Joining([self._booking.person_id], slot_of(session), session.campaign, left)

    def _coming_from(self, session: TrainingSession) -> Joining:
        mine, colleagues = self._booking.training_session, self._colleagues[session.id]
        people = [one.person_id for one in colleagues]
        return Joining(people, slot_of(mine), mine.campaign, (mine.id, session.id))

    def check_move(self, session: TrainingSession) -> SeatCheck:
        """Everything against moving to a free seat of this class."""
        return self._book.check([self._moving_to(session)], [self._booking.id])

    def list_who_could_swap(self, session: TrainingSession) -> list[Booking]:
        """Those of one's team in this class whose seat could be had for one's own.

        One check tells whom their own rota or classes keep out. What is left to ask is the
        cover, and that is the same for everybody who leaves and takes the phones alike.
        """
        colleagues = self._colleagues.get(session.id, ())
        if session.is_pinned or not colleagues:
            return []
        return list(self._able(session, colleagues))

    def _able(self, session: TrainingSession, colleagues: Sequence[Booking]) -> Iterator[Booking]:
        leaving = [one.id for one in colleagues]
        found = self._book.check([self._coming_from(session)], leaving)
        known: dict[tuple[bool, bool], bool] = {}
        for one in colleagues:
            window = found.windows.get(one.person_id)
            if window is None or one.person_id in found.refused_ids:
                continue
            kind = one.is_on_phones, window.on_phones
            if kind not in known:
                pair = _changed(self._booking, one)
                both = [self._booking.id, one.id]
                known[kind] = not self._book.check(pair, both).conflicts
            if known[kind]:
                yield one
