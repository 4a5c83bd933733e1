"""The library in the browser: map, course page, search, pictures, import and export."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Any

import pytest
from sqlalchemy import event

from tests.catalogue.texts import SERIES, course_text, library, picture, quiz_text, source, take
from tests.checking import CheckingClient
from trainhub import clock
from trainhub.catalogue import panels, queries
from trainhub.catalogue.panels import CourseMark, register_course_marks, register_course_panel
from trainhub.catalogue.rules.bundles import read_bundle, write_bundle
from trainhub.catalogue.rules.course_text import parse_course
from trainhub.catalogue.services import publish_course
from trainhub.catalogue.views import uploads
from trainhub.catalogue.views.uploads import KEPT_FOR
from trainhub.db import db, transaction
from trainhub.people.models import Role


@pytest.fixture
def alice(make, client) -> CheckingClient:
    """An agent's browser."""
    return client(make.person("alice"))


@pytest.fixture
def tess(make, client) -> CheckingClient:
    """A trainer's browser."""
    return client(make.person("tess", Role.TRAINER))


@contextmanager
def counted_queries() -> Iterator[list[str]]:
    """The statements that the block sends to the database."""
    seen: list[str] = []

    def note(_connection: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
        if statement.lstrip().upper().startswith(("SELECT", "WITH")):
            seen.append(statement)

    event.listen(db.engine, "before_cursor_execute", note)
    try:
        yield seen
    finally:
        event.remove(db.engine, "before_cursor_execute", note)


def many(count: int) -> None:
    """Courses in several series, each asking its own quiz."""
    files = []
    for number in range(count):
        series, key = f"series-{number % 3}", f"course-{number}"
        files += [
            source(f"courses/{series}/_series.yaml", SERIES),
            source(f"quizzes/{key}.en.yaml", quiz_text(key=key)),
            source(f"courses/{series}/{key}.en.md", course_text(series=series, quiz=key)),
        ]
    take({file.path: file for file in files}.values())


@pytest.mark.parametrize(
    "path",
    [
        "/courses",
        "/courses?view=list",
        "/courses/course-1",
        "/search?q=call",
        "/",
        "/library/import",
    ],
)
def test_a_page_asks_the_database_no_more_when_the_library_grows(app, tess, path: str) -> None:
    many(4)
    tess.get(path)
    with counted_queries() as few:
        tess.get(path)
    many(16)
    with counted_queries() as more:
        tess.get(path)
    most = 29 if path == "/" else 22  # home asks every subject what needs me now
    assert len(more) == len(few) <= most, "\n".join(more)


def test_the_map_shows_lines_series_and_courses(app, alice) -> None:
    take(library())
    page = alice.page("/courses")
    assert "Serving customers" in page.text
    assert "Calls" in page.text
    assert "Opening a call" in page.text
    assert "1 hr" in page.text
    assert "Opening a call" in alice.page("/courses?view=list").text


@pytest.mark.parametrize(
    ("asked", "shown"),
    [
        ("competency=communication", True),
        ("competency=teamwork", False),
        ("minutes=60", True),
        ("minutes=30", False),
        ("language=en", True),
        ("language=zh", False),
        ("competency=nonsense&minutes=x&language=fr", True),
    ],
)
def test_the_map_is_narrowed(app, alice, asked: str, shown: bool) -> None:
    take(library())
    for view in ("map", "list"):
        text = alice.page(f"/courses?view={view}&{asked}").text
        assert ("How a call begins." in text) is shown
        assert ("No course fits" in text) is not shown


def test_an_empty_library_says_what_will_come(app, alice) -> None:
    assert "The library is empty" in alice.page("/courses").text


def test_a_course_page_says_what_it_is_about(app, alice) -> None:
    take(library(intro="Hello **you**."))
    page = alice.page("/courses/opening")
    for words in ("Opening a call", "Greet a customer", "The greeting", "1 question", "Hello"):
        assert words in page.text
    assert "Versions" not in page.text, "versions are for those who keep the library"
    alice.get("/courses/nowhere", status=404)
    alice.get("/courses/NoWhere", status=404)


def test_trainers_notes_in_the_introduction_are_not_shown(app, alice, tess) -> None:
    take(library(intro="Hello.\n\n::: trainer\nA secret.\n:::\n"))
    assert "A secret" not in alice.page("/courses/opening").text


def test_a_course_is_shown_in_the_language_asked_for(app, alice) -> None:
    chinese = course_text(language="zh", title="怎样开场")
    take(
        [
            *library(),
            source("quizzes/opening.zh.yaml", quiz_text(language="zh")),
            source("courses/calls/opening.zh.md", chinese),
        ]
    )
    assert alice.page("/courses/opening").h1 == "Opening a call"
    page = alice.page("/courses/opening?language=zh")
    assert page.h1 == "怎样开场"
    assert "shown in 中文" in page.text


def test_other_subjects_put_panels_and_marks_on_the_pages(app, alice, monkeypatch) -> None:
    monkeypatch.setattr(panels, "_panels", {})
    monkeypatch.setattr(panels, "_mark_builders", [])
    register_course_panel(
        1,
        "catalogue.read",
        lambda person, page: {"desk": None} if page.key == "nowhere" else None,
        "catalogue/_home_section.html",
    )
    register_course_marks(lambda person, ids: {one: CourseMark(0.6, "60 % done") for one in ids})
    take(library())
    assert "Keeping the library" not in alice.page("/courses/opening").text
    assert "60 % done" in alice.page("/courses").text


def test_a_search_marks_what_it_found_and_escapes_the_rest(app, alice) -> None:
    take(library(intro="Use `<script>` never. Say hello."))
    html = alice.get("/search?q=script").text
    assert "&lt;<mark>script</mark>&gt;" in html
    assert "Nothing found" in alice.page("/search?q=elephant").text
    assert "What are you looking for?" in alice.page("/search?q=+").text
    assert "<b>" not in alice.get("/search?q=%3Cb%3E").text
    alice.get("/search?q=" + "长" * 3000 + "&page=99999999999999999999&language=xx")


# Pictures


def with_picture() -> list:
    return [
        *library()[:2],
        source("courses/calls/media/chart.png", picture()),
        source("courses/calls/opening.en.md", course_text(intro="![A chart](media/chart.png)")),
    ]


ADDRESS = "/courses/opening/en/versions/1/media/chart.png"


def test_a_picture_is_sent_to_people_who_are_signed_in_only(app, alice, client) -> None:
    take(with_picture())
    assert ADDRESS in alice.get("/courses/opening").text
    answer = alice.get(ADDRESS)
    assert answer.mimetype == "image/png"
    assert answer.headers["Cache-Control"] == "private, max-age=31536000, immutable"
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["Content-Security-Policy"] == "default-src 'none'; sandbox"
    assert answer.headers["Content-Disposition"] == 'inline; filename="chart.png"'
    again = alice.get(ADDRESS, status=304, headers={"If-None-Match": answer.headers["ETag"]})
    assert again.data == b""
    stranger = client().get(ADDRESS, status=302)
    assert b"PNG" not in stranger.data


@pytest.mark.parametrize(
    "path",
    [
        "/courses/opening/en/versions/2/media/chart.png",
        "/courses/opening/zh/versions/1/media/chart.png",
        "/courses/opening/en/versions/1/media/other.png",
        "/courses/opening/en/versions/1/media/..%2f..%2fsecret-key",
        "/courses/opening/en/versions/1/media/.hidden",
        "/courses/opening/fr/versions/1/media/chart.png",
    ],
)
def test_a_picture_that_is_not_there_is_not_found(app, alice, path: str) -> None:
    take(with_picture())
    alice.get(path, status=404)


# Retiring


def test_a_trainer_retires_a_course_with_a_reason_and_brings_it_back(app, tess) -> None:
    take(library())
    refused = tess.post("/courses/opening/retire", {"reason": " "}, status=422)
    assert "Say why" in refused.text
    tess.post("/courses/opening/retire", {"reason": "outdated"})
    assert "This course is retired" in tess.page("/courses/opening").text
    assert "How a call begins." not in tess.page("/courses").text
    assert "1 retired course" in tess.page("/courses").text
    tess.post("/courses/opening/retire", {"reason": "again"}, status=409)
    tess.post("/courses/opening/restore", {"reason": "needed"})
    assert "How a call begins." in tess.page("/courses").text
    tess.post("/courses/nowhere/retire", {"reason": "x"}, status=404)


@pytest.mark.parametrize(
    "path", ["/library/import", "/library/export.zip", "/library/import/" + "0" * 32]
)
def test_an_agent_cannot_get_at_the_files_of_the_library(app, alice, path: str) -> None:
    alice.get(path, status=403)


def test_an_agent_cannot_change_the_library(app, alice) -> None:
    take(library())
    for path in ("/courses/opening/retire", "/courses/opening/restore", "/library/import"):
        alice.post(path, {"reason": "x"}, status=403)
    assert queries.find_course("opening").retired_at is None


# Import and export


def upload(browser: CheckingClient, *files: tuple[str, bytes], status: int = 302, **fields: str):
    given = [(io.BytesIO(data), name) for name, data in files]
    return browser.post(
        "/library/import",
        {"files": given, **fields},
        status=status,
        content_type="multipart/form-data",
    )


def bundled(files=None) -> tuple[str, bytes]:
    chosen = library() if files is None else files
    return "library.zip", write_bundle((file.path, file.data) for file in chosen)


def test_a_bundle_is_shown_before_it_is_stored(app, tess) -> None:
    address = upload(tess, bundled()).location
    page = tess.page(address)
    assert "courses/calls/opening.en.md" in page.text
    assert "does not exist in the other language" in page.text, "the linter speaks as well"
    assert "which does not exist" not in page.text, "…and knows what comes along"
    assert queries.find_course("opening") is None, "looking stores nothing"
    tess.post(address)
    assert queries.find_course("opening") is not None
    tess.get(address, status=404)
    again = tess.page(upload(tess, bundled()).location)
    assert "Nothing would change" in again.text


def test_an_export_is_a_bundle_that_imports_unchanged(app, tess) -> None:
    take(with_picture())
    answer = tess.get("/library/export.zip")
    assert answer.mimetype == "application/zip"
    assert answer.headers["Content-Disposition"].startswith("attachment;")
    files = read_bundle(answer.data, "b.zip")
    assert take(files).counts()["unchanged"] == 4


def test_single_pictures_go_to_the_series_chosen(app, tess) -> None:
    take(library())
    address = upload(tess, ("My Desk.PNG", picture()), series="calls").location
    tess.post(address)
    assert "courses/calls/media/my-desk.png" in dict(queries.list_export_files())


def test_errors_are_listed_and_nothing_can_be_confirmed(app, tess) -> None:
    files = [*library()[:2], source("courses/calls/opening.en.md", "no front matter")]
    address = upload(tess, bundled(files)).location
    page = tess.page(address)
    assert "courses/calls/opening.en.md:1" in page.text
    assert "Import now" not in page.text
    tess.post(address, status=422)
    assert queries.find_quiz("opening") is None


@pytest.mark.parametrize(
    "name",
    [
        "../../../etc/passwd.md",
        "..\\..\\x.md",
        "/etc/cron.d/x.md",
        "a\x00b.md",
        "CON.md",
        "x.md\r\nSet-Cookie: a=b",
        "<script>alert(1)</script>.md",
        "\u202egpj.md",
        "." * 200 + ".md",
        "x" * 3000 + ".md",
        "trainhub.sqlite3",
        "evil.svg",
        "evil.html",
        "evil.exe",
    ],
)
def test_hostile_file_names_reach_no_folder(app, tess, name: str) -> None:
    instance = app.config["SETTINGS"].instance
    before = {file for file in instance.rglob("*") if "uploads" not in file.parts}
    answer = tess.client.post(
        "/library/import",
        data={"files": (io.BytesIO(b"x"), name), "csrf_token": tess.token()},
        content_type="multipart/form-data",
    )
    assert answer.status_code in {302, 422}
    if answer.status_code == 302:
        tess.get(answer.location)
        tess.post(answer.location, status=422)
    assert {file for file in instance.rglob("*") if "uploads" not in file.parts} == before
    assert "Set-Cookie: a=b" not in str(answer.headers)


def test_a_hostile_bundle_is_refused_at_the_door(app, tess) -> None:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("../../evil.md", "x")
    answer = upload(tess, ("b.zip", out.getvalue()), status=422)
    assert "plain relative paths" in answer.text
    upload(tess, ("b.zip", b"no archive"), status=422)
    upload(tess, ("big.md", b"x" * 1_100_000), status=422)
    assert "Choose at least one file" in tess.post("/library/import", {}, status=422).text


def test_what_one_person_hands_in_nobody_else_sees(app, tess, client, make) -> None:
    address = upload(tess, bundled()).location
    other = client(make.person("theo", Role.TRAINER))
    other.get(address, status=404)
    other.post(address, status=404)
    tess.get("/library/import/..%2f..%2fsecret", status=404)
    tess.get("/library/import/not-a-token", status=404)


def test_files_are_forgotten_when_discarded_and_after_a_day(app, tess, now) -> None:
    address = upload(tess, bundled()).location
    tess.post(address + "/discard")
    tess.get(address, status=404)
    old = upload(tess, bundled()).location
    uploads.forget_old(datetime.now(UTC) + KEPT_FOR / 2)
    tess.get(old)
    uploads.forget_old(datetime.now(UTC) + 2 * KEPT_FOR)  # files carry the disk's time
    tess.get(old, status=404)


def changed_on_both_sides() -> list:
    take(library())
    with transaction():
        text = parse_course(course_text(intro="From the browser."))
        edition = queries.find_edition("opening", "en")
        publish_course(edition, text, actor=None, now=clock.now())
    return library(intro="From the <b>file</b>.")


@pytest.mark.parametrize(("side", "words"), [("file", "From the <b>file"), ("database", "browser")])
def test_a_conflict_shows_both_sides_and_waits_for_a_decision(
    app, tess, side: str, words: str
) -> None:
    address = upload(tess, bundled(changed_on_both_sides())).location
    page = tess.page(address)
    assert page.h1 == "Decide about these files"
    assert "browser" in page.text
    assert "&lt;b&gt;" in tess.get(address).text, "a file's text is shown, not obeyed"
    path = "courses/calls/opening.en.md"
    tess.post(address, {"path-1": path}, status=422)
    assert "browser" in queries.find_edition("opening", "en").published.intro
    tess.post(address, {"path-1": path, "side-1": side})
    assert words in queries.find_edition("opening", "en").published.intro


# The home page


def test_the_home_page_tells_trainers_what_waits(app, tess, alice) -> None:
    take(library(review_by="2026-01-31"))
    text = tess.page("/").text
    assert "To be read again" in text
    assert "In one language only" in text
    assert "Keeping the library" not in alice.page("/").text


def test_every_page_is_there_in_chinese(app, make, client: Callable[..., CheckingClient]) -> None:
    take(library())
    browser = client(make.person("wang", Role.TRAINER), language="zh")
    assert browser.page("/courses").h1 == "课程地图"
    assert browser.page("/search?q=没有").h1 == "搜索：没有"
    assert "学完之后能做到" in browser.page("/courses/opening").text
