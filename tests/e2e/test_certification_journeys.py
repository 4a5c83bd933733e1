"""From hire to certificate, and a supervisor's table of the team, in a real browser."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Callable, Iterator
from typing import Any

import pypdf
import pytest

from tests.certification.scanning import address_in_code
from tests.e2e.browsing import LOCALES, PATIENCE_MS, Visitor
from tests.e2e.certifying import CASTS, TITLES, Cast, CertifyingCentre, serving
from tests.e2e.looking import DESKTOP, PHONE, axe_faults, photograph, too_wide
from trainhub.demo import DEMO_PASSWORD
from trainhub.tables import read_lines

pytestmark = pytest.mark.e2e
SAYS = {
    "valid": {"zh": "有效", "en": "Valid"},
    "revoked": {"zh": "已撤销", "en": "Revoked"},
    "saved": {"zh": "已保存", "en": "Saved"},
    "certified": {"zh": "已认证", "en": "Certified"},
    "comment": {"zh": "例子举得好", "en": "A good example"},
    "view": {"zh": "晚班迟到的人", "en": "Late for evenings"},
    "words": {"zh": "请这周完成考试", "en": "Please sit the exam this week"},
    "learned": {
        "zh": "先问候客户，再报姓名，最后道谢。遇到投诉时先听完，再把问题复述一遍。",
        "en": "Greet first, then say the name, and listen to the end of a complaint.",
    },
}
Arrive = Callable[..., Visitor]


@pytest.fixture(scope="module")
def centre(tmp_path_factory: pytest.TempPathFactory) -> Iterator[CertifyingCentre]:
    """A centre of its own."""
    with serving(tmp_path_factory.mktemp("certifying")) as made:
        yield made


@pytest.fixture
def arrive(centre: CertifyingCentre, chromium: Any) -> Iterator[Arrive]:
    """`arrive("boss-zh", "zh")` is that person's browser, signed in; `arrive(None, …)` nobody's."""
    visitors: list[Visitor] = []

    def come(username: str | None, language: str, screen: dict[str, int] = DESKTOP) -> Visitor:
        context = chromium.new_context(
            locale=LOCALES[language], viewport=screen, reduced_motion="reduce",
            accept_downloads=True, has_touch=screen == PHONE,
        )  # fmt: skip
        context.set_default_timeout(PATIENCE_MS)
        visitor = Visitor(context, centre.address)
        visitors.append(visitor)
        if username:
            visitor.sign_in(username)
        return visitor

    yield come
    faults = [fault for visitor in visitors for fault in visitor.faults]
    for visitor in visitors:
        visitor.context.close()
    assert faults == []


def look(visitor: Visitor, name: str) -> None:
    """The page that is open is accessible and does not scroll sideways."""
    photograph(visitor.tab, f"certification-{name}")
    assert axe_faults(visitor.tab) == [], name
    assert not too_wide(visitor.tab), f"{name} scrolls sideways"


def press(visitor: Visitor, selector: str, lands_on: str) -> None:
    """Press a button, and be where it leads."""
    visitor.tab.locator(selector).first.click()
    visitor.tab.wait_for_url(re.compile(lands_on))


def follow(visitor: Visitor, link: str) -> None:
    """Follow a link of the page by its address, once."""
    with visitor.tab.expect_navigation():
        visitor.tab.locator(f"main a[href*='{link}']").first.click()


ROAD = r"/programme-enrolments/\d+(#.*)?$"
SUBMIT = "main form .th-buttons button[type=submit], main form .th-buttons button.btn-primary"


def take_in(boss: Visitor, cast: Cast) -> None:
    """Take the cohort into the programme of new people, from today."""
    boss.go("/programmes/enrol")
    boss.tab.get_by_role("link", name=("新员工上岗认证", "Onboarding certification")
                         [cast.language == "en"]).first.click()  # fmt: skip
    boss.tab.wait_for_url(re.compile(r"/programmes/\d+/enrol"))
    boss.tab.get_by_label(cast.cohort).check()
    look(boss, f"enrol-{cast.language}")
    press(boss, SUBMIT, ROAD)
    assert cast.newcomer in boss.tab.inner_text("h1")


def see_the_road(agent: Visitor, cast: Cast, done: int, key: str) -> None:
    """How far somebody is, and what is next, on their own page."""
    agent.go("/my-certification")
    assert f"{done} / {len(TITLES)}" in agent.tab.inner_text("main")
    is_english = cast.language == "en"
    assert TITLES[key][is_english] in agent.tab.inner_text(".th-road-next-title")
    look(agent, f"road-{done}-{cast.language}")


def write_the_summary(agent: Visitor, cast: Cast) -> None:
    """It is saved while it is written; then it is handed in."""
    follow(agent, "/summary/")
    tab = agent.tab
    for heading in cast.headings:
        tab.get_by_label(heading).fill(SAYS["learned"][cast.language])
    is_saved = re.compile(rf"^{SAYS['saved'][cast.language]} \d")
    tab.locator("[data-status]").get_by_text(is_saved).wait_for()
    tab.reload()
    assert tab.get_by_label(cast.headings[0]).input_value() == SAYS["learned"][cast.language]
    look(agent, f"summary-{cast.language}")
    press(agent, "button[value=hand-in]", ROAD)


def accept_the_summary(boss: Visitor, cast: Cast) -> None:
    """Read it, comment on it, accept it."""
    follow(boss, "/summary/")
    assert SAYS["learned"][cast.language] in boss.tab.inner_text("main")
    boss.tab.check("[name=answer][value=accepted]")
    boss.tab.fill("[name=comment]", SAYS["comment"][cast.language])
    look(boss, f"answer-{cast.language}")
    press(boss, SUBMIT, ROAD)


def ask_two_raters(boss: Visitor, cast: Cast) -> None:
    """Have one conversation rated by two people."""
    follow(boss, "/observations/new")
    boss.tab.fill("[name=what]", "4711")
    for field, name in zip(("first", "second"), cast.raters, strict=True):
        boss.tab.select_option(f"[name={field}]", label=name)
    look(boss, f"observation-{cast.language}")
    press(boss, SUBMIT, r"/observations/\d+$")


def rate(rater: Visitor, cast: Cast) -> None:
    """The rubric on a phone: a thumb for each indicator."""
    rater.go("/ratings")
    press(rater, "main a[href*='/ratings/']", r"/ratings/\d+$")
    look(rater, f"rating-{cast.language}")
    rows = rater.tab.locator("fieldset.th-rate-row:has([type=radio])")
    for number in range(rows.count()):
        rows.nth(number).locator("label[for$='-4']").tap()
    press(rater, "button[value=hand-in]", r"/observations/\d+$")


def sign_off(boss: Visitor) -> None:
    """The last word."""
    boss.tab.check("[name=decision][value=signed]")
    boss.tab.locator(SUBMIT).first.click()
    boss.tab.wait_for_url(lambda url: "/sign-off/" not in url)


def fetch(visitor: Visitor, selector: str) -> tuple[str, bytes]:
    """Download what a link leads to, with the browser's own sign-in; its name and content."""
    address = visitor.tab.locator(selector).first.get_attribute("href")
    answer = visitor.context.request.get(visitor.address + address)
    assert answer.ok, answer.status
    return answer.headers["content-disposition"], answer.body()


