"""Files into the library and out again: nothing lost, nothing overwritten, nothing half stored."""

from __future__ import annotations

import struct
import time
import tracemalloc
import zlib
from datetime import datetime

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.catalogue.texts import (
    SERIES,
    course_text,
    library,
    picture,
    quiz_text,
    source,
    take,
)
from trainhub.catalogue import queries
from trainhub.catalogue.models import Course, CourseVersion, Item, Lesson, QuizVersion
from trainhub.catalogue.queries.items import as_quiz_item
from trainhub.catalogue.rules.course_text import parse_course
from trainhub.catalogue.services import ImportConflict, publish_course
from trainhub.catalogue.services.drafts import draft_token, save_draft
from trainhub.db import db, transaction
from trainhub.errors import InputErrors
from trainhub.ops.content import read_shipped_files
from trainhub.people.models import Person


def exported() -> dict[str, bytes]:
    return dict(queries.list_export_files())


def codes(refused: pytest.ExceptionInfo[InputErrors]) -> list[str]:
    return [error.code for error in refused.value.errors]


def versions() -> list[int]:
    return list(db.session.scalars(db.select(CourseVersion.number).order_by(CourseVersion.id)))


def edit_in_browser(text: str, now: datetime) -> None:
    """A trainer publishes another text in the browser."""
    with transaction():
        edition = queries.find_edition("opening", "en")
        publish_course(edition, parse_course(text), actor=None, now=now)


def start_draft(text: str, person: Person, now: datetime) -> None:
    """A trainer begins to write in the browser."""
    with transaction():
        edition = queries.find_edition("opening", "en")
        save_draft(edition, text, seen=draft_token(edition), actor=person, now=now)


def test_all_shipped_content_comes_out_byte_for_byte(app) -> None:
    files = read_shipped_files()
    counts = take(files).counts()
    assert counts["create"] == len(files)
    assert exported() == {file.path: file.data for file in files}
    assert take(files).counts()["unchanged"] == len(files)


# Line ends, a byte-order mark, blanks and odd letters survive; keys and YAML stay as they are.
ENDS = st.sampled_from(["\n", "\r\n", "\r"])
WORDS = st.text(
    st.characters(exclude_categories=["Cs", "Cc"], exclude_characters="\ufeff\u2028\u2029\x85"),
    max_size=80,
)


