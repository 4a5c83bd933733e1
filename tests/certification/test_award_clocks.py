"""Awards at the edges of the calendar: leap days, ends of months, changes of the clock, zones."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from flask import Flask

from tests.certification.awarding import award_of, written
from tests.certification.programmes import complete, enrolled, published, requirement
from tests.checking import CheckingClient
from tests.factories import Make
from trainhub import clock
from trainhub.certification.jobs.awards import expire_awards, open_renewals
from trainhub.certification.jobs.reviewing import review_enrolments
from trainhub.certification.models import Award
from trainhub.db import db, transaction
from trainhub.people.models import Person, Team
from trainhub.rota.models import Queue, Site, TeamPlace

Browser = Callable[..., CheckingClient]
MINUTE = timedelta(minutes=1)
pytestmark = pytest.mark.usefixtures("app")


def certified(at: datetime, *, team: Team | None = None, months: int = 12, grace: int = 0) -> Award:
    """Somebody whose only requirement was met at this instant."""
    validity = {"months": months, "window_days": 20, "grace_days": grace}
    raw = written(requirement("opening"), validity=validity)
    person = Make.person("holder", team=team)
    enrolled(published(raw, now=at - timedelta(days=90)), person,
             starts_on=at.date() - timedelta(days=30))  # fmt: skip
    complete(person, "opening", at=at)
    review_enrolments(at + MINUTE)
    return award_of(person)


@pytest.fixture
def centre_zone(app: Flask, monkeypatch: pytest.MonkeyPatch) -> Callable[[str], None]:
    def put(zone: str) -> None:
        settings = replace(app.config["SETTINGS"], time_zone=zone)
        monkeypatch.setitem(app.config, "SETTINGS", settings)

    return put


@pytest.mark.parametrize(
    ("on", "months", "last"),
    [
        (date(2028, 2, 29), 12, date(2029, 2, 28)),
        (date(2028, 2, 29), 48, date(2032, 2, 29)),
        (date(2027, 2, 28), 12, date(2028, 2, 28)),
        (date(2027, 1, 31), 1, date(2027, 2, 28)),
        (date(2028, 1, 31), 1, date(2028, 2, 29)),
        (date(2027, 8, 31), 6, date(2028, 2, 29)),
        (date(2027, 12, 31), 12, date(2028, 12, 31)),
    ],
)
def test_an_award_ends_on_a_day_that_there_is(on: date, months: int, last: date) -> None:
    award = certified(datetime(on.year, on.month, on.day, 4, tzinfo=UTC), months=months)
    assert (award.valid_from, award.valid_until) == (on, last)


def test_a_leap_day_is_not_lost_over_two_renewals() -> None:
    """29 February, renewed in time twice: the end of February each time, and no day earlier."""
    award = certified(datetime(2028, 2, 29, 4, tzinfo=UTC))
    for year, last in ((2029, date(2030, 2, 28)), (2030, date(2031, 2, 28))):
        opening = datetime(year, 2, 15, 4, tzinfo=UTC)
        open_renewals(opening)
        complete(award.person, "opening", at=opening + MINUTE)
        review_enrolments(opening + 3 * MINUTE)
        award = award_of(award.person)
        assert award.valid_until == last
    assert award.number == 3


@pytest.mark.parametrize(
    ("zone", "at", "last_moment"),
    [
        # The clocks go forward on the last valid day, then back on it.
        ("Europe/London", datetime(2026, 3, 28, 12, tzinfo=UTC), "2027-03-28T23:59:59+01:00"),
        ("Europe/London", datetime(2026, 10, 31, 12, tzinfo=UTC), "2027-10-31T23:59:59+00:00"),
        ("America/New_York", datetime(2026, 3, 14, 12, tzinfo=UTC), "2027-03-14T23:59:59-04:00"),
        ("America/New_York", datetime(2026, 11, 7, 12, tzinfo=UTC), "2027-11-07T23:59:59-05:00"),
        ("Asia/Kathmandu", datetime(2026, 5, 5, 12, tzinfo=UTC), "2027-05-05T23:59:59+05:45"),
    ],
)
def test_the_last_day_counts_in_full_where_the_clocks_change(
    client: Browser, centre_zone: Callable[[str], None], zone: str, at: datetime, last_moment: str
) -> None:
    centre_zone(zone)
    award = certified(at)
    end = datetime.fromisoformat(last_moment)
    if award.valid_until != end.date():  # the same date a year later need not be that Sunday
        with transaction():
            db.session.get_one(Award, award.id).valid_until = end.date()
    expire_awards(end)
    assert award_of(award.person).state == "active"
    credential = client().client.get(f"/verify/{award.code}/credential.json").get_json(force=True)
    assert datetime.fromisoformat(credential["validUntil"]) == end
    for moment, word in ((end, "holds today"), (end + timedelta(seconds=1), "holds no longer")):
        with clock.frozen(moment.astimezone(UTC)):
            assert word in client().page(f"/verify/{award.code}").text
    expire_awards(end + timedelta(seconds=1))
    assert award_of(award.person).state == "expired"


def placed(zone: str) -> Team:
    team = Make.team("Far away")
    with transaction():
        site, queue = Site(name="Far", time_zone=zone), Queue(key="far", name="Far", method="given")
        db.session.add_all([site, queue])
        db.session.flush()
        db.session.add(TeamPlace(team_id=team.id, site_id=site.id, queue_id=queue.id))
    return team


@pytest.mark.parametrize(
    ("zone", "on"),
    [("Europe/London", date(2026, 12, 31)), ("Pacific/Auckland", date(2027, 1, 1))],
)
def test_an_award_is_dated_by_the_calendar_its_holder_lives_by(zone: str, on: date) -> None:
    """Half past one in the night in Shanghai is still last year in London."""
    award = certified(datetime(2026, 12, 31, 17, 30, tzinfo=UTC), team=placed(zone))
    assert award.valid_from == on


def test_an_award_is_dated_by_its_evidence_however_late_the_tick_comes() -> None:
    at = datetime(2026, 12, 31, 15, 59, tzinfo=UTC)  # one minute to midnight in Shanghai
    award = certified(at)
    assert award.granted_at == at
    assert award.valid_from == date(2026, 12, 31)


def test_grace_ends_with_its_last_day(client: Browser) -> None:
    award = certified(datetime(2027, 1, 31, 4, tzinfo=UTC), months=1, grace=1)
    last = datetime(2027, 3, 1, 23, 59, 59, tzinfo=ZoneInfo("Asia/Shanghai"))
    expire_awards(last)
    assert award_of(award.person).state == "active"
    expire_awards(last + timedelta(seconds=1))
    assert award_of(award.person).state == "expired"


def test_nobody_is_disabled_into_a_renewal() -> None:
    award = certified(datetime(2027, 1, 4, 4, tzinfo=UTC), months=1)
    with transaction():
        db.session.get_one(Person, award.person_id).disabled_at = datetime(2027, 1, 5, tzinfo=UTC)
    assert open_renewals(datetime(2027, 1, 28, 4, tzinfo=UTC)) == 0
