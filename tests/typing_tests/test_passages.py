"""Passages and phrases as they are stored: versions, files, out of use and back."""

from __future__ import annotations

from datetime import datetime, timedelta
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import func, select

from tests.factories import Make
from trainhub.audit.models import AuditEntry
from trainhub.db import db, transaction
from trainhub.errors import Conflict, InputErrors, NotFound
from trainhub.people.models import Person, Role
from trainhub.typing_tests.models import TypingPassage, TypingPassageVersion, TypingPhrase
from trainhub.typing_tests.queries.passages import (
    ALL,
    RETIRED,
    PassageCriteria,
    get_passage,
    list_passages,
    list_versions,
)
from trainhub.typing_tests.queries.phrases import list_groups, list_phrases
from trainhub.typing_tests.rules.passage_files import PassageEntry
from trainhub.typing_tests.rules.passages import PassageDraft, check_draft
from trainhub.typing_tests.rules.phrases import Phrase
from trainhub.typing_tests.rules.settings import PassageKind
from trainhub.typing_tests.services.passages import (
    ImportCounts,
    add_passage,
    edit_passage,
    import_passages,
    restore_passage,
    retire_passage,
)
from trainhub.typing_tests.services.phrases import (
    add_phrases,
    count_what_is_new,
    restore_phrase,
    retire_phrase,
)
from trainhub.typing_tests.services.shipped import load_shipped_passages

TEXT = "We answer within a day, and we close the matter in three."


def draft(text: str = TEXT, title: str = "Promises", **values: object) -> PassageDraft:
    defaults = {"language": "en", "kind": PassageKind.PROSE, "tests_width": False}
    return PassageDraft(title=title, text=text, **(defaults | values))  # type: ignore[arg-type]


@pytest.fixture
def trainer(make: type[Make]) -> Person:
    return make.person("alice", Role.TRAINER)


def add(trainer: Person, now: datetime, text: str = TEXT, **values: object) -> TypingPassage:
    with transaction():
        return add_passage(draft(text, **values), actor=trainer, now=now)


def edit(passage: TypingPassage, changed: PassageDraft, seen: int | None, now: datetime) -> bool:
    with transaction():
        row = get_passage(passage.id)
        return edit_passage(
            row.passage, changed, seen_version_id=seen or row.version.id, actor=None, now=now
        )


def take(
    entries: list[tuple[str, str]], now: datetime, *, is_shipped: bool = False
) -> ImportCounts:
    made = [PassageEntry(key, check_draft(draft(text)), "f.yaml", 4) for key, text in entries]
    with transaction():
        return import_passages(made, actor=None, now=now, is_shipped=is_shipped)


def texts_of(passage: TypingPassage) -> list[str]:
    query = select(TypingPassageVersion.text).where(TypingPassageVersion.passage_id == passage.id)
    return list(db.session.scalars(query.order_by(TypingPassageVersion.number)))


def acts() -> list[str]:
    return list(db.session.scalars(select(AuditEntry.action).order_by(AuditEntry.number)))


def test_a_passage_is_stored_in_one_form_with_its_facts(
    app: Flask, trainer: Person, now: datetime
) -> None:
    passage = add(trainer, now, f"\r\n{TEXT}\r\n\r\n“Good”\u00a0bye. ")
    row = get_passage(passage.id)
    assert row.version.text == f'{TEXT}\n"Good" bye.'
    assert row.facts.characters == len(row.version.text)
    assert not passage.is_shipped
    assert acts() == ["typing_passage.added"]


def test_nothing_of_a_refused_passage_is_stored(app: Flask, trainer: Person, now: datetime) -> None:
    with pytest.raises(InputErrors):
        add(trainer, now, TEXT + "\u200b")
    assert db.session.scalar(select(func.count(TypingPassage.id))) == 0


def test_the_same_text_is_not_taken_twice(app: Flask, trainer: Person, now: datetime) -> None:
    passage = add(trainer, now)
    with pytest.raises(InputErrors) as refused:
        add(trainer, now, f" {TEXT}\n", title="Another")
    assert refused.value.errors[0].params == {"title": "Promises"}
    with transaction():
        retire_passage(passage, actor=trainer, now=now)
    assert add(trainer, now)


def test_an_edit_is_a_version_and_the_old_one_stays(
    app: Flask, trainer: Person, now: datetime
) -> None:
    passage = add(trainer, now)
    assert edit(passage, draft(TEXT + " Always."), None, now)
    assert texts_of(passage) == [TEXT, TEXT + " Always."]
    assert [one.author for one in list_versions(passage.id)] == [None, "Alice"]
    assert not edit(passage, draft(TEXT + " Always. "), None, now)
    assert len(texts_of(passage)) == 2


def test_an_edit_of_what_has_moved_on_is_refused(
    app: Flask, trainer: Person, now: datetime
) -> None:
    passage = add(trainer, now)
    seen = get_passage(passage.id).version.id
    edit(passage, draft(TEXT + " Mine."), seen, now)
    with pytest.raises(Conflict):
        edit(passage, draft(TEXT + " Yours."), seen, now)
    assert texts_of(passage)[-1] == TEXT + " Mine."


def test_a_kind_can_change_without_a_version(app: Flask, trainer: Person, now: datetime) -> None:
    passage = add(trainer, now)
    assert edit(passage, draft(kind=PassageKind.PHRASES), None, now)
    assert passage.kind == "phrases"
    assert len(texts_of(passage)) == 1