@settings(
    max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(end=ENDS, bom=st.booleans(), words=WORDS, tail=st.sampled_from(["", "\n", "\n\n  "]))
def test_import_and_export_are_inverse(app, end: str, bom: bool, words: str, tail: str) -> None:
    safe = words.replace(":::", "").replace("`", "").replace("~~~", "").lstrip("# \t").strip()
    text = course_text(intro="A " + safe.replace("media/", "").replace("course:", ""))

    def dressed(plain: str) -> bytes:
        return ((("\ufeff" if bom else "") + plain + tail).replace("\n", end)).encode()

    files = [
        source("courses/calls/_series.yaml", dressed(SERIES)),
        source("quizzes/opening.en.yaml", dressed(quiz_text())),
        source("courses/calls/opening.en.md", dressed(text)),
    ]
    try:
        take(files, take="file")
        assert exported() == {file.path: file.data for file in files}
        assert take(files).counts()["unchanged"] == 3
    finally:
        db.session.rollback()


def test_a_changed_file_becomes_a_new_version_and_the_old_one_stays(app) -> None:
    take(library())
    report = take(library(intro="Otherwise."))
    assert report.counts()["update"] == 1
    assert versions() == [1, 2]
    edition = queries.find_edition("opening", "en")
    assert edition.published.number == 2
    assert "Otherwise." in edition.published.intro


def test_an_older_file_is_left_alone(app) -> None:
    take(library())
    take(library(intro="Otherwise."))
    report = take(library())
    assert report.counts()["keep"] == 1
    assert versions() == [1, 2]
    # …and does not turn the next real change into a conflict.
    assert take(library(intro="Thirdly.")).counts()["update"] == 1


def test_a_course_edited_in_the_browser_is_not_overwritten_by_its_old_file(app, now) -> None:
    take(library())
    edit_in_browser(course_text(intro="From the browser."), now)
    assert take(library()).counts()["keep"] == 1
    assert "From the browser." in queries.find_edition("opening", "en").published.intro


def test_changes_on_both_sides_are_a_conflict_that_shows_both_and_stores_nothing(app, now) -> None:
    take(library())
    edit_in_browser(course_text(intro="From the browser."), now)
    changed = [
        *library(intro="From the file."),
        source("quizzes/more.en.yaml", quiz_text(key="more")),
    ]
    with pytest.raises(ImportConflict) as refused:
        take(changed)
    (clash,) = refused.value.clashes
    assert clash.path == "courses/calls/opening.en.md"
    assert "From the file." in clash.file_text
    assert "From the browser." in clash.database_text
    assert queries.find_quiz("more") is None, "nothing of the import may be stored"


@pytest.mark.parametrize(("side", "words"), [("file", "From the file."), ("database", "browser")])
def test_a_conflict_is_decided_for_either_side_and_stays_decided(
    app, now, side: str, words: str
) -> None:
    take(library())
    edit_in_browser(course_text(intro="From the browser."), now)
    changed = library(intro="From the file.")
    take(changed, decisions={"courses/calls/opening.en.md": side})
    assert words in queries.find_edition("opening", "en").published.intro
    counts = take(changed).counts()
    assert counts["conflict"] == 0 and counts["update"] == 0


def test_a_draft_makes_a_changed_file_a_conflict(app, make, now) -> None:
    alice = make.person("alice")
    take(library())
    start_draft(course_text(intro="Half written."), alice, now)
    with pytest.raises(ImportConflict) as refused:
        take(library(intro="From the file."))
    assert "Half written." in refused.value.clashes[0].database_text


def test_a_changed_quiz_gives_the_course_that_asks_it_a_new_version_once(app, make, now) -> None:
    take(library())
    alice = make.person("alice")
    start_draft(course_text(intro="Half written."), alice, now)
    report = take([source("quizzes/opening.en.yaml", quiz_text(title="Renamed"))])
    assert report.republished == 1
    edition = queries.find_edition("opening", "en")
    assert edition.published.number == 2
    assert edition.draft is not None, "what somebody is writing stays"
    assert take([source("quizzes/opening.en.yaml", quiz_text(title="Renamed"))]).republished == 0


def test_course_and_quiz_changed_together_make_one_new_version(app) -> None:
    take(library())
    take(
        [
            source("quizzes/opening.en.yaml", quiz_text(item="last-word")),
            source(
                "courses/calls/opening.en.md",
                course_text().replace("first-word", "last-word"),
            ),
        ]
    )
    assert versions() == [1, 2]


def test_a_course_keeps_the_quiz_it_can_ask_when_a_question_is_gone(app) -> None:
    take(library())
    take([source("quizzes/opening.en.yaml", quiz_text(item="last-word"))])
    assert versions() == [1]


def test_checkpoints_and_pictures_that_lead_nowhere_are_refused_with_their_line(app) -> None:
    text = course_text(lessons="\n## One {#one}\n\n![x](media/gone.png)\n")
    with pytest.raises(InputErrors) as refused:
        take(
            [
                source("courses/calls/opening.en.md", course_text(quiz="nowhere")),
                source("courses/calls/closing.en.md", text),
            ]
        )
    assert sorted(codes(refused)) == ["checkpoint_quiz", "media_missing"]
    assert all(error.file and error.line for error in refused.value.errors)
    assert db.session.scalar(db.select(db.func.count(Course.id))) == 0


def test_every_bad_file_is_named_at_once(app) -> None:
    with pytest.raises(InputErrors) as refused:
        take(
            [
                *library(),
                source("courses/calls/bad.en.md", "no front matter"),
                source("quizzes/bad.en.yaml", "quiz: !!python/object:os.system x"),
                source("courses/calls/notes.txt", "x"),
                source("courses/calls/Big Name.md", "x"),
                source("courses/calls/latin.en.md", "é".encode("latin-1")),
                source("_series.yaml", SERIES),
                source("courses/other/strange.en.md", course_text()),
            ]
        )
    assert {error.file for error in refused.value.errors} == {
        "courses/calls/bad.en.md",
        "quizzes/bad.en.yaml",
        "courses/calls/notes.txt",
        "courses/calls/Big Name.md",
        "courses/calls/latin.en.md",
        "_series.yaml",
        "courses/other/strange.en.md",
    }
    assert exported() == {}


@pytest.mark.parametrize("line", ["published: true", "approved_by: alice", "id: 3"])
def test_front_matter_cannot_say_what_only_the_program_decides(app, line: str) -> None:
    bad = course_text().replace("---\n\n", f"{line}\n---\n\n", 1)
    with pytest.raises(InputErrors) as refused:
        take([source("courses/calls/opening.en.md", bad)])
    assert codes(refused) == ["field_unknown"]


def test_a_file_name_that_another_course_has_is_refused(app) -> None:
    take(library())
    with pytest.raises(InputErrors) as refused:
        take([source("courses/calls/opening.en.md", course_text(translation_group="other"))])
    assert codes(refused) == ["slug_taken"]


def test_a_renamed_file_is_exported_under_its_new_name(app) -> None:
    take(library(translation_group="opening"))
    text = course_text(translation_group="opening", intro="Otherwise.")
    take([source("courses/calls/greeting.en.md", text)])
    assert "courses/calls/greeting.en.md" in exported()
    assert "courses/calls/opening.en.md" not in exported()


def test_both_languages_are_one_course(app) -> None:
    chinese = course_text(language="zh", title="开场", quiz="opening")
    take(
        [
            *library(),
            source("quizzes/opening.zh.yaml", quiz_text(language="zh")),
            source("courses/calls/opening.zh.md", chinese),
        ]
    )
    course = queries.find_course("opening")
    assert [edition.language for edition in course.editions] == ["en", "zh"]


def test_pictures_are_cleaned_and_go_round_without_loss(app) -> None:
    text = course_text(intro="![A desk](media/desk.jpg) ![A chart](media/chart.png)")
    files = [
        *library()[:2],
        source("courses/calls/media/desk.jpg", picture("JPEG", exif=b"Exif\0\0secret place")),
        source("courses/calls/media/chart.png", picture("PNG")),
        source("courses/calls/opening.en.md", text),
    ]
    take(files)
    once = exported()
    assert b"secret place" not in once["courses/calls/media/desk.jpg"]
    again = [source(path, data) for path, data in once.items()]
    assert take(again).counts()["unchanged"] == len(again)
    assert take(files).counts()["unchanged"] == len(files)
    assert exported() == once


def test_a_new_picture_under_an_old_name_leaves_old_versions_as_they_were(app) -> None:
    text = course_text(intro="![A chart](media/chart.png)")
    start = [*library()[:2], source("courses/calls/media/chart.png", picture())]
    take([*start, source("courses/calls/opening.en.md", text)])
    before = queries.find_version_picture("opening", "en", 1, "chart.png").sha256
    take(
        [
            source("courses/calls/media/chart.png", picture(size=(9, 9))),
            source("courses/calls/opening.en.md", text + "\nMore.\n"),
        ]
    )
    after = queries.find_version_picture("opening", "en", 2, "chart.png").sha256
    assert queries.find_version_picture("opening", "en", 1, "chart.png").sha256 == before != after


@pytest.mark.parametrize(
    ("name", "data", "code"),
    [
        ("page.png", b"<html><script>alert(1)</script>", "file_type_not_allowed"),
        ("drawing.png", b"<svg xmlns='http://www.w3.org/2000/svg'/>", "file_type_not_allowed"),
        ("photo.gif", picture("PNG"), "file_type_not_allowed"),
    ],
)
def test_what_is_no_picture_is_refused(app, name: str, data: bytes, code: str) -> None:
    with pytest.raises(InputErrors) as refused:
        take([library()[0], source(f"courses/calls/media/{name}", data)])
    assert codes(refused) == [code]


def test_a_header_that_claims_a_giant_picture_is_refused_before_it_is_decoded(app) -> None:
    def chunk(kind: bytes, body: bytes) -> bytes:
        return (
            struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))
        )

    head = struct.pack(">IIBBBBB", 60_000, 60_000, 8, 6, 0, 0, 0)
    data = b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(b""))
    tracemalloc.start()
    started = time.process_time()
    with pytest.raises(InputErrors) as refused:
        take([library()[0], source("courses/calls/media/giant.png", data)])
    assert codes(refused) == ["image_too_large"]
    assert time.process_time() - started < 1
    assert tracemalloc.get_traced_memory()[1] < 64 * 1024 * 1024
    tracemalloc.stop()


