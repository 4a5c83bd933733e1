"""Which attempts count, and that the figures read from the database are those of the rules."""

from __future__ import annotations

import math
from datetime import timedelta

import pytest
from flask import Flask

from tests.assessment.papers import add_exam, add_item, add_sitting
from tests.assessment.results import (
    COLOUR,
    EASY,
    MIDDLE,
    add_attempt,
    add_candidate,
    add_people,
    known_exam,
    option_ids,
)
from tests.catalogue.test_library_views import counted_queries
from tests.conftest import NOON
from trainhub.assessment.models import Regrade
from trainhub.assessment.queries import statistics as queries
from trainhub.assessment.queries.statistics import Neglect
from trainhub.assessment.rules.statistics import Basis, Flag, Hidden, Reason
from trainhub.db import db, end_read, transaction

HARD_INDEX = 100 * (70 - 52) / math.sqrt(24 * (230 - 169))


def only_edition(version_id: int) -> queries.Edition:
    (edition,) = (one for one in queries.list_editions(1) if one.exam_version_id == version_id)
    return edition


def figures_of(edition: queries.Edition) -> queries.ExamFigures:
    return queries.exam_figures(edition, after_reading=end_read)


def test_an_exam_has_the_figures_computed_by_hand(app: Flask) -> None:
    version, _items, _people = known_exam()
    figures = figures_of(only_edition(version.id))
    assert (figures.exam.n, figures.exam.maximum, figures.pass_mark) == (10, 3, 60)
    assert figures.exam.mean == pytest.approx(100 * 17 / 30)
    assert figures.exam.alpha == pytest.approx(100 * 1.5 * 56 / 121)
    assert figures.passed == 6
    assert sorted(round(mark) for mark in figures.marks) == [
        0,
        0,
        33,
        33,
        67,
        67,
        67,
        100,
        100,
        100,
    ]
    by_key = {row.text.key: row.figures for row in figures.items}
    assert {key: one.facility for key, one in by_key.items()} == {
        "easy": 80,
        "middle": 50,
        "colour": 40,
    }
    assert by_key["colour"].discrimination == pytest.approx(HARD_INDEX)
    assert by_key["middle"].median_seconds == 200
    assert by_key["middle"].flags == (Flag.TOO_SLOW,)
    table = by_key["colour"].options
    assert not isinstance(table, Hidden)
    assert [row.chosen for row in table] == [4, 2, 3, 0, 1]


def test_only_first_finished_attempts_of_a_sitting_count(app: Flask) -> None:
    version, (easy, middle, _), people = known_exam()
    late = add_people(4, first=50)
    with transaction():
        sitting = add_sitting(version)
        again = {"number": 2, "started_at": NOON}
        wrong = [(easy, False, 0, 5), (middle, False, 0, 5)]
        for person, values in [
            (people[0], again),
            (late[0], {"kind": "practice"}),
            (late[1], {"state": "voided"}),
            (late[2], {"state": "abandoned"}),
            (late[3], {"state": "awaiting_marking"}),
            (late[3], again),  # the questions had been seen by then
        ]:
            add_attempt(version, person, wrong, candidate=_candidate(sitting, person), **values)
        add_attempt(version, late[0], wrong)  # an author's preview
    edition = only_edition(version.id)
    assert edition.n == 10
    assert figures_of(edition).exam.mean == pytest.approx(100 * 17 / 30)
    assert queries.figures_of_items([easy.id])[easy.id].n == 10


def _candidate(sitting, person):  # type: ignore[no-untyped-def]
    from trainhub.assessment.models import Candidate

    found = db.session.query(Candidate).filter_by(sitting_id=sitting.id, person_id=person.id)
    return found.one_or_none() or add_candidate(sitting, person)


def test_the_sums_of_the_database_agree_with_the_exact_figures(app: Flask) -> None:
    version, items, _people = known_exam(times=4)
    exact = {row.text.item_id: row.figures for row in figures_of(only_edition(version.id)).items}
    summed = queries.figures_of_items([item.id for item in items])
    for item in items:
        assert summed[item.id].n == exact[item.id].n == 40
        assert summed[item.id].facility == pytest.approx(exact[item.id].facility)
        assert summed[item.id].discrimination == pytest.approx(exact[item.id].discrimination)
        assert summed[item.id].flags == exact[item.id].flags
        assert summed[item.id].uses == 40
        assert summed[item.id].last_used_at == NOON - timedelta(days=1)


def test_a_question_alone_has_the_figures_it_has_in_its_only_exam(app: Flask) -> None:
    version, (_, _, colour), _people = known_exam()
    (text,) = queries.text_figures(colour)
    inside = figures_of(only_edition(version.id)).items[0].figures
    assert text.text.number == 1 and text.is_in_force
    assert text.figures.discrimination == inside.discrimination == pytest.approx(HARD_INDEX)
    assert text.figures.options == inside.options
    (use,) = queries.list_uses(colour.id)
    assert (use.exam.key, use.papers) == ("entry", 10)


