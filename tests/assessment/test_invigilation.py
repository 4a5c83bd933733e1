"""The invigilator's room: who needs somebody first, what is granted, and what it costs to look."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
from sqlalchemy import event, insert

from tests.assessment.marked import answer, begin, choice_sitting, reread, sit
from tests.assessment.papers import attempt_of
from tests.checking import CheckingClient, Page
from tests.factories import Make
from trainhub import clock
from trainhub.assessment import services
from trainhub.assessment.models import Attempt, Candidate, Sitting
from trainhub.assessment.queries.invigilation import get_sitting, look_at_room
from trainhub.assessment.rules.saving import Save
from trainhub.assessment.rules.states import State
from trainhub.assessment.rules.watching import Seen, Sign, Where, signs, urgency, where
from trainhub.db import db, transaction
from trainhub.people.models import Person, Role

Clients = Callable[..., CheckingClient]
MINUTE = timedelta(minutes=1)


@pytest.fixture
def people(app: object) -> dict[str, Person]:
    names = ("alice", "bob", "charlie", "dora")
    return {name: Make.person(name) for name in names} | {"tess": Make.person("tess", Role.TRAINER)}


@pytest.fixture
def sitting(people: dict[str, Person]) -> Sitting:
    with transaction():
        pass
    found = choice_sitting(*(people[name] for name in ("alice", "bob", "charlie", "dora")))
    with transaction():
        found.access_code = "K7-RED"
    return found


def seat_of(sitting: Sitting, name: str, at: datetime):  # type: ignore[no-untyped-def]
    db.session.rollback()
    room = look_at_room(get_sitting(sitting.id), at)
    return next(seat for seat in room.seats if seat.name == name)


def seen(now: datetime, **values: object) -> Seen:
    given: dict[str, object] = {
        "state": "in_progress", "opens_at": now, "window_closes_at": now + 120 * MINUTE,
        "closes_at": now + 45 * MINUTE, "last_life_at": now, "last_away_at": None, "devices": 1,
        "answered": 0, "questions": 2,
    }  # fmt: skip
    return Seen(**(given | values))  # type: ignore[arg-type]


@pytest.mark.parametrize("whole_app", ["sqlite"], indirect=True)
def test_the_signs_of_a_candidate(app: object, now: datetime) -> None:
    assert signs(seen(now), now) == ()
    assert signs(seen(now), now + 4 * MINUTE) == (Sign.QUIET,)
    assert signs(seen(now, devices=2), now) == (Sign.TWO_DEVICES,)
    assert signs(seen(now, last_away_at=now - 6 * MINUTE), now) == ()
    assert signs(seen(now, last_away_at=now - MINUTE), now) == (Sign.AWAY,)
    assert signs(seen(now, closes_at=now + 5 * MINUTE), now) == (Sign.ENDS_SOON,)
    assert signs(seen(now, closes_at=now + 5 * MINUTE, answered=2), now) == ()
    absent = seen(now, state=None, closes_at=None, last_life_at=None)
    assert signs(absent, now + 4 * MINUTE) == ()
    assert signs(absent, now + 5 * MINUTE) == (Sign.NOT_THERE,)
    assert signs(absent, now + 121 * MINUTE) == (), "the doors are closed"


@pytest.mark.parametrize("whole_app", ["sqlite"], indirect=True)
def test_whoever_needs_somebody_stands_first(app: object, now: datetime) -> None:
    later = now + 10 * MINUTE
    fine = seen(now, last_life_at=later)
    quiet = seen(now)
    absent = seen(now, state=None, closes_at=None, last_life_at=None)
    done = seen(now, state="marked", devices=2)
    ordered = sorted([done, fine, absent, quiet], key=lambda one: urgency(one, later))
    assert ordered == [quiet, absent, fine, done]
    assert [where(state) for state in (None, "in_progress", "released", "voided")] == [
        Where.NOT_STARTED, Where.WORKING, Where.HANDED_IN, Where.VOIDED,
    ]  # fmt: skip


def test_the_room_knows_where_everybody_is(
    people: dict[str, Person], sitting: Sitting, now: datetime
) -> None:
    sit(sitting, people["alice"], now, fact=True)
    running = begin(sitting, people["bob"], now)
    answer(running, people["bob"], now + 2 * MINUTE, fact=True)
    begin(sitting, people["charlie"], now)
    at = now + 4 * MINUTE
    room = look_at_room(get_sitting(sitting.id), at)
    assert [seat.name for seat in room.seats] == ["Charlie", "Bob", "Dora", "Alice"]
    assert room.counts[Where.WORKING] == 2 and room.quiet == 1
    bob = seat_of(sitting, "Bob", at)
    assert (bob.seen.answered, bob.seen.questions, bob.reached) == (1, 2, 2)
    assert bob.last_saved_at == now + 2 * MINUTE
    assert bob.closes_at == now + 45 * MINUTE


def test_the_room_follows_a_candidate_from_question_to_question(
    client: Clients, people: dict[str, Person], sitting: Sitting, now: datetime
) -> None:
    attempt_id = begin(sitting, people["bob"], now)
    assert seat_of(sitting, "Bob", now).reached == 1
    with transaction():
        services.note_time(attempt_id, people["bob"].id, {2: 4_000}, now=now + MINUTE)
    assert seat_of(sitting, "Bob", now + MINUTE).reached == 2, "it was in view"
    with transaction():
        services.save_responses(
            attempt_id,
            people["bob"].id,
            [Save(2, True, 1, "key-2-x", "desk-1")],
            now=now + 3 * MINUTE,
        )
    bob = seat_of(sitting, "Bob", now + 3 * MINUTE)
    assert (bob.reached, bob.last_saved_at) == (2, now + 3 * MINUTE)


def test_an_answer_is_a_sign_of_life(
    client: Clients, people: dict[str, Person], sitting: Sitting, now: datetime
) -> None:
    attempt_id = begin(sitting, people["bob"], now)
    answer(attempt_id, people["bob"], now + 2 * MINUTE, fact=True)
    with transaction():
        reread(attempt_id).last_seen_at = now + MINUTE
    assert seat_of(sitting, "Bob", now + 3 * MINUTE).last_seen_at == now + 2 * MINUTE
    with clock.frozen(now + 3 * MINUTE):
        path = f"/candidates/{candidate_of(sitting, people['bob'])}"
        assert "Last seen 12:02:00" in client(people["tess"]).page(path).text


def test_the_room_s_times_are_those_of_one_zone(
    client: Clients, people: dict[str, Person], sitting: Sitting
) -> None:
    page = client(people["tess"]).page(f"/sittings/{sitting.id}/room")
    line = next(one for one in page.all("p") if "data-live" in one)
    assert line["data-zone"] == "Asia/Shanghai"


def test_focus_losses_are_counted_and_punish_nobody(
    people: dict[str, Person], sitting: Sitting, now: datetime
) -> None:
    attempt_id = begin(sitting, people["bob"], now)
    for minute, kind in ((1, "focus_lost"), (1, "focus_back"), (2, "page_hidden"), (2, "offline")):
        with transaction():
            services.note_sighting(
                attempt_id, people["bob"].id, kind, {"no": 1}, now=now + minute * MINUTE
            )
    bob = seat_of(sitting, "Bob", now + 3 * MINUTE)
    assert (bob.away, bob.signs) == (2, (Sign.AWAY,))
    assert reread(attempt_id).state == State.IN_PROGRESS


def test_two_devices_are_flagged(
    people: dict[str, Person], sitting: Sitting, now: datetime
) -> None:
    attempt_id = begin(sitting, people["bob"], now)
    for no, device in ((1, "desk-1"), (2, "phone")):
        with transaction():
            value = None if no == 1 else True
            services.save_responses(
                attempt_id, people["bob"].id, [Save(no, value, 1, f"key-{no}-x", device)], now=now
            )
    assert Sign.TWO_DEVICES in seat_of(sitting, "Bob", now).signs


def test_the_page_shows_code_people_and_times(
    client: Clients, people: dict[str, Person], sitting: Sitting, now: datetime
) -> None:
    attempt_id = begin(sitting, people["bob"], now)
    answer(attempt_id, people["bob"], now + MINUTE, fact=True)
    with clock.frozen(now + 2 * MINUTE):
        text = client(people["tess"]).page(f"/sittings/{sitting.id}/room").text
    assert "K7-RED" in text
    assert "1 / 2" in text and "12:01:00" in text and "43′" in text
    printed = client(people["tess"]).page(f"/sittings/{sitting.id}/room/list").text
    assert "Signature" in printed and "K7-RED" in printed and "4 candidates" in printed


def test_the_rows_come_again_only_when_something_has_changed(
    client: Clients, people: dict[str, Person], sitting: Sitting, now: datetime
) -> None:
    attempt_id = begin(sitting, people["bob"], now)
    browser, path = client(people["tess"]), f"/sittings/{sitting.id}/room/rows"

    def fetch(tag: str | None = None, at: datetime = now):  # type: ignore[no-untyped-def]
        with clock.frozen(at):
            return browser.client.get(path, headers={"If-None-Match": tag} if tag else {})

    first = fetch()
    assert first.status_code == 200 and "Bob" in first.text and "<html" not in first.text
    again = fetch(first.headers["ETag"], now + timedelta(seconds=7))
    assert again.status_code == 304 and not again.data
    assert again.headers["X-Server-Time"].startswith("2026-11-23T04:00:07")
    answer(attempt_id, people["bob"], now + timedelta(seconds=9), fact=True)
    changed = fetch(first.headers["ETag"], now + timedelta(seconds=14))
    assert changed.status_code == 200 and "1 / 2" in changed.text
    silent = fetch(changed.headers["ETag"], now + 5 * MINUTE)
    assert silent.status_code == 200 and "nothing heard" in silent.text


def test_the_etag_of_the_page_is_that_of_the_rows(
    client: Clients, people: dict[str, Person], sitting: Sitting
) -> None:
    browser = client(people["tess"])
    html = browser.get(f"/sittings/{sitting.id}/room").text
    room = next(one for one in Page(html).all("div") if "data-room" in one)
    path = f"/sittings/{sitting.id}/room/rows"
    answer_ = browser.client.get(path, headers={"If-None-Match": room["data-etag"]})
    assert answer_.status_code == 304


def test_looking_at_five_hundred_takes_two_queries(
    people: dict[str, Person], sitting: Sitting, now: datetime
) -> None:
    template = attempt_of_started(sitting, people["bob"], now)
    with transaction():
        db.session.execute(insert(Person), [
            {"username": f"p{n}", "name": f"P {n}", "name_key": f"p {n:04}", "created_at": now,
             "search_key": ""} for n in range(500)
        ])  # fmt: skip
        ids = db.session.scalars(db.select(Person.id).where(Person.username.like("p%"))).all()
        db.session.execute(insert(Candidate), [
            {"sitting_id": sitting.id, "person_id": one, "added_at": now, "extra_s": 0,
             "extra_attempts": 0} for one in ids
        ])  # fmt: skip
    assert template.id
    found = get_sitting(sitting.id)
    statements: list[str] = []
    note = lambda *args: statements.append(args[2])  # noqa: E731
    event.listen(db.engine, "before_cursor_execute", note)
    try:
        room = look_at_room(found, now)
    finally:
        event.remove(db.engine, "before_cursor_execute", note)
    assert len(room.seats) >= 500
    assert len([one for one in statements if one.lstrip().upper().startswith("SELECT")]) == 2


def attempt_of_started(sitting: Sitting, person: Person, now: datetime) -> Attempt:
    begin(sitting, person, now)
    return attempt_of(person)


def candidate_of(sitting: Sitting, person: Person) -> int:
    query = db.select(Candidate.id).filter_by(sitting_id=sitting.id, person_id=person.id)
    return int(db.session.scalars(query).one())


def test_extra_time_is_granted_with_a_reason(
    client: Clients, people: dict[str, Person], sitting: Sitting, now: datetime
) -> None:
    attempt_id = begin(sitting, people["bob"], now)
    browser, path = client(people["tess"]), f"/candidates/{candidate_of(sitting, people['bob'])}"
    assert "Say why" in browser.post(f"{path}/time", {"minutes": "10"}, status=422).text
    for minutes in ("", "ten", "-1", "99999", "1.5"):
        sent = {"minutes": minutes, "reason": "Dyslexia"}
        page = Page(browser.post(f"{path}/time", sent, status=422).text)
        assert "Give a whole number of minutes" in page.text
        typed = [(one["name"], one["value"]) for one in page.all("input") if "aria-invalid" in one]
        assert typed == [("minutes", minutes)], "what is wrong is named and stays to be corrected"
        reasons = [one["value"] for one in page.all("input") if one.get("name") == "reason"]
        assert sorted(reasons)[-1] == "Dyslexia", "what is right stays too"
        assert reasons.count("Dyslexia") == 1, "in no other form"
    browser.post(f"{path}/time", {"minutes": "10", "reason": "Dyslexia"})
    assert reread(attempt_id).closes_at == now + 55 * MINUTE
    text = browser.page(path).text
    assert "Dyslexia" in text and "Extra time: 10 minutes in all" in text


def test_a_further_attempt_is_granted(
    client: Clients, people: dict[str, Person], sitting: Sitting
) -> None:
    browser, path = client(people["tess"]), f"/candidates/{candidate_of(sitting, people['bob'])}"
    browser.post(f"{path}/attempt", {"reason": "Fire alarm"})
    text = browser.page(path).text
    assert "2 attempts in all" in text and "Fire alarm" in text


def test_an_attempt_is_voided_and_another_reopened(
    client: Clients, people: dict[str, Person], sitting: Sitting, now: datetime
) -> None:
    first = sit(sitting, people["alice"], now, fact=True)
    second = sit(sitting, people["bob"], now, fact=True)
    browser = client(people["tess"])
    browser.post(f"/attempts/{first}/void", {"reason": ""}, status=422)
    place = browser.post(f"/attempts/{first}/void", {"reason": "Wrong room"}).location
    assert "Void" in browser.page(place).text
    assert reread(first).state == State.VOIDED
    browser.post(f"/attempts/{first}/void", {"reason": "Again"}, status=409)
    browser.post(f"/attempts/{second}/reopen", {"minutes": "0", "reason": "Power"}, status=422)
    refused = browser.post(
        f"/attempts/{second}/reopen", {"minutes": "9999", "reason": "Power"}, status=422
    )
    assert 'value="9999"' in refused.text and 'value="Power"' in refused.text
    browser.post(f"/attempts/{second}/reopen", {"minutes": "5", "reason": "Power cut"})
    assert reread(second).state == State.IN_PROGRESS
    history = browser.page(f"/exam-results/{second}").text
    assert "reopened" in history and "Power cut" in history


def test_a_preview_is_nobodys_to_judge(
    client: Clients, people: dict[str, Person], sitting: Sitting, now: datetime
) -> None:
    with transaction():
        tess = db.session.get(Person, people["tess"].id)
        found = get_sitting(sitting.id)
        preview = services.start_preview(found.version, "en", actor=tess, now=now).id
    browser = client(people["tess"])
    browser.post(f"/attempts/{preview}/void", {"reason": "x"}, status=404)
    browser.get(f"/exam-results/{preview}", status=404)


def test_only_trainers_invigilate(
    client: Clients, people: dict[str, Person], sitting: Sitting
) -> None:
    for person in (people["alice"], Make.person("sup", Role.SUPERVISOR)):
        client(person).get(f"/sittings/{sitting.id}/room", status=403)
    client(people["tess"]).get("/sittings/424242/room", status=404)
    client(people["tess"]).get("/candidates/424242", status=404)


def test_the_room_speaks_chinese(
    client: Clients, people: dict[str, Person], sitting: Sitting
) -> None:
    page = client(people["tess"], language="zh").page(f"/sittings/{sitting.id}/room")
    assert page.h1.startswith("监考") and "未开始" in page.text
