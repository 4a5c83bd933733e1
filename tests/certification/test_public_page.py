"""What anybody sees who has a certificate's code: whether it holds, and nothing more."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest

from tests.certification.awarding import NOW, awarded
from tests.certification.programmes import sit
from tests.checking import CheckingClient
from tests.factories import Make
from trainhub import clock
from trainhub.certification.jobs.awards import open_renewals
from trainhub.certification.jobs.reviewing import review_enrolments
from trainhub.certification.models import Award
from trainhub.certification.rules.awards.states import AwardState
from trainhub.certification.services.awards import CODE_BYTES, change
from trainhub.db import db, transaction
from trainhub.people.models import Role
from trainhub.web.rates import forget_rates

Browser = Callable[..., CheckingClient]
pytestmark = pytest.mark.usefixtures("app")


def told(client: Browser, award: Award, at: datetime = NOW, language: str = "en") -> str:
    with clock.frozen(at):
        return client(language=language).page(f"/verify/{award.code}").text


def html(browser: CheckingClient, award: Award) -> str:
    return browser.client.get(f"/verify/{award.code}").text


@pytest.mark.parametrize(
    ("at", "en", "zh"),
    [
        (NOW, "Valid", "有效"),
        (datetime(2027, 11, 23, 15, 59, tzinfo=UTC), "Valid", "有效"),
        (datetime(2027, 11, 23, 16, 0, tzinfo=UTC), "In its grace period", "宽限期内"),
        (datetime(2027, 12, 23, 15, 59, tzinfo=UTC), "Grace period until", "宽限期至"),
        (datetime(2027, 12, 23, 16, 0, tzinfo=UTC), "Expired", "已过期"),
    ],
)
def test_it_tells_the_truth_of_the_day_to_the_minute(
    client: Browser, at: datetime, en: str, zh: str
) -> None:
    award = awarded(Make.person("holder", name="欧阳晓彤"))
    english, chinese = told(client, award, at), told(client, award, at, "zh")
    assert en in english and zh in chinese
    assert "欧阳晓彤" in english and "客服上岗" in chinese and "Ready for the phones" in english


@pytest.mark.parametrize(
    ("states", "words"),
    [
        (["under_review"], "Under review"),
        (["under_review", "active"], "This certificate holds today."),
        (["revoked"], "Revoked"),
        (["under_review", "revoked"], "Revoked"),
    ],
)
def test_what_was_decided_is_told_without_the_reason(
    client: Browser, states: list[str], words: str
) -> None:
    award = awarded()
    root = Make.person("root", Role.ADMINISTRATOR)
    for state in states:
        with transaction():
            change(award, AwardState(state), now=NOW, by=root, reason="SECRET-REASON")
    page = told(client, award)
    assert words in page
    assert "SECRET-REASON" not in page


def test_a_renewed_one_is_superseded_and_does_not_name_the_next(client: Browser) -> None:
    award = awarded(renewal=["exam"])
    later = datetime(2027, 10, 20, 4, tzinfo=UTC)
    open_renewals(later)
    sit(award.person, "entry", 95, at=later + timedelta(hours=1), attempt=99)
    review_enrolments(later + timedelta(hours=2))
    db.session.rollback()
    following = db.session.query(Award).filter(Award.previous_id == award.id).one()
    page = told(client, award, later + timedelta(hours=3))
    assert "Superseded" in page
    assert following.code not in page
    assert "Valid" in told(client, following, later + timedelta(hours=3))


def test_it_shows_nothing_more_than_the_certificate(client: Browser) -> None:
    team = Make.team("SECRET-TEAM")
    person = Make.person("holder", name="Zhang Wei", team=team, employee_no="SECRET-1",
                         email="secret-2@example.org")  # fmt: skip
    award = awarded(person)
    page = told(client, award)
    for private in ("SECRET-TEAM", "SECRET-1", "secret-2@", "holder", "opening", "entry", "850"):
        assert private not in page
    signed_in = html(client(Make.person("root", Role.ADMINISTRATOR)), award)
    assert "Zhang Wei" in signed_in
    for page in (signed_in, html(client(), award)):
        for private in ("SECRET", "secret", "/awards", "/people"):
            assert private not in page, "who is signed in sees the same page"


def test_search_engines_are_told_to_leave_it(client: Browser) -> None:
    award = awarded()
    for page in ("", "/credential.json", "/credential.jwt"):
        answer = client().client.get(f"/verify/{award.code}{page}")
        assert "noindex" in answer.headers["X-Robots-Tag"]
        assert answer.headers["Referrer-Policy"] == "no-referrer"
    assert 'name="robots" content="noindex' in html(client(), award)


def test_unknown_and_malformed_codes_get_the_same_answer(client: Browser) -> None:
    award = awarded()
    codes = ["A" * 27, award.code[:-1], award.code.swapcase(), "x", "证书", "0" * 200, "'--"]
    found = set()
    for code in codes:
        answer = client().client.get(f"/verify/{code}")
        assert answer.status_code == 404
        found.add(answer.text.split("<main")[1].split("</dl>")[0])
    assert len(found) == 1


def test_a_loop_is_slowed_down(client: Browser) -> None:
    browser = client().client
    forget_rates()
    seen = [browser.get(f"/verify/{number:027d}").status_code for number in range(70)]
    assert seen[:60] == [404] * 60
    assert 429 in seen[60:]


def test_a_code_has_at_least_128_random_bits(client: Browser) -> None:
    assert CODE_BYTES * 8 >= 128
    assert len(awarded().code) * 6 >= 128


def test_a_wrong_code_gets_a_page_of_its_own_the_same_for_all(client: Browser) -> None:
    awarded(Make.person("holder"))
    wrong = ("nonsense", "A" * 27, "A" * 500, "验证码", "-")
    answers = [client(language="en").client.get(f"/verify/{code}") for code in wrong]
    assert {answer.status_code for answer in answers} == {404}
    texts = {answer.text.replace(code, "") for code, answer in zip(wrong, answers, strict=True)}
    assert len({len(text) for text in texts}) <= 3  # the address stands in the switches
    for answer in answers:
        assert "No such certificate" in answer.text and "not yours to see" not in answer.text
        assert "noindex" in answer.headers["X-Robots-Tag"]
    assert "没有这份证书" in client(language="zh").client.get("/verify/nonsense").text
    as_json = client().client.get("/verify/nonsense", headers={"Accept": "application/json"})
    assert as_json.status_code == 404 and as_json.json["error"]["code"] == "not_found"


def test_a_grace_period_says_until_when_on_every_page_of_the_award(client: Browser) -> None:
    award = awarded(Make.person("holder"))
    alma = Make.person("alma", Role.AUDITOR)
    with clock.frozen(datetime(2027, 11, 30, 4, tzinfo=UTC)):
        for person, path in (
            (alma, "/awards"), (alma, f"/awards/{award.id}"),
            (award.person, "/certificates"), (award.person, "/"),
        ):  # fmt: skip
            assert "Dec 23, 2027" in client(person, language="en").page(path).text, path