def test_drawn_questions_are_compared_with_the_whole_total(app: Flask) -> None:
    people = add_people(24)
    with transaction():
        common, one, other = add_item("common"), add_item("one"), add_item("other")
        version = add_exam("drawn")
        sitting = add_sitting(version)
        for n, person in enumerate(people):
            right, extra = n % 2, one if n < 12 else other
            add_attempt(
                version,
                person,
                [(common, bool(right), right, 5), (extra, n % 3 == 0, int(n % 3 == 0), 5)],
                candidate=add_candidate(sitting, person),
            )
    figures = figures_of(only_edition(version.id))
    assert figures.exam.alpha == Hidden(Reason.PAPERS_DIFFER)
    exact = {row.text.key: row.figures for row in figures.items}
    assert (exact["common"].basis, exact["one"].basis) == (Basis.REST, Basis.TOTAL)
    summed = queries.figures_of_items([common.id, one.id, other.id])
    for item in (common, one, other):
        figure = exact[item.key].discrimination
        assert summed[item.id].discrimination == pytest.approx(figure)
        (text,) = queries.text_figures(item)
        assert text.figures.discrimination == pytest.approx(figure)


def test_languages_are_kept_apart(app: Flask) -> None:
    version, (easy, *_), _people = known_exam()
    chinese = add_people(10, first=100)
    with transaction():
        add_item("easy", language="zh")
        db.session.expire(easy)
        sitting = add_sitting(version)
        for person in chinese:
            add_attempt(
                version, person, [(easy, True, 1, 5)], language="zh",
                candidate=add_candidate(sitting, person),
            )  # fmt: skip
    english, other = queries.list_editions(version.exam_id)
    assert {(english.language, english.n), (other.language, other.n)} == {("en", 10), ("zh", 10)}
    facilities = {text.text.language: text.figures.facility for text in queries.text_figures(easy)}
    assert facilities == {"en": 80, "zh": 100}
    assert queries.figures_of_items([easy.id])[easy.id].facility == 90


def test_a_question_that_was_set_aside_counts_nowhere(app: Flask) -> None:
    version, (_, middle, _), people = known_exam()
    with transaction():
        db.session.add(
            Regrade(
                item_id=middle.id,
                from_version_id=middle.editions[0].version_id,
                how="left_out",
                reason="No right answer",
                decided_at=NOON,
                decided_by_id=people[0].id,
            )
        )
    figures = figures_of(only_edition(version.id))
    assert [row.text.key for row in figures.items] == ["colour", "easy"]
    assert figures.exam.maximum == 2
    assert queries.figures_of_items([middle.id])[middle.id].n == 0


def test_the_queue_names_what_is_wrong_worst_first(app: Flask) -> None:
    people = add_people(30)
    with transaction():
        backwards, hard, plain, unused = (
            add_item(key) for key in ("backwards", "hard", "plain", "unused")
        )
        add_item("plain", language="zh")
        db.session.expire(plain)
        version = add_exam("entry")
        sitting = add_sitting(version)
        for n, person in enumerate(people):
            good = n < 15
            answers = [
                (backwards, not good, int(not good), 5),
                (hard, n == 0, int(n == 0), 5),
                (plain, good, int(good), 5),
            ]
            add_attempt(version, person, answers, candidate=add_candidate(sitting, person))
    queue = queries.hygiene_queue()
    assert [(one.item.key, one.flags[0]) for one in queue.flagged] == [
        ("backwards", Flag.NEGATIVE_DISCRIMINATION),
        ("plain", Flag.NEGATIVE_DISCRIMINATION),
        ("hard", Flag.TOO_HARD),
    ]
    assert [one.item.key for one in queue.neglected[Neglect.NEVER_DRAWN]] == ["unused"]
    assert {one.item.key for one in queue.neglected[Neglect.ONE_LANGUAGE]} == {
        "backwards", "hard", "unused",
    }  # fmt: skip
    with transaction():
        backwards.status = "retired"
    assert "backwards" not in {one.item.key for one in queries.hygiene_queue().flagged}
    assert unused.id not in {one.item.id for one in queue.flagged}


def test_every_response_can_be_read_in_words(app: Flask) -> None:
    version, (easy, _, colour), _people = known_exam()
    rows = [row for batch in queries.batches_of_responses(version.exam_id) for row in batch]
    assert len(rows) == 30
    first = next(row for row in rows if row.item_key == "colour")
    assert (first.response, first.mark, first.points, first.seconds) == ("Red", 1, 1, 30)
    assert set(first.order.split(" | ")) == {"Red", "Green", "Blue", "Grey"}
    assert (first.position, first.counts, first.sitting) == (3, True, "Early shift")
    told = [row.response for row in rows if row.item_key == "colour"]
    assert told == list(COLOUR)
    assert [row.mark for row in rows if row.item_key == "easy"] == list(EASY)
    assert [row.mark for row in rows if row.item_key == "middle"] == list(MIDDLE)
    assert option_ids(colour)["Red"] != first.response and easy.key == "easy"


def test_the_picker_asks_as_often_for_many_questions_as_for_one(app: Flask) -> None:
    _version, items, _people = known_exam()
    ids = [item.id for item in items]
    with counted_queries() as one:
        queries.figures_of_items(ids[:1])
    with counted_queries() as all_of_them:
        queries.figures_of_items(ids)
    assert len(one) == len(all_of_them) <= 4
    assert queries.figures_of_items([]) == {}
    nobody_knows = queries.figures_of_items([4_242])[4_242]
    assert (nobody_knows.n, nobody_knows.uses, nobody_knows.last_used_at) == (0, 0, None)
    assert nobody_knows.facility == Hidden(Reason.TOO_FEW)
