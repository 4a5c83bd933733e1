"""Results for staff: the lists, what is released, one attempt; and who may see whom."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
from sqlalchemy import select

from tests.assessment.marked import (
    FULL,
    answer,
    begin,
    choice_sitting,
    colour,
    letter_sitting,
    mark_next,
    reread,
    sit,
)
from tests.assessment.test_regrading import decision, regrade
from tests.checking import CheckingClient
from tests.factories import Make
from trainhub import clock
from trainhub.assessment import services
from trainhub.assessment.models import Sitting
from trainhub.assessment.queries.staff_results import (
    Outcome,
    ResultCriteria,
    find_results,
    sum_results,
)
from trainhub.assessment.rules.regrading import How
from trainhub.assessment.rules.saving import Save
from trainhub.assessment.rules.settings import Part, When
from trainhub.assessment.rules.states import State
from trainhub.audit.queries import list_entries
from trainhub.db import db, transaction
from trainhub.people.models import Person, Role

Clients = Callable[..., CheckingClient]
RELEASE = {
    Part.SCORE: When.BY_HAND, Part.RIGHT_WRONG: When.BY_HAND, Part.KEY: When.NEVER,
    Part.EXPLANATION: When.NEVER,
}  # fmt: skip


@pytest.fixture
def people(app: object) -> dict[str, Person]:
    red, blue = Make.team("Red"), Make.team("CANARYBLUE")
    return {
        "alice": Make.person("alice", team=red),
        "bob": Make.person("bob", team=red),
        "eve": Make.person("eve", team=blue, name="CANARYEVE"),
        "tess": Make.person("tess", Role.TRAINER),
        "sup": Make.person("sup", Role.SUPERVISOR, supervises=red),
        "other": Make.person("other", Role.SUPERVISOR, supervises=Make.team("Green")),
    }


@pytest.fixture
def sitting(people: dict[str, Person]) -> Sitting:
    return choice_sitting(*(people[name] for name in ("alice", "bob", "eve")), release=RELEASE)


@pytest.fixture
def papers(people: dict[str, Person], sitting: Sitting, now: datetime) -> dict[str, int]:
    """Alice has everything right, Eve half; Bob has not begun."""
    return {
        "alice": sit(sitting, people["alice"], now, colour=colour("Red"), fact=True),
        "eve": sit(sitting, people["eve"], now, colour=colour("Blue"), fact=True),
    }


def test_a_sitting_lists_everybody_with_their_marks(
    client: Clients, people: dict[str, Person], sitting: Sitting, papers: dict[str, int]
) -> None:
    text = client(people["tess"]).page(f"/sittings/{sitting.id}/results").text
    assert "Alice" in text and "100%" in text and "2 / 2" in text
    assert "CANARYEVE" in text and "50%" in text
    assert "Bob" in text and "Not started" in text
    assert "Mean score 75.0%" in text
    assert "not released" in text


def test_supervisors_see_their_own_people_and_nobody_else(
    client: Clients, people: dict[str, Person], sitting: Sitting, papers: dict[str, int]
) -> None:
    browser = client(people["sup"])
    for path in (
        f"/sittings/{sitting.id}/results", "/exams/colours/results",
        "/exams/colours/results?q=canary", "/exams/colours/results?sort=mark",
        "/exams/colours/results/csv", "/exam-results",
    ):  # fmt: skip
        html = browser.get(path).text
        assert "CANARY" not in html.replace("q=canary", "").replace("CANARYBLUE team", ""), path
    page = browser.page(f"/sittings/{sitting.id}/results")
    assert "Alice" in page.text and "Mean score 100.0%" in page.text
    browser.get(f"/exam-results/{papers['eve']}", status=404)
    sums = sum_results(ResultCriteria(sitting.exam_id), people["sup"])
    assert (sums.counts[Outcome.PASSED], sums.counts[Outcome.FAILED]) == (1, 0)


def test_an_exam_of_nobody_in_sight_does_not_exist(
    client: Clients, people: dict[str, Person], sitting: Sitting, papers: dict[str, int]
) -> None:
    browser = client(people["other"])
    browser.get(f"/sittings/{sitting.id}/results", status=404)
    browser.get("/exams/colours/results", status=404)
    browser.get("/exams/colours/results/xlsx", status=404)
    assert list_entries(limit=1)[0].action == "access.refused"
    assert "No results yet" in browser.page("/exam-results").text


def test_answers_are_for_markers_and_every_look_is_on_record(
    client: Clients, people: dict[str, Person], sitting: Sitting, papers: dict[str, int]
) -> None:
    path = f"/exam-results/{papers['alice']}"
    seen = client(people["tess"]).page(path).text
    assert "Which colour?" in seen and "Red" in seen and "Answer that counts" in seen
    entry = list_entries(limit=1)[0]
    assert (entry.action, entry.object_key) == ("exam.answers_seen", str(papers["alice"]))
    before = len(list_entries(limit=500))
    marks = client(people["sup"]).page(path).text
    assert "Which colour?" not in marks and "Marks by question" in marks
    assert len(list_entries(limit=500)) == before, "marks alone are no answers"
    client(people["alice"]).get(path, status=403)


def test_the_page_names_the_save_that_was_graded(
    client: Clients, people: dict[str, Person], sitting: Sitting, now: datetime
) -> None:
    attempt_id = begin(sitting, people["alice"], now)
    answer(attempt_id, people["alice"], now + timedelta(minutes=1), fact=True)
    late = now + timedelta(minutes=10, seconds=30)
    with transaction():
        services.save_responses(
            attempt_id, people["alice"].id,
            [Save(2, False, 4, "save-four", "phone")], now=now + timedelta(minutes=3),
        )  # fmt: skip
        services.close_attempt(attempt_id, by=services_ended(), now=now + timedelta(minutes=10))
    with transaction():
        services.save_responses(
            attempt_id, people["alice"].id, [Save(2, True, 5, "save-five", "phone")], now=late
        )
    text = client(people["tess"]).page(f"/exam-results/{attempt_id}").text
    assert "Save no. 4, stored 12:03:00" in text and "device phone" in text
    assert "2 responses that do not count are kept as evidence" in text
    assert "overwritten from another device" in text and "came after the end" in text


def services_ended():  # type: ignore[no-untyped-def]
    from trainhub.assessment.rules.states import EndedBy

    return EndedBy.CANDIDATE


def test_filters_and_order(
    client: Clients, people: dict[str, Person], sitting: Sitting, papers: dict[str, int]
) -> None:
    def names(**values: object) -> list[str]:
        criteria = ResultCriteria(sitting.exam_id, **values)  # type: ignore[arg-type]
        return [row.name for row in find_results(criteria, people["tess"]).rows]

    assert names() == ["Alice", "Bob", "CANARYEVE"]
    assert names(sort="mark") == ["Alice", "CANARYEVE", "Bob"]
    assert names(outcome=Outcome.NOT_STARTED) == ["Bob"]
    assert names(outcome=Outcome.FAILED) == ["CANARYEVE"]
    assert names(team_id=people["alice"].team_id) == ["Alice", "Bob"]
    assert names(words="ali") == ["Alice"]
    browser = client(people["tess"])
    for query in ("?sort=x&outcome=y&team=z&page=-1", "?q=%00%27%25", "?page=99999999999999999"):
        browser.get(f"/exams/colours/results{query}")


def test_a_table_to_take_away_is_written_down(
    client: Clients, people: dict[str, Person], sitting: Sitting, papers: dict[str, int]
) -> None:
    answer_ = client(people["tess"]).get(f"/exams/colours/results/csv?sitting={sitting.id}")
    rows = list(csv.DictReader(io.StringIO(answer_.data.decode("utf-8-sig"))))
    assert [row["Name"] for row in rows] == ["Alice", "Bob", "CANARYEVE"]
    assert (rows[0]["Points earned"], rows[0]["Passed"]) == ("2", "yes")
    assert rows[1]["State"] == "Not started"
    assert list_entries(limit=1)[0].action == "exam.results_taken"
    body = client(people["tess"]).get("/exams/colours/results/xlsx").data
    assert body[:2] == b"PK"


def test_release_shows_what_it_does_and_does_it_once(
    client: Clients, people: dict[str, Person], sitting: Sitting, papers: dict[str, int]
) -> None:
    browser, path = client(people["tess"]), f"/sittings/{sitting.id}"
    text = browser.page(f"{path}/results").text
    assert "What candidates see" in text and "Release the results" in text
    browser.post(f"{path}/release")
    assert {reread(one).state for one in papers.values()} == {State.RELEASED}
    after = browser.page(f"{path}/results").text
    assert "Released by hand" in after and "Release them" not in after
    browser.post(f"{path}/release")
    actions = [entry.action for entry in list_entries(limit=50)]
    assert actions.count("exam.results_released") == 1
    client(people["sup"]).post(f"{path}/release", status=403)


def test_a_release_that_others_could_use_is_pointed_out(
    client: Clients, people: dict[str, Person], sitting: Sitting, papers: dict[str, int]
) -> None:
    words, path = "Not everybody has sat this exam", f"/sittings/{sitting.id}/results"
    assert words in client(people["tess"]).page(path).text
    with clock.frozen(sitting.closes_at):
        assert words not in client(people["tess"]).page(path).text


def test_both_scores_of_a_regraded_paper_are_shown(
    client: Clients,
    people: dict[str, Person],
    sitting: Sitting,
    papers: dict[str, int],
    now: datetime,
) -> None:
    regrade(people, now + timedelta(hours=1), lambda: decision(How.FULL_MARKS))
    text = client(people["tess"]).page(f"/sittings/{sitting.id}/results").text
    assert "50% 100%" in text
    text = client(people["tess"]).page(f"/exam-results/{papers['eve']}").text
    assert "50% became 100%" in text and "The key was wrong" in text
    answer_ = client(people["tess"]).get("/exams/colours/results/csv")
    rows = list(csv.DictReader(io.StringIO(answer_.data.decode("utf-8-sig"))))
    assert [row["Points before regrading"] for row in rows] == ["", "", "1"]


def test_hand_marks_are_shown_when_they_are_settled(
    client: Clients, people: dict[str, Person], now: datetime
) -> None:
    found = letter_sitting(people["alice"])
    attempt_id = sit(found, people["alice"], now, fact=True, letter="Dear Ms Li")
    browser, path = client(people["tess"]), f"/exam-results/{attempt_id}"
    assert "not marked yet" in browser.page(path).text
    assert "1 waits to be marked" in browser.page("/exam-results").text
    mark_next(found, people["tess"], FULL, now, comment="Well put")
    text = browser.page(path).text
    assert "Greets by name 4/4" in text and "Well put" in text and "Tess" in text


def test_a_note_stays_beside_the_attempt(
    client: Clients, people: dict[str, Person], papers: dict[str, int]
) -> None:
    browser, path = client(people["tess"]), f"/exam-results/{papers['eve']}"
    browser.post(f"{path}/notes", {"note": " "}, status=422)
    browser.post(f"{path}/notes", {"note": "Says the key of 1 is wrong <b>"})
    assert "Says the key of 1 is wrong <b>" in browser.page(path).text
    assert "Says the key" in client(Make.person("root", Role.ADMINISTRATOR)).page(path).text
    client(people["sup"]).post(f"{path}/notes", {"note": "x"}, status=403)


def test_practice_says_so(client: Clients, people: dict[str, Person], now: datetime) -> None:
    found = choice_sitting(people["alice"], is_practice=True)
    sit(found, people["alice"], now, fact=True)
    assert "practice" in client(people["tess"]).page(f"/sittings/{found.id}/results").text


def test_the_list_of_sittings_counts_people(
    client: Clients, people: dict[str, Person], sitting: Sitting, papers: dict[str, int]
) -> None:
    page = client(people["tess"]).page("/exam-results")
    assert "Early shift" in page.text and "Invigilate" in page.text
    assert "Invigilate" not in client(people["sup"]).page("/exam-results").text
    assert db.session.scalars(select(Sitting)).one().id == sitting.id


def test_the_pages_speak_chinese(
    client: Clients, people: dict[str, Person], sitting: Sitting, papers: dict[str, int]
) -> None:
    browser = client(people["tess"], language="zh")
    page = browser.page(f"/sittings/{sitting.id}/results")
    assert "成绩" in page.h1 and "发布成绩" in page.text
    assert "计分的答案" in browser.page(f"/exam-results/{papers['alice']}").text
