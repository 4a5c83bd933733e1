"""The writers' pages as a trainer, an agent and a careless form see them."""

from __future__ import annotations

import pytest

from tests.catalogue.test_library_views import counted_queries
from tests.catalogue.writing import QUIZ, add_course, add_quiz, add_series, publish, write
from trainhub.catalogue import services
from trainhub.catalogue.models import CourseEdition
from trainhub.catalogue.rules.vocabulary import MAX_COURSE_BYTES
from trainhub.db import db
from trainhub.people.models import Role

EDIT = "/courses/say-no/en/edit"


@pytest.fixture
def bob(make):
    return make.person("bob", Role.TRAINER)


@pytest.fixture
def charlie(make):
    return make.person("charlie", Role.TRAINER)


@pytest.fixture
def browser(client, bob):
    return client(bob)


def test_every_page_of_a_text_opens(browser, bob) -> None:
    edition = add_course(bob)
    publish(edition, bob)
    write(edition, edition.published.source + "\nMore.\n", bob)
    add_quiz(bob)
    for path in (
        "/writing-desk",
        "/writing-desk?shelf=courses",
        "/writing-desk?shelf=quizzes",
        "/writing-desk/courses/new",
        "/writing-desk/quizzes/new",
        EDIT,
        "/courses/say-no/en/versions",
        "/courses/say-no/en/compare?old=1&new=draft",
        "/courses/say-no/en/compare?old=1&new=draft&all=yes",
        "/courses/say-no/en/publish",
        "/quizzes/calls/en/edit",
        "/quizzes/calls/en/questions",
        "/quizzes/calls/en/questions/greeting/edit",
        "/quizzes/calls/en/try",
        "/quizzes/calls/en/versions",
        "/quizzes/calls/en/publish",
    ):
        browser.get(path)


def form_of(browser, path: str) -> dict[str, str]:
    """The hidden fields that a page's form would send."""
    fields = browser.page(path).all("input")
    hidden = {one["name"]: one["value"] for one in fields if one.get("type") == "hidden"}
    return {name: value for name, value in hidden.items() if name != "csrf_token"}


def newest() -> CourseEdition:
    db.session.rollback()
    return db.session.query(CourseEdition).filter_by(language="en").one()


def test_a_course_is_begun_written_and_published(browser) -> None:
    add_series()
    answer = browser.post(
        "/writing-desk/courses/new",
        {"title": "Say no", "slug": "say-no", "series": "moments", "language": "en"},
    )
    assert answer.location.endswith(EDIT)
    fields = form_of(browser, EDIT)
    source = newest().draft.source.replace("Explain one thing", "Explain THE-THING")

    browser.post(EDIT, fields | {"source": source.replace("\n", "\r\n"), "next": "publish"})
    assert newest().draft.source == source
    fields = form_of(browser, "/courses/say-no/en/publish")
    browser.post("/courses/say-no/en/publish", fields | {"note": "The first text"})

    assert newest().published.note == "The first text"
    assert "The first text" in browser.page("/courses/say-no/en/versions").text


def test_a_key_in_use_keeps_what_was_typed(browser, bob) -> None:
    add_course(bob)
    data = {"title": "My words", "slug": "say-no", "series": "moments", "language": "en"}

    answer = browser.post("/writing-desk/courses/new", data, status=422)

    assert "is in use" in answer.text
    assert "My words" in answer.text


def test_a_key_that_is_none_is_refused(browser) -> None:
    add_series()
    for slug in ("Say No", "../x", "a--b", "", "x" * 90):
        data = {"title": "T", "slug": slug, "series": "moments", "language": "en"}
        browser.post("/writing-desk/courses/new", data, status=422)


def test_a_script_saves_the_draft_and_learns_the_next_token(browser, bob) -> None:
    edition = add_course(bob)
    first = browser.post_json(
        "/courses/say-no/en/draft", {"source": "one", "seen": services.draft_token(edition)}
    )
    second = browser.post_json("/courses/say-no/en/draft", {"source": "two", **first})

    assert first["seen"] != second["seen"]
    assert newest().draft.source == "two\n"