def test_published_versions_cannot_be_changed_in_the_database(app) -> None:
    take(library())
    for table in (CourseVersion, Lesson, QuizVersion):
        with pytest.raises(Exception, match="append only"), transaction():
            db.session.execute(db.delete(table))


def test_lessons_carry_minutes_and_their_questions(app) -> None:
    take(library())
    first, second = queries.find_edition("opening", "en").published.lessons
    assert (first.key, first.checkpoint_items) == ("greeting", [["opening", "first-word"]])
    assert second.minutes >= 1


LONG = (
    quiz_text()
    .replace(
        "kind: true_false", "kind: long_answer\n    level: advanced\n    enemies: [words, first]"
    )
    .replace("answer: true", "rubric: [{key: a, text: b, points: 3}, {key: c, text: d, points: 2}]")
)


def test_a_course_whose_checkpoint_asks_a_long_answer_is_not_published(app) -> None:
    files = [one for one in library() if not one.path.startswith("quizzes/")]
    with pytest.raises(InputErrors) as refused:
        take([*files, source("quizzes/opening.en.yaml", LONG)])
    assert codes(refused) == ["checkpoint_by_hand"]
    assert refused.value.errors[0].line


def test_a_course_keeps_its_questions_when_one_becomes_a_long_answer(app) -> None:
    take(library())
    take([source("quizzes/opening.en.yaml", LONG)])
    assert versions() == [1]
    numbers = [row.number for row in db.session.query(QuizVersion).order_by(QuizVersion.id)]
    assert numbers == [1, 2]


def test_points_level_and_groups_of_a_question_are_stored(app) -> None:
    take([source("quizzes/opening.en.yaml", LONG), source("quizzes/b.en.yaml", quiz_text(key="b"))])
    stored = {row.version.edition.quiz.key: as_quiz_item(row) for row in db.session.query(Item)}
    long, plain = stored["opening"], stored["b"]
    assert (long.points, long.level, long.enemies) == (5, "advanced", ("words", "first"))
    assert (plain.points, plain.level, plain.enemies) == (1, "standard", ())
