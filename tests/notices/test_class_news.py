"""What of that which happened is said: what people knew against what holds now."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from trainhub.notices.class_news import ClassEvent, SeatEvent, Told, seat_news, teaching_news
from trainhub.notices.rules import MOST_APART, Kind, letters_of

NOW = datetime(2026, 11, 30, 9, tzinfo=UTC)
TESS, TOM = 1, 2
NINE = {"on": "2026-12-01", "starts_min": 540, "ends_min": 600, "room_id": 1, "seats": 20}


def place(trainer_id: int, **changes: Any) -> dict[str, Any]:
    return NINE | {"trainer_id": trainer_id} | changes


def taught(
    *happened: tuple[str, dict[str, Any], dict[str, Any]], trainer: int, off: bool = False
) -> list[ClassEvent]:
    return [
        ClassEvent(number, 7, kind, old, new, trainer, not off)
        for number, (kind, old, new) in enumerate(happened, start=1)
    ]


def said(events: list[ClassEvent], told: dict[int, Kind] | None = None) -> dict[int, Kind]:
    """What is said to whom; `told` is the last message of each before the first event."""
    known = {(person, 7): Told(kind, 0, NOW) for person, kind in (told or {}).items()}
    return {one.person_id: one.kind for one in teaching_news(events, known)}


def test_a_class_that_went_away_and_came_back_is_no_news() -> None:
    events = taught(
        ("moved", place(TESS), place(TOM)), ("moved", place(TOM), place(TESS)), trainer=TESS
    )
    assert said(events, {TESS: Kind.TEACHING_GIVEN}) == {}


def test_one_that_came_back_at_another_hour_has_moved() -> None:
    back = place(TESS, starts_min=600, ends_min=660)
    events = taught(("moved", place(TESS), place(TOM)), ("moved", place(TOM), back), trainer=TESS)
    assert said(events) == {TESS: Kind.TEACHING_MOVED}


def test_who_lost_it_and_knows_is_given_it_anew() -> None:
    events = taught(("moved", place(TOM), place(TESS)), trainer=TESS)
    told = {TESS: Kind.TEACHING_CANCELLED, TOM: Kind.TEACHING_GIVEN}
    assert said(events, told) == {TESS: Kind.TEACHING_GIVEN, TOM: Kind.TEACHING_CANCELLED}


def test_what_was_before_publishing_counts_for_nobody() -> None:
    events = taught(("moved", place(TOM), place(TESS)), ("published", {}, {}), trainer=TESS)
    assert said(events) == {TESS: Kind.TEACHING_GIVEN}
    gone = taught(("published", {}, {}), ("cancelled", {}, {}), trainer=TESS, off=True)
    assert said(gone) == {}


def test_a_class_moved_and_then_called_off_is_called_off() -> None:
    moved = place(TESS, on="2026-12-02")
    events = taught(("moved", place(TESS), moved), ("cancelled", {}, {}), trainer=TESS, off=True)
    (news,) = teaching_news(events, {})
    assert news.kind == Kind.TEACHING_CANCELLED
    assert news.before == place(TESS)  # the hour they know it by


def seat(number: int, kind: str, state: str, **facts: Any) -> SeatEvent:
    values = {"was_booked": True, "is_own_act": False, "sits_elsewhere": False} | facts
    return SeatEvent(number, 3, 9, kind, state=state, **values)


def test_a_seat_lost_and_given_again_is_a_seat() -> None:
    events = [seat(1, "cancelled", "booked"), seat(2, "booked", "booked", was_booked=False)]
    assert [kind for kind, _ in seat_news(events, {})] == [Kind.CLASS_BOOKED]


def test_a_seat_in_another_class_is_no_loss() -> None:
    events = [seat(5, "moved", "moved", sits_elsewhere=True)]
    assert [kind for kind, _ in seat_news(events, {})] == [Kind.SEAT_LEFT]
    assert seat_news(events, {3: Told(Kind.SEAT_LEFT, 5, NOW)}) == []


def test_only_much_news_to_one_trainer_goes_together() -> None:
    many = [(number, TESS, "teaching_given") for number in range(MOST_APART + 1)]
    few = [(number, TOM, "teaching_given") for number in range(20, 20 + MOST_APART)]
    others = [(40, TESS, "class_booked"), (41, TESS, "teaching_soon")]
    found = letters_of([*many, *few, *others])
    assert [one for one, *rest in found if rest] == [0]
    assert sorted(len(ids) for ids in found) == [1] * (MOST_APART + 2) + [MOST_APART + 1]