def test_two_writers_both_keep_their_text(client, bob, charlie) -> None:
    edition = add_course(bob)
    seen = services.draft_token(edition)
    base = edition.draft.source
    bobs, charlies = client(bob), client(charlie)
    browser_text = base.replace("What to remember", "BOB'S ENDING")
    other_text = base.replace("A short case", "CHARLIE'S CASE")
    charlies.post_json("/courses/say-no/en/draft", {"source": other_text, "seen": seen})

    refused = bobs.post_json(
        "/courses/say-no/en/draft", {"source": browser_text, "seen": seen}, status=409
    )
    page = bobs.post(EDIT, {"source": browser_text, "seen": seen}, status=409)

    assert refused["error"]["name"] == "Charlie"
    assert "CHARLIE&#39;S CASE" in page.text
    assert "BOB&#39;S ENDING" in page.text
    assert newest().draft.source == other_text

    token = services.draft_token(newest())
    choices = {"choice-0": "old", "choice-1": "new", "do": "merge"}
    bobs.post("/courses/say-no/en/draft/merge", {"source": browser_text, "seen": token} | choices)
    merged = newest().draft.source
    assert "CHARLIE'S CASE" in merged
    assert "BOB'S ENDING" in merged


def test_a_conflict_that_moves_again_is_shown_again(client, bob, charlie) -> None:
    edition = add_course(bob)
    write(edition, edition.draft.source + "newer", charlie)
    data = {"source": "mine", "seen": "1.old", "do": "mine"}

    page = client(bob).post("/courses/say-no/en/draft/merge", data, status=409)

    assert "mine" in page.text
    assert newest().draft.source.endswith("newer\n")


def test_the_preview_is_for_the_reader_asked_for(browser, bob) -> None:
    edition = add_course(bob)
    body = {"source": edition.draft.source, "trainer": False}

    learner = browser.post_json("/courses/say-no/en/preview", body)
    trainer = browser.post_json("/courses/say-no/en/preview", body | {"trainer": True})

    assert "What to watch for" not in learner["html"]
    assert "What to watch for" in trainer["html"]
    assert "Estimated" in learner["findings"]


def test_the_preview_of_a_checkpoint_keeps_the_key_to_trainers(browser, bob) -> None:
    add_quiz(bob)
    edition = add_course(bob)
    point = '\n::: checkpoint quiz=calls items="greeting gone"\n:::\n'
    body = {"source": edition.draft.source + point, "trainer": False}

    learner = browser.post_json("/courses/say-no/en/preview", body)
    trainer = browser.post_json("/courses/say-no/en/preview", body | {"trainer": True})

    assert "What do you say" in learner["html"]
    assert "SECRET-FEEDBACK" not in learner["html"]
    assert "th-option-right" not in learner["html"]
    assert "SECRET-FEEDBACK" in trainer["html"]
    assert "gone" in learner["html"]


HOSTILE = [
    "",
    "---\n---\n",
    "---\ntitle: !!python/object/apply:os.system [id]\n---\n## A {#a}\n",
    "---\na: &a [*a]\n---\n## A {#a}\n",
    "---\na: &a [x,x]\nb: &b [*a,*a]\nc: [*b,*b]\n---\n## A {#a}\n",
    "---\ntitle: a\ntitle: b\n---\n",
    "---\napproved: yes\npublished: 1\n---\n## A {#a}\n<script>alert(1)</script>",
    "::: trainer\n" * 500,
    "[" * 20_000,
    "> " * 5_000,
    "---\n" + "x" * 20_000 + "\n---\n",
]


@pytest.mark.parametrize("shelf", ["courses/say-no", "quizzes/calls"])
def test_hostile_text_is_shown_saved_and_never_published(browser, bob, shelf: str) -> None:
    add_quiz(bob)
    add_course(bob)
    for source in HOSTILE:
        shown = browser.post_json(f"/{shelf}/en/preview", {"source": source, "trainer": True})
        assert "<script" not in shown["html"]
        fields = form_of(browser, f"/{shelf}/en/edit")

        browser.post(f"/{shelf}/en/edit", fields | {"source": source})
        fields = form_of(browser, f"/{shelf}/en/publish")
        browser.post(f"/{shelf}/en/publish", fields, status=422)
        browser.get("/writing-desk?shelf=" + shelf.split("/")[0])


NONSENSE = [
    {},
    [],
    "text",
    {"source": 1, "seen": "", "trainer": True},
    {"source": "a", "seen": None, "trainer": "no"},
]


@pytest.mark.parametrize("act", ["draft", "preview"])
def test_a_script_with_nonsense_is_told_so(browser, bob, act: str) -> None:
    add_course(bob)
    for body in NONSENSE:
        browser.post_json(f"/courses/say-no/en/{act}", body, status=400)


@pytest.mark.parametrize("act", ["draft", "preview"])
def test_a_script_with_unstorable_text_is_refused(browser, bob, act: str) -> None:
    add_course(bob)
    for bad in ("a\x00b", "a\ud800b", "x" * (MAX_COURSE_BYTES + 1)):
        body = {"source": bad, "seen": "", "trainer": False}
        browser.post_json(f"/courses/say-no/en/{act}", body, status=422)