def revoke(admin: Visitor, centre: CertifyingCentre, cast: Cast) -> None:
    """An administrator takes the award back; the password is asked for once more."""
    admin.go("/awards")
    press(admin, f"main a[href^='/awards/']:has-text('{cast.newcomer}')", r"/awards/\d+$")
    look(admin, f"award-{cast.language}")
    centre.let_password_age(cast.username("admin"))
    press(admin, "main a[href$='/revoke']", "/confirm-password")
    admin.tab.fill("[name=password]", DEMO_PASSWORD)
    press(admin, SUBMIT, r"/awards/\d+/revoke$")
    admin.tab.fill("[name=reason]", "4711")
    look(admin, f"revoke-{cast.language}")
    press(admin, SUBMIT, r"/awards/\d+$")


@pytest.mark.parametrize("cast", CASTS, ids=lambda cast: cast.language)
def test_from_hire_to_certificate(centre: CertifyingCentre, arrive: Arrive, cast: Cast) -> None:
    language, name = cast.language, cast.username
    boss = arrive(name("boss"), language)
    take_in(boss, cast)
    road = boss.tab.url.split("#")[0]
    agent = arrive(name("newcomer"), language, PHONE)
    see_the_road(agent, cast, 0, "course")
    centre.learns(name("newcomer"))
    see_the_road(agent, cast, 4, "summary")
    write_the_summary(agent, cast)
    boss.tab.goto(road)
    accept_the_summary(boss, cast)
    ask_two_raters(boss, cast)
    for number in (1, 2):
        rate(arrive(name(f"rater{number}"), language, PHONE), cast)
    assert centre.awards_of(name("newcomer")) == []
    boss.tab.goto(road)
    follow(boss, "/sign-off/")
    look(boss, f"sign-off-{language}")
    sign_off(boss)
    boss.tab.goto(road)
    assert SAYS["certified"][language] in boss.tab.inner_text("main header, .th-page-head, main")
    assert centre.awards_of(name("newcomer")) == [(1, "active")]

    agent.go("/certificates")
    look(agent, f"certificates-{language}")
    _file, pdf = fetch(agent, f"main a[href*='certificate.pdf'][href*='language={language}']")
    assert cast.newcomer in pypdf.PdfReader(io.BytesIO(pdf)).pages[0].extract_text()
    stranger = arrive(None, language, PHONE)
    public = address_in_code(pdf)
    stranger.tab.goto(public)
    assert SAYS["valid"][language] in stranger.tab.inner_text("article")
    assert cast.newcomer in stranger.tab.inner_text("article")
    look(stranger, f"public-{language}")
    revoke(arrive(name("admin"), language), centre, cast)
    stranger.tab.reload()
    assert SAYS["revoked"][language] in stranger.tab.inner_text("article")
    assert SAYS["valid"][language] not in stranger.tab.inner_text(".th-badge")
    assert centre.awards_of(name("newcomer")) == [(1, "revoked")]