def test_retired_passages_are_listed_apart(app: Flask, trainer: Person, now: datetime) -> None:
    passage = add(trainer, now)
    with transaction():
        retire_passage(passage, actor=trainer, now=now)
        retire_passage(passage, actor=trainer, now=now + timedelta(hours=1))
    assert passage.retired_at == now
    assert list_passages(PassageCriteria()) == []
    assert len(list_passages(PassageCriteria(state=RETIRED))) == 1
    with transaction():
        restore_passage(passage, actor=trainer, now=now)
    assert len(list_passages(PassageCriteria(state=ALL))) == 1
    assert acts()[1:] == ["typing_passage.retired", "typing_passage.restored"]
    with pytest.raises(NotFound):
        get_passage(passage.id + 1)


def test_a_list_is_narrowed(app: Flask, trainer: Person, now: datetime) -> None:
    add(trainer, now)
    add(trainer, now, "12 34 56 78 90 " * 5, title="Numbers", kind=PassageKind.DIGITS)

    def titles(**criteria: str) -> list[str]:
        return [row.version.title for row in list_passages(PassageCriteria(**criteria))]

    assert titles() == ["Promises", "Numbers"]
    assert titles(kind="digits") == ["Numbers"]
    assert titles(words="CLOSE matter") == ["Promises"]
    assert titles(words="100% _") == []
    assert titles(difficulty="hard") == ["Numbers"]
    assert titles(language="zh") == titles(origin="shipped") == titles(kind="x") == []
    assert titles(origin="own", words="\0numbers") == ["Numbers"]


def test_files_are_taken_by_key(app: Flask, now: datetime) -> None:
    assert take([("one", TEXT), ("two", TEXT + " 2")], now) == ImportCounts(new=2)
    assert take([("one", TEXT), ("two", TEXT + " 3")], now) == ImportCounts(changed=1, unchanged=1)
    found = {row.passage.key: row.version for row in list_passages(PassageCriteria())}
    assert {key: one.number for key, one in found.items()} == {"one": 1, "two": 2}


def test_a_key_keeps_its_language(app: Flask, now: datetime) -> None:
    take([("one", TEXT)], now)
    other = check_draft(draft("您好，请问有什么可以帮您？" * 5, language="zh"))
    with pytest.raises(InputErrors) as refused, transaction():
        import_passages([PassageEntry("one", other, "g.yaml", 9)], actor=None, now=now)
    assert (refused.value.errors[0].file, refused.value.errors[0].line) == ("g.yaml", 9)


def test_a_shipped_passage_edited_here_stays_until_its_file_changes(
    app: Flask, trainer: Person, now: datetime
) -> None:
    take([("one", TEXT)], now, is_shipped=True)
    (row,) = list_passages(PassageCriteria())
    with transaction():
        edit_passage(
            row.passage, draft("Our own words: " + TEXT), seen_version_id=row.version.id,
            actor=trainer, now=now,
        )  # fmt: skip
    assert take([("one", TEXT)], now, is_shipped=True) == ImportCounts(unchanged=1)
    assert take([("one", TEXT + " New.")], now, is_shipped=True) == ImportCounts(changed=1)
    assert texts_of(row.passage) == [TEXT, "Our own words: " + TEXT, TEXT + " New."]


def test_shipped_passages_load_once(app: Flask, now: datetime) -> None:
    with transaction():
        first = load_shipped_passages(now)
    with transaction():
        second = load_shipped_passages(now + timedelta(days=1))
    assert first.passages.new >= 48
    assert first.phrases.new >= 120
    assert second.touched == 0
    assert acts() == []  # nobody did it


def test_phrases_are_taken_once_and_sorted_anew(app: Flask, trainer: Person, now: datetime) -> None:
    phrases = [Phrase("A", "Good day."), Phrase("B", "Goodbye.")]
    with transaction():
        add_phrases(phrases, "en", actor=trainer, now=now)
    again = [Phrase("C", "Good day."), Phrase("", "Goodbye."), Phrase("C", "Thanks.")]
    assert count_what_is_new(again, "en") == ImportCounts(new=1, changed=1, unchanged=1)
    with transaction():
        counts = add_phrases(again, "en", actor=trainer, now=now)
    assert counts == ImportCounts(new=1, changed=1, unchanged=1)
    assert list_groups("en") == [("C", 2), ("B", 1)]
    assert list_groups("zh") == []


def test_a_retired_phrase_stays_away_from_what_is_shipped(
    app: Flask, trainer: Person, now: datetime
) -> None:
    with transaction():
        add_phrases([Phrase("A", "Good day.")], "en", actor=None, now=now, is_shipped=True)
    phrase = db.session.scalars(select(TypingPhrase)).one()
    with transaction():
        retire_phrase(phrase, actor=trainer, now=now)
    with transaction():
        add_phrases([Phrase("A", "Good day.")], "en", actor=None, now=now, is_shipped=True)
    assert list_phrases("en") == []
    with transaction():
        add_phrases([Phrase("", "Good day.")], "en", actor=trainer, now=now)
    assert list_phrases("en", "A") == [Phrase("A", "Good day.")]
    with transaction():
        retire_phrase(phrase, actor=trainer, now=now)
        restore_phrase(phrase, actor=trainer, now=now)
    assert len(list_phrases("en")) == 1


def test_files_that_cannot_be_read_load_nothing(
    app: Flask, now: datetime, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "a.yaml").write_text("language: en\n", "utf-8")
    monkeypatch.setattr("trainhub.paths.PASSAGES", tmp_path)
    with pytest.raises(InputErrors), transaction():
        load_shipped_passages(now)