def test_unstorable_text_of_the_form_is_not_lost(browser, bob) -> None:
    add_course(bob)
    fields = form_of(browser, EDIT)

    page = browser.post(EDIT, fields | {"source": "my words\x00"}, status=422)

    assert "my words" in page.text
    assert "Line 1" in page.text


def test_restoring_and_discarding(browser, bob) -> None:
    edition = add_course(bob)
    publish(edition, bob)
    first = edition.published.source
    write(edition, first.replace("Course say-no", "Second"), bob)
    publish(edition, bob)
    seen = {"seen": services.draft_token(newest())}

    browser.post("/courses/say-no/en/versions/1/restore", seen)
    assert newest().draft.source == first
    browser.post("/courses/say-no/en/draft/discard", {"seen": "stale"})
    assert newest().draft is not None
    browser.post("/courses/say-no/en/draft/discard", {"seen": services.draft_token(newest())})
    assert newest().draft is None
    browser.post("/courses/say-no/en/versions/9/restore", seen, status=404)


def test_publishing_what_somebody_has_changed_meanwhile_waits(client, bob, charlie) -> None:
    edition = add_course(bob)
    fields = form_of(client(bob), "/courses/say-no/en/publish")
    write(edition, edition.draft.source + "\nNews.\n", charlie)

    client(bob).post("/courses/say-no/en/publish", fields, status=409)

    assert newest().published is None


def test_the_translation_begins_on_the_desk(browser, bob) -> None:
    add_course(bob)

    answer = browser.post("/courses/say-no/en/translate", {})

    assert answer.location.endswith("/courses/say-no/zh/edit")
    browser.get("/courses/say-no/zh/edit")
    browser.post("/courses/say-no/en/translate", {}, status=409)


PATHS = [
    ("get", "/writing-desk"),
    ("get", "/writing-desk/courses/new"),
    ("get", EDIT),
    ("post", EDIT),
    ("post", "/courses/say-no/en/draft"),
    ("post", "/courses/say-no/en/preview"),
    ("post", "/courses/say-no/en/draft/discard"),
    ("get", "/courses/say-no/en/versions"),
    ("get", "/courses/say-no/en/compare?old=1"),
    ("post", "/courses/say-no/en/publish"),
    ("get", "/quizzes/calls/en/questions"),
    ("get", "/quizzes/calls/en/questions/greeting/edit"),
    ("get", "/quizzes/calls/en/try"),
    ("post", "/quizzes/calls/en/questions/greeting/delete"),
    ("post", "/series/moments/pictures"),
    ("get", "/series/moments/pictures/a.png"),
]


def test_an_agent_gets_none_of_it(client, make, bob) -> None:
    add_quiz(bob)
    publish(add_course(bob), bob)
    alice = client(make.person("alice"))
    for method, path in PATHS:
        answer = getattr(alice, method)(path, status=403)
        assert "SECRET" not in answer.text
        assert "What to watch for" not in answer.text


ABSENT = [
    "/courses/none/en/edit",
    "/courses/say-no/fr/edit",
    "/quizzes/none/en/questions",
    "/quizzes/calls/en/questions/none/edit",
    "/quizzes/calls/en/questions/new/essay",
    "/courses/say-no/en/compare?old=99&new=draft",
    "/courses/say-no/en/compare?old=draft&new=%00",
    "/courses/say-no/en/compare?old=²",
    "/series/moments/pictures/none.png",
]


def test_what_does_not_exist_is_not_found(browser, bob) -> None:
    add_quiz(bob)
    add_course(bob)
    for path in ABSENT:
        browser.get(path, status=404)


@pytest.mark.parametrize("shelf", ["mine", "courses", "quizzes"])
def test_the_desk_asks_the_database_as_often_for_many_texts_as_for_few(
    browser, bob, shelf: str
) -> None:
    add_quiz(bob)
    for number in range(2):
        publish(add_course(bob, f"course-{number}"), bob)
    path = f"/writing-desk?shelf={shelf}"
    browser.get(path)
    with counted_queries() as few:
        browser.get(path)
    for number in range(2, 6):
        publish(add_course(bob, f"course-{number}"), bob)
        add_quiz(bob, QUIZ.replace("quiz: calls", f"quiz: calls-{number}"), f"calls-{number}")
    browser.get(path)
    with counted_queries() as many:
        browser.get(path)

    assert len(many) == len(few)