def row_of(boss: Visitor, name: str) -> Any:
    """Somebody's row of the table."""
    return boss.tab.locator("table.th-mx tbody tr").filter(has_text=name)


@pytest.mark.parametrize("cast", CASTS, ids=lambda cast: cast.language)
def test_a_supervisor_works_from_the_table(
    centre: CertifyingCentre, arrive: Arrive, cast: Cast
) -> None:
    language = cast.language
    boss = arrive(cast.username("boss"), language)
    tab = boss.tab
    boss.go("/certification")
    tab.select_option("#programme", label=("晚班上岗", "Evening duty")[language == "en"])
    press(boss, "form.th-filters button", r"programme=\d+")
    everybody = tab.url
    first = tab.locator("table.th-mx tbody tr").first
    assert cast.late in first.inner_text(), "who is late stands first"
    look(boss, f"matrix-{language}")

    tab.select_option("#state", "late")
    press(boss, "form.th-filters button", "state=late")
    assert tab.locator("table.th-mx tbody tr").count() == 1
    tab.fill(".th-mx-keep [name=name]", SAYS["view"][language])
    press(boss, ".th-mx-keep button", "certification")
    tab.goto(everybody)
    assert row_of(boss, cast.ready).count() == 1
    tab.get_by_role("link", name=SAYS["view"][language]).click()
    tab.wait_for_url("**state=late**")
    assert row_of(boss, cast.ready).count() == 0

    row_of(boss, cast.late).locator("a[href*='#requirement-exam']").click()
    tab.wait_for_url("**#requirement-exam")
    assert tab.locator("#requirement-exam").evaluate("one => one.matches(':target')")
    tab.go_back()

    tab.fill("#words", SAYS["words"][language])
    menu = row_of(boss, cast.late).locator("details")
    menu.locator("summary").click()
    menu.locator("button[name=only]").click()
    tab.wait_for_load_state()
    late = arrive(cast.username("late"), language, PHONE)
    late.go("/")
    assert SAYS["words"][language] in late.tab.inner_text("main")

    tab.goto(everybody)
    menu = row_of(boss, cast.ready).locator("details")
    menu.locator("summary").click()
    menu.locator("a[href*='/sign-off/']").click()
    tab.wait_for_url("**/sign-off/**")
    sign_off(boss)
    tab.goto(everybody)
    assert SAYS["certified"][language] in row_of(boss, cast.ready).inner_text()
    assert centre.awards_of(cast.username("ready")) == [(1, "active")]
    take_the_files(boss, cast)


def take_the_files(boss: Visitor, cast: Cast) -> None:
    """The table as CSV, XLSX and PDF: both people are in each."""
    files = {
        kind: fetch(boss, f"main a[href*='/certification'][href*='{kind}']")[1]
        for kind in ("csv", "xlsx", "pdf")
    }
    text = files["csv"].decode("utf-8-sig")
    names = {cell for line in csv.reader(io.StringIO(text)) for cell in line}
    assert {cast.late, cast.ready} <= names
    cells = {cell for line in read_lines(files["xlsx"], "table.xlsx") for cell in line}
    assert {cast.late, cast.ready} <= cells
    pages = pypdf.PdfReader(io.BytesIO(files["pdf"])).pages
    assert cast.late in "".join(page.extract_text() for page in pages)
